"""The payments department: attempts at the gateway, and the money they bring (PAY-2).

An attempt is started when the shopper is sent to the bank and ends once: captured or failed. What
captured money buys is the orders department's decision; money for goods that are gone goes back.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from model.events import Channel, Kind, Log, Reason, packed
from model.orders import Order, Orders, OrderState
from model.outcomes import Outcome, Refused

GATEWAY: Final = Channel.GATEWAY
NONE: Final = Reason.NONE
PAYMENT_CAPTURED: Final = Kind.PAYMENT_CAPTURED
PAYMENT_STARTED: Final = Kind.PAYMENT_STARTED
READY: Final = Outcome.READY
REVERSED: Final = Outcome.REVERSED


class AttemptState(IntEnum):
    """The states of an attempt to pay."""

    STARTED = 0
    """The shopper is at the bank's page."""
    FAILED = 1
    """Declined, or the shopper gave up there."""
    CAPTURED = 2
    """The money is the shop's."""
    REVERSED = 3
    """The money went back to the shopper."""


ATTEMPT_LIFE: Final[dict[int, dict[int, AttemptState]]] = {
    AttemptState.STARTED: {
        Kind.PAYMENT_CAPTURED: AttemptState.CAPTURED,
        Kind.PAYMENT_FAILED: AttemptState.FAILED,
    },
    AttemptState.FAILED: {},
    AttemptState.CAPTURED: {
        Kind.PAYMENT_REVERSED: AttemptState.REVERSED,
        Kind.REFUNDED: AttemptState.CAPTURED,  # all of it, or a part
    },
    AttemptState.REVERSED: {},
}


STARTED: Final = AttemptState.STARTED


class Attempt:
    """One attempt to pay one order."""

    __slots__ = ("order", "started_at", "state", "turn")

    def __init__(self, order: Order, turn: int, started_at: float) -> None:
        self.order = order
        self.turn = turn
        """The order's first attempt is 0."""
        self.started_at = started_at
        self.state = STARTED


class Payments:
    """Attempts to pay, by the number of their order."""

    __slots__ = ("attempts", "journal", "orders")

    def __init__(self, orders: Orders, log: Log) -> None:
        self.orders = orders
        self.journal = log.buffer
        self.attempts: dict[int, Attempt] = {}
        """The latest attempt of each order; earlier ones failed, and stand in the log."""

    def start(self, order: Order, now: float) -> Attempt | Outcome:
        """Send the shopper to the gateway, or say why not (`EXPIRED`, `OUT_OF_STOCK`)."""
        last = self.attempts.get(order.number)
        if last is not None and last.state is STARTED:
            raise Refused(f"order {order.number} is at the gateway already")
        outcome = self.orders.secure(order, now)
        if outcome is not READY:
            return outcome
        attempt = Attempt(order, 0 if last is None else last.turn + 1, now)
        self.attempts[order.number] = attempt
        self._log(attempt, PAYMENT_STARTED, now)
        return attempt

    def capture(self, attempt: Attempt, now: float) -> Outcome:
        """The gateway says paid: `PAID` or `WAITING`; `REVERSED` or `OUT_OF_STOCK`: money back."""
        self._step(attempt, PAYMENT_CAPTURED, now)
        outcome = self.orders.pay(attempt.order, now)
        if outcome is REVERSED or outcome is Outcome.OUT_OF_STOCK:
            self._step(attempt, Kind.PAYMENT_REVERSED, now, _why_reversed(attempt.order))
        return outcome

    def fail(self, attempt: Attempt, now: float, reason: Reason) -> None:
        """The gateway says no (`DECLINED`), or the shopper left its page (`SHOPPER_GAVE_UP`)."""
        self._step(attempt, Kind.PAYMENT_FAILED, now, reason)

    def decide_late(self, order: Order, now: float) -> Outcome:
        """A person decides on a late payment; what cannot be filled goes back."""
        outcome = self.orders.decide_late(order, now)
        if outcome is REVERSED:
            self._step(self.attempts[order.number], Kind.PAYMENT_REVERSED, now, Reason.LATE)
        return outcome

    def refund(self, order: Order, now: float, reason: Reason = Reason.CANCELLED) -> int:
        """Cancel a paid order and give its money back; how much, in rial."""
        self.check_refund(order)
        amount = order.amount
        self.orders.refund(order, now, reason)
        self.give_back(order, amount, now, reason)
        return amount

    def check_refund(self, order: Order) -> None:
        """Refuse where there is no money of an order to give back."""
        attempt = self.attempts.get(order.number)
        if attempt is None or Kind.REFUNDED not in ATTEMPT_LIFE[attempt.state]:
            raise Refused(f"order {order.number} has brought no money to give back")

    def give_back(self, order: Order, amount: int, now: float, reason: Reason) -> None:
        """Give back so many rial of a paid order's money."""
        attempt = self.attempts[order.number]
        self.journal += packed(
            now, Kind.REFUNDED, order.cart.session, order.number, -1, attempt.turn, amount,
            GATEWAY, reason,
        )  # fmt: skip

    def _step(self, attempt: Attempt, kind: Kind, now: float, reason: Reason = NONE) -> None:
        after = ATTEMPT_LIFE[attempt.state].get(kind)
        if after is None:
            state = attempt.state.name.lower()
            raise Refused(f"an attempt that is {state} cannot be {kind.name.lower()}")
        attempt.state = after
        self._log(attempt, kind, now, reason)

    def _log(self, attempt: Attempt, kind: Kind, now: float, reason: Reason = NONE) -> None:
        order = attempt.order
        self.journal += packed(
            now, kind, order.cart.session, order.number, -1, attempt.turn, order.amount,
            GATEWAY, reason,
        )  # fmt: skip


def _why_reversed(order: Order) -> Reason:
    if order.state is OrderState.CANCELLED:
        return Reason.CANCELLED
    return Reason.LATE if order.cart.late else Reason.OUT_OF_STOCK
