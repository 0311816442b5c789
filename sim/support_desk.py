"""A support desk on the virtual clock: a queue of contacts, agents, and patience that runs out.

`simpy.Resource` searches its queue to cancel a request; a desk at the peak has a long queue. Here
the queue is a deque, and who has given up is skipped when her turn comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Final

from model.events import Channel, Reason
from model.outcomes import Outcome
from model.support import Contact, ContactState, Support
from scenarios.calendar import Calendar
from scenarios.schema import Desk
from scenarios.staffing import agents_over_time
from sim.environment import Environment

ANSWERED: Final = Outcome.ANSWERED
NO_ANSWER: Final = Outcome.NO_ANSWER
WAITING: Final = ContactState.WAITING


Visit = tuple[Contact, float, Any]
"""A contact on the virtual clock: its books, the seconds its answer will take, and who asks, or
None if nobody needs to hear of it any more."""


class SupportDesk:
    """The agents of one channel. An agent handles `at_once` contacts at the same time."""

    def __init__(
        self, environment: Environment, support: Support, desk: Desk, calendar: Calendar
    ) -> None:
        self.environment = environment
        self.agenda = environment.agenda
        self.support = support
        self.channel: Channel = desk.code
        self.busy = 0
        self.at_once = desk.at_once
        self.places = desk.agents * desk.at_once
        self.tell: Callable[[Any, float, Outcome], None] = _nobody
        """Hears of a shopper whose contact is over: who, when, `ANSWERED` or `NO_ANSWER`."""
        self._line: deque[Visit] = deque()
        self._finished, self._gave_up = self._finish, self._lose_patience  # bound once
        if desk.shifts or desk.later:
            environment.process(self._keep_shifts(desk, calendar))

    def ask(
        self,
        session: int,
        topic: Reason,
        patience: float,
        handling: float,
        who: Any,
        now: float,
    ) -> None:
        """A shopper asks, and waits for so many seconds at most; handling takes so many."""
        contact = self.support.contact(session, self.channel, topic, now)
        visit = (contact, handling, who)
        if self.busy < self.places:
            self._serve(visit, now)
        else:
            self._line.append(visit)
            self.agenda.at(now + patience, self._gave_up, visit)

    def _serve(self, visit: Visit, now: float) -> None:
        self.busy += 1
        self.support.answer(visit[0], now)
        self.agenda.at(now + visit[1], self._finished, visit)

    def _finish(self, visit: Visit, now: float) -> None:
        self.busy -= 1
        self.support.close(visit[0], now)
        if self._line:
            self._call_next(now)
        if visit[2] is not None:
            self.tell(visit[2], now, ANSWERED)

    def _lose_patience(self, visit: Visit, now: float) -> None:
        if visit[0].state is WAITING:
            self.support.give_up(visit[0], now)
            if visit[2] is not None:
                self.tell(visit[2], now, NO_ANSWER)

    def _call_next(self, now: float) -> None:
        line = self._line
        while line and self.busy < self.places:
            visit = line.popleft()
            if visit[0].state is WAITING:
                self._serve(visit, now)

    def _keep_shifts(self, desk: Desk, calendar: Calendar) -> Generator[Any, Any, None]:
        """Agents come and go by the shifts; who goes first finishes what she has begun."""
        environment = self.environment
        for begins, agents in agents_over_time(desk, calendar):
            if begins > environment.now:
                yield environment.timeout(begins - environment.now)
            self._staff(agents, environment.now)

    def _staff(self, agents: int, now: float) -> None:
        """From now on so many agents are at work."""
        self.places = agents * self.at_once
        self._call_next(now)


def _nobody(who: Any, now: float, outcome: Outcome) -> None:
    """Nobody listens until a driver does."""
