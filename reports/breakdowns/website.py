"""The website's pages: how long they took at which load, and over time."""

from __future__ import annotations

import numpy as np

from model.events import Kind
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.pieces import AT, Column, Floats, edges_of, piece_of
from reports.log import Events
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan
from scenarios.website_load import MINUTE, pages_per_second

LOADS = (0, 20, 40, 60, 70, 80, 90, 100, 120, 150)
"""Percent of the capacity of all workers, where each class of load begins; the last has no end."""
KINDS = {
    "pages": Kind.PAGE_TIME,
    "failed": Kind.PAGE_FAILED,
    "left": Kind.PAGE_LEFT,
}


def by_load(log: SortedLog, plan: Plan) -> Columns:
    """The table `pages_by_load`."""
    rule = plan.scenario.website
    if rule is None or not any(log.count(kind) for kind in KINDS.values()):
        return {"load_from": [], "minutes": [], **_nothing()}
    load = pages_per_second(_sessions(log, plan).tolist(), rule) * rule.page_time / rule.workers
    place = np.searchsorted(LOADS, load * 100, "right") - 1

    def of_minute(rows: Events) -> Column:
        minutes = np.minimum(rows["t"] // MINUTE, len(load) - 1).astype(np.int64)
        return place[minutes]

    counts = {
        name: np.bincount(of_minute(log.rows(kind)), minlength=len(LOADS))
        for name, kind in KINDS.items()
    }
    served = log.rows(Kind.PAGE_TIME)
    times = np.bincount(of_minute(served), served["amount"] / 1000, len(LOADS))
    minutes = np.bincount(place, minlength=len(LOADS))
    return {"load_from": np.array(LOADS), **counts, "time_s": times, "minutes": minutes}


def over_time(log: SortedLog, plan: Plan) -> Columns:
    """The table `pages_over_time`."""
    edges = edges_of(plan.scenario.season)
    if not any(log.count(kind) for kind in KINDS.values()):
        return {AT.name: [], "overloaded": [], **_nothing()}
    pieces = len(edges) - 1

    def sums(rows: Events, weights: Floats | None = None) -> Column:
        return np.bincount(piece_of(rows["t"].copy(), edges), weights, pieces)

    served = log.rows(Kind.PAGE_TIME)
    found = {name: sums(log.rows(kind)) for name, kind in KINDS.items()}
    found["time_s"] = sums(served, served["amount"] / 1000)
    found["overloaded"] = sums(log.rows(Kind.OVERLOADED))
    return {AT.name: edges[:-1].astype(np.int64)} | found


_PAGES = (
    Number("pages", "count", "Pages served to sessions that used a cart."),
    Number("failed", "count", "Pages that failed for them."),
    Number("left", "count", "Pages at which a shopper closed the site."),
    Number("time_s", "s", "Times of the served pages, summed."),
)
BREAKDOWNS = (
    Breakdown(
        "pages_by_load",
        "The website by its load: pages asked for in a minute, of all sessions, as a share of what "
        "all workers can serve.",
        (Key("load_from", "Where the class of load begins, in percent.", "whole"),),
        (*_PAGES, Number("minutes", "count", "Minutes with that load.")),
        by_load,
        needs=tuple(KINDS.values()),
    ),
    Breakdown(
        "pages_over_time",
        "The website's pages piece by piece of the season.",
        (AT,),
        (*_PAGES, Number("overloaded", "count", "Minutes with more load than the workers serve.")),
        over_time,
        needs=tuple(KINDS.values()),
    ),
)


def _nothing() -> dict[str, Column]:
    """The columns of a shop without a website."""
    return {number.name: np.empty(0) for number in _PAGES}


def _sessions(log: SortedLog, plan: Plan) -> Column:
    """Sessions that came in each minute of the season, browsing ones included."""
    traffic = log.rows(Kind.TRAFFIC)
    minutes = max(int(np.ceil(plan.scenario.season.duration / MINUTE)), 1)
    minute = np.minimum(traffic["t"] // MINUTE, minutes - 1).astype(np.int64)
    return np.bincount(minute, traffic["quantity"], minutes)
