"""How far an input may be wrong before another value of the decision is the best, and how sure that
is.

The interval of the place is that of all values at which the margin's own interval holds zero: if
each of these is right with some probability, so is it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.uncertain import Input
from sim.sensitivity.margins import Outcome

STEPS = 4
"""Halvings: a place is then known to a sixteenth of the way to the end of the range."""
PLACES = 3 * STEPS - 3
"""Values at which one end is tried at most: three places are sought, and begin at one middle."""
At = Callable[[float], Outcome]
"""What comes of the input's values."""
_Holds = Callable[[float], bool]


@dataclass(frozen=True)
class Turn:
    """Where the decision turns over on the way to one end of an input's range."""

    end: float
    at: float | None
    """By the means; None where it holds at the end, though not surely."""
    within: tuple[float, float | None] | None
    """Up to the first value the margin is surely above zero (the input's own value where it never
    is), from the second on surely below (None where not even at the end). None where so few
    replications have no interval."""


def turn_towards(each: Input, end: float, at: At) -> Turn | None:
    """Where the decision turns over between the input's own value and an end of its range.

    By bisection, which finds one such place. None where the decision holds at the end, and not by
    chance: it may still turn over and back between, which is not looked for. Whole numbers are
    tried as such. The interval is rounded outwards.
    """
    if end == each.own:
        return None
    there = at(end)
    if there.holds and not there.in_doubt:
        return None
    return Turn(
        end=end,
        at=None if there.holds else _place(each, end, lambda value: at(value).holds),
        within=None if math.isnan(there.low) else _within(each, end, at),
    )


def _within(each: Input, end: float, at: At) -> tuple[float, float | None]:
    low, high = each.own, None
    if at(each.own).surely_holds:
        low, _ = _bracket(each, end, lambda value: at(value).surely_holds)
    if at(end).surely_turned:
        _, high = _bracket(each, end, lambda value: not at(value).surely_turned)
    return low, high


def _place(each: Input, end: float, holds: _Holds) -> float:
    good, bad = _bracket(each, end, holds)
    return bad if each.kind == "whole" else (good + bad) / 2


def _bracket(each: Input, end: float, holds: _Holds) -> tuple[float, float]:
    """Two values close to each other: the first one holds, as the own value does, the other one,
    like the end, does not."""
    good, bad = each.own, end
    for _ in range(STEPS):
        middle = (good + bad) / 2
        if each.kind == "whole":
            middle = float(round(middle))
            if middle in (good, bad):
                break
        if holds(middle):
            good = middle
        else:
            bad = middle
    return good, bad
