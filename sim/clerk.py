"""Staff who do by hand, one thing after the other and in working hours, what a gateway would do."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from model.events import Channel, Kind, Log
from scenarios.calendar import Calendar
from scenarios.office_hours import next_opening
from scenarios.payment import Staff
from sim.agenda import Handler
from sim.environment import Environment


class Task(NamedTuple):
    """One piece of work: seconds of it, for which method, and what to call when it is done."""

    seconds: float
    channel: Channel
    then: Handler
    argument: Any


class Clerk:
    """A queue of tasks and the people who work on it, first come first served."""

    def __init__(
        self, environment: Environment, log: Log, staff: Staff, calendar: Calendar
    ) -> None:
        self.environment = environment
        self.record = log.add
        self.calendar = calendar
        self.hours = staff.opens, staff.closes
        self.free = staff.people
        self._tasks: deque[Task] = deque()
        self._opening = -1.0
        """When the office opens next, if somebody waits for that."""

    def do(self, task: Task, now: float) -> None:
        """Put a task at the end of the queue. What has begun is finished, also after hours."""
        self._tasks.append(task)
        self._go_on(None, now)

    def _go_on(self, _: Any, now: float) -> None:
        while self.free and self._tasks:
            opening = next_opening(self.calendar, now, *self.hours)
            if opening > now:
                if opening > self._opening:
                    self._opening = opening
                    self.environment.at(opening, self._go_on, None)
                return
            self.free -= 1
            task = self._tasks.popleft()
            self.environment.at(now + task.seconds, self._finish, task)

    def _finish(self, task: Task, now: float) -> None:
        self.free += 1
        self.record(now, Kind.OPERATOR_WORKED, quantity=round(task.seconds), channel=task.channel)
        task.then(task.argument, now)
        self._go_on(None, now)
