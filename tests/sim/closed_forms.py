"""What queueing theory and Poisson thinning say, and joint tests of samples against it.

Nothing here simulates. Rates are per second, times in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import erf, exp, inf, isinf, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
STATES = 20_000
"""So many states stand for infinitely many; the last one must have no probability left."""


@dataclass(frozen=True)
class Queue:
    """Markovian desk M/M/c/K+M: a birth-death chain on the number of contacts.

    Without patience and places it is Erlang-C, with patience Erlang-A, with as many places as
    agents Erlang-B.
    """

    arrivals: float
    service: float
    """Rate of one agent."""
    agents: int
    giving_up: float = 0.0
    """Rate at which one who waits loses patience."""
    places: float = inf
    """Contacts in service and waiting; who comes to a full house is turned away."""

    @cached_property
    def states(self) -> Floats:
        """Stationary probabilities of 0, 1, 2, ... contacts."""
        last = STATES if isinf(self.places) else int(self.places)
        n = np.arange(1, last + 1)
        served, waiting = np.minimum(n, self.agents), np.maximum(n - self.agents, 0)
        down = served * self.service + waiting * self.giving_up
        weights = np.concatenate(([0.0], np.cumsum(np.log(self.arrivals / down))))
        weights = np.exp(weights - weights.max())
        if isinf(self.places) and weights[-1] > 1e-12:
            raise ValueError("the queue grows without end, or needs more states")
        return weights / weights.sum()

    @property
    def share_turned_away(self) -> float:
        """Probability that an arrival finds no place (0 where places are endless)."""
        return 0.0 if isinf(self.places) else float(self.states[-1])

    @property
    def share_waiting(self) -> float:
        """Probability that an arrival finds all agents busy, and a place to wait."""
        last = None if isinf(self.places) else -1
        return float(self.states[self.agents : last].sum())

    @property
    def mean_waiting(self) -> float:
        """Contacts waiting, on average over time."""
        n = np.arange(len(self.states))
        return float(self.states @ np.maximum(n - self.agents, 0))

    @property
    def share_giving_up(self) -> float:
        """Probability that an arrival waits in vain."""
        return self.giving_up * self.mean_waiting / self.arrivals

    @property
    def mean_wait_of_served(self) -> float:
        """Mean wait of those who are served; those served at once wait 0.

        Who finds k waiting passes k + 1 stages: in stage j, j others wait before her, and the next
        event is a step ahead (rate c mu + j theta) or her own giving up (rate theta). The length of
        a stage does not depend on which of them ends it.
        """
        found = self.states if isinf(self.places) else self.states[:-1]
        waiting = found[self.agents :]
        ahead = self.agents * self.service + np.arange(len(waiting)) * self.giving_up
        served = np.cumprod(ahead / (ahead + self.giving_up))
        time = np.cumsum(1 / (ahead + self.giving_up))
        at_once = found[: self.agents].sum()
        return float((waiting * served * time).sum() / (at_once + (waiting * served).sum()))

    def share_waiting_longer(self, seconds: float) -> float:
        """Probability of a wait beyond so many seconds; Erlang-C only."""
        if self.giving_up or not isinf(self.places):
            raise ValueError("only for endless patience and places")
        return self.share_waiting * exp(-(self.agents * self.service - self.arrivals) * seconds)


@dataclass(frozen=True)
class AmpleStock:
    """A reservation store that never runs out: its carts are a Poisson process, marked.

    A cart is paid with probability `ready`, a lognormal time after it was filled; a reservation
    lives for `timeout`. By `end`, every cart is in one of four classes, and the numbers in the
    classes are independent Poisson variables (thinning).
    """

    arrivals: float
    ready: float
    median: float
    sigma: float
    timeout: float
    end: float

    def means(self) -> Floats:
        """Expected carts paid in time, paid late, expired and not paid, and still reserved."""
        early, whole = self._area(self.timeout), self._area(self.end)
        late_span = self.end - self.timeout
        in_time = early + late_span * self._paid_by(self.timeout)
        parts = [in_time, whole - in_time, late_span - (whole - early), self.timeout - early]
        return self.arrivals * np.array(parts)

    def _paid_by(self, age: float) -> float:
        """Share of the carts that are paid when they are so many seconds old."""
        return self.ready * _normal((log(age) - log(self.median)) / self.sigma)

    def _area(self, age: float) -> float:
        """Integral of that share from 0 to `age`."""
        mean = self.median * exp(self.sigma**2 / 2)
        below = _normal((log(age) - log(self.median) - self.sigma**2) / self.sigma)
        return age * self._paid_by(age) - self.ready * mean * below


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def zero_mean_p(sample: Floats) -> float:
    """Hotelling's T-squared: probability of such a sample (replications, measures) if every
    measure has mean zero. Jointly for all measures, however they hang together."""
    n, k = sample.shape
    mean = sample.mean(axis=0)
    t_squared = n * mean @ np.linalg.solve(np.cov(sample, rowvar=False).reshape(k, k), mean)
    return float(stats.f.sf(t_squared * (n - k) / (k * (n - 1)), k, n - k))


def poisson_p(counts: Floats, means: Floats) -> float:
    """Two-sided chi-square dispersion test that independent counts are Poisson with these means.

    Both too large and too small a spread make it small, and so does a wrong mean.
    """
    means = np.broadcast_to(means, counts.shape)
    chi_square = ((counts - means) ** 2 / means).sum()
    return 2 * min(
        float(stats.chi2.cdf(chi_square, counts.size)),
        float(stats.chi2.sf(chi_square, counts.size)),
    )
