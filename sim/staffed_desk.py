"""A support desk whose agents are people: they tire, do other work, and may end an angry contact.

It answers contacts as `SupportDesk` does. The plain desk knows none of this, and pays for none.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from model.events import Kind, Reason
from model.outcomes import Outcome
from model.shop import Shop
from model.support import Contact
from scenarios.agents import Chore
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Support
from scenarios.staffing import chore_times
from scenarios.support import WRITTEN
from sim.case import Case
from sim.environment import Environment
from sim.strain import LOOK_EVERY, Fatigue
from sim.support_desk import SupportDesk

StaffedVisit = tuple[Contact, float, Case]
"""A contact on the virtual clock: its books, the seconds its answer will take, and its case."""


class StaffedDesk(SupportDesk):
    """The agents of one channel as people (SUP-6, SUP-7)."""

    def __init__(
        self, environment: Environment, shop: Shop, desk: Desk, support: Support, calendar: Calendar
    ) -> None:
        self.record = shop.log.add
        self.takes_messages = desk.code in WRITTEN
        self.target = desk.target
        self.tempers = support.tempers
        self.fatigue = None if support.strain is None else Fatigue(support.strain)
        self.scheduled = desk.agents
        """Agents on the rota, less those who stayed away."""
        self.away = 0
        """Of these, at other work."""
        self.on_site_check: Callable[[float], None] | None = None
        """Hears of every look at the site and the way through a purchase, and when it ended."""
        super().__init__(environment, shop.support, desk, calendar)
        if self.fatigue is not None:
            environment.process(self._tire(self.fatigue))
        for chore in support.back_office:
            if chore.desk == desk.channel:
                environment.process(self._work_besides(chore, chore_times(chore, desk, calendar)))

    @property
    def is_open(self) -> bool:
        """Whether a shopper can reach it now."""
        return self.takes_messages or self.scheduled > 0

    def _serve(self, visit: StaffedVisit, now: float) -> None:
        contact, handling, case = visit
        if self.fatigue is not None:
            self.fatigue.count(self.busy, self.places, now)
            self.fatigue.angry += case.is_angry
            handling *= self.fatigue.slowdown
        self.busy += 1
        self.support.answer(contact, now)
        tempers = self.tempers
        if tempers is not None and handling > tempers.endures:
            late = now - case.asked_at > self.target
            if case.anger(late) >= tempers.limit:
                self.environment.at(now + tempers.endures, self._end_canned, visit)
                return
        self.environment.at(now + handling, self._finish, visit)

    def _finish(self, visit: StaffedVisit, now: float) -> None:
        contact, _, case = visit
        self._free(now)
        self.support.close(contact, now, case.is_solved)
        self._call_next(now)
        self.tell(case, now, Outcome.ANSWERED)

    def _end_canned(self, visit: StaffedVisit, now: float) -> None:
        contact, _, case = visit
        self._free(now)
        self.support.end_canned(contact, now)
        self._call_next(now)
        case.is_over = True
        self.tell(case, now, Outcome.NO_ANSWER)

    def _free(self, now: float) -> None:
        if self.fatigue is not None:
            self.fatigue.count(self.busy, self.places, now)
        self.busy -= 1

    def _staff(self, agents: int, now: float) -> None:
        """A shift begins or ends; of worn-out agents some stay away."""
        if self.fatigue is not None:
            missing = self.fatigue.missing(agents)
            if missing:
                self.record(now, Kind.AGENTS_MISSING, quantity=missing, channel=self.channel)
                agents -= missing
        self.scheduled = agents
        self._seat(now)

    def _seat(self, now: float) -> None:
        if self.fatigue is not None:
            self.fatigue.count(self.busy, self.places, now)
        self.places = max(0, self.scheduled - self.away) * self.at_once
        self._call_next(now)

    def _tire(self, fatigue: Fatigue) -> Generator[Any, Any, None]:
        """Look at the agents every quarter of an hour."""
        environment = self.environment
        while True:
            yield environment.timeout(LOOK_EVERY)
            now = environment.now
            fatigue.count(self.busy, self.places, now)
            before = fatigue.in_thousandths
            fatigue.look(self.scheduled)
            if fatigue.in_thousandths != before:
                self.record(
                    now, Kind.TIRED, quantity=fatigue.in_thousandths, channel=self.channel
                )  # fmt: skip

    def _work_besides(self, chore: Chore, times: list[float]) -> Generator[Any, Any, None]:
        """One agent at a time leaves the desk for a chore; what she has begun is finished first."""
        environment = self.environment
        for begins in times:
            if begins > environment.now:
                yield environment.timeout(begins - environment.now)
            self.away += 1
            self._seat(environment.now)
            yield environment.timeout(chore.takes)
            self.away -= 1
            now = environment.now
            self.record(
                now, Kind.CHORE_DONE, quantity=round(chore.takes), channel=self.channel,
                reason=chore.code,
            )  # fmt: skip
            if chore.code is Reason.SITE_CHECK and self.on_site_check is not None:
                self.on_site_check(now)
            self._seat(now)
