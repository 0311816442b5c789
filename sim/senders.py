"""Who sends messages: a provider's panel at its rate, and a clerk in office hours."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from model.events import Kind, Log
from model.notices import Notice
from scenarios.calendar import Calendar
from scenarios.notices import Clerk, Provider
from scenarios.office_hours import next_opening
from sim.environment import Environment


class Panel:
    """A provider's queue: first come, first sent, so many a second, and nothing in an outage.

    Nothing in it is random, so it knows at once when a message will leave.
    """

    def __init__(self, provider: Provider, calendar: Calendar) -> None:
        self.seconds_each = 1 / provider.rate
        self.free_at = 0.0
        begins = [calendar.seconds(outage.start) for outage in provider.outages]
        ends = [
            begin + outage.duration for begin, outage in zip(begins, provider.outages, strict=True)
        ]
        self.outages = sorted(zip(begins, ends, strict=True))

    def leaves(self, now: float) -> float:
        """When a message that is handed over now will have been sent."""
        begins = max(now, self.free_at)
        for down, up in self.outages:
            if down <= begins < up:
                begins = up
        self.free_at = begins + self.seconds_each
        return self.free_at


class ClerksDesk:
    """Messages that people write by hand in office hours; what is begun is finished."""

    def __init__(
        self,
        environment: Environment,
        log: Log,
        rule: Clerk,
        calendar: Calendar,
        send: Callable[[Notice, float], None],
    ) -> None:
        self.environment = environment
        self.log = log
        self.rule = rule
        self.calendar = calendar
        self.send = send
        """Called with a message that has been written, and the time."""
        self._free = rule.people
        self._pile: deque[Notice] = deque()

    def take(self, notice: Notice, now: float) -> None:
        """A message is to be written."""
        self.environment.at(now + self.rule.delay, self._lay_down, notice)

    def _lay_down(self, notice: Notice, now: float) -> None:
        self._pile.append(notice)
        if self._free:
            self._free -= 1
            self._begin(now)

    def _begin(self, now: float) -> None:
        rule = self.rule
        begins = next_opening(self.calendar, now, rule.opens, rule.closes)
        self.environment.at(begins + rule.work, self._finish, self._pile.popleft())

    def _finish(self, notice: Notice, now: float) -> None:
        about = notice.about
        self.log.add(
            now, Kind.OPERATOR_WORKED, about.session, about.order,
            quantity=round(self.rule.work), reason=about.topic,
        )  # fmt: skip
        self.send(notice, now)
        if self._pile:
            self._begin(now)
        else:
            self._free += 1
