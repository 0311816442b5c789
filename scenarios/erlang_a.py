"""Erlang-A: how a desk fares whose shoppers ask at random and lose patience, in closed form.

M/M/n+M is a birth-death chain on the number of contacts (Palm 1957; Garnett, Mandelbaum and Reiman,
"Designing a call center with impatient customers", 2002). Rates are per second, times in seconds.

What staffs desks and what fits them on records of calls rests on this chain. `sim.verification` has
one of its own, on purpose: what checks the engine shares no code with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NEGLIGIBLE = 1e-12
_PATIENT = 1e9
"""Seconds that stand for patience without end; long before that the chain has no end either."""
_STATES = 50_000


@dataclass(frozen=True)
class ErlangA:
    """A desk in its stationary state."""

    arrivals: float
    """Contacts per second, above 0."""
    handling: float
    """Mean seconds."""
    patience: float
    """Mean seconds until who waits gives up."""
    places: int
    """Contacts that are handled at the same time; at 0 everybody gives up."""

    @cached_property
    def _states(self) -> Floats:
        """Probabilities of 0, 1, 2, ... contacts, as far as they matter. Raises ValueError where
        that is too far: nobody loses patience, and the desk falls ever further behind."""
        last = self.places + 64
        while True:
            n = np.arange(1, last + 1)
            down = np.minimum(n, self.places) / self.handling
            down = down + np.maximum(n - self.places, 0) * self._leaving
            weights = np.concatenate(([0.0], np.cumsum(np.log(self.arrivals / down))))
            weights = np.exp(weights - weights.max())
            if weights[-1] <= _NEGLIGIBLE * weights.sum():
                return np.asarray(weights / weights.sum())
            if last > _STATES:
                raise ValueError("the desk falls behind without end")
            last *= 2

    @property
    def _leaving(self) -> float:
        return 1 / min(self.patience, _PATIENT)

    @property
    def _ahead(self) -> tuple[Floats, Floats, float]:
        """Of those who find all places taken: probabilities, how many wait before each (k), and a.

        Who finds k waiting passes k + 1 stages of rates n mu + j theta. Their sum T is such that
        exp(-theta T) is Beta(a, k + 1) with a = n mu / theta: all that follows are its moments.
        """
        found = self._states[self.places :]
        return (
            found,
            np.arange(len(found), dtype=np.float64),
            self.places / self.handling / self._leaving,
        )

    @property
    def giving_up(self) -> float:
        """Share of the contacts that wait in vain."""
        found, k, a = self._ahead
        return float(found @ ((k + 1) / (a + k + 1)))

    @property
    def mean_wait(self) -> float:
        """Seconds, of all contacts: answered or not (Little's law)."""
        waiting = self._states[self.places :]
        return float(waiting @ np.arange(len(waiting))) / self.arrivals

    def answered_within(self, seconds: float) -> float:
        """Share of the contacts that are answered after at most so long; who gave up is not."""
        from scipy.special import betaincc

        found, k, a = self._ahead
        at_once = 1 - float(found.sum())
        if seconds <= 0:
            return at_once
        still_there = np.exp(-self._leaving * seconds)
        in_time = a / (a + k + 1) * betaincc(a + 1, k + 1, still_there)
        return at_once + float(found @ in_time)

    @property
    def occupancy(self) -> float:
        """Share of the places' time that is spent on contacts; `places` is at least 1."""
        return self.arrivals * self.handling * (1 - self.giving_up) / self.places


def least_agents(
    arrivals: float,
    handling: float,
    patience: float,
    at_once: int,
    within: float,
    level: float,
    giving_up: float = 1.0,
    most: int = 10_000,
) -> int:
    """The fewest agents, each with `at_once` places, that answer the share `level` within so many
    seconds and lose at most the share `giving_up`; 0 where nobody asks, `most` where none do."""
    if arrivals <= 0:
        return 0

    def keeps(agents: int) -> bool:
        try:
            desk = ErlangA(arrivals, handling, patience, agents * at_once)
            return desk.answered_within(within) >= level and desk.giving_up <= giving_up
        except ValueError:
            return False

    low, high = 0, 1  # `low` is too few; more agents never do worse
    while not keeps(high):
        if high >= most:
            return most
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return high
