"""Who is at work at a support desk, and when: a desk's shifts laid out over the season."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from scenarios.calendar import Calendar

if TYPE_CHECKING:
    from scenarios.schema import Desk

DAY = 86400.0


def agents_over_time(desk: Desk, calendar: Calendar) -> list[tuple[float, int]]:
    """(seconds since the season's start, agents at work from then on), in order of time.

    The first entry is the start itself; the last ones may lie after the season's end.
    """
    start = calendar.season.start
    days = int(calendar.season.end // DAY) + 2
    edges = {clock for shift in desk.shifts for clock in (shift.begins, shift.ends)}
    moments = {start} | {
        dt.datetime.combine(start.date() + dt.timedelta(days=day), clock)
        for day in range(days)
        for clock in edges
    }
    return [
        (calendar.seconds(moment), _agents(desk, moment.time()))
        for moment in sorted(moments)
        if moment >= start
    ]


def _agents(desk: Desk, clock: dt.time) -> int:
    return desk.agents + sum(shift.agents for shift in desk.shifts if shift.covers(clock))
