"""The agenda: what happens next, merged from arrivals, constant delays and everything else.

Arrivals are known beforehand, in order: they stand on a *tape*. Delays that are constant come out
in the order in which they went in: they stand in FIFO *lanes*. Only what depends on the state
needs the heap.

At the same instant heap entries come first, then lanes in the order of their creation, then
arrivals; so a reservation that runs out at an instant is gone for the shopper who arrives at it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Any, Final

Handler = Callable[[Any, float], Any]
"""Called with what it was asked for, and the time in seconds."""
Entry = tuple[float, Any]
"""A time in seconds, and whom or what the handler is called with then."""

NEVER: Final = inf
push: Final = heappush  # bound once
pop: Final = heappop


class Lane:
    """Items in order of time; whoever appends keeps the order, as a constant delay does.

    Times and items stand apart: a pair of each would be one more object to make and to forget.
    """

    __slots__ = ("agenda", "due", "handler", "items", "times")

    def __init__(self, agenda: Agenda, handler: Handler) -> None:
        self.agenda = agenda
        self.handler = handler
        self.times: deque[float] = deque()
        self.items: deque[Any] = deque()
        self.due = NEVER
        """Time of the first item."""

    def append(self, time: float, item: Any) -> None:
        """Have the handler called with the item at a time."""
        if not self.times:
            self.due = time
            if time < self.agenda.lanes_due:
                self.agenda.lanes_due = time
        self.times.append(time)
        self.items.append(item)


class Agenda:
    """Calls in order of time. Whoever is called may add more, for now or later."""

    __slots__ = (
        "_arrive", "_count", "_heap", "_heap_due", "_lanes", "_next", "_tape", "lanes_due", "now",
    )  # fmt: skip

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        """Seconds."""
        self.lanes_due = NEVER
        """Time of the earliest entry of all lanes."""
        self._heap: list[tuple[float, int, Handler, Any]] = []
        self._heap_due = NEVER
        self._count = 0
        self._lanes: list[Lane] = []
        self._tape: list[float] = []
        self._next = 0
        """The number of the next arrival."""
        self._arrive: Handler = _nobody

    def lane(self, handler: Handler) -> Lane:
        """A new lane, for whose entries `handler(item, now)` will be called."""
        lane = Lane(self, handler)
        self._lanes.append(lane)
        return lane

    def play(self, tape: list[float], handler: Handler, first: int = 0) -> None:
        """Have `handler(number, now)` called at each time of a sorted tape, from the `first` on."""
        self._tape = tape
        self._next = first
        self._arrive = handler

    def at(self, time: float, handler: Handler, item: Any, ahead: int = 0) -> None:
        """Have `handler(item, now)` called at a time.

        Calls at the same time come as they were asked for, but those with a smaller `ahead` first.
        """
        self._count += 1
        push(self._heap, (time, self._count + ahead, handler, item))
        if time < self._heap_due:
            self._heap_due = time

    def peek(self) -> float:
        """Time of what comes next, or infinity."""
        return min(self._heap_due, self.lanes_due, self._arrival())

    def step(self) -> None:
        """Do what comes next."""
        time = self.now = self.peek()
        if self._heap_due <= time:
            _, _, handler, item = pop(self._heap)
            self._heap_due = self._heap[0][0] if self._heap else NEVER
            handler(item, time)
        elif self.lanes_due <= time:
            self._step_lanes(time)
        else:
            number = self._next
            self._next = number + 1
            self._arrive(number, time)

    def run_until(self, end: float) -> None:
        """Do all that comes before `end`, and stop the clock there.

        The same order as `step` after `step`; all in one loop, because a call and a search for
        each would cost as much as what is done.
        """
        if end < self.now:
            raise ValueError(f"the clock stands at {self.now} s and cannot go back to {end} s")
        heap = self._heap
        tape, arrive, number = self._tape, self._arrive, self._next
        arrival = self._arrival()
        while True:
            time = self._heap_due
            if time <= arrival and time <= self.lanes_due:
                if time >= end:
                    break
                _, _, handler, item = pop(heap)
                self._heap_due = heap[0][0] if heap else NEVER
                self.now = time
                handler(item, time)
            elif self.lanes_due <= arrival:
                time = self.lanes_due
                if time >= end:
                    break
                self.now = time
                self._step_lanes(time)
            else:
                if arrival >= end:
                    break
                self.now = arrival
                arrive(number, arrival)
                number += 1
                arrival = tape[number] if number < len(tape) else NEVER
        self._next = number
        self.now = end

    def _arrival(self) -> float:
        """Time of the next arrival."""
        return self._tape[self._next] if self._next < len(self._tape) else NEVER

    def _step_lanes(self, now: float) -> None:
        """Take the item that is due from the first lane that has one."""
        for lane in self._lanes:
            if lane.due <= now:
                break
        times = lane.times
        times.popleft()
        item = lane.items.popleft()
        lane.due = self.lanes_due = times[0] if times else NEVER
        for other in self._lanes:
            if other.due < self.lanes_due:
                self.lanes_due = other.due
        lane.handler(item, now)


def _nobody(_item: Any, _now: float) -> None:
    """What an empty tape plays."""
