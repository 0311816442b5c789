"""Which hours and days of an export are looked at: fit on one part, test on another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.calendar import WEEKDAYS
from scenarios.errors import UserError
from scenarios.units import did_you_mean, ended, latin, parse_day

Flags = NDArray[np.bool_]
_WORDS = ("even-hours", "odd-hours", "even-days", "odd-days", "hours", "weekdays", "before", "from")
HOW = (
    "even-hours, odd-hours, 'hours 7-24', even-days, odd-days, 'weekdays saturday,sunday', "
    "'before 1404-12-15' or 'from 1404-12-15'"
)
"""How a part is written."""


@dataclass(frozen=True)
class Selection:
    """The hours of some days; by itself all hours of all days."""

    texts: tuple[str, ...] = ()
    """As given: each takes something away."""
    hours: tuple[bool, ...] = (True,) * 24
    days: tuple[Callable[[dt.date, int], bool], ...] = ()
    """Of a date and its number in the season, from 1: whether it is in; all must agree."""

    @property
    def whole(self) -> bool:
        """Nothing is left out."""
        return not self.texts

    def cells(self, first: dt.date, count: int) -> Flags:
        """Which hours are in, of so many days from `first` on; shape (count, 24)."""
        dates = (first + dt.timedelta(days=number) for number in range(count))
        chosen = [all(rule(day, n) for rule in self.days) for n, day in enumerate(dates, start=1)]
        return np.outer(chosen, self.hours)

    def words(self) -> str:
        """For a sentence; empty for all of it."""
        return " and ".join(self.texts)


def select(texts: Sequence[str], option: str = "--fit-on") -> Selection:
    """The part that all of the texts leave; days are numbered from the season's first, which is 1.

    Raises UserError for a text that is no part, and for parts that leave no hour of the day.
    """
    hours = np.ones(24, dtype=bool)
    days: list[Callable[[dt.date, int], bool]] = []
    for text in texts:
        try:
            of_day, rule = _read(latin(text).strip())
        except ValueError as error:
            raise UserError(f"{option} {text}: {ended(error)}\nWrite {HOW}.") from None
        hours &= of_day
        if rule is not None:
            days.append(rule)
    if not hours.any():
        raise UserError(f"{option}: {' and '.join(texts)} leave no hour of the day.")
    return Selection(tuple(texts), tuple(hours.tolist()), tuple(days))


def _read(text: str) -> tuple[Flags, Callable[[dt.date, int], bool] | None]:
    """Hours, shape (24,), and a rule for days; ValueError with what is wrong."""
    word, _, rest = text.partition(" ")
    every, hour = np.ones(24, dtype=bool), np.arange(24)
    if word in ("even-hours", "odd-hours") and not rest:
        return hour % 2 == (word == "odd-hours"), None
    if word in ("even-days", "odd-days") and not rest:
        odd = word == "odd-days"
        return every, lambda day, number: number % 2 == odd
    if word == "hours":
        first, end = _span(rest)
        return (hour >= first) & (hour < end), None
    if word == "weekdays":
        named = [name.strip() for name in rest.split(",")]
        if unknown := [name for name in named if name not in WEEKDAYS]:
            raise ValueError(f"no weekday {unknown[0]!r}{did_you_mean(unknown[0], WEEKDAYS)}")
        return every, lambda day, number: WEEKDAYS[day.weekday()] in named
    if word in ("before", "from"):
        edge, before = parse_day(rest), word == "before"
        return every, lambda day, number: (day < edge) == before
    raise ValueError(f"this is no part of an export{did_you_mean(word, _WORDS)}")


def _span(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2})\s*-\s*(\d{1,2})", text)
    first, end = (int(part) for part in match.groups()) if match else (0, 0)
    if not first < end <= 24:
        raise ValueError("write the first full hour and the one before which it ends: hours 7-24")
    return first, end
