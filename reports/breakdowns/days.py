"""When things happened by the shop's clock: the hour of day, and the day of the run."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.arrays import slots
from reports.breakdowns.breakdown import Key
from reports.hours import HOUR, HOURS_OF_DAY, local_hours
from scenarios.calendar import Calendar
from scenarios.schema import Season

Floats = NDArray[np.float64]
DAY_KEY = Key("day", "Day of the run by the shop's calendar, from 0.", "whole")


def hour_of_day(season: Season, t: Floats) -> NDArray[np.int64]:
    """The local hour of each moment, given in seconds since the start; also after the season."""
    edges, hours = local_hours(season)
    inside = hours[np.minimum(slots(edges, t), len(hours)) - 1]
    if not len(t) or t.max() < edges[-1]:
        return inside
    # Clocks do not change in the tail, as far as this figure goes.
    begins = Calendar(season).moment(edges[-1])
    clock = begins.hour * HOUR + begins.minute * 60
    after = ((clock + t - edges[-1]) // HOUR).astype(np.int64) % HOURS_OF_DAY
    return np.where(t < edges[-1], inside, after)


@lru_cache(maxsize=16)
def midnights(season: Season, end: float) -> tuple[float, ...]:
    """Seconds since the start of the local midnights after it and before `end`."""
    calendar, found = Calendar(season), []
    day = season.start.date() + dt.timedelta(days=1)
    while (at := calendar.seconds(dt.datetime.combine(day, dt.time()))) < end:
        found.append(at)
        day += dt.timedelta(days=1)
    return tuple(found)


def day_of_run(season: Season, t: Floats, end: float) -> tuple[NDArray[Any], int]:
    """The day of each moment, from 0 for the day of the start, and how many days there are."""
    edges = midnights(season, end)
    return slots(np.array(edges), t), len(edges) + 1
