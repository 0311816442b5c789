"""The agenda: what happens next, merged from arrivals, constant delays and everything else.

Arrivals are known beforehand, in order: they stand on a *tape*. Delays that are constant come out
in the order in which they went in: they stand in FIFO *lanes*. Only what depends on the state has
to be sorted: it stands on *pages*, each of a few seconds. A page is sorted when it is turned up;
so few lines stand on it that this costs less than a heap of all that is to come.

At the same instant the lines of the page come first, then lanes in the order of their creation,
then arrivals; so a reservation that runs out at an instant is gone for the shopper who arrives at
it.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from math import inf
from typing import Any, Final

Handler = Callable[[Any, float], Any]
"""Called with what it was asked for, and the time in seconds."""
Entry = tuple[float, Any]
"""A time in seconds, and whom or what the handler is called with then."""

Call = tuple[float, int, Handler, Any]
"""A line of a page: when, in which order at the same time, who is called, and for what."""

NEVER: Final = inf
PAGE: Final = 10.0
"""Seconds that a page is for: a few calls in a busy shop. Three times as many cost the same."""


class Lane:
    """Entries in order of time; whoever appends keeps the order, as a constant delay does."""

    __slots__ = ("agenda", "due", "entries", "handler")

    def __init__(self, agenda: Agenda, handler: Handler) -> None:
        self.agenda = agenda
        self.handler = handler
        self.entries: deque[Entry] = deque()
        self.due = NEVER
        """Time of the first entry."""

    def append(self, entry: Entry) -> None:
        """Have the handler called with the entry's item at its time."""
        if not self.entries:
            self.due = entry[0]
            if self.due < self.agenda.lanes_due:
                self.agenda.lanes_due = self.due
        self.entries.append(entry)


class Agenda:
    """Calls in order of time. Whoever is called may add more, for now or later."""

    __slots__ = (
        "_arrive", "_count", "_lanes", "_line", "_next", "_page", "_page_due", "_page_ends",
        "_pages", "_tape", "_to_come", "lanes_due", "now",
    )  # fmt: skip

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        """Seconds."""
        self.lanes_due = NEVER
        """Time of the earliest entry of all lanes."""
        self._page: list[Call] = []
        """All calls before `_page_ends`, in order; those before `_line` have been made."""
        self._line = 0
        self._page_ends = now
        self._page_due = NEVER
        """Time of the next call of the page, or, if it has none, when the next page begins."""
        self._pages: dict[float, list[Call]] = {}
        """Later calls by the number of their page, as they were asked for."""
        self._to_come: list[float] = []
        """A heap of these numbers."""
        self._count = 0
        self._lanes: list[Lane] = []
        self._tape: Sequence[float] = ()
        self._next = 0
        """The number of the next arrival."""
        self._arrive: Handler = _nobody

    def lane(self, handler: Handler) -> Lane:
        """A new lane, for whose entries `handler(item, now)` will be called."""
        lane = Lane(self, handler)
        self._lanes.append(lane)
        return lane

    def play(self, tape: Sequence[float], handler: Handler) -> None:
        """Have `handler(number, time)` called at each time of a sorted tape, numbered from 0."""
        self._tape = tape
        self._next = 0
        self._arrive = handler

    def at(self, time: float, handler: Handler, item: Any, ahead: int = 0) -> None:
        """Have `handler(item, now)` called at a time.

        Calls at the same time come as they were asked for, but those with a smaller `ahead` first.
        """
        self._count += 1
        call = (time, self._count + ahead, handler, item)
        if time < self._page_ends:
            insort(self._page, call, self._line)
            if time < self._page_due:
                self._page_due = time
        elif time < NEVER:
            number = time // PAGE
            page = self._pages.get(number)
            if page is not None:
                page.append(call)
            else:
                self._pages[number] = [call]
                heappush(self._to_come, number)
                self._page_due = min(self._page_due, number * PAGE)

    def peek(self) -> float:
        """Time of what comes next, or infinity."""
        if self._line == len(self._page) and self._to_come:
            self._turn()
        return min(self._page_due, self.lanes_due, self._arrival())

    def step(self) -> None:
        """Do what comes next."""
        time = self.now = self.peek()
        if self._page_due <= time:
            self._step_page(time)
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
        tape, arrive, number = self._tape, self._arrive, self._next
        arrival = self._arrival()
        while True:
            time = self._page_due
            if time <= arrival and time <= self.lanes_due:
                if time >= end:
                    break
                if self._line == len(self._page):
                    self._turn()
                    continue
                self.now = time
                self._step_page(time)
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

    def _turn(self) -> None:
        """Turn up the next page; there is one, and all calls of this one have been made."""
        number = heappop(self._to_come)
        page = self._page = self._pages.pop(number)
        page.sort()
        self._line = 0
        self._page_due = page[0][0]
        self._page_ends = (number + 1) * PAGE

    def _step_page(self, now: float) -> None:
        """Make the next call of the page."""
        page, line = self._page, self._line
        _, _, handler, item = page[line]
        line += 1
        self._line = line
        if line < len(page):
            self._page_due = page[line][0]
        else:
            self._page_due = self._to_come[0] * PAGE if self._to_come else NEVER
        handler(item, now)

    def _step_lanes(self, now: float) -> None:
        """Take the entry that is due from the first lane that has one."""
        for lane in self._lanes:
            if lane.due <= now:
                break
        entries = lane.entries
        item = entries.popleft()[1]
        lane.due = self.lanes_due = entries[0][0] if entries else NEVER
        for other in self._lanes:
            if other.due < self.lanes_due:
                self.lanes_due = other.due
        lane.handler(item, now)


def _nobody(_item: Any, _now: float) -> None:
    """What an empty tape plays."""
