"""SimPy with lanes: a merged agenda of arrivals, constant delays and SimPy's own heap.

A textbook simulation pushes every arrival and every timeout through one heap. Arrivals are known
beforehand, in order: they stand on a *tape*. Delays that are constant come out in the order in
which they went in: they stand in FIFO *lanes*. Only what depends on the state needs the heap. All
of SimPy still works (processes, events, resources): `step` and `peek` know all three sources.

At the same instant heap events come first, then lanes in the order of their creation, then
arrivals; so a reservation that runs out at an instant is gone for the shopper who arrives at it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from math import inf
from typing import Any

import simpy
from simpy.core import EmptySchedule
from simpy.events import NORMAL

EVENT_ENTRY = 4
"""Length of an entry of SimPy's heap: time, priority, number, event."""
NOBODY: tuple[float, Any] = (inf, None)
"""What comes after the last arrival of a tape."""
Handler = Callable[[Any, float], Any]
"""Called with what it was asked for, and the time in seconds."""


Lane = deque[tuple[float, Any]]
"""(time, item) in order of time; whoever appends keeps the order, as a constant delay does."""


class Environment(simpy.Environment):
    """A SimPy environment whose agenda has lanes. Time is in seconds."""

    def __init__(self, initial_time: float = 0.0) -> None:
        super().__init__(initial_time)
        self._lanes: list[tuple[Lane, Handler]] = []
        self._tape: Iterator[tuple[float, Any]] = iter(())
        self._arrival = NOBODY
        self._arrive: Handler = _nobody

    def lane(self, handler: Handler) -> Lane:
        """A new lane, for whose entries `handler(item, now)` will be called."""
        lane: Lane = deque()
        self._lanes.append((lane, handler))
        return lane

    def play(self, tape: Iterable[tuple[float, Any]], handler: Handler) -> None:
        """Have `handler(item, now)` called at each `(time, item)` of a tape sorted by time."""
        self._tape = iter(tape)
        self._arrive = handler
        self._arrival = next(self._tape, NOBODY)

    def at(self, time: float, function: Handler, argument: Any) -> None:
        """Have `function(argument, now)` called at a time, at the cost of one push.

        The entry stands in SimPy's own heap, with a function and its argument where SimPy has
        an event; `step` tells them apart by their length.
        """
        heappush(self._queue, (time, NORMAL, next(self._eid), function, argument))  # type: ignore[misc]

    def peek(self) -> float:
        """Time of the next event of any source, or infinity."""
        lanes = (entries[0][0] for entries, _ in self._lanes if entries)
        return min(super().peek(), self._arrival[0], min(lanes, default=inf))

    def step(self) -> None:
        """Process the next event of any source."""
        time = self.peek()
        if time == inf:
            raise EmptySchedule
        if self._queue and self._queue[0][0] <= time:
            self._step_heap()
            return
        self._now = time
        for entries, handler in self._lanes:
            if entries and entries[0][0] <= time:
                handler(entries.popleft()[1], time)
                return
        item = self._arrival[1]
        self._arrival = next(self._tape, NOBODY)
        self._arrive(item, time)

    def _step_heap(self) -> None:
        entry: Any = self._queue[0]
        if len(entry) == EVENT_ENTRY:
            super().step()
        else:
            heappop(self._queue)
            self._now = entry[0]
            entry[3](entry[4], entry[0])

    def run_until(self, end: float) -> None:
        """Process all events before `end`, and stop the clock there.

        The same order of events as `step` after `step`; all in one loop, because a call and a
        search per event would cost as much as the events.
        """
        if end < self._now:
            raise ValueError(f"the clock stands at {self._now} s and cannot go back to {end} s")
        queue: Any = self._queue
        lanes = self._lanes
        tape, arrive = self._tape, self._arrive
        arrival_time, item = self._arrival
        simpy_step = super().step
        while True:
            time, lane = arrival_time, None
            for each in lanes:
                entries = each[0]
                if entries and entries[0][0] <= time and (lane is None or entries[0][0] < time):
                    time, lane = entries[0][0], each
            if queue and queue[0][0] <= time:
                entry = queue[0]
                time = entry[0]
                if time >= end:
                    break
                if len(entry) == EVENT_ENTRY:
                    simpy_step()
                else:
                    self._now = time
                    heappop(queue)
                    entry[3](entry[4], time)
            elif time >= end:
                break
            elif lane is not None:
                self._now = time
                lane[1](lane[0].popleft()[1], time)
            else:
                self._now = time
                arrive(item, time)
                arrival_time, item = next(tape, NOBODY)
        self._arrival = (arrival_time, item)
        self._now = end


def _nobody(_item: Any, _now: float) -> None:
    """What an empty tape plays."""
