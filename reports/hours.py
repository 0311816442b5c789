"""A run by local hour of day: when its traffic, sales, stockouts and contacts came."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.arrays import group_starts, slots, stable_order
from reports.log import Events
from reports.paid_orders import PAID
from reports.sorted_log import SortedLog
from scenarios.calendar import Calendar
from scenarios.schema import Season
from scenarios.shoppers import Plan

HOUR = 3600.0
HOURS_OF_DAY = 24

Column = NDArray[Any]
"""One number for each hour of day, shape (24,)."""
Floats = NDArray[np.float64]


def by_hour(events: Events | SortedLog, plan: Plan) -> dict[str, Column]:
    """The columns of a run folder's `hours.csv`, from `hour` to `support_backlog_mean`.

    `days` says how often the hour of day occurred, an hour that was cut off as its part; the
    others are sums over the run, but for `support_backlog_mean`, the waiting contacts averaged
    over the time (NaN for an hour that did not occur). A cart counts in the hour in which its
    first line was added. Where the clocks change, the hour that comes twice counts twice. What
    happens in the season's tail (`wind_down`) is left out: its days are not like the others.
    """
    log, season = SortedLog.of(events), plan.scenario.season
    edges, hour = local_hours(season)
    added = log.rows(Kind.ADDED)
    traffic = log.rows(Kind.TRAFFIC)

    def sums(t: Floats, weights: Column | None = None) -> Column:
        if season.wind_down:
            in_season = t < season.duration
            t, weights = t[in_season], None if weights is None else weights[in_season]
        slot = np.minimum(slots(edges, t), len(hour)) - 1
        return np.bincount(hour[slot], weights, HOURS_OF_DAY).astype(np.int64)

    def counts(*kinds: Kind) -> Column:
        return sums(log.rows(*kinds)["t"])

    lengths = np.bincount(hour, np.diff(edges), HOURS_OF_DAY)
    waited = np.bincount(hour, _waiting_time(log, edges), HOURS_OF_DAY)
    return {
        "hour": np.arange(HOURS_OF_DAY),
        "days": lengths / HOUR,
        "sessions": sums(traffic["t"], traffic["quantity"]),
        "carts": sums(added["t"][_firsts(added["session"])]),
        "orders_paid": counts(*PAID),
        "stockouts": counts(Kind.REFUSED),
        "support_contacts": counts(Kind.CONTACTED),
        "support_backlog_mean": np.divide(
            waited, lengths, out=np.full(HOURS_OF_DAY, np.nan), where=lengths > 0
        ),
    }


@lru_cache(maxsize=16)
def local_hours(season: Season) -> tuple[Floats, NDArray[np.int64]]:
    """The season cut at every full local hour, and the hour of day of each piece.

    Edges in seconds since the start, shape (pieces + 1,); hours of day, shape (pieces,).
    """
    calendar = Calendar(season)
    edges, hours = [0.0], []
    while edges[-1] < season.duration:
        now = calendar.moment(edges[-1])
        hours.append(now.hour)
        full = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        edges.append(min(edges[-1] + (full - now).total_seconds(), season.duration))
    return np.array(edges), np.array(hours)


def _firsts(sessions: NDArray[np.int32]) -> NDArray[np.intp]:
    """The first row of every session, for rows in order of time."""
    order = stable_order(sessions)
    return order[group_starts(sessions[order])]


def _waiting_time(log: SortedLog, edges: Floats) -> Floats:
    """Contact-seconds spent waiting between two edges, shape (pieces,)."""
    rows = log.rows(Kind.CONTACTED, Kind.ANSWERED, Kind.GAVE_UP)
    t = np.concatenate(([0.0], rows["t"], [max(log.last, edges[-1])]))
    waiting = np.cumsum(np.where(rows["kind"] == Kind.CONTACTED, 1, -1))
    until = np.concatenate(([0.0, 0.0], np.cumsum(waiting * np.diff(t[1:]))))
    # Between two changes the number of waiting contacts is constant, so their time is linear.
    return np.diff(np.interp(edges, t, until))
