"""What a proposal is asked to reach with the desk alone, so that the whole season keeps a target.

The two differ: who is not answered calls again, and tired agents take longer. A desk can even tip
over, so that a little more asked is a great deal more had; hence the bracket.
"""

from __future__ import annotations

from dataclasses import dataclass

_NEVER, _ALWAYS = 0.001, 0.999
_SIDE = 0.2
"""A next goal keeps this share of the bracket away from both its ends."""


@dataclass
class Goal:
    """A share to reach; `sign` is 1 where more is harder to keep, -1 where less is."""

    now: float
    sign: int
    _missed: tuple[float, float] | None = None
    """The hardest goal that was not enough, and by how much."""
    _kept: tuple[float, float] | None = None
    """The easiest one that was."""

    def learn(self, lack: float) -> None:
        """The season missed its target by so much (below zero: kept it) with the present goal."""
        if lack > 0:
            self._missed = (self.now, lack)
        else:
            self._kept = (self.now, lack)
        if self._missed is None or self._kept is None:
            self._move(lack)
            return
        (low, above), (high, below) = self._missed, self._kept
        place = above / (above - below) if above > below else 0.5
        self.now = low + (high - low) * min(max(place, _SIDE), 1 - _SIDE)

    def ask_more(self, lack: float) -> None:
        """From now on it takes so much more."""
        self._missed = self._kept = None
        self._move(lack)

    def _move(self, lack: float) -> None:
        self.now = min(max(self.now + self.sign * lack, _NEVER), _ALWAYS)
