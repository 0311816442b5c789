"""The payments department: attempts at the gateway, and the money they bring (PAY-2).

An attempt is started when the shopper is sent to the bank and ends once: captured or failed. What
captured money buys is the orders department's decision; money for goods that are gone goes back.
Here the gateway is plain: its answer is the money. `model.verified_payments` knows more.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

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
    TAKEN = 4
    """The bank has the shopper's money, and the shop has not verified it yet."""
    LAPSED = 5
    """It was not verified; the network is sending the money back."""
    RETURNED = 6
    """The money reached the shopper again without ever having been the shop's."""


ATTEMPT_LIFE: Final[dict[int, dict[int, AttemptState]]] = {
    AttemptState.STARTED: {
        Kind.PAYMENT_CAPTURED: AttemptState.CAPTURED,
        Kind.PAYMENT_FAILED: AttemptState.FAILED,
        Kind.PAYMENT_TAKEN: AttemptState.TAKEN,
    },
    AttemptState.FAILED: {},
    AttemptState.CAPTURED: {Kind.PAYMENT_REVERSED: AttemptState.REVERSED},
    AttemptState.REVERSED: {},
    AttemptState.TAKEN: {
        Kind.PAYMENT_CAPTURED: AttemptState.CAPTURED,
        Kind.PAYMENT_LAPSED: AttemptState.LAPSED,
    },
    AttemptState.LAPSED: {Kind.MONEY_BACK: AttemptState.RETURNED},
    AttemptState.RETURNED: {},
}


STARTED: Final = AttemptState.STARTED


class Attempt:
    """One attempt to pay one order."""

    __slots__ = ("amount", "order", "started_at", "state", "turn")

    def __init__(self, order: Order, turn: int, started_at: float) -> None:
        self.order = order
        self.amount = order.amount
        """Rial; of an order that is amended later, what it came to at the attempt."""
        self.turn = turn
        """The order's first attempt is 0."""
        self.started_at = started_at
        self.state = STARTED


class Payments:
    """Attempts to pay, by the number of their order."""

    __slots__ = ("attempts", "journal", "orders", "refunded")

    def __init__(self, orders: Orders, log: Log) -> None:
        self.orders = orders
        self.journal = log.journal
        self.attempts: dict[int, Attempt] = {}
        """The latest attempt of each order; earlier ones failed, and stand in the log."""
        self.refunded: dict[int, int] = {}
        """Rial that the shop paid back, by order."""

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
        self._log(attempt, PAYMENT_STARTED, now, NONE)
        return attempt

    def capture(self, attempt: Attempt, now: float) -> Outcome:
        """The gateway says paid: `PAID` or `WAITING`; `REVERSED` or `OUT_OF_STOCK`: money back."""
        self._step(attempt, PAYMENT_CAPTURED, now)
        outcome = self.orders.pay(attempt.order, now)
        if outcome is REVERSED or outcome is Outcome.OUT_OF_STOCK:
            self._step(attempt, Kind.PAYMENT_REVERSED, now, why_reversed(attempt.order))
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

    def refund(self, order: Order, amount: int, now: float, reason: Reason) -> None:
        """Pay captured money of an order back out of the shop's own account; `amount` in rial."""
        before = self.refunded.get(order.number, 0)
        if not 0 < amount <= self.money_of(order) - before:
            raise Refused(f"order {order.number} has no {amount} rial to refund")
        self.refunded[order.number] = before + amount
        last = self.attempts.get(order.number)
        turn = 0 if last is None else last.turn
        self.journal += packed(
            now, Kind.REFUNDED, order.cart.session, order.number, -1, turn, amount, order.method,
            reason,
        )  # fmt: skip

    def money_of(self, order: Order) -> int:
        """Rial that the shop got for an order, refunds not taken off."""
        last = self.attempts.get(order.number)
        return last.amount if last is not None and last.state is AttemptState.CAPTURED else 0

    def is_under_way(self, order: Order) -> bool:
        """Whether an attempt may still bring money for an order."""
        last = self.attempts.get(order.number)
        return last is not None and last.state is STARTED

    def find(self, order: int, turn: int) -> Attempt:
        """The attempt of an order by its turn. Raises KeyError for one that is not on record."""
        attempt = self.attempts[order]
        if attempt.turn != turn:
            raise KeyError(f"order {order} has no attempt {turn}")
        return attempt

    def state(self) -> dict[str, Any]:
        """What is known of money besides the latest attempts, as plain values."""
        return {"refunded": dict(self.refunded)}

    def forget(self) -> None:
        """Let go of attempts, so that their memory returns at once."""
        self.attempts.clear()

    # what a replay writes -----------------------------------------------------------------

    def remember(self, order: Order, turn: int, channel: int, started_at: float) -> Attempt:
        """An attempt was started."""
        attempt = self.attempts[order.number] = Attempt(order, turn, started_at)
        return attempt

    def move(self, attempt: Attempt, kind: int, now: float) -> None:
        """An attempt took a step of its life. Raises KeyError for one that it cannot take."""
        attempt.state = ATTEMPT_LIFE[attempt.state][kind]

    def _step(self, attempt: Attempt, kind: Kind, now: float, reason: Reason = NONE) -> None:
        after = ATTEMPT_LIFE[attempt.state].get(kind)
        if after is None:
            state = attempt.state.name.lower()
            raise Refused(f"an attempt that is {state} cannot be {kind.name.lower()}")
        attempt.state = after
        self._log(attempt, kind, now, reason)

    def _log(self, attempt: Attempt, kind: Kind, now: float, reason: Reason) -> None:
        order = attempt.order
        self.journal += packed(
            now, kind, order.cart.session, order.number, -1, attempt.turn, attempt.amount,
            GATEWAY, reason,
        )  # fmt: skip


def why_reversed(order: Order) -> Reason:
    """Why captured money for an order goes back."""
    if order.state is OrderState.CANCELLED:
        return Reason.CANCELLED
    return Reason.LATE if order.cart.late else Reason.OUT_OF_STOCK
