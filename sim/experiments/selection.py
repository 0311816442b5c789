"""Which value is best, and how sure that is, from replications in which all met the same shoppers.

Everything rests on paired differences: the objective at a value minus at the best one, replication
by replication. What all values have in common cancels out of them. The method, and how well it
keeps what it claims, stand in docs/tune.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.intervals import Interval, mean_interval

Floats = NDArray[np.float64]
Goal = Literal["max", "min"]


@dataclass(frozen=True)
class Rival:
    """A value that was not chosen: its objective minus that of the best value.

    `low` and `high` belong to simultaneous intervals over all pairs. They are NaN where there is
    no interval: for one replication, and for a difference without spread that so few replications
    do not show to be more than chance.
    """

    value: str
    mean: float
    low: float
    high: float
    better: float
    """The probability that it is better than the chosen one after all."""

    @property
    def alike(self) -> bool:
        """It cannot be told apart from the best value."""
        return not (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Choice:
    """The value with the best mean, and the others beside it."""

    best: str
    confidence: float
    """About how probable it is that `best` is the best of all, see `choose`."""
    rivals: tuple[Rival, ...]
    """In the order given."""

    @property
    def indistinguishable(self) -> tuple[str, ...]:
        """The values that cannot be told apart from the best one."""
        return tuple(rival.value for rival in self.rivals if rival.alike)


def choose(
    samples: Mapping[str, ArrayLike],
    goal: Goal = "max",
    level: float = 0.95,
    best: str | None = None,
    claims: int = 0,
) -> Choice:
    """Choose among k values by their objective in n replications: k samples of shape (n,).

    Entry i of every sample must be of the same replication; of samples of unequal lengths, those
    entries pair that both have. Of equal means the first is chosen, unless `best` names the value
    that was chosen already, such as by a procedure of its own.

    The intervals hold jointly at `level`: Student's t, Bonferroni over all k (k - 1) / 2 pairs,
    since the best is known only from the same numbers, and over as many other `claims` as are made
    beside them. A difference that is the same in every replication has no spread: it is told apart
    if its sign alone, in so many replications, could hardly be chance at that level.

    The confidence is an estimate, 1 less the sum of the probabilities, by Student's t, that a rival
    is better; never below 1/k, which is what picking one of k blindly comes to. docs/tune.md shows
    how often it is right.

    Raises ValueError for fewer than two values, empty samples, and numbers that are not finite.
    """
    numbers = _checked(samples)
    values = list(numbers)
    means = {value: float(sample.mean()) for value, sample in numbers.items()}
    chosen = best or (max if goal == "max" else min)(values, key=lambda value: means[value])
    each = 1 - (1 - level) / (len(values) * (len(values) - 1) // 2 + claims)
    sign = 1 if goal == "max" else -1
    rivals = tuple(
        _rival(value, _paired(sample, numbers[chosen]), each, sign)
        for value, sample in numbers.items()
        if value != chosen
    )
    confidence = max(1 - sum(rival.better for rival in rivals), 1 / len(values))
    return Choice(chosen, confidence, rivals)


def _rival(value: str, differences: Floats, level: float, sign: int) -> Rival:
    found = distinct_from_zero(mean_interval(differences, level), level)
    better = _probability_above_zero(sign * differences)
    return Rival(value, found.mean, found.low, found.high, better)


def distinct_from_zero(found: Interval, level: float) -> Interval:
    """The interval, or none where all numbers are equal and so few that their one sign may be
    chance (a sign test at the level)."""
    if found.mean and not found.half_width and 2 * 0.5**found.n > 1 - level:
        return found._replace(low=math.nan, high=math.nan, half_width=math.nan)
    return found


def _checked(samples: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    if len(samples) < 2:
        raise ValueError("there is nothing to choose from: give at least two values")
    numbers = {value: np.asarray(sample, float) for value, sample in samples.items()}
    if not all(len(sample) and np.isfinite(sample).all() for sample in numbers.values()):
        raise ValueError("the objective is not a finite number in every replication")
    return numbers


def _paired(sample: Floats, best: Floats) -> Floats:
    both = min(len(sample), len(best))
    return sample[:both] - best[:both]


def _probability_above_zero(differences: Floats) -> float:
    """That the true mean is above zero, by Student's t."""
    from scipy.special import stdtr

    n = len(differences)
    if n == 1:
        return 0.5
    mean = float(differences.mean())
    error = float(differences.std(ddof=1)) / n**0.5
    if not error:  # the same in every replication: only the signs can tell, as in a sign test
        below = 0.5**n if mean else 0.5
        return below if mean < 0 else 1 - below
    return float(stdtr(n - 1, mean / error))
