"""Which value is best, and how sure that is, from replications in which all met the same shoppers.

Everything rests on paired differences: the objective at a value minus at the best one, replication
by replication. What all values have in common cancels out of them. The method, and how well it
keeps what it claims, stand in docs/tune.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.intervals import simultaneous

Floats = NDArray[np.float64]
Goal = Literal["max", "min"]


@dataclass(frozen=True)
class Rival:
    """A value that was not chosen: its objective minus that of the best value.

    `low` and `high` belong to simultaneous intervals over all pairs; NaN for one replication.
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


def choose(samples: Mapping[str, ArrayLike], goal: Goal = "max", level: float = 0.95) -> Choice:
    """Choose among k values by their objective in n replications: k samples of shape (n,).

    Entry i of every sample must be of the same replication. Of equal means the first is chosen.

    The intervals hold jointly at `level`: Student's t, Bonferroni over all k (k - 1) / 2 pairs,
    since the best is known only from the same numbers. The confidence is an estimate, 1 less the
    sum of the probabilities, by Student's t, that a rival is better; never below 1/k, which is
    what picking one of k blindly comes to. docs/tune.md shows how often it is right.

    Raises ValueError for fewer than two values, samples of different lengths, and numbers that
    are not finite.
    """
    values = list(samples)
    table = _table(samples)
    means = table.mean(axis=0)
    chosen = int(means.argmax() if goal == "max" else means.argmin())
    others = [column for column in range(len(values)) if column != chosen]
    differences = table[:, others] - table[:, [chosen]]
    sign = 1 if goal == "max" else -1
    rivals = tuple(
        Rival(values[column], interval.mean, interval.low, interval.high, better)
        for column, interval, better in zip(
            others,
            simultaneous(differences, level, comparisons=len(values) * len(others) // 2),
            (_probability_above_zero(sign * column) for column in differences.T),
            strict=True,
        )
    )
    confidence = max(1 - sum(rival.better for rival in rivals), 1 / len(values))
    return Choice(values[chosen], confidence, rivals)


def _table(samples: Mapping[str, ArrayLike]) -> Floats:
    """Shape (replications, values)."""
    if len(samples) < 2:
        raise ValueError("there is nothing to choose from: give at least two values")
    table = np.column_stack([np.asarray(sample, float) for sample in samples.values()])
    if not np.isfinite(table).all():
        raise ValueError("the objective is not a finite number in every replication")
    return table


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
