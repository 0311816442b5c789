"""Who is at work at a support desk, and when: shifts and chores laid out over the season."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from scenarios.calendar import Calendar

if TYPE_CHECKING:
    from scenarios.agents import Chore
    from scenarios.schema import Desk

DAY = 86400.0


def agents_over_time(desk: Desk, calendar: Calendar) -> list[tuple[float, int]]:
    """(seconds since the season's start, agents at work from then on), in order of time.

    The first entry is the start itself; the last ones may lie after the season's end.
    """
    start = calendar.season.start
    days = int(calendar.season.end // DAY) + 2
    edges = {clock for shift in desk.shifts for clock in (shift.begins, shift.ends)}
    moments = (
        {start}
        | {change.at for change in desk.later}
        | {
            dt.datetime.combine(start.date() + dt.timedelta(days=day), clock)
            for day in range(days)
            for clock in edges
        }
    )
    return [
        (calendar.seconds(moment), _agents(desk, moment, calendar))
        for moment in sorted(moments)
        if moment >= start
    ]


def _agents(desk: Desk, moment: dt.datetime, calendar: Calendar) -> int:
    clock, today = moment.time(), moment.date()
    yesterday = today - dt.timedelta(days=1)
    agents = desk.agents_at(moment)
    for shift in desk.shifts:
        if shift.covers(clock):
            began = yesterday if shift.began_yesterday(clock) else today
            if shift.is_on(began) and not (
                desk.business_days and not calendar.is_business_day(began)
            ):
                agents += shift.agents
    return agents


def chore_times(chore: Chore, desk: Desk, calendar: Calendar) -> list[float]:
    """When each turn of a chore begins, in seconds since the season's start.

    A turn that falls where nobody is at work waits for the next shift; two that wait become one.
    """
    season = calendar.season
    changes = agents_over_time(desk, calendar)
    begins = [t for t, _ in changes]
    first = calendar.seconds(dt.datetime.combine(season.start.date(), chore.at))
    if first < 0:
        first += math.ceil(-first / chore.every) * chore.every
    times: list[float] = []
    for turn in range(int((season.duration - first) // chore.every) + 1):
        due = first + turn * chore.every
        place = bisect_right(begins, due) - 1
        if not changes[place][1]:
            due = next((t for t, agents in changes[place:] if agents), math.inf)
        if due < season.duration and (not times or due > times[-1]):
            times.append(due)
    return times
