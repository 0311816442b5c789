"""Measures of the order rules: half-finished, oversold and refunded orders, old prices, waiting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind, Reason
from reports.arrays import is_among, stable_order
from reports.measures.definition import HOUR, Measure, total
from reports.paid_orders import BOUGHT, PAID, still_oversold
from reports.sorted_log import SortedLog

OPENS = (Kind.PLACED, Kind.REOPENED, Kind.ON_HOLD)
_OPENS = np.array(OPENS)
CLOSES = (Kind.PAID, Kind.ACCEPTED, Kind.EXPIRED, Kind.CANCELLED, Kind.AWAITING_STAFF)
"""What makes an order one that stands in the books unpaid, and what ends that."""

DEFINITIONS = (
    Measure(
        "sales_placed_rial", "rial", "neither",
        "Amounts of all orders placed, paid or not: the sales of a shop that counts its "
        "half-finished orders; `revenue_rial` is without them.",
    ),
    Measure(
        "unpaid_orders_peak", "count", "down",
        "Most orders that stood in the books unpaid at the same time: placed, and neither paid nor "
        "accepted nor cancelled nor expired; suspended ones count.",
    ),
    Measure(
        "unpaid_orders_at_end", "count", "down", "Orders that stood so at the end of the run.",
    ),
    Measure(
        "stale_price_rial", "rial", "neither",
        "What the lines of paid or accepted orders came to, less what they would have cost in the "
        "catalogue at the moment of the payment or acceptance: above zero the buyers lost, below "
        "it the shop did.",
    ),
    Measure(
        "orders_refunded", "count", "down",
        "Paid orders that were cancelled, and their money given back.",
    ),
    Measure(
        "backorders_filled", "count", "up",
        "Oversold orders for which all that was missing came in by the end of the run.",
    ),
    Measure(
        "orders_still_oversold", "count", "down",
        "Oversold orders that by the end of the run were neither filled, nor cancelled, nor freed "
        "of the lines that were missing.",
    ),
    Measure(
        "waiting_list_joined", "count", "neither",
        "Shoppers who put themselves on a waiting list.",
    ),
    Measure(
        "vouchers_given", "count", "neither",
        "Shoppers on a waiting list for whom goods that came back were put aside.",
    ),
    Measure(
        "vouchers_used", "count", "up",
        "Of those, the ones who paid for them by the end of the run, or whose order was accepted.",
    ),
    Measure(
        "confirmation_delay_p95_h", "h", "down",
        "95th percentile of the time from the payment, or the acceptance without money, to the "
        "back office's confirmation, of the orders confirmed by the end of the run.",
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    cancelled = log.rows(Kind.CANCELLED)["order"]
    unpaid = np.cumsum(unpaid_changes(log)[1])
    vouchers = log.rows(Kind.VOUCHER)["session"]
    filled = log.rows(Kind.FILLED)
    came_in = filled["order"][filled["reason"] == Reason.NONE]
    return {
        "sales_placed_rial": total(log.rows(Kind.PLACED)["amount"]),
        "unpaid_orders_peak": int(unpaid.max(initial=0)),
        "unpaid_orders_at_end": int(unpaid[-1]) if len(unpaid) else 0,
        "stale_price_rial": stale_price(log),
        "orders_refunded": int(is_among(log.rows(*PAID)["order"], cancelled).sum()),
        "backorders_filled": len(np.setdiff1d(came_in, cancelled)),
        "orders_still_oversold": len(np.setdiff1d(still_oversold(log), cancelled)),
        "waiting_list_joined": log.count(Kind.WAITLISTED),
        "vouchers_given": len(vouchers),
        "vouchers_used": int(is_among(log.rows(*BOUGHT)["session"], vouchers).sum()),
        "confirmation_delay_p95_h": _confirmation_delay(log),
    }


def unpaid_changes(log: SortedLog) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """When the number of unpaid orders changed (seconds, ascending), and by how much each time.

    Shape (steps of orders,); most steps of one order that stays unpaid change it by nothing.
    """
    rows = log.rows(*OPENS, *CLOSES)
    by_order = stable_order(rows["order"])
    kind, number = rows["kind"][by_order], rows["order"][by_order]
    unpaid = is_among(kind, _OPENS)
    before = np.concatenate(([False], unpaid[:-1]))[: len(rows)]
    before[np.flatnonzero(np.diff(number, prepend=-2))] = False
    change = np.empty(len(rows), np.int64)
    change[by_order] = unpaid.astype(np.int64) - before
    return rows["t"].copy(), change


def stale_price(log: SortedLog) -> int:
    """The ledger of old prices, in rial: above zero the buyers lost (ORD-8)."""
    if not log.count(Kind.REPRICED):
        return 0
    paid = log.rows(*BOUGHT)["session"].tolist()
    paid_at = dict(zip(paid, log.at(*BOUGHT).tolist(), strict=True))
    news: dict[int, list[tuple[int, int]]] = {}
    for event, at in zip(log.rows(Kind.REPRICED), log.at(Kind.REPRICED).tolist(), strict=True):
        news.setdefault(int(event["product"]), []).append((at, int(event["amount"])))
    ledger = 0
    for session, lines in _bought(log, paid_at).items():
        for product, units, price in lines:
            known = [new for at, new in news.get(product, ()) if at < paid_at[session]]
            ledger += (price - known[-1]) * units if known else 0
    return ledger


def _bought(log: SortedLog, paid_at: dict[int, int]) -> dict[int, list[list[int]]]:
    """Product, units when it was paid, and rial per unit of every line of each paying session."""
    at = log.at(Kind.ADDED, Kind.VOUCHER, Kind.LINE_REDUCED, Kind.LINE_REPRICED)
    rows = log.events.take(at)
    hers = np.flatnonzero(np.isin(rows["session"], list(paid_at)))
    carts: dict[int, list[list[int]]] = {}
    for place, event in zip(at[hers].tolist(), rows.take(hers).tolist(), strict=True):
        _, kind, session, _, product, quantity, amount, _, _ = event
        cart = carts.setdefault(session, [])
        if kind == Kind.ADDED:
            cart.append([product, quantity, amount // quantity])
        elif kind == Kind.VOUCHER:
            cart.append([product, quantity, amount])
        elif kind == Kind.LINE_REPRICED:
            cart[quantity][2] = amount
        elif place < paid_at[session]:
            cart[amount][1] -= quantity
    return carts


def _confirmation_delay(log: SortedLog) -> float:
    confirmed = log.rows(Kind.CONFIRMED)
    if not len(confirmed):
        return float("nan")
    paid = log.rows(*BOUGHT)
    by_order = np.argsort(paid["order"])
    row = by_order[np.searchsorted(paid["order"], confirmed["order"], sorter=by_order)]
    return float(np.percentile(confirmed["t"] - paid["t"][row], 95)) / HOUR
