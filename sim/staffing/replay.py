"""One desk by itself: the contacts of a played season met by another number of agents.

It knows no shop. Who asks, when, and how long the answer takes stand as they were played; what
follows from a better or worse answer (calling again, another channel, tired agents) only a whole
season knows. So it proposes, and seasons decide.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import inf

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Contacts:
    """Contacts of one desk in one replication, in order of time; columns of shape (n,), seconds."""

    at: list[float]
    handling: list[float]
    patience: list[float]

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def memory(self) -> float:
        """Nobody who came so many seconds ago is here any more."""
        return max(self.patience, default=0.0) + max(self.handling, default=0.0)


@dataclass(frozen=True)
class Answers:
    """What became of each contact, shape (n,)."""

    answered: list[float]
    """When; infinite for who gave up, or still waited at the end."""
    contacts: Contacts

    def in_time(self, target: float) -> NDArray[np.bool_]:
        """Who was answered within so many seconds."""
        return np.asarray(np.array(self.answered) - np.array(self.contacts.at) <= target)


def replay(contacts: Contacts, edges: Sequence[float], places: Sequence[int]) -> Answers:
    """Answer the contacts with so many places between two edges (one more edge than places)."""
    answered = [inf] * len(contacts)
    _serve(contacts, range(len(contacts)), answered, edges, places, [], deque(), inf)
    return Answers(answered, contacts)


def change_of(
    base: Answers,
    edges: Sequence[float],
    places: Sequence[int],
    piece: int,
    extra: int,
    spill: float,
    target: float,
) -> tuple[int, int]:
    """What `extra` places in one hour change: contacts answered in time, and contacts answered.

    Only the hour and `spill` seconds behind it are played again, from the very state in which
    `base` was when it began; who still waits then keeps what became of her.
    """
    contacts, at = base.contacts, base.contacts.at
    begin, end = edges[piece], edges[piece + 1] + spill
    first, last = bisect_left(at, begin), bisect_left(at, end)
    busy: list[float] = []
    line: deque[int] = deque()
    for k in range(bisect_left(at, begin - contacts.memory), first):
        when = base.answered[k]
        if when < begin:
            if when + contacts.handling[k] > begin:
                busy.append(when + contacts.handling[k])
        elif at[k] + contacts.patience[k] > begin:
            line.append(k)
    if first == last and not line:
        return 0, 0
    heapify(busy)
    until = bisect_left(edges, end)
    around = list(edges[piece : until + 1])
    seats = list(places[piece:until])
    seats[0] = max(0, seats[0] + extra)
    who = [*line, *range(first, last)]
    answered = dict.fromkeys(who, inf)
    _serve(contacts, range(first, last), answered, around, seats, busy, line, end)
    in_time = served = 0
    for k in who:
        before, after = base.answered[k], answered[k]
        if after == inf and at[k] + contacts.patience[k] > end:
            continue  # still waiting: as before
        served += (after < inf) - (before < inf)
        in_time += (after - at[k] <= target) - (before - at[k] <= target)
    return in_time, served


def _serve(
    contacts: Contacts,
    who: Sequence[int],
    answered: list[float] | dict[int, float],
    edges: Sequence[float],
    places: Sequence[int],
    busy: list[float],
    line: deque[int],
    until: float,
) -> None:
    """First come, first served; who has begun is finished, also by an agent who goes.

    `busy` holds when the places become free, as a heap; `line` who waits.
    """
    at, handling, patience = contacts.at, contacts.handling, contacts.patience

    def call_next(now: float) -> None:
        while line and len(busy) < seats:
            next_ = line.popleft()
            if at[next_] + patience[next_] >= now:
                answered[next_] = now
                heappush(busy, now + handling[next_])

    seats, piece, last = places[0], 0, len(places) - 1
    change = edges[1] if last else inf
    call_next(edges[0])
    for k in [*who, -1]:
        now = at[k] if k >= 0 else until
        while True:  # what happens before she comes
            then = busy[0] if busy else inf
            if change < then:
                then = change
            if then > now or then == inf:
                break
            if then == change:
                piece += 1
                seats = places[piece]
                change = edges[piece + 1] if piece < last else inf
            else:
                heappop(busy)
            if line:
                call_next(then)
        if k < 0:
            return
        if len(busy) < seats:
            answered[k] = now
            heappush(busy, now + handling[k])
        else:
            line.append(k)
