"""A range of values, such as `5min..2h`: which values it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scenarios.errors import UserError
from scenarios.units import SECONDS, latin, parse_duration, parse_money, parse_share

STEPS = 6
"""How many values a range has, where it does not say."""
ALL_WHOLE = 8
"""Whole numbers: a range of no more of them has them all."""
MOST_STEPS = 50
HOW_TO = (
    "a range is LOW..HIGH or LOW..HIGH:COUNT with two numbers of one kind, the smaller first, such "
    "as 5min..2h:6, 4..8 or 1%..5%"
)

_RANGE = re.compile(r"(?P<low>.+?)\s*\.\.\s*(?P<high>[^:]+?)\s*(?::\s*(?P<steps>\d+))?")
_UNITS = ("d", "h", "min", "s")
_MOST_OF_A_UNIT = 1000
"""Beyond so many of the lower end's unit, every duration is written in a unit of its own."""

Kind = Literal["whole", "number", "share", "money", "duration"]


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`: in seconds, rial, fractions, or plain."""

    kind: Kind
    low: float
    high: float
    steps: int | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """What it stands for, from small to large, as a scenario file writes it."""
        steps = self.steps or STEPS
        if self.kind == "whole" and not self.steps and self.high - self.low < ALL_WHOLE:
            steps = int(self.high - self.low) + 1
        places = (step / (steps - 1) for step in range(steps))
        return tuple(dict.fromkeys(self.at(place) for place in places))

    def at(self, place: float) -> str:
        """The value at a place between 0 (the low end) and 1, to two digits between the ends.

        Durations lie at even ratios, since 5 minutes more are much at 5 and little at 60, and are
        whole from 5 of their unit on; all else, and what begins at zero, at even distances.
        """
        if self.kind == "duration" and self.low > 0:
            number = self.low * (self.high / self.low) ** place
        else:
            number = self.low + place * (self.high - self.low)
        ends = {0.0: self.low, 1.0: self.high}
        return self._written(ends.get(place, number), exact=place in ends)

    def _written(self, number: float, exact: bool) -> str:
        match self.kind:
            case "whole":
                return f"{round(number)}"
            case "number":
                return _digits(number, exact)
            case "share":
                return f"{_digits(number * 100, exact)}%"
            case "money":
                return f"{_digits(number, exact)} rial"
            case "duration":
                unit = self._unit(number)
                shown = number / SECONDS[unit]
                return _digits(shown if exact or shown < 5 else round(shown), exact) + unit

    def _unit(self, seconds: float) -> str:
        """The low end's, so that a curve's axis has one unit; its own where ends lie far apart."""
        common = _unit_of(self.low or self.high)
        return common if self.high < _MOST_OF_A_UNIT * SECONDS[common] else _unit_of(seconds)


def parse(text: str) -> Range | None:
    """Read `5min..2h` or `5min..2h:6`; None for what is no range.

    Raises UserError for one that cannot be read, without saying where it stands.
    """
    match = _RANGE.fullmatch(latin(text))
    if not match:
        return None
    steps = int(match["steps"]) if match["steps"] else None
    for kind, read in _KINDS.items():
        try:
            low, high = read(match["low"]), read(match["high"])
        except ValueError:
            continue
        if not -float("inf") < low < high < float("inf"):
            break
        if steps is not None and not 2 <= steps <= MOST_STEPS:
            raise UserError(f"{text}: a range has from 2 to {MOST_STEPS} values")
        return Range(kind, low, high, steps)
    raise UserError(f"{text}: {HOW_TO}")


_KINDS: dict[Kind, Callable[[str], float]] = {
    "whole": int,
    "number": float,
    "share": parse_share,
    "money": parse_money,
    "duration": parse_duration,
}


def _unit_of(seconds: float) -> str:
    """The largest unit of which there is at least one."""
    return next((unit for unit in _UNITS if seconds >= SECONDS[unit]), "s")


def _digits(number: float, exact: bool) -> str:
    """An end as it is, a value between two ends to two digits; never with an exponent."""
    if not exact:
        number = float(f"{number:.1e}")
    return f"{number:.10f}".rstrip("0").rstrip(".")
