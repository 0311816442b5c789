"""A chatbot or a page of questions on the virtual clock: no queue, and not every answer helps."""

from __future__ import annotations

from collections.abc import Callable

from model.events import Channel
from model.outcomes import Outcome
from model.shop import Shop
from model.support import Contact
from scenarios.schema import SelfService
from sim.case import Case
from sim.environment import Environment

HandOn = Callable[[Case, Channel, float], None]


class SelfServiceDesk:
    """Answers everybody at once; passes on whom it could not help."""

    takes_messages = False

    def __init__(
        self, environment: Environment, shop: Shop, door: SelfService, bot_luck: list[float]
    ) -> None:
        self.environment = environment
        self.support = shop.support
        self.channel = door.code
        self.deflects = door.deflects
        self.after_hours = door.after_hours
        self.bot_luck = bot_luck
        self.tell: Callable[[Case, float, Outcome], None]
        """Hears of the shoppers who were helped."""
        self.hand_on: HandOn
        """Hears of the others."""

    def ask(self, case: Case, handling: float, now: float) -> None:
        """A shopper asks; the answer takes so many seconds."""
        contact = self.support.contact(case.session, self.channel, case.topic, now)
        self.support.answer(contact, now)
        self.environment.at(now + handling, self._finish, (contact, case))

    def _finish(self, visit: tuple[Contact, Case], now: float) -> None:
        contact, case = visit
        self.support.close(contact, now)
        if self.bot_luck[case.row] < self.deflects:
            case.is_solved = True
            self.tell(case, now, Outcome.ANSWERED)
        else:
            self.support.hand_on(case.session, self.channel, case.topic, now)
            self.hand_on(case, self.channel, now)
