"""What the staff can do by hand: with one line, one order, or many at once (ORD-13).

Every command either goes through and stands in the log, or raises `Refused` with the reason and
has changed nothing. Goods that are gone are an answer, not a refusal, as everywhere in the shop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from model.amendments import take_out
from model.carts import Line
from model.events import Reason
from model.fulfilment import Fulfilment, ParcelState
from model.lifecycle import Life
from model.orders import Order, Orders, OrderState
from model.outcomes import Outcome, Refused
from model.payments import Payments

HELD = (Life.LIVE, Life.SUSPENDED)


class Bulk(NamedTuple):
    """What became of a command that was given for many orders."""

    done: list[int]
    """Numbers of the orders for which it went through."""
    refused: dict[int, str]
    """Why it did not, by the number of the order."""


class Management:
    """The commands of the back office."""

    __slots__ = ("fulfilment", "orders", "payments")

    def __init__(self, orders: Orders, payments: Payments, fulfilment: Fulfilment) -> None:
        self.orders = orders
        self.payments = payments
        self.fulfilment = fulfilment

    # one line -----------------------------------------------------------------------------

    def release_line(self, session: int, number: int, now: float) -> None:
        """End the reservation of one line of a cart before its time."""
        cart = self.orders.cart(session)
        if cart.order_id >= 0:
            raise Refused(
                f"session {session} has placed order {cart.order_id}; release it, or take the "
                "line out"
            )
        line = self._line(session, number)
        if line.life not in HELD:
            raise Refused(f"session {session} has nothing reserved in line {number}")
        self.orders.expire(line, now, Reason.BY_OPERATOR)

    def take_out(self, order: Order, number: int, now: float) -> int:
        """Take one line out of an order, whose other lines stay; rial that went back.

        An unpaid order comes to less; of a paid one the line's money is given back.
        """
        line = self._line(order.cart.session, number)
        if self.payments.is_under_way(order):
            raise Refused(f"order {order.number} is at the gateway; wait for its answer")
        parcel = self.fulfilment.parcels.get(order.number)
        if parcel is not None and parcel.state is not ParcelState.WAITING:
            raise Refused(f"order {order.number} is being packed, or was; nothing can be taken out")
        was_paid = order.state is OrderState.PAID
        take_out(self.orders, order, line, now)
        if not was_paid:
            return 0
        return self._pay_back(order, self._money_left(order) - order.amount, now)

    # one order ----------------------------------------------------------------------------

    def release(self, order: Order, now: float) -> None:
        """End an unpaid order's reservations before their time."""
        held = [line for line in order.cart.lines if line.life in HELD]
        if not held or order.state not in (OrderState.UNPAID, OrderState.ON_HOLD):
            raise Refused(f"order {order.number} holds nothing that could be released")
        self.orders.expire(held[0], now, Reason.BY_OPERATOR)

    def cancel(self, order: Order, now: float) -> None:
        """End an unpaid order by decision; who has paid is to be refunded instead."""
        self.orders.cancel(order, now, Reason.BY_OPERATOR)

    def resume(self, order: Order, now: float) -> Outcome:
        """Reserve once more for an order that has expired or is on hold: `READY`, or
        `OUT_OF_STOCK` with its reason in the log."""
        if order.state not in (OrderState.EXPIRED, OrderState.ON_HOLD):
            raise Refused(f"order {order.number} is {order.state.name.lower()}; nothing to resume")
        return self.orders.take_again(order.cart.session, now)

    def refund(self, order: Order, now: float, reason: Reason = Reason.BY_OPERATOR) -> int:
        """Cancel a paid order that has not left the house; rial that went back."""
        self.orders.refund(order, now, reason)
        return self._pay_back(order, self._money_left(order), now, reason)

    # many ---------------------------------------------------------------------------------

    def each(
        self, command: Callable[[Order, float], Any], orders: Iterable[Order], now: float
    ) -> Bulk:
        """Give one of the commands above for many orders; one that is refused stops no other."""
        done, refused = [], {}
        for order in orders:
            try:
                outcome = command(order, now)
            except Refused as reason:
                refused[order.number] = str(reason)
                continue
            if outcome is Outcome.OUT_OF_STOCK:
                refused[order.number] = f"order {order.number}: its goods are gone"
            else:
                done.append(order.number)
        return Bulk(done, refused)

    def _money_left(self, order: Order) -> int:
        """Rial that the shop has of an order."""
        return self.payments.money_of(order) - self.payments.refunded.get(order.number, 0)

    def _pay_back(
        self, order: Order, amount: int, now: float, reason: Reason = Reason.BY_OPERATOR
    ) -> int:
        """Pay so many rial back, if it is any; how many."""
        if amount <= 0:
            return 0
        self.payments.refund(order, amount, now, reason)
        return amount

    def _line(self, session: int, number: int) -> Line:
        line = self.orders.cart(session).line(number)
        if line is None:
            raise Refused(f"session {session} has no line {number}")
        return line
