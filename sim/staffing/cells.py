"""Cells of a staffing table: the days of a season in a few classes, and the hours of those days."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.desk_hours import season_hours
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Season
from scenarios.staffing import agents_over_time

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Span = tuple[dt.date, dt.date]

HOURS = 24
NAMES = {1: ("every",), 2: ("quiet", "busy"), 3: ("quiet", "ordinary", "busy")}
"""What the classes of days are called, from the fewest contacts to the most."""
_ALIKE = 0.15
"""Days whose contacts have a smaller coefficient of variation are of one class."""
_EXPLAINED = 0.8
"""Of the variance between days, what the classes must explain before fewer of them will do."""


@dataclass(frozen=True)
class Cells:
    """Every local hour of a season as a cell: a class of days and an hour of day.

    Cell `c * 24 + h` is hour `h` of the days of class `c`.
    """

    edges: Floats
    """Of the local hours, in seconds since the start, shape (pieces + 1,)."""
    of_piece: Ints
    """The cell of each local hour, shape (pieces,)."""
    days: tuple[tuple[dt.date, ...], ...]
    """Of each class."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the classes."""
        return NAMES[len(self.days)]

    @property
    def count(self) -> int:
        return len(self.days) * HOURS

    @cached_property
    def hours(self) -> Floats:
        """Hours of the season that each cell stands for, shape (cells,): those of one agent."""
        return np.bincount(self.of_piece, np.diff(self.edges), self.count) / 3600

    def sums(self, by_piece: NDArray[Any]) -> Floats:
        """What local hours add up to by cell, shape (cells,)."""
        return np.bincount(self.of_piece, by_piece, self.count).astype(np.float64)

    def present(self, desk: Desk, calendar: Calendar) -> Floats:
        """Agents that a desk has now, averaged over the time of each cell, shape (cells,)."""
        times, agents = map(np.array, zip(*agents_over_time(desk, calendar), strict=True))
        worked = np.concatenate(([0.0], np.cumsum(agents[:-1] * np.diff(times))))
        last = times[-1]
        at = np.interp(self.edges, times, worked) + agents[-1] * np.maximum(self.edges - last, 0)
        seconds = self.sums(np.diff(at))
        return np.divide(seconds, self.hours * 3600, out=np.zeros(self.count), where=self.hours > 0)

    def spans(self, number: int) -> tuple[Span, ...] | None:
        """The days of a class, those in a row together; None where it has all days."""
        if len(self.days) == 1:
            return None
        days = self.days[number]
        runs: list[list[dt.date]] = []
        for day in days:
            if runs and day - runs[-1][-1] == dt.timedelta(days=1):
                runs[-1].append(day)
            else:
                runs.append([day])
        return tuple((run[0], run[-1]) for run in runs)


def cells(season: Season, contacts: Floats, most: int = 3) -> Cells:
    """The cells of a season whose local hours brought so many `contacts`, shape (pieces,).

    Days are put into at most so many classes by their contacts.
    """
    edges, hours = season_hours(season)
    calendar = Calendar(season)
    dates = [calendar.moment(edge).date() for edge in edges[:-1]]
    by_day: dict[dt.date, float] = dict.fromkeys(dates, 0.0)
    for date, number in zip(dates, contacts, strict=True):
        by_day[date] += float(number)
    classes = classes_of(list(by_day.values()), most)
    number_of = dict(zip(by_day, classes, strict=True))
    of_piece = np.array([number_of[date] * HOURS for date in dates]) + hours
    days = tuple(
        tuple(day for day in by_day if number_of[day] == number)
        for number in range(max(classes) + 1)
    )
    return Cells(edges, of_piece, days)


def classes_of(volumes: Sequence[float], most: int = 3) -> list[int]:
    """The class of each day, from 0 for the fewest contacts: Jenks's natural breaks.

    As few classes as explain four fifths of the variance between days; one where days differ by
    less than chance would make them.
    """
    numbers = np.asarray(volumes, float)
    mean = numbers.mean()
    if not mean or numbers.std() <= _ALIKE * mean:
        return [0] * len(numbers)
    distinct = np.unique(numbers)
    found = [0] * len(numbers)
    for count in range(2, min(most, len(distinct)) + 1):
        breaks = min(
            itertools.combinations(distinct[1:], count - 1),
            key=lambda breaks: _within(numbers, breaks),
        )
        found = np.searchsorted(breaks, numbers, "right").tolist()
        if _within(numbers, breaks) <= (1 - _EXPLAINED) * numbers.var() * len(numbers):
            break
    return found


def _within(numbers: Floats, breaks: Sequence[float]) -> float:
    """The sum of squares within the classes that begin at these breaks."""
    of = np.searchsorted(breaks, numbers, "right")
    return float(
        sum(
            np.var(part) * len(part)
            for k in range(len(breaks) + 1)
            if len(part := numbers[of == k])
        )
    )
