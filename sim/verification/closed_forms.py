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
NO_SPREAD = 1e-9
"""Of a direction in which measures have spread 1 on average: here it is rounding."""


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
        probabilities: Floats = weights / weights.sum()
        return probabilities

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
        in_time = early + late_span * self.paid_by(self.timeout)
        parts = [in_time, whole - in_time, late_span - (whole - early), self.timeout - early]
        return self.arrivals * np.array(parts)

    @property
    def mean_life(self) -> float:
        """Seconds that a reservation stands: until its cart is paid, or its time is over."""
        return self.timeout - self._area(self.timeout)

    def paid_by(self, age: float) -> float:
        """Share of the carts that are paid when they are so many seconds old."""
        return self.ready * _normal((log(age) - log(self.median)) / self.sigma)

    def _area(self, age: float) -> float:
        """Integral of that share from 0 to `age`."""
        mean = self.median * exp(self.sigma**2 / 2)
        below = _normal((log(age) - log(self.median) - self.sigma**2) / self.sigma)
        return age * self.paid_by(age) - self.ready * mean * below


@dataclass(frozen=True)
class Newsvendor:
    """Stock that was ordered once, for one period: Poisson demand takes it, and none comes after.

    The same number of units of each product; nothing that was taken comes back.
    """

    demand: Floats
    """Units of each product that are asked for in the period, on average."""
    stock: int

    @property
    def wanted(self) -> float:
        """Units asked for."""
        return float(self.demand.sum())

    @property
    def sold(self) -> float:
        """Units sold: the sum of E min(demand, stock)."""
        all_filled = self.demand * stats.poisson.cdf(self.stock - 1, self.demand)
        return float((all_filled + self.stock * stats.poisson.sf(self.stock, self.demand)).sum())

    @property
    def lost(self) -> float:
        """Units asked for in vain."""
        return self.wanted - self.sold

    @property
    def fill_rate(self) -> float:
        """Units sold, of the units asked for."""
        return self.sold / self.wanted

    @property
    def sold_out(self) -> float:
        """Share of the products of which nothing is left."""
        return float(stats.poisson.sf(self.stock - 1, self.demand).mean())


def _normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def zero_mean_p(sample: Floats) -> float:
    """Hotelling's T-squared: probability of such a sample (replications, measures) if every
    measure has mean zero. Jointly for all measures, however they hang together.

    A measure that follows exactly from the others, or never varies, adds nothing to them; where it
    is off zero all the same, the probability is 0.
    """
    n = len(sample)
    mean, spread = sample.mean(axis=0), sample.std(axis=0, ddof=1)
    constant = spread == 0
    if mean[constant].any():
        return 0.0
    mean, spread = mean[~constant], spread[~constant]
    values, directions = np.linalg.eigh(np.corrcoef(sample[:, ~constant].T).reshape(len(mean), -1))
    along = directions.T @ (mean / spread)
    free = values > NO_SPREAD
    if (np.abs(along[~free]) > np.sqrt(NO_SPREAD)).any():
        return 0.0
    k = int(free.sum())
    t_squared = n * float((along[free] ** 2 / values[free]).sum())
    return float(stats.f.sf(t_squared * (n - k) / (k * (n - 1)), k, n - k))
