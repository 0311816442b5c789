"""Measures of orders and payments: what was placed, paid, paid late, cancelled and sent back."""

from __future__ import annotations

import numpy as np

from model.events import Kind, Reason
from reports.arrays import distinct
from reports.measures.definition import Measure, ratio
from reports.sorted_log import SortedLog

DEFINITIONS = (
    Measure("orders_placed", "count", "up", "Orders placed, paid or not."),
    Measure("orders_paid", "count", "up", "Orders paid by the end of the run."),
    Measure(
        "late_paid", "count", "neither",
        "Paid orders of shoppers whose reservation had died before, and who were still served.",
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
    Measure("payment_attempts", "count", "neither", "Times that a shopper was sent to a bank."),
    Measure(
        "payment_success_rate", "share", "up",
        "Attempts that brought money, of those that the bank has answered by the end of the run.",
    ),
    Measure(
        "payments_reversed", "count", "down",
        "Payments that went back to the shopper because the order could not be filled.",
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    captured, failed = log.count(Kind.PAYMENT_CAPTURED), log.count(Kind.PAYMENT_FAILED)
    reversed_ = log.rows(Kind.PAYMENT_REVERSED)
    late = reversed_[reversed_["reason"] == Reason.LATE]
    turned_away = np.concatenate([log.rows(Kind.LATE_REFUSED)["session"], late["session"]])
    return {
        "orders_placed": log.count(Kind.PLACED),
        "orders_paid": log.count(Kind.PAID),
        "late_paid": int((log.rows(Kind.PAID)["reason"] == Reason.LATE).sum()),
        "late_lost": distinct(turned_away),
        "orders_cancelled": log.count(Kind.CANCELLED),
        "payment_attempts": log.count(Kind.PAYMENT_STARTED),
        "payment_success_rate": ratio(captured, captured + failed),
        "payments_reversed": len(reversed_),
    }
