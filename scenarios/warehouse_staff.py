"""Who is at work in the own warehouse, and when: its shifts laid out over the working days."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from scenarios.calendar import Calendar
from scenarios.fulfilment import Warehouse
from scenarios.working_days import WorkingDays

DAY = 86400.0


class Crews(NamedTuple):
    """So many people at work from a time on, in seconds from the season's start."""

    since: float
    pickers: int
    packers: int


def crews_over_time(warehouse: Warehouse, calendar: Calendar) -> list[Crews]:
    """The people at work, from each change to the next; the first entry is the season's start.

    A shift that runs over midnight belongs to the day on which it begins.
    """
    days = WorkingDays(calendar, warehouse.works_holidays)
    changes: defaultdict[float, list[int]] = defaultdict(lambda: [0, 0])
    changes[0.0] = [0, 0]
    for number in range(len(days)):
        for shift in warehouse.shifts:
            begins = days.at(number, shift.begins)
            ends = days.at(number, shift.ends) + (DAY if shift.ends <= shift.begins else 0)
            for t, sign in ((begins, 1), (ends, -1)):
                change = changes[max(t, 0.0)]
                change[0] += sign * shift.pickers
                change[1] += sign * shift.packers
    crews, pickers, packers = [], 0, 0
    for t, (more_pickers, more_packers) in sorted(changes.items()):
        pickers += more_pickers
        packers += more_packers
        crews.append(Crews(t, pickers, packers))
    return crews


def hours_at_work(warehouse: Warehouse, calendar: Calendar) -> float:
    """Hours of all pickers and packers together, until the world stops."""
    end = calendar.season.end
    crews = [each for each in crews_over_time(warehouse, calendar) if each.since < end]
    until = [each.since for each in crews[1:]] + [end]
    seconds = sum(
        (each.pickers + each.packers) * (then - each.since)
        for each, then in zip(crews, until, strict=True)
    )
    return seconds / 3600
