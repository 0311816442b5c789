"""What the scenario expected of each day beside what came."""

from __future__ import annotations

import numpy as np

from model.events import Kind
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.pieces import Floats, day_edges, piece_of
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan


def by_day(log: SortedLog, plan: Plan) -> Columns:
    """The table `forecast_by_day`."""
    season = plan.scenario.season
    edges = day_edges(season, season.duration)
    traffic, days = log.rows(Kind.TRAFFIC), len(edges) - 1
    if not len(traffic):
        return {name: [] for name in ("day", "expected", "sessions", "expected_carts", "carts")}
    came = np.bincount(piece_of(traffic["t"].copy(), edges), traffic["quantity"], days)
    expected = np.diff(np.interp(edges, plan.rate.edges, plan.rate.cumulative()))
    begun = _first_requests(log)
    begun = begun[begun < season.duration]
    return {
        "day": np.arange(days),
        "expected": expected,
        "sessions": came,
        "expected_carts": expected * plan.scenario.demand.engaged,
        "carts": np.bincount(piece_of(begun, edges), minlength=days),
    }


BREAKDOWNS = (
    Breakdown(
        "forecast_by_day",
        "The demand that the scenario expects of each day, before any luck, beside what came.",
        (Key("day", "The local day, from 0: that on which the season starts.", "whole"),),
        (
            Number("expected", "count", "Sessions expected."),
            Number("sessions", "count", "Sessions that came."),
            Number("expected_carts", "count", "Sessions expected to use a cart."),
            Number("carts", "count", "Sessions that asked for something."),
        ),
        by_day,
    ),
)


def _first_requests(log: SortedLog) -> Floats:
    """When each session first asked for a product, shape (sessions that did,)."""
    asked = [log.rows(kind) for kind in (Kind.ADDED, Kind.REFUSED)]
    sessions = 1 + max(int(rows["session"].max(initial=-1)) for rows in asked)
    first = np.full((len(asked), sessions), np.inf)
    for of_kind, rows in zip(first, asked, strict=True):
        of_kind[rows["session"][::-1]] = rows["t"][::-1]  # the last one written stays
    earliest: Floats = first.min(axis=0)
    return earliest[np.isfinite(earliest)]
