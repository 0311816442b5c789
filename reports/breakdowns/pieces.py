"""The time axis of what is told over time: a season cut into its local hours or its local days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.arrays import slots
from reports.breakdowns.breakdown import Columns, Key
from reports.hours import local_hours
from scenarios.calendar import Calendar
from scenarios.schema import Season

DAY = 86400.0
HOURLY = 7 * DAY
"""Seconds. A season no longer than this is told hour by hour, a longer one day by day."""

Floats = NDArray[np.float64]
Column = NDArray[Any]
"""One number for each row of a breakdown."""
AT = Key(
    "at_s",
    "Where a piece of the season begins, in seconds since its start: a local hour where the season "
    "lasts a week at most, else a local day.",
    "whole",
)
"""The key of what is told over time."""


def edges_of(season: Season) -> Floats:
    """Where the pieces of a season and of its tail (`wind_down`) begin and end.

    Seconds since the start, shape (pieces + 1,).
    """
    if season.end > HOURLY:
        return day_edges(season, season.end)
    return local_hours(season.model_copy(update={"duration": season.end, "wind_down": 0.0}))[0]


@lru_cache(maxsize=16)
def day_edges(season: Season, until: float) -> Floats:
    """Every local midnight up to `until`, between the start and `until`; shape (days + 1,)."""
    calendar, edges = Calendar(season), [0.0]
    day = season.start.date()
    while edges[-1] < until:
        day += dt.timedelta(days=1)
        edges.append(min(calendar.seconds(dt.datetime.combine(day, dt.time())), until))
    return np.array(edges)


def piece_of(t: Floats, edges: Floats) -> NDArray[np.intp]:
    """The piece in which each moment lies; the last one for what comes after it."""
    return np.clip(slots(edges, t) - 1, 0, len(edges) - 2)


def time_at(levels: Floats, t: Floats, edges: Floats) -> Floats:
    """The time integral of a level between two edges; shape (pieces,).

    The level is zero up to the first moment of `t` (ascending), then `levels` from each on.
    """
    if not len(t):
        return np.zeros(len(edges) - 1)
    t = np.append(t, max(t[-1], edges[-1]))
    until = np.concatenate(([0.0], np.cumsum(levels * np.diff(t))))
    # Between two changes a level is constant, so its integral is linear.
    return np.diff(np.interp(edges, t, until))


def level_at(begins: Floats, ends: Floats, moments: Floats) -> NDArray[np.intp]:
    """How many of some spells are under way at each moment; infinite ends never come.

    What begins at the very moment is under way, what ends then is not.
    """
    begun = np.searchsorted(np.sort(begins), moments, "right")
    over = np.searchsorted(np.sort(ends), moments, "right")
    return np.subtract(begun, over)


def level_of(t: Floats, levels: NDArray[Any], moments: Floats) -> NDArray[Any]:
    """The level at each moment: zero up to the first of `t` (ascending), `levels` from each on."""
    return np.concatenate(([0], levels))[np.searchsorted(t, moments, "right")]


def crossed(keys: dict[str, Sequence[Any]], columns: Mapping[str, NDArray[Any]]) -> Columns:
    """Columns of shape (first key, second key, ...) as one table with a row for each cell."""
    names = list(keys)
    sizes = [len(keys[name]) for name in names]
    flat: dict[str, Column] = {}
    for place, name in enumerate(names):
        repeats = math.prod(sizes[place + 1 :])
        tiles = math.prod(sizes[:place])
        flat[name] = np.tile(np.repeat(np.array(keys[name]), repeats), tiles)
    return flat | {name: np.asarray(column).reshape(-1) for name, column in columns.items()}
