"""Measures of payments: attempts, what became of them, and why placed orders stay unpaid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind, Reason
from reports.arrays import is_among
from reports.measures.definition import Measure, ratio
from reports.paid_orders import BOUGHT
from reports.sorted_log import SortedLog

DEFINITIONS = (
    Measure("payment_attempts", "count", "neither", "Times that a shopper was sent to pay."),
    Measure(
        "payment_success_rate", "share", "up",
        "Attempts that brought the shop money, of those whose fate is known by the end of the run.",
    ),
    Measure(
        "payments_reversed", "count", "down",
        "Payments that went back to the shopper: sent back because the order could not be filled, "
        "or never verified and returned by the network.",
    ),
    Measure(
        "duplicate_callbacks_ignored", "count", "neither",
        "Callbacks for payments that were verified already; they change nothing.",
    ),
    Measure(
        "orders_accepted", "count", "up",
        "Orders accepted without money, to be paid at the door or in the store.",
    ),
    Measure(
        "orders_unpaid_by_shopper", "count", "down",
        "Placed orders that their shopper left unpaid because she did not pay: she never went to, "
        "or gave up at the bank's page.",
    ),
    Measure(
        "orders_unpaid_by_payment", "count", "down",
        "Placed orders that their shopper left unpaid because the payment went wrong: declined, "
        "failed, or never verified.",
    ),
    Measure(
        "orders_unpaid_by_shop", "count", "down",
        "Placed orders that their shopper left unpaid for any other reason: the reservation was "
        "dead, or the goods were gone.",
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    captured, failed = log.count(Kind.PAYMENT_CAPTURED), log.count(Kind.PAYMENT_FAILED)
    lapsed = log.count(Kind.PAYMENT_LAPSED)
    unpaid = _unpaid(log)
    by_shopper = int((unpaid == Reason.GAVE_UP_PAYING).sum())
    by_payment = int((unpaid == Reason.PAYMENT_FAILED).sum())
    return {
        "payment_attempts": log.count(Kind.PAYMENT_STARTED),
        "payment_success_rate": ratio(captured, captured + failed + lapsed),
        "payments_reversed": log.count(Kind.PAYMENT_REVERSED) + lapsed,
        "duplicate_callbacks_ignored": log.count(Kind.CALLBACK_IGNORED),
        "orders_accepted": log.count(Kind.ACCEPTED),
        "orders_unpaid_by_shopper": by_shopper,
        "orders_unpaid_by_payment": by_payment,
        "orders_unpaid_by_shop": len(unpaid) - by_shopper - by_payment,
    }


def _unpaid(log: SortedLog) -> NDArray[np.uint8]:
    """Why each placed and unpaid order was left, for those whose shopper has left."""
    bought = [log.rows(kind)["session"] for kind in BOUGHT]
    placed = log.rows(Kind.PLACED)["session"]
    unpaid = placed[~is_among(placed, np.concatenate(bought))]
    left = log.rows(Kind.LEFT)
    return left["reason"][is_among(left["session"], unpaid)]
