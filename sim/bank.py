"""Gateways on the virtual clock: token, redirect, the bank's page, callback, verify (PAY-2, PAY-4).

What befalls an attempt was drawn with its shopper; where the scenario has scripted a window, the
attempt's time decides whether it falls into it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from model.events import Channel, Kind, Log, Reason
from model.orders import Order
from model.outcomes import Outcome
from model.payments import AttemptState
from model.verified_payments import KNOWN, VerifiedAttempt, VerifiedPayments
from scenarios.calendar import Calendar
from scenarios.columns import DECLINED, SUCCEEDS, Shoppers
from scenarios.gateways import Gateway
from scenarios.office_hours import live_at
from scenarios.payment import Fault, FaultName, Payment
from scenarios.payment_draw import PayingDraw
from sim.environment import Environment

TAKEN = AttemptState.TAKEN

FAILS: dict[FaultName, Reason] = {
    "gives_up": Reason.SHOPPER_GAVE_UP,
    "declined": Reason.DECLINED,
    "issuer_down": Reason.ISSUER_DOWN,
}
"""Faults at the bank's page that end an attempt there, and why it failed."""


@dataclass(slots=True)
class Visit:
    """One shopper at a bank: her attempt, what befalls it, and who is to hear of it."""

    attempt: VerifiedAttempt
    row: int
    turn: int
    """Of the shopper, from 0; an order that failed over has had more attempts than turns."""
    who: Any
    fault: FaultName | None
    delay: float
    """Seconds that the fault takes."""
    why: Reason = Reason.NONE
    """Why the attempt will fail; NONE: it will not."""


class Line:
    """One gateway: from when on it is live, and the faults that it can meet."""

    def __init__(
        self, channel: Channel, gateway: Gateway, payment: Payment, calendar: Calendar
    ) -> None:
        self.channel = channel
        self.live_at = live_at(gateway.onboarding, calendar) if gateway.onboarding else -inf
        self.faults: list[tuple[int, Fault, float, float]] = []
        """Number, fault, and the window in which it happens, in seconds since the start."""
        for number, fault in enumerate(payment.faults):
            if fault.gateway in (None, gateway.label):
                begins = calendar.seconds(fault.begins) if fault.begins else 0.0
                ends = inf if fault.duration is None else begins + fault.duration
                self.faults.append((number, fault, begins, ends))

    def meets(
        self, luck: PayingDraw, row: int, turn: int, now: float
    ) -> tuple[FaultName | None, float]:
        """The fault that an attempt meets, and the seconds that it takes."""
        for number, fault, begins, ends in self.faults:
            if begins <= now < ends and luck.faults[fault.fault][turn][row] < fault.share:
                delays = luck.delays[number]
                return fault.fault, delays[turn][row] if delays else 0.0
        return None, 0.0


class Bank:
    """All gateways of a shop, and the network behind them, which returns unverified money."""

    def __init__(
        self,
        environment: Environment,
        payments: VerifiedPayments,
        payment: Payment,
        calendar: Calendar,
        shoppers: Shoppers,
        log: Log,
    ) -> None:
        assert shoppers.paying is not None  # drawn for every scenario that is not plain
        self.environment = environment
        self.payments = payments
        self.payment = payment
        self.shoppers = shoppers
        self.luck = shoppers.paying
        self.lines = [
            Line(channel, gateway, payment, calendar) for channel, gateway in payment.lines.items()
        ]
        self.tell: Callable[[Any, float, Outcome], None] = _nobody
        """Hears of a shopper who comes back from the bank: who, when, with what outcome."""
        self.waiting: dict[int, Any] = {}
        """Who waits to hear what has become of the money for an order, by its number."""
        for line in self.lines:
            if line.live_at > 0:
                environment.at(line.live_at, _go_live, (log, line.channel))

    def pay(self, order: Order, row: int, turn: int, who: Any, now: float) -> Outcome | None:
        """Send a shopper to a gateway; the outcome, or None while she is away."""
        lines = self._lines_for(turn, now)
        if not lines:
            attempt = self.payments.start(order, now)
            if isinstance(attempt, Outcome):
                return attempt
            self.payments.fail(attempt, now, Reason.GATEWAY_DOWN)
        for line in lines:
            attempt = self.payments.start(order, now, line.channel)
            if isinstance(attempt, Outcome):
                return attempt
            fault, delay = line.meets(self.luck, row, turn, now)
            if fault != "down":
                return self._redirect(Visit(attempt, row, turn, who, fault, delay), now)
            self.payments.fail(attempt, now, Reason.GATEWAY_DOWN)
        return Outcome.PAYMENT_FAILED

    def await_money(self, order: Order, who: Any, now: float) -> Outcome | None:
        """What has become of money that a shopper heard nothing of; None until that is known."""
        outcome = self._fate(order)
        if outcome is None:
            self.waiting[order.number] = who
        return outcome

    def _lines_for(self, turn: int, now: float) -> list[Line]:
        """The gateways to ask for a token, one after the other."""
        live = [line for line in self.lines if line.live_at <= now]
        if self.payment.failover == "never":
            return live[:1]
        if self.payment.failover == "on_retry" and live:
            first = turn % len(live)
            return live[first:] + live[:first]
        return live

    # at the bank's page -------------------------------------------------------------------

    def _redirect(self, visit: Visit, now: float) -> Outcome | None:
        rules, seconds = self.payment.verify, self.shoppers.at_gateway[visit.turn][visit.row]
        fate = self.shoppers.fate[visit.turn][visit.row]
        if fate != SUCCEEDS:
            visit.why = Reason.DECLINED if fate == DECLINED else Reason.SHOPPER_GAVE_UP
        fault = visit.fault
        if fault in FAILS:
            visit.why = FAILS[fault]
        elif fault == "slow" and visit.delay > rules.redirect_within:
            visit.why, seconds = Reason.REDIRECT_EXPIRED, rules.redirect_within
        elif fault == "password_late" and visit.delay > rules.password_lives:
            visit.why = Reason.PASSWORD_EXPIRED
        elif fault in ("slow", "password_late"):
            seconds += visit.delay
        if not seconds:
            return self._answer(visit, now)
        self.environment.at(now + seconds, self._come_back, visit)
        return None

    def _come_back(self, visit: Visit, now: float) -> None:
        outcome = self._answer(visit, now)
        if outcome is not None:
            self.tell(visit.who, now, outcome)

    def _answer(self, visit: Visit, now: float) -> Outcome | None:
        """The bank is done; None for a shopper whose browser never returns."""
        if visit.why is not Reason.NONE:
            self.payments.fail(visit.attempt, now, visit.why)
            gave_up = visit.why is Reason.SHOPPER_GAVE_UP
            return Outcome.GAVE_UP if gave_up else Outcome.PAYMENT_FAILED
        attempt = visit.attempt
        self.payments.take(attempt, now)
        if visit.fault in ("callback_lost", "callback_late", "browser_gone"):
            window = self.payments.terms[attempt.channel].verify_within
            if isfinite(window):
                self.environment.at(now + window, self._close_window, visit)
            if visit.fault == "callback_late":
                self.environment.at(now + visit.delay, self._call_back_late, visit)
            return None if visit.fault == "browser_gone" else Outcome.ERROR
        outcome = self._verify(visit, now)
        if visit.fault == "callback_twice":
            self.payments.verify(attempt, now)
        elif visit.fault == "error_after_commit" and attempt.order.state in KNOWN:
            return Outcome.ERROR
        return outcome

    # after it -----------------------------------------------------------------------------

    def _verify(self, visit: Visit, now: float) -> Outcome:
        before = visit.attempt.state
        outcome = self.payments.verify(visit.attempt, now)
        if before is TAKEN and visit.attempt.state is AttemptState.LAPSED:
            self._return_money(visit, now)
        return outcome

    def _call_back_late(self, visit: Visit, now: float) -> None:
        outcome = self._verify(visit, now)
        self._let_know(visit.attempt.order, outcome, now)

    def _close_window(self, visit: Visit, now: float) -> None:
        """Not verified in time: the network reverses, and the shopper hears of it."""
        attempt = visit.attempt
        if attempt.state is not TAKEN:
            return
        self.payments.lapse(attempt, now)
        self._return_money(visit, now)
        if visit.fault == "browser_gone":
            outcome = KNOWN.get(attempt.order.state, Outcome.PAYMENT_FAILED)
            self.tell(visit.who, now, outcome)
        else:
            self._let_know(attempt.order, Outcome.PAYMENT_FAILED, now)

    def _return_money(self, visit: Visit, now: float) -> None:
        """The network acts at the end of the window, and takes its time."""
        attempt = visit.attempt
        window = attempt.taken_at + self.payments.terms[attempt.channel].verify_within
        begins = max(window, now) if isfinite(window) else now
        arrives = begins + self.luck.money_back[visit.turn][visit.row]
        self.environment.at(arrives, self._money_is_back, attempt)

    def _money_is_back(self, attempt: VerifiedAttempt, now: float) -> None:
        self.payments.return_money(attempt, now)

    def _let_know(self, order: Order, outcome: Outcome, now: float) -> None:
        """Tell who waits for an order's money, once its fate is known."""
        if order.number in self.waiting:
            known = self._fate(order)
            if known is not None:
                is_last_word = known is Outcome.PAYMENT_FAILED
                self.tell(self.waiting.pop(order.number), now, outcome if is_last_word else known)

    def _fate(self, order: Order) -> Outcome | None:
        if (known := KNOWN.get(order.state)) is not None:
            return known
        turns = self.payments.turns.get(order.number, ())
        return None if any(each.state is TAKEN for each in turns) else Outcome.PAYMENT_FAILED


def _go_live(what: tuple[Log, Channel], now: float) -> None:
    log, channel = what
    log.add(now, Kind.GATEWAY_LIVE, channel=channel)


def _nobody(who: Any, now: float, outcome: Outcome) -> None:
    """Nobody listens until a driver does."""
