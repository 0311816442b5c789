"""Measures of traffic and carts: who came, who filled a cart, and why carts were left."""

from __future__ import annotations

import numpy as np

from model.events import Kind, Reason
from reports.arrays import distinct
from reports.measures.definition import Measure, ratio, total
from reports.measures.leavings import left_for_good
from reports.paid_orders import BOUGHT
from reports.sorted_log import SortedLog

WHY_LEFT = {
    Reason.NOT_READY: "the shopper never meant to buy now",
    Reason.FORCED_REGISTRATION: "an account was demanded",
    Reason.CHECKOUT_STEPS: "the checkout was too long",
    Reason.SLOW_SITE: "the site was slow or broken",
    Reason.PRICE_CHANGED: "a price had changed",
    Reason.OUT_OF_STOCK: "something in the cart was out of stock",
    Reason.PAYMENT_FAILED: "the payment failed",
    Reason.GAVE_UP_PAYING: "the shopper did not go on to pay, or gave up at the bank's page",
    Reason.RESERVATION_EXPIRED: "the reservation had run out",
    Reason.NO_ANSWER: "support did not answer",
    Reason.DELIVERY_PROMISE: "the delivery would come too late",
}

DEFINITIONS = (
    Measure("sessions", "count", "neither", "Sessions that arrived, browsing ones included."),
    Measure(
        "engaged_sessions", "count", "neither",
        "Sessions that put something in a cart or tried to.",
    ),
    Measure(
        "conversion_rate", "share", "up",
        "Orders paid by the end of the run, or accepted without money, of all sessions.",
    ),
    Measure("carts", "count", "neither", "Sessions in which at least one line was added."),
    Measure(
        "carts_abandoned", "count", "down",
        "Carts that a shopper left for good with something in them, unpaid; carts still open at "
        "the end of the run are not counted.",
    ),
    Measure(
        "cart_abandonment_rate", "share", "down",
        "Carts abandoned, of the carts whose fate is known: abandoned, paid or accepted by "
        "the end of the run.",
    ),
    *(
        Measure(
            f"carts_abandoned_{reason.name.lower()}", "count", "down",
            f"Carts abandoned because {why}.",
        )
        for reason, why in WHY_LEFT.items()
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    asked = np.concatenate([log.rows(kind)["session"] for kind in (Kind.ADDED, Kind.REFUSED)])
    sessions = total(log.rows(Kind.TRAFFIC)["quantity"]) - log.count(Kind.STAYED_AWAY)
    gone = left_for_good(log)
    bought, left = sum(map(log.count, BOUGHT)), len(gone)
    why = np.bincount(gone["reason"], minlength=256)
    return {
        "sessions": sessions,
        "engaged_sessions": distinct(asked),
        "conversion_rate": ratio(bought, sessions),
        "carts": distinct(log.rows(Kind.ADDED)["session"]),
        "carts_abandoned": left,
        "cart_abandonment_rate": ratio(left, left + bought),
        **{f"carts_abandoned_{reason.name.lower()}": int(why[reason]) for reason in WHY_LEFT},
    }
