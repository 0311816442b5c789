"""Spells: what begins with one event and ends with another, such as a reservation or a wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.arrays import pair
from reports.log import Events

Positions = NDArray[np.intp]
"""Places in the log."""
Placed = tuple[Events, Positions]
"""Events, and where they stand in the log."""

OF_RESERVATION = ("session", "product", "quantity", "amount")
"""The columns in which the events of one reservation agree; `amount` is the number of its line."""
OF_CONTACT = ("session", "channel")
"""Those of one support contact: a session has one at a time."""
OF_TICKET = ("session", "quantity")
"""Those of one ticket; `quantity` is its number."""
OF_NOTICE = ("session", "order", "product", "channel", "reason")
"""Those of one message."""


@dataclass(frozen=True)
class Spells:
    """Spells in the order of their beginnings; every array but `strays` has shape (spells,)."""

    begins: Events
    """The events that began them."""
    begin_at: Positions
    end_at: Positions
    """Where they ended; the length of the log for those that were open at its end."""
    end_t: NDArray[np.float64]
    """When they ended; infinite for open ones."""
    end_kind: NDArray[np.uint8]
    """With which kind of event; 0 for open ones."""
    strays: Positions
    """Events that would end a spell that had not begun, shape (strays,)."""

    @classmethod
    def of(cls, begun: Placed, ended: Placed, length: int, keys: tuple[str, ...]) -> Spells:
        """Pair what began and what ended where they agree in the columns `keys`, in turn.

        `length`: of the whole log.
        """
        (begins, begin_at), (ends, end_at) = begun, ended
        of_end = pair(tuple(begins[key] for key in keys), tuple(ends[key] for key in keys))
        known = of_end >= 0
        known[known] = begin_at[of_end[known]] < end_at[known]
        began = of_end[known]
        n = len(begins)
        where, when = np.full(n, length), np.full(n, np.inf)
        how = np.zeros(n, np.uint8)
        where[began] = end_at[known]
        when[began] = ends["t"][known]
        how[began] = ends["kind"][known]
        return cls(begins, begin_at, where, when, how, end_at[~known])

    def __len__(self) -> int:
        return len(self.begins)

    def select(self, which: NDArray[np.bool_]) -> Spells:
        """Some of the spells; `which` has shape (spells,)."""
        if which.all():  # a shop with one desk has but one
            return self
        chosen = np.flatnonzero(which)
        return Spells(
            self.begins.take(chosen),  # a mask over records is ten times slower
            self.begin_at[chosen],
            self.end_at[chosen],
            self.end_t[chosen],
            self.end_kind[chosen],
            self.strays,
        )

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Which had not ended at the end of the log."""
        return self.end_kind == 0
