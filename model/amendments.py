"""Carts and orders that get less than was asked for: partial fill, lines taken out (ORD-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.carts import Cart, Line
from model.events import Kind, Reason, packed
from model.lifecycle import Life
from model.outcomes import Outcome, Refused

if TYPE_CHECKING:
    from model.orders import Order, Orders

GIVEN_UP = (Life.NONE, Life.LIVE, Life.CONVERTED, Life.ENDED)
"""What may stand behind a line that is taken out of an order."""


def add_in_part(
    orders: Orders, session: int, product: int, quantity: int, now: float, registered: bool
) -> Outcome:
    """Add as many units as there are (one at least), and refuse the rest: `PARTIAL`.

    In this order, so that the refusal is not taken for one that a substitute made good.
    """
    shelf = orders.stock.shelves[product]
    granted, why = shelf.available, shelf.why_short(quantity)
    orders.add(session, product, granted, now, registered)
    orders.reservations.refuse(session, -1, product, quantity - granted, now, why=why)
    return Outcome.PARTIAL


def cut_down(orders: Orders, cart: Cart, loose: list[Line], now: float) -> Outcome:
    """Take out of a cart what is not there: `PARTIAL`, or `OUT_OF_STOCK` if nothing is left.

    `loose`: its lines for which nothing is reserved. An emptied cart is none any more.
    """
    left: dict[int, int] = {}
    for line in loose:
        there = left.setdefault(line.product, max(0, orders.stock.shelves[line.product].available))
        missing = max(0, line.quantity - there)
        left[line.product] = max(0, there - line.quantity)
        if missing:
            orders.reservations.refuse(cart.session, -1, line.product, missing, now)
            _reduce(orders, line, missing, now)
    if cart.lines:
        return Outcome.PARTIAL
    del orders.carts[cart.session]
    return Outcome.OUT_OF_STOCK


def take_out(orders: Orders, order: Order, line: Line, now: float) -> None:
    """Take one line out of an unpaid or paid order, whose other lines stay."""
    if not order.may_be_amended or line.life not in GIVEN_UP:
        raise Refused(f"order {order.number}: line {line.number} cannot be taken out any more")
    if len(order.cart.lines) == 1:
        raise Refused(f"order {order.number} has no other line; cancel or refund it")
    if line.life is Life.LIVE:
        orders.stock.release(line, now, Reason.BY_OPERATOR)
    elif line.life is Life.CONVERTED:
        orders.owe_no_more([line])
        orders.stock.deallocate(line, now)
    _reduce(orders, line, line.quantity, now)
    order.amount = order.cart.amount
    orders.journal += packed(
        now, Kind.AMENDED, order.cart.session, order.number, -1, 0, order.amount, 0,
        Reason.BY_OPERATOR,
    )  # fmt: skip


def _reduce(orders: Orders, line: Line, units: int, now: float) -> None:
    """Take units out of a line, for which nothing is reserved."""
    cart, number = line.cart, line.number
    cart.reduce(line, units)
    orders.journal += packed(
        now, Kind.LINE_REDUCED, cart.session, cart.order_id, line.product, units, number, 0, 0
    )
