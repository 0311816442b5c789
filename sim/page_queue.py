"""A site's pages as the queue M/M/c/K, in closed form, and how to draw from it.

A page takes a fraction of a second, so within a minute the queue has long forgotten the minute
before: each minute is taken as stationary at its own load. That costs microseconds where playing
every page of a season would cost minutes, and it is the textbook's queue exactly
(Kleinrock, Queueing Systems I, 3.8).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
POINTS = 512
"""Of the grid on which the law of a wait is known; between them it is a straight line."""


class PageQueue:
    """Pages that arrive at random at `workers` workers, with `room` places to wait.

    `load` is the work that is asked for, in workers (erlang); a page takes `page_time` seconds on
    average, exponentially. Who finds no place is refused.
    """

    def __init__(self, load: float, workers: int, room: int, page_time: float) -> None:
        self.page_time = page_time
        states = _states(load, workers, room)
        self.refused = float(states[-1]) if load else 0.0
        """Share of the pages that find no place."""
        found = states[:-1] / (1 - states[-1]) if self.refused < 1 else states[:0]
        waiting = found[workers:]
        self._tick = page_time / workers
        """Seconds from one finished page to the next while all workers are busy."""
        self.mean_wait = float(waiting @ np.arange(1, len(waiting) + 1)) * self._tick
        """Seconds that a page waits for a worker, of those that are not refused."""
        self._longer: list[float] = []
        if len(waiting):
            grid, at_most = _poisson(room)
            self._longer = (at_most @ waiting)[::-1].tolist()
            self._ticks = grid[::-1].tolist()
        self.delayed = float(waiting.sum())
        """Share that waits at all, of those that are not refused."""

    @property
    def mean(self) -> float:
        """Seconds from asking for a page to having it, on average."""
        return self.mean_wait + self.page_time

    def draw(self, luck: float, work: float) -> float:
        """Seconds that a page which is not refused takes, from two uniform numbers.

        The less `luck`, the longer it waits: whoever is unlucky here is so at every load.
        """
        return self._wait(luck) - log(1 - work) * self.page_time

    def _wait(self, luck: float) -> float:
        """The wait that a share of `luck` of the pages exceeds."""
        longer = self._longer
        if luck >= self.delayed or not longer:
            return 0.0
        above = bisect_left(longer, luck)
        if above == 0:
            return float(self._ticks[0] * self._tick)
        low, high = longer[above - 1], longer[above]
        part = (luck - low) / (high - low)
        early, late = self._ticks[above], self._ticks[above - 1]
        return float(late + part * (early - late)) * self._tick


def _states(load: float, workers: int, room: int) -> Floats:
    """Stationary probabilities of 0, 1, ... pages at the site, shape (workers + room + 1,)."""
    n = np.arange(1, workers + room + 1)
    with np.errstate(divide="ignore"):  # a load of 0 leaves only the empty state
        steps = np.log(load / np.minimum(n, workers))
    weights = np.concatenate(([0.0], np.cumsum(steps)))
    weights = np.exp(weights - weights.max())
    states: Floats = weights / weights.sum()
    return states


@lru_cache(maxsize=4)
def _poisson(room: int) -> tuple[Floats, Floats]:
    """A grid of times in ticks, and the probability that by then at most j pages were finished.

    Shapes (POINTS,), dense at its beginning, and (POINTS, room). Who finds j waiting waits for
    j + 1 pages to be finished, one a tick at random.
    """
    end = room + 10 * np.sqrt(room) + 30
    grid = end * np.linspace(0, 1, POINTS) ** 2
    j = np.arange(room)
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, room)))))[:room]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = j * np.log(grid)[:, None] - grid[:, None] - log_factorial
    chances = np.exp(np.nan_to_num(logs, nan=0.0, neginf=-np.inf))
    return grid, np.minimum(np.cumsum(chances, axis=1), 1.0)
