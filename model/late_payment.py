"""Money that arrives after the reservation died: what becomes of it, by the policy (ORD-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.events import Kind, Reason
from model.outcomes import Outcome, Refused
from model.policy import LatePayment

if TYPE_CHECKING:
    from model.orders import Order, Orders

LATE = Reason.LATE


def pay_late(orders: Orders, order: Order, now: float) -> Outcome:
    """Money came for an order that has expired: `PAID`, `WAITING` or `REVERSED`."""
    order.cart.late = True
    match orders.policy.late_payment:
        case LatePayment.REVERSE:
            return Outcome.REVERSED
        case LatePayment.MANUAL:
            orders.step(order, Kind.AWAITING_STAFF, now, LATE)
            orders.awaiting_staff[order.number] = order
            return Outcome.WAITING
        case LatePayment.HOLD_AGAIN_ELSE_REVERSE:
            if not _reserve(orders, order, now):
                return Outcome.REVERSED
        case LatePayment.OVERSELL:
            reserve_or_oversell(orders, order, now)
    return orders.fill(order, now)


def decide_late(orders: Orders, order: Order, now: float) -> Outcome:
    """A person deals with a late payment: `PAID` if there is stock, else `REVERSED`."""
    if order.number not in orders.awaiting_staff:
        raise Refused(f"order {order.number} does not wait for a decision")
    del orders.awaiting_staff[order.number]
    if _reserve(orders, order, now):
        return orders.fill(order, now)
    orders.step(order, Kind.CANCELLED, now, LATE)
    return Outcome.REVERSED


def reserve_or_oversell(orders: Orders, order: Order, now: float) -> None:
    """Take what is there of an order's lines, and promise what is not."""
    for line in order.cart.lines:
        if orders.reservations.reserve_all([line], now) is not None:
            orders.stock.oversell(line, now)
            if orders.backorders is not None:
                orders.backorders.owe(line, now)


def _reserve(orders: Orders, order: Order, now: float) -> bool:
    """Take a late order's units once more; whether they were all there."""
    reservations = orders.reservations
    short = reservations.reserve_all(order.cart.lines, now)
    if short is not None:
        kind = Kind.LATE_REFUSED
        reservations.refuse(order.cart.session, order.number, *short, now, kind)
    return short is None
