"""A window of a season: only its shoppers come, to a shop that opens anew when the window does.

The season is drawn whole and then cut, so a shopper of a window is the same row, with the same
luck, as in the whole season. A load test and the simulation that it is compared with play the
same cut.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.calendar import Calendar
from scenarios.columns import Shoppers
from scenarios.demand import MINUTE, Rate
from scenarios.errors import UserError
from scenarios.market import Season
from scenarios.streams import stream
from scenarios.units import ended, format_moment, latin, parse_moment

if TYPE_CHECKING:
    from scenarios.schema import Scenario
    from scenarios.shoppers import Plan

Floats = NDArray[np.float64]
_BETWEEN = re.compile(r"(?:(\S+)\s+)?(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


def as_played(scenario: Scenario) -> Scenario:
    """The scenario whose season is its window alone; the scenario itself without a window."""
    season = scenario.season
    if season.window is None:
        return scenario
    cut = season.model_copy(
        update={
            "start": Calendar(season).moment(_begins(season)),
            "duration": season.window.duration / season.window.speed,
            "wind_down": season.window.drain,
            "window": None,
        }
    )
    return scenario.model_copy(update={"season": cut})


def cut_plan(whole: Plan) -> Plan:
    """The plan of the window that a plan's season has; its `whole` is the given one."""
    scenario = as_played(whole.scenario)
    season = whole.scenario.season
    assert season.window is not None
    speed = season.window.speed
    edges = np.clip((whole.rate.edges - _begins(season)) / speed, 0, scenario.season.duration)
    rate = Rate(edges, whole.rate.rate * speed, whole.rate.day)
    return replace(
        whole, scenario=scenario, calendar=Calendar(scenario.season), rate=rate, whole=whole
    )


def cut_shoppers(whole: Scenario, shoppers: Shoppers, seed: int, replication: int) -> Shoppers:
    """The same shoppers, of whom only those of the window come: by the window's own clock.

    Rows keep their numbers. Who does not come has an arrival of minus or plus infinity.
    """
    season = whole.season
    assert season.window is not None
    begins, speed = _begins(season), season.window.speed
    arrival = np.array(shoppers.arrival)
    shifted = (arrival - begins) / speed
    first, last = np.searchsorted(arrival, [begins, begins + season.window.duration])
    shifted[:first], shifted[last:] = -np.inf, np.inf
    everybody = np.concatenate(
        (shifted[first:last], browsing_times(whole, shoppers, seed, replication))
    )
    minutes = int(np.ceil(season.window.duration / speed / MINUTE))
    traffic = np.bincount((everybody // MINUTE).astype(int), minlength=minutes)
    return replace(shoppers, arrival=shifted.tolist(), traffic=traffic.tolist())


def browsing_times(whole: Scenario, shoppers: Shoppers, seed: int, replication: int) -> Floats:
    """When the window's sessions that only browse come, by the window's clock; sorted.

    The draw counts them by the minute; within each they are spread evenly, by a stream of that
    minute's own. `shoppers` are those of the whole season.
    """
    season = whole.season
    assert season.window is not None
    begins, ends = _begins(season), _begins(season) + season.window.duration
    minutes = range(int(begins // MINUTE), min(int(-(-ends // MINUTE)), len(shoppers.traffic)))
    times = [
        (minute + stream(seed, replication, f"browsing in minute {minute}").random(count)) * MINUTE
        for minute in minutes
        if (count := shoppers.traffic[minute] - _engaged(shoppers, minute))
    ]
    moments = np.sort(np.concatenate(times)) if times else np.empty(0)
    inside = moments[(moments >= begins) & (moments < ends)]
    at: Floats = (inside - begins) / season.window.speed
    return at


def parse_window(text: str, season: Season) -> tuple[datetime, float]:
    """The local begin and the length in seconds of `21:00-21:10`, or with a day before it.

    Without a day it is that of the season's only such window. Raises UserError.
    """
    match = _BETWEEN.fullmatch(latin(text))
    if not match:
        raise UserError(
            f"--window {text!r} cannot be read; write for example 21:00-21:10, or with its day "
            "1405-12-24 21:00-21:10."
        )
    day, *clock = match.groups()
    from_hour, from_minute, to_hour, to_minute = map(int, clock)
    if max(from_hour, to_hour) > 24 or max(from_minute, to_minute) > 59:
        raise UserError(f"--window {text!r}: hours go to 24 and minutes to 59.")
    length = (to_hour - from_hour) * 3600 + (to_minute - from_minute) * 60
    since_midnight = timedelta(hours=from_hour, minutes=from_minute)
    if length <= 0:
        length += 86400
    if day:
        try:
            begin = parse_moment(day) + since_midnight
        except ValueError as error:
            raise UserError(f"--window {text!r}: {ended(error)}") from None
        _check_inside(text, begin, length, season)
        return begin, float(length)
    return _only(text, since_midnight, length, season), float(length)


def _only(text: str, since_midnight: timedelta, length: float, season: Season) -> datetime:
    midnight = datetime.combine(season.start.date(), datetime.min.time())
    days = int(season.duration // 86400) + 2
    begins = [midnight + timedelta(days=n) + since_midnight for n in range(days)]
    inside = [moment for moment in begins if _is_inside(moment, length, season)]
    if len(inside) == 1:
        return inside[0]
    if not inside:
        _check_inside(text, begins[0], length, season)
    raise UserError(
        f"--window {text!r}: the season has {len(inside)} days with such a window; name the day, "
        f"such as '{format_moment(inside[0])[:10]} {text}'."
    )


def _is_inside(begin: datetime, length: float, season: Season) -> bool:
    after = Calendar(season).seconds(begin)
    return after >= 0 and after + length <= season.duration


def _check_inside(text: str, begin: datetime, length: float, season: Season) -> None:
    if not _is_inside(begin, length, season):
        end = Calendar(season).moment(season.duration)
        raise UserError(
            f"--window {text!r} does not lie in the season, which goes from "
            f"{format_moment(season.start)} to {format_moment(end)}."
        )


def _begins(season: Season) -> float:
    """Of the season's window, in seconds from the season's start."""
    assert season.window is not None
    return Calendar(season).seconds(season.window.begins)


def _engaged(shoppers: Shoppers, minute: int) -> int:
    """Shoppers of a minute who have a row of their own."""
    edges = minute * MINUTE, (minute + 1) * MINUTE
    first, last = (bisect_left(shoppers.arrival, edge) for edge in edges)
    return last - first
