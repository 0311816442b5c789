"""The ledger of stock, replayed from the log: the levels of every product after every movement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.stock import MOVEMENTS
from reports.arrays import group_starts, stable_order
from reports.log import Events
from reports.spells import Positions

_EFFECT = np.zeros((4, 256), np.int64)
"""What one unit of a movement adds to each level, by the code of its kind."""
for _kind, _effect in MOVEMENTS.items():
    _EFFECT[:, _kind] = _effect


class Ledger:
    """Movements by product, then time; levels are those after the movement, shape (movements,)."""

    def __init__(self, events: Events, at: Positions) -> None:
        """The log, and where its movements stand, in order of time."""
        product = events["product"][at]
        order = stable_order(product)
        self.at = at[order]
        self.rows = rows = events.take(self.at)
        self.kind = rows["kind"].copy()
        self.starts = group_starts(product[order])
        """The first movement of each product that moved."""
        quantity = rows["quantity"].copy()
        self.levels = np.array([self._running(effect[self.kind] * quantity) for effect in _EFFECT])
        """On hand, reserved, suspended, allocated; shape (4, movements)."""
        self.on_hand, reserved, suspended, self.allocated = self.levels
        self.available: NDArray[np.int64] = self.on_hand - reserved - suspended - self.allocated

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def products(self) -> NDArray[np.int32]:
        """The products that moved, ascending."""
        return self.rows["product"][self.starts]

    @property
    def ends(self) -> Positions:
        """The last movement of each product that moved."""
        return np.append(self.starts, len(self))[1:] - 1

    def _running(self, changes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Running sums that begin at zero for every product."""
        if not changes.any():
            return changes
        total = np.cumsum(changes)
        before = total[self.starts] - changes[self.starts]
        return total - np.repeat(before, np.diff(self.starts, append=len(total)))
