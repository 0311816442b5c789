"""The payment gateway on the virtual clock: the shopper is away, then the bank answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.events import Reason
from model.outcomes import Outcome
from model.payments import Attempt, Payments
from scenarios.columns import DECLINED, SUCCEEDS
from sim.agenda import Agenda


class Gateway:
    """One online gateway; what happens there was drawn with the shopper."""

    def __init__(self, agenda: Agenda, payments: Payments) -> None:
        self.agenda = agenda
        self.payments = payments
        self.tell: Callable[[Any, float, Outcome], None] = _nobody
        """Hears of a shopper who comes back from the bank: who, when, with what outcome."""
        self._came_back = self._call_back  # bound once; every attempt needs it

    def send(
        self, attempt: Attempt, fate: int, seconds: float, who: Any, now: float
    ) -> Outcome | None:
        """Keep a shopper at the bank for so many seconds (0: the outcome is returned at once)."""
        if not seconds:
            return self._answer(attempt, fate, now)
        self.agenda.at(now + seconds, self._came_back, (attempt, fate, who))
        return None

    def _call_back(self, away: tuple[Attempt, int, Any], now: float) -> None:
        attempt, fate, who = away
        self.tell(who, now, self._answer(attempt, fate, now))

    def _answer(self, attempt: Attempt, fate: int, now: float) -> Outcome:
        if fate == SUCCEEDS:
            return self.payments.capture(attempt, now)
        if fate == DECLINED:
            self.payments.fail(attempt, now, Reason.DECLINED)
            return Outcome.PAYMENT_FAILED
        self.payments.fail(attempt, now, Reason.SHOPPER_GAVE_UP)
        return Outcome.GAVE_UP


def _nobody(who: Any, now: float, outcome: Outcome) -> None:
    """Nobody listens until a driver does."""
