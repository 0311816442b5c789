"""SimPy on the merged agenda of `sim.agenda`: processes, events and resources as ever.

A textbook simulation pushes every arrival and every timeout through SimPy's heap. Here only the
events of SimPy's own processes are, and they stand on the agenda like everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import simpy
from simpy.core import EmptySchedule
from simpy.events import NORMAL, Event

from sim.agenda import NEVER, Agenda, Entry, Handler, Lane

A_CLASS_AHEAD = 1 << 60
"""More than there are calls in a run: events of a more urgent priority precede all others."""


class Environment(simpy.Environment):
    """A SimPy environment whose events stand on an `Agenda`. Time is in seconds."""

    def __init__(self, initial_time: float = 0.0) -> None:
        self.agenda = Agenda(initial_time)
        super().__init__(initial_time)

    @property
    def _now(self) -> float:
        """The clock, which SimPy reads and sets under this name."""
        return self.agenda.now

    @_now.setter
    def _now(self, now: float) -> None:
        self.agenda.now = now

    def lane(self, handler: Handler) -> Lane:
        """A new lane, for whose entries `handler(item, now)` will be called."""
        return self.agenda.lane(handler)

    def play(self, tape: Iterable[Entry], handler: Handler) -> None:
        """Have `handler(item, now)` called at each `(time, item)` of a tape sorted by time."""
        entries = list(tape)
        times = [time for time, _ in entries]
        self.agenda.play(times, lambda number, now: handler(entries[number][1], now))

    def at(self, time: float, handler: Handler, item: Any) -> None:
        """Have `handler(item, now)` called at a time."""
        self.agenda.at(time, handler, item)

    def schedule(self, event: Event, priority: int = NORMAL, delay: float = 0) -> None:
        """Have an event of SimPy happen after so many seconds."""
        ahead = (priority - NORMAL) * A_CLASS_AHEAD
        self.agenda.at(self.agenda.now + delay, self._happen, event, ahead)

    def peek(self) -> float:
        """Time of the next event of any source, or infinity."""
        return self.agenda.peek()

    def step(self) -> None:
        """Process the next event of any source."""
        if self.agenda.peek() == NEVER:
            raise EmptySchedule
        self.agenda.step()

    def run_until(self, end: float) -> None:
        """Process all events before `end`, and stop the clock there."""
        self.agenda.run_until(end)

    def _happen(self, event: Event, now: float) -> None:
        """An event's time has come: SimPy finds it alone in its own queue."""
        self._queue.append((now, NORMAL, 0, event))
        super().step()
