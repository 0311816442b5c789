"""The working days of a season and of the weeks after it, counted: "the third one from now"."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from math import inf

from scenarios.calendar import Calendar

BEYOND = 90
"""So many calendar days after the world's end are counted too: parcels are promised for them."""
DAY = 86400.0


class WorkingDays:
    """Days on which business is done, by their number from 0; times in seconds from the start."""

    def __init__(self, calendar: Calendar, every_day: bool = False) -> None:
        """`every_day`: work goes on through weekends and holidays."""
        season = calendar.season
        first = season.start.date()
        days = (first + dt.timedelta(days=n) for n in range(int(season.end // DAY) + BEYOND))
        self._calendar = calendar
        self._dates = [day for day in days if every_day or calendar.is_business_day(day)]
        self._clocks: dict[dt.time, list[float]] = {}
        self._begins = self._all_at(dt.time())
        self._ends = [
            calendar.seconds(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
            for day in self._dates
        ]

    def __len__(self) -> int:
        return len(self._dates)

    def at(self, number: int, clock: dt.time) -> float:
        """When it is that time on a working day; infinite for days too late to be counted."""
        times = self._clocks.get(clock) or self._all_at(clock)
        return times[number] if number < len(times) else inf

    def over(self, number: int) -> float:
        """When a working day is over: the midnight after it."""
        return self._ends[number] if number < len(self._ends) else inf

    def after(self, now: float, count: int) -> int:
        """The `count`-th working day after the day on which `now` lies; that day is not counted.

        The fifth after a Wednesday is the next Tuesday where only Fridays are off.
        """
        return bisect_right(self._begins, now) + count - 1

    def _all_at(self, clock: dt.time) -> list[float]:
        times = [self._calendar.seconds(dt.datetime.combine(day, clock)) for day in self._dates]
        self._clocks[clock] = times
        return times
