"""Breakdowns of stockouts: where the units were, of which product, when, and what that lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number, a_level
from reports.breakdowns.counting import counted
from reports.breakdowns.days import DAY_KEY, day_of_run, hour_of_day
from reports.hours import HOURS_OF_DAY
from reports.measures.definition import end_of
from reports.measures.losses import lost
from reports.measures.stock import WHERE, phantoms
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan

KINDS = ("true", "phantom")
OTHERS = "others"
PRODUCTS = 20
"""Products by the most stockouts that are told apart."""
HOT, LOOKS = 3, 181
"""Products whose stock is followed, and at how many moments."""
_WHYS = tuple(WHERE)
_WHY_NAMES = np.array([why.name.lower() for why in _WHYS])
_PLACE = np.zeros(256, np.int64)
_PLACE[list(_WHYS)] = range(len(_WHYS))


def _by_why(log: SortedLog, _: Plan) -> Columns:
    refused, gone = log.rows(Kind.REFUSED), lost(log)
    places = (
        (_PLACE[refused["reason"]], len(_WHYS)),
        (phantoms(log).astype(np.int64), len(KINDS)),
    )
    stockouts = counted(*places)
    why, kind = np.nonzero(stockouts)
    units = counted(*places, weights=refused["quantity"] * gone)
    rial = counted(*places, weights=refused["amount"] * gone)
    return {
        "why": _WHY_NAMES[why],
        "kind": np.array(KINDS)[kind],
        "stockouts": stockouts[why, kind],
        "lost_units": units[why, kind],
        "lost_rial": rial[why, kind],
    }


def _by_product(log: SortedLog, plan: Plan) -> Columns:
    refused = log.rows(Kind.REFUSED)
    most = _most_refused(log)[:PRODUCTS]
    names = np.array([*(plan.assortment.products[each].name for each in most), OTHERS])
    row = np.full(len(plan.assortment.products), len(most))
    row[most] = range(len(most))
    hour = hour_of_day(plan.scenario.season, refused["t"])
    places = ((row[refused["product"]], len(names)), (hour, HOURS_OF_DAY))
    stockouts = counted(*places)
    product, hours = np.nonzero(stockouts)
    return {
        "product": names[product],
        "hour": hours,
        "stockouts": stockouts[product, hours],
        "phantom_stockouts": counted(*places, weights=phantoms(log))[product, hours],
        "lost_rial": counted(*places, weights=refused["amount"] * lost(log))[product, hours],
    }


def _by_day(log: SortedLog, plan: Plan) -> Columns:
    refused = log.rows(Kind.REFUSED)
    if not len(refused):
        return {"day": [], "stockouts": [], "phantom_stockouts": [], "lost_rial": []}
    place = day_of_run(plan.scenario.season, refused["t"], end_of(log, plan.scenario))
    gone, phantom = lost(log), phantoms(log)
    return {
        "day": np.arange(place[1]),
        "stockouts": counted(place),
        "phantom_stockouts": counted(place, weights=phantom),
        "lost_rial": counted(place, weights=refused["amount"] * gone),
        "phantom_lost_rial": counted(place, weights=refused["amount"] * (gone & phantom)),
    }


def _path(log: SortedLog, plan: Plan) -> Columns:
    ledger, tables = log.ledger, []
    looks = np.linspace(0, end_of(log, plan.scenario), LOOKS)
    ends = dict(zip(ledger.products.tolist(), ledger.ends.tolist(), strict=True))
    starts = dict(zip(ledger.products.tolist(), ledger.starts.tolist(), strict=True))
    for product in _most_refused(log)[:HOT].tolist():
        if product not in starts:  # it never had a unit
            continue
        first, last = starts[product], ends[product] + 1
        t = ledger.rows["t"][first:last].copy()
        after = np.searchsorted(t, looks, "right") - 1
        level = ledger.levels[:, first:last][:, np.maximum(after, 0)] * (after >= 0)
        on_hand, reserved, suspended, allocated = level
        free = np.maximum(on_hand - reserved - suspended - allocated, 0)
        name = plan.assortment.products[product].name
        tables.append(
            {
                "product": np.repeat(name, LOOKS),
                "at_s": looks.astype(np.int64),
                "available": free,
                "reserved": reserved,
                "suspended": suspended,
                "allocated": allocated,
            }
        )
    columns = ("product", "at_s", "available", "reserved", "suspended", "allocated")
    return {
        name: np.concatenate([table[name] for table in tables]) if tables else []
        for name in columns
    }


def _most_refused(log: SortedLog) -> NDArray[np.intp]:
    """The products that were refused at all, the one with most stockouts first."""
    times = np.bincount(log.rows(Kind.REFUSED)["product"])
    order = np.argsort(-times, kind="stable")
    return order[: np.count_nonzero(times)]


_STOCKOUTS = Number("stockouts", "count", "Stockouts.")
_PHANTOM = Number("phantom_stockouts", "count", "Those of them that were phantom.", inside=True)
_LOST = Number("lost_rial", "rial", "Sales lost by them, as in `lost_sales_rial`.")

BREAKDOWNS = (
    Breakdown(
        "stockouts_by_why",
        "Stockouts by where the units were; in all `stockouts`, `lost_units` and "
        "`lost_sales_rial`.",
        (
            Key("why", "Where the units were, as in `stockouts_*`."),
            Key("kind", "`phantom` or `true`, as in `phantom_stockouts`."),
        ),
        (_STOCKOUTS, Number("lost_units", "count", "Units lost by them."), _LOST),
        _by_why, inside=True,
    ),
    Breakdown(
        "stockouts_by_product",
        f"Stockouts by product and local hour of day. The {PRODUCTS} products that a replication "
        f"refused most often stand by themselves, and all the rest together as `{OTHERS}`.",
        (
            Key("product", f"Its name, or `{OTHERS}`."),
            Key("hour", "Local hour of day, 0 to 23.", "whole"),
        ),
        (_STOCKOUTS, _PHANTOM, _LOST), _by_product,
    ),
    Breakdown(
        "stockouts_by_day",
        "Stockouts and lost sales day by day.",
        (DAY_KEY,),
        (
            _STOCKOUTS, _PHANTOM, _LOST,
            Number(
                "phantom_lost_rial", "rial", "The part of it that phantom stockouts lost.",
                inside=True,
            ),
        ),
        _by_day,
    ),
    Breakdown(
        "stock_path",
        f"The stock of the {HOT} products that were refused most often, at {LOOKS} evenly spaced "
        "moments from the start to the end of the run.",
        (
            Key("product", "Its name."),
            Key("at_s", "Seconds since the start.", "whole"),
        ),
        (
            a_level("available", "count", "Units that can be taken; 0 where it is oversold."),
            a_level("reserved", "count", "Units reserved for carts and unpaid orders."),
            a_level("suspended", "count", "Suspended goods."),
            a_level("allocated", "count", "Units of paid orders that have not left the shop."),
        ),
        _path, only_first=True, inside=True,
    ),
)  # fmt: skip
