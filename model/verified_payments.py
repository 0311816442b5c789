"""Payments that the shop must verify, and other ways than the gateway to pay (PAY-1 to PAY-3).

The bank takes the shopper's money and sends her back with a callback; the money is the shop's only
once the shop has verified it, within the gateway's window. Unverified money goes back by itself,
free of charge, which is why a careful shop looks at its stock *before* it verifies. An order can
have several attempts under way: a shopper who hears nothing tries again.
"""

from __future__ import annotations

from typing import Any

from model.events import Channel, Kind, Log, Reason, packed
from model.gateways import Terms
from model.lifecycle import Life
from model.orders import Order, Orders, OrderState
from model.outcomes import Outcome, Refused
from model.payments import ATTEMPT_LIFE, Attempt, AttemptState, Payments, why_reversed
from model.policy import LatePayment, PaymentPolicy, StockCheck
from model.settlement import Settlement

CAPTURED, STARTED, TAKEN = AttemptState.CAPTURED, AttemptState.STARTED, AttemptState.TAKEN
UNDER_WAY = (STARTED, TAKEN)
EXPIRED, UNPAID = OrderState.EXPIRED, OrderState.UNPAID
NONE = Reason.NONE

KNOWN: dict[OrderState, Outcome] = {
    OrderState.PAID: Outcome.PAID,
    OrderState.ACCEPTED: Outcome.ACCEPTED,
    OrderState.AWAITING_STAFF: Outcome.WAITING,
    OrderState.CANCELLED: Outcome.REVERSED,
}
"""What a shopper hears who comes to pay for an order that waits for no payment any more."""
REASONS: dict[Outcome, Reason] = {
    Outcome.OUT_OF_STOCK: Reason.OUT_OF_STOCK,
    Outcome.EXPIRED: Reason.LATE,
    Outcome.REVERSED: Reason.LATE,
}
"""Why money is not verified, by what the stock check says."""


class VerifiedAttempt(Attempt):
    """One attempt to pay one order in one way."""

    __slots__ = ("channel", "fee", "taken_at")

    def __init__(self, order: Order, turn: int, channel: int, started_at: float) -> None:
        super().__init__(order, turn, started_at)
        self.channel = channel
        self.taken_at = started_at
        """When the bank took the money; until then, when the attempt began."""
        self.fee = 0
        """Rial; known once the attempt is captured."""


class VerifiedPayments(Payments):
    """All attempts of each order, and the tills that their money goes through."""

    __slots__ = ("collected", "policy", "settlement", "terms", "turns")

    def __init__(self, orders: Orders, policy: PaymentPolicy, log: Log) -> None:
        super().__init__(orders, log)
        self.policy = policy
        self.terms: dict[int, Terms] = {terms.channel: terms for terms in policy.terms}
        self.settlement = Settlement(policy.tiers, log)
        self.turns: dict[int, list[VerifiedAttempt]] = {}
        """The attempts of each order by its number, the first one first."""
        self.collected: dict[int, int] = {}
        """Rial that came in for accepted orders, by their number."""
        if policy.keeps_unverified:
            orders.kept_until = self.kept_until

    # at a gateway, by link, from card to card ---------------------------------------------

    def start(
        self, order: Order, now: float, channel: int = Channel.GATEWAY
    ) -> VerifiedAttempt | Outcome:
        """Send the shopper to pay, or say why not: `EXPIRED`, `OUT_OF_STOCK`, or what has become
        of an order that is paid, accepted, or cancelled meanwhile.

        Raises Refused for a way to pay that the shop does not have.
        """
        if channel not in self.terms:
            raise Refused(f"the shop cannot be paid by {Channel(channel).name}")
        if (known := KNOWN.get(order.state)) is not None:
            return known
        outcome = self.orders.secure(order, now)
        if outcome is not Outcome.READY:
            return outcome
        turn = len(self.turns.get(order.number, ()))
        attempt = self.remember(order, turn, channel, now)
        self._log(attempt, Kind.PAYMENT_STARTED, now)
        return attempt

    def take(self, attempt: VerifiedAttempt, now: float) -> None:
        """The bank has taken the shopper's money."""
        self._step(attempt, Kind.PAYMENT_TAKEN, now)

    def verify(self, attempt: VerifiedAttempt, now: float) -> Outcome:
        """A callback came: verify the payment, unless that would buy nothing.

        Answers `PAID` or `WAITING`; or `REVERSED`, `EXPIRED` or `OUT_OF_STOCK` where the money
        goes back. Idempotent: a further callback changes nothing.
        """
        order, terms = attempt.order, self.terms[attempt.channel]
        if attempt.state is CAPTURED or attempt.state is AttemptState.REVERSED:
            self._log(attempt, Kind.CALLBACK_IGNORED, now)
            return KNOWN.get(order.state, Outcome.REVERSED)
        if attempt.state is AttemptState.LAPSED or attempt.state is AttemptState.RETURNED:
            return KNOWN.get(order.state, Outcome.REVERSED)
        if attempt.state is not TAKEN:
            raise Refused(f"an attempt that is {attempt.state.name.lower()} has nothing to verify")
        if now - attempt.taken_at > terms.verify_within:
            self.lapse(attempt, now, Reason.NOT_VERIFIED)
            return KNOWN.get(order.state, Outcome.REVERSED)
        if terms.returns_unverified and self.policy.before_verify is not StockCheck.VERIFY_FIRST:
            if order.state is not UNPAID and (known := KNOWN.get(order.state)) is not None:
                paid = order.state is not OrderState.CANCELLED
                self.lapse(attempt, now, Reason.ALREADY_PAID if paid else Reason.CANCELLED)
                return known
            outcome = self._look_at_stock(order, now)
            if outcome is not Outcome.READY:
                self.lapse(attempt, now, REASONS[outcome])
                return outcome
        return self._take_over(attempt, now)

    def lapse(
        self, attempt: VerifiedAttempt, now: float, reason: Reason = Reason.NOT_VERIFIED
    ) -> None:
        """The shop does not verify, or did not in time; the network will return the money."""
        self._step(attempt, Kind.PAYMENT_LAPSED, now, reason)

    def return_money(self, attempt: VerifiedAttempt, now: float) -> None:
        """The network's return reached the shopper."""
        self._step(attempt, Kind.MONEY_BACK, now)

    def decide_late(self, order: Order, now: float) -> Outcome:
        """A person decides on a late payment; what cannot be filled goes back."""
        outcome = self.orders.decide_late(order, now)
        if outcome is Outcome.REVERSED:
            for attempt in self.turns[order.number]:
                if attempt.state is CAPTURED:
                    self._give_back(attempt, now, Reason.LATE)
        return outcome

    def kept_until(self, order: Order) -> float:
        """Until when a payment under way may still be verified, in seconds; 0 without one.

        Where a gateway sets no limit, or a longer one, the policy's own counts.
        """
        return max(
            (
                attempt.taken_at
                + min(self.terms[attempt.channel].verify_within, self.policy.keep_at_most)
                for attempt in self.turns.get(order.number, ())
                if attempt.state in UNDER_WAY
            ),
            default=0.0,
        )

    # money that comes later ---------------------------------------------------------------

    def accept(self, order: Order, now: float) -> Outcome:
        """Take an order that is paid at the door or in the store: `ACCEPTED`, `EXPIRED` or
        `OUT_OF_STOCK`."""
        return self.orders.accept(order, now)

    def collect(self, order: Order, now: float, amount: int | None = None) -> None:
        """The courier, or the store, has an accepted order's money; `amount` in rial, if it is
        not what was due."""
        due = order.amount
        amount = due if amount is None else amount
        if not 0 <= amount <= due:
            raise Refused(f"order {order.number} is over {due} rial, not {amount}")
        self.orders.collect(order, amount, now, NONE if amount == due else Reason.MISCOUNTED)
        self.remember_collected(order, amount)

    def money_of(self, order: Order) -> int:
        """Rial that the shop got for an order and did not send back through the gateway."""
        turns = self.turns.get(order.number, ())
        captured = sum(each.amount for each in turns if each.state is CAPTURED)
        return captured + self.collected.get(order.number, 0)

    def is_under_way(self, order: Order) -> bool:
        """Whether an attempt may still bring money for an order."""
        return any(each.state in UNDER_WAY for each in self.turns.get(order.number, ()))

    def state(self) -> dict[str, Any]:
        """Every attempt, the tills, and what was collected and refunded, as plain values."""
        return super().state() | {
            "attempts": {
                number: [
                    (each.state.name, each.channel, each.started_at, each.taken_at, each.fee)
                    for each in turns
                ]
                for number, turns in self.turns.items()
            },
            "collected": dict(self.collected),
            "tills": self.settlement.state(),
        }

    def forget(self) -> None:
        """Let go of attempts, so that their memory returns at once."""
        super().forget()
        self.turns.clear()

    # what a replay writes -----------------------------------------------------------------

    def find(self, order: int, turn: int) -> VerifiedAttempt:
        """The attempt of an order by its turn. Raises KeyError for one that is not on record."""
        turns = self.turns[order]
        if turn >= len(turns):
            raise KeyError(f"order {order} has no attempt {turn}")
        return turns[turn]

    def remember(self, order: Order, turn: int, channel: int, started_at: float) -> VerifiedAttempt:
        """An attempt was started."""
        attempt = VerifiedAttempt(order, turn, channel, started_at)
        self.turns.setdefault(order.number, []).append(attempt)
        self.attempts[order.number] = attempt
        return attempt

    def move(self, attempt: Attempt, kind: int, now: float) -> None:
        """An attempt took a step of its life. Raises KeyError for one that it cannot take."""
        super().move(attempt, kind, now)
        assert isinstance(attempt, VerifiedAttempt)
        if kind == Kind.PAYMENT_TAKEN:
            attempt.taken_at = now
        elif kind == Kind.PAYMENT_CAPTURED:
            attempt.fee = self.settlement.take(attempt.channel, attempt.amount)
        elif kind == Kind.PAYMENT_REVERSED:
            self.settlement.give_back(attempt.channel, attempt.amount, attempt.fee)

    def remember_collected(self, order: Order, amount: int) -> None:
        """Money for an accepted order came in."""
        self.collected[order.number] = amount
        self.settlement.take(order.method, amount)

    # the rules behind them ----------------------------------------------------------------

    def _look_at_stock(self, order: Order, now: float) -> Outcome:
        """Whether verified money would buy the order's goods: `READY`; or `OUT_OF_STOCK`,
        `EXPIRED` or `REVERSED`, by the policies of PAY-3 and ORD-9."""
        reservations, session = self.orders.reservations, order.cart.session
        if reservations.is_lazy:
            reservations.notice(order.cart, now)
        late = self.orders.policy.late_payment
        if order.state is EXPIRED:
            if self.policy.before_verify is StockCheck.RECHECK:
                return Outcome.EXPIRED
            if late is LatePayment.REVERSE:
                return Outcome.REVERSED
            if late is not LatePayment.HOLD_AGAIN_ELSE_REVERSE:
                return Outcome.READY
            lines, kind = order.cart.lines, Kind.LATE_REFUSED
        else:
            lines, kind = order.cart.lines_in(Life.NONE), Kind.REFUSED
        if (short := reservations.shortage(lines, now)) is not None:
            reservations.refuse(session, order.number, *short, now, kind)
            return Outcome.OUT_OF_STOCK
        return Outcome.READY

    def _take_over(self, attempt: VerifiedAttempt, now: float) -> Outcome:
        """The money is the shop's; what it cannot fill it must send back itself."""
        order = attempt.order
        self._step(attempt, Kind.PAYMENT_CAPTURED, now)
        if order.state is not OrderState.CANCELLED and order.state in KNOWN:
            self._give_back(attempt, now, Reason.ALREADY_PAID)
            return KNOWN[order.state]
        outcome = self.orders.pay(order, now)
        if outcome is Outcome.REVERSED or outcome is Outcome.OUT_OF_STOCK:
            self._give_back(attempt, now, why_reversed(order))
        return outcome

    def _give_back(self, attempt: VerifiedAttempt, now: float, reason: Reason) -> None:
        """Through the gateway while it allows that, else out of the shop's own account."""
        if now - attempt.taken_at <= self.terms[attempt.channel].reverse_within:
            self._step(attempt, Kind.PAYMENT_REVERSED, now, reason)
        else:
            self.refund(attempt.order, attempt.amount, now, reason)

    def _step(self, attempt: Attempt, kind: Kind, now: float, reason: Reason = NONE) -> None:
        if kind not in ATTEMPT_LIFE[attempt.state]:
            state = attempt.state.name.lower()
            raise Refused(f"an attempt that is {state} cannot be {kind.name.lower()}")
        self.move(attempt, kind, now)
        self._log(attempt, kind, now, reason)

    def _log(self, attempt: Attempt, kind: Kind, now: float, reason: Reason = NONE) -> None:
        assert isinstance(attempt, VerifiedAttempt)
        order = attempt.order
        self.journal += packed(
            now, kind, order.cart.session, order.number, -1, attempt.turn, attempt.amount,
            attempt.channel, reason,
        )  # fmt: skip
