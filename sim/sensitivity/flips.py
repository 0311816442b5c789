"""How far an input may be wrong before another value of the decision is the best."""

from __future__ import annotations

from collections.abc import Callable

from scenarios.uncertain import Input

STEPS = 4
"""Halvings: the place is then known to a sixteenth of the way to the end of the range."""
Holds = Callable[[float], bool]
"""Whether the decision holds with the input at a value."""


def turning_point(each: Input, end: float, holds: Holds, steps: int = STEPS) -> float | None:
    """Where the decision turns over between the input's own value and an end of its range.

    By bisection, which finds one such place. None where the decision holds at the end: it may
    still turn over and back between, which is not looked for. Whole numbers are tried as such.
    """
    if end == each.own or holds(end):
        return None
    good, bad = each.own, end
    for _ in range(steps):
        middle = (good + bad) / 2
        if each.kind == "whole":
            middle = float(round(middle))
            if middle in (good, bad):
                return bad
        if holds(middle):
            good = middle
        else:
            bad = middle
    return bad if each.kind == "whole" else (good + bad) / 2
