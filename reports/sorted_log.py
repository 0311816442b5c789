"""The log sorted once by kind, for the many questions that ask about some kinds only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from operator import is_
from typing import Any, TypeVar, TypeVarTuple, cast

import numpy as np

from model.stock import MOVEMENTS
from reports.ledger import Ledger
from reports.log import Events
from reports.spells import Positions, Spells

Kinds = tuple[int, ...]
T = TypeVar("T")
Given = TypeVarTuple("Given")


class SortedLog:
    """Events by kind, and what several readers need of them, worked out once.

    The audit and the measures take a log or a SortedLog; who asks both makes one for both.
    """

    def __init__(self, events: Events) -> None:
        self.events = events
        kind = events["kind"].copy()
        self._order = np.argsort(kind, kind="stable")
        self._first = np.concatenate(([0], np.cumsum(np.bincount(kind, minlength=256)))).tolist()
        # `take`: indexing by a list of rows is twenty times slower for records.
        self._by_kind = events.take(self._order)
        self._mixed: dict[Kinds, Events] = {}
        self._spells: dict[tuple[Kinds, Kinds, tuple[str, ...]], Spells] = {}
        self._found: dict[Callable[..., Any], tuple[tuple[object, ...], Any]] = {}

    @classmethod
    def of(cls, events: Events | SortedLog) -> SortedLog:
        """The same log if it is sorted already."""
        return events if isinstance(events, SortedLog) else cls(events)

    def __len__(self) -> int:
        return len(self.events)

    @property
    def last(self) -> float:
        """Time of the last event in seconds since the start; 0 for an empty log."""
        return float(self.events["t"][-1]) if len(self) else 0.0

    def count(self, kind: int) -> int:
        """How many events there are of a kind."""
        return int(self._first[kind + 1] - self._first[kind])

    def at(self, *kinds: int) -> Positions:
        """Where events of these kinds stand in the log, ascending."""
        there = [kind for kind in kinds if self.count(kind)]
        parts = [self._order[self._first[kind] : self._first[kind + 1]] for kind in there]
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)

    def rows(self, *kinds: int) -> Events:
        """The events of these kinds, in order of time."""
        there = tuple(sorted(kind for kind in kinds if self.count(kind)))
        if not there:
            return self._by_kind[:0]
        if len(there) == 1:
            return self._by_kind[self._first[there[0]] : self._first[there[0] + 1]]
        if there not in self._mixed:
            self._mixed[there] = self.events.take(self.at(*there))
        return self._mixed[there]

    def spells(self, begins: Kinds, ends: Kinds, keys: tuple[str, ...]) -> Spells:
        """What begins and ends with events of these kinds that agree in the columns `keys`."""
        # Kinds that never happened make no difference: a shop without suspended goods is asked
        # twice for the same spells.
        begins = tuple(kind for kind in begins if self.count(kind))
        ends = tuple(kind for kind in ends if self.count(kind))
        asked = (begins, ends, keys)
        if asked not in self._spells:
            self._spells[asked] = Spells.of(
                (self.rows(*begins), self.at(*begins)),
                (self.rows(*ends), self.at(*ends)),
                len(self),
                keys,
            )
        return self._spells[asked]

    @cached_property
    def ledger(self) -> Ledger:
        """The movements of stock, product by product."""
        return Ledger(self.events, self.at(*MOVEMENTS))

    def found_by(self, reader: Callable[[SortedLog, *Given], T], *given: *Given) -> T:
        """What a reader finds in this log; it looks again only if it is given other objects."""
        before, found = self._found.get(reader, (None, None))
        if before is None or not all(map(is_, before, given)):
            found = reader(self, *given)
            self._found[reader] = given, found
        return cast(T, found)


def looks_once(
    reader: Callable[[SortedLog, *Given], T],
) -> Callable[[SortedLog, *Given], T]:
    """A reader of logs that others ask again and again: what it found in a log stays with it.

    What else it is given must be the same object each time, or it looks again.
    """

    @wraps(reader)
    def reading(log: SortedLog, *given: *Given) -> T:
        return log.found_by(reader, *given)

    return reading
