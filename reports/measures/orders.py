"""Measures of orders: what was placed, paid, paid late, and cancelled."""

from __future__ import annotations

import numpy as np

from model.events import Kind, Reason
from reports.arrays import distinct
from reports.measures.definition import Measure
from reports.paid_orders import BOUGHT, PAID
from reports.sorted_log import SortedLog

DEFINITIONS = (
    Measure("orders_placed", "count", "up", "Orders placed, paid or not."),
    Measure(
        "orders_paid", "count", "up",
        "Orders paid by the end of the run; accepted ones, once their money was collected.",
    ),
    Measure(
        "late_paid", "count", "neither",
        "Paid or accepted orders of shoppers whose reservation had died before, and who were still "
        "served.",
    ),
    Measure(
        "late_lost", "count", "down",
        "Shoppers who came to pay, or had paid, after their reservation had died, and for whom "
        "there was no unit any more.",
    ),
    Measure(
        "orders_cancelled", "count", "down",
        "Orders ended by a decision; one that merely ran out is not cancelled.",
    ),
    Measure(
        "orders_not_fetched", "count", "down",
        "Of those, the ones that were to be paid in the store, and nobody came for them.",
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    turned_away = [log.rows(Kind.LATE_REFUSED)["session"]]
    for kind in (Kind.PAYMENT_REVERSED, Kind.PAYMENT_LAPSED, Kind.REFUNDED):
        back = log.rows(kind)
        turned_away.append(back["session"][back["reason"] == Reason.LATE])
    return {
        "orders_placed": log.count(Kind.PLACED),
        "orders_paid": sum(map(log.count, PAID)),
        "late_paid": int((log.rows(*BOUGHT)["reason"] == Reason.LATE).sum()),
        "late_lost": distinct(np.concatenate(turned_away)),
        "orders_cancelled": log.count(Kind.CANCELLED),
        "orders_not_fetched": int((log.rows(Kind.CANCELLED)["reason"] == Reason.NOT_FETCHED).sum()),
    }
