"""Intervals hold as often as they claim, on seasons that were really played.

Fewer repetitions than in docs/validation.md, from a smaller population; fixed seeds.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binom

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
COVERAGE = runpy.run_path(str(BENCHMARKS / "coverage.py"))
REPETITIONS = 1000
NORMAL = ("orders_paid", "profit_rial", "stockouts", "phantom_stockout_rate")
SKEWED = 0.92
"""What ten replications of so small a shop come to for rare and skewed figures, as measured."""


def as_often_as(share: float, claimed: float) -> bool:
    """Not so seldom that a binomial of the claim would do so in less than one of a thousand."""
    return bool(binom.cdf(round(share * REPETITIONS), REPETITIONS, claimed) > 0.001)


pytestmark = pytest.mark.statistical


@pytest.fixture(scope="module")
def seasons() -> Any:
    """A population of 150 seasons at five timeouts, a twentieth of W1."""
    return COVERAGE["population"](20, 150, COVERAGE["TIMEOUTS"])


def test_ten_seasons_give_intervals_that_hold_at_95_percent(seasons: Any) -> None:
    """Means at 95%, and not much more; figures that are rare and skewed, and differences of small
    whole numbers, a little less."""
    means = COVERAGE["means"](seasons, 10, REPETITIONS, 1)
    for name in NORMAL:
        assert as_often_as(means[name], 0.95), name
        assert as_often_as(1 - means[name], 0.05), name
    differences = COVERAGE["differences"](seasons, 10, REPETITIONS, 1)
    for name, share in (*means.items(), *differences.items()):
        assert as_often_as(share, SKEWED), name


def test_the_intervals_of_tune_hold_all_at_once(seasons: Any) -> None:
    held, right, claimed = COVERAGE["choices"](seasons, "orders_paid", 10, REPETITIONS, 2)
    assert as_often_as(held, 0.95)
    assert as_often_as(right, claimed)


def test_stopping_at_a_precision_costs_little(seasons: Any) -> None:
    held, count = COVERAGE["stops"](seasons, "orders_paid", "1%", REPETITIONS, 3)
    assert as_often_as(held, 0.95)
    assert 10 < count < 200


def test_the_bounds_of_a_share_are_exact() -> None:
    """Clopper and Pearson: at either bound, what was seen or worse has one chance in 40."""
    low, high = COVERAGE["bounds"](930, 1000)
    assert binom.sf(929, 1000, low) == pytest.approx(0.025)
    assert binom.cdf(930, 1000, high) == pytest.approx(0.025)
    assert COVERAGE["bounds"](0, 29) == (0.0, pytest.approx(1 - 0.025 ** (1 / 29)))
    assert COVERAGE["bounds"](29, 29)[1] == 1.0
