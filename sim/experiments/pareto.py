"""Several objectives without weights: which values no other one beats in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.intervals import paired_difference
from reports.tuned import Place

Goal = Literal["max", "min"]


def front(
    seen: Mapping[str, Mapping[str, NDArray[np.float64]]],
    goals: Mapping[str, Goal],
    level: float = 0.95,
) -> tuple[Place, ...]:
    """Where every value stands; `seen` has, by value and objective, a number per replication.

    One value dominates another by the means if it is at least as good in every objective and
    better in one. It does so surely if in every objective it is surely better or the same in each
    replication, and surely better in one. The intervals of the paired differences hold jointly at
    the level: Bonferroni over all pairs of values and all objectives.
    """
    values = list(seen)
    claims = len(values) * (len(values) - 1) // 2 * len(goals)
    each = 1 - (1 - level) / max(claims, 1)
    relation = {}
    for one, other in combinations(values, 2):
        signs = [_compared(seen[one][m], seen[other][m], goal, each) for m, goal in goals.items()]
        relation[one, other] = signs
        relation[other, one] = [(-mean, -sure) for mean, sure in signs]
    return tuple(_place(value, values, relation) for value in values)


_Signs = list[tuple[int, int]]


def _compared(
    one: NDArray[np.float64], other: NDArray[np.float64], goal: Goal, level: float
) -> tuple[int, int]:
    """1 where `one` is better, -1 where it is worse, 0 where equal: by the means, and surely.

    Differences without spread are sure only where their sign alone could hardly be chance.
    """
    found = paired_difference(one, other, level)
    sign = 1 if goal == "max" else -1
    mean = int(np.sign(found.mean)) * sign
    if not found.half_width:
        return mean, mean if 2 * 0.5**found.n <= 1 - level else 0
    return mean, mean if found.low > 0 or found.high < 0 else 0


def _place(value: str, values: Sequence[str], relation: Mapping[tuple[str, str], _Signs]) -> Place:
    others = [other for other in values if other != value]
    by_means = [other for other in others if _dominates([m for m, _ in relation[other, value]])]
    surely = [other for other in by_means if _surely(relation[other, value])]
    if surely:
        return Place(value=value, state="dominated", by=surely[0])
    if by_means:
        return Place(value=value, state="doubt", by=by_means[0])
    sure = all(any(sign > 0 for _, sign in relation[value, other]) for other in others)
    return Place(value=value, state="front", sure=sure)


def _dominates(signs: Sequence[int]) -> bool:
    return min(signs) >= 0 and max(signs) > 0


def _surely(signs: _Signs) -> bool:
    """Where the means are exactly equal there is nothing to be sure of."""
    return all(sure > 0 or mean == 0 for mean, sure in signs) and any(sure > 0 for _, sure in signs)
