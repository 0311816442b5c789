"""Made-up problems of selection with a known answer, and how often a procedure must find it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from sim.experiments.ranking import Observations

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int, int], Floats]
"""Draws (replications, values) numbers of mean 0."""


def assert_as_often(held: float, claimed: float, count: int) -> None:
    """No binomial with the claimed probability falls so low in more than one of a thousand."""
    assert binom.cdf(held, count, claimed) > 0.001


@dataclass(frozen=True)
class Problem:
    """Values with true means; the noise is added to them, a row for every replication."""

    means: tuple[float, ...]
    noise: Noise
    indifference: float = 0.5

    @property
    def best(self) -> str:
        return str(int(np.argmax(self.means)))

    def good(self, value: str) -> bool:
        """No value is better by the indifference or more."""
        return self.means[int(value)] > max(self.means) - self.indifference

    def table(self, seed: int, most: int) -> Table:
        draws = np.random.default_rng(seed)
        return Table(np.array(self.means) + self.noise(draws, most, len(self.means)))


class Table:
    """Plays by looking up: a column for every value, a row for every replication."""

    def __init__(self, numbers: Floats, limited: Floats | None = None) -> None:
        self.values = tuple(str(column) for column in range(numbers.shape[1]))
        self.asked: list[dict[str, int]] = []
        self._measures = {"goodness": numbers} | ({} if limited is None else {"burden": limited})
        self.counts = dict.fromkeys(self.values, 0)

    def play(self, counts: Mapping[str, int]) -> Observations:
        self.asked.append(dict(counts))
        self.counts |= {value: max(self.counts[value], n) for value, n in counts.items()}
        return {
            value: {
                name: numbers[: self.counts[value], int(value)]
                for name, numbers in self._measures.items()
            }
            for value in self.values
        }


def independent(draws: np.random.Generator, replications: int, values: int) -> Floats:
    """Each value has luck of its own."""
    return draws.standard_normal((replications, values))


def correlated(draws: np.random.Generator, replications: int, values: int) -> Floats:
    """Four fifths of the variance is the season's, common to all values."""
    season = draws.standard_normal((replications, 1))
    return 0.8**0.5 * season + 0.2**0.5 * draws.standard_normal((replications, values))


def unequal(draws: np.random.Generator, replications: int, values: int) -> Floats:
    """The first value, the best, varies least, the last one three times as much."""
    return np.linspace(0.5, 1.5, values) * draws.standard_normal((replications, values))


def unequal_the_other_way(draws: np.random.Generator, replications: int, values: int) -> Floats:
    return np.linspace(1.5, 0.5, values) * draws.standard_normal((replications, values))


def skewed(draws: np.random.Generator, replications: int, values: int) -> Floats:
    """Exponential: far from the normal numbers that the procedures take for granted."""
    return draws.standard_exponential((replications, values)) - 1


SLIPPAGE = (0.5, 0.0, 0.0, 0.0, 0.0, 0.0)
"""The least favourable: the best is better than each of the others by just the indifference."""
EQUALLY_SPACED = (0.0, -0.5, -1.0, -1.5, -2.0, -2.5)
CLOSE = (0.0, -0.25, -0.5, -0.75, -1.0, -1.25)
"""Several are better than the best less the indifference: any of these is a good choice."""

PROBLEMS = {
    "slippage": Problem(SLIPPAGE, independent),
    "slippage, correlated": Problem(SLIPPAGE, correlated),
    "slippage, unequal variances": Problem(SLIPPAGE, unequal),
    "slippage, unequal the other way": Problem(SLIPPAGE, unequal_the_other_way),
    "equally spaced": Problem(EQUALLY_SPACED, independent),
    "equally spaced, correlated": Problem(EQUALLY_SPACED, correlated),
    "closer than the indifference": Problem(CLOSE, independent),
    "slippage, skewed": Problem(SLIPPAGE, skewed),
}
