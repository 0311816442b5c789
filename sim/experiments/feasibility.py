"""Limits that the best value must keep: which values keep them, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.intervals import mean_interval
from reports.thresholds import Rule, evaluate
from reports.tuned import Standing

Stand = Literal["kept", "missed", "doubt"]


def standing(rule: Rule, numbers: NDArray[np.float64], level: float) -> Stand:
    """Whether the whole interval at the level keeps the limit, misses it, or leaves it open."""
    (verdict,) = evaluate([rule], {rule.measure: mean_interval(numbers, level)})
    if not verdict.sure:
        return "doubt"
    return "kept" if verdict.passed else "missed"


def certainty_of_keeping(rule: Rule, numbers: NDArray[np.float64]) -> float:
    """About how probable it is that the true mean keeps the limit, by Student's t.

    One half where a single replication, or a measure without a value, leaves it open; for `=`,
    whether the mean keeps it.
    """
    from scipy.special import stdtr

    found = mean_interval(numbers, 0.95)
    if not math.isfinite(found.mean) or found.n < 2:
        return 0.5
    if rule.comparison == "=" or not np.nanstd(numbers):
        return float(rule.holds(found.mean))
    error = float(np.nanstd(numbers, ddof=1)) / found.n**0.5
    below = float(stdtr(found.n - 1, (rule.limit - found.mean) / error))
    return below if rule.comparison in ("<", "<=") else 1 - below


def standings(
    limits: Sequence[Rule],
    seen: Mapping[str, Mapping[str, NDArray[np.float64]]],
    level: float,
) -> tuple[Standing, ...]:
    """Every value against every limit; the intervals hold jointly at the level (Bonferroni)."""
    each = 1 - (1 - level) / max(len(limits) * len(seen), 1)
    found = []
    for value, measures in seen.items():
        for rule in limits:
            numbers = measures[rule.measure]
            interval = mean_interval(numbers, each)
            found.append(
                Standing(
                    value=value,
                    rule=rule.text,
                    state=standing(rule, numbers, each),
                    holds=rule.holds(interval.mean),
                    certainty=certainty_of_keeping(rule, numbers),
                    mean=interval.mean,
                    low=interval.low,
                    high=interval.high,
                )
            )
    return tuple(found)
