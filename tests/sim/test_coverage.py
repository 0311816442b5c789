"""Intervals hold as often as they claim, on seasons that were really played.

Fewer repetitions than in docs/validation.md, from a smaller population; fixed seeds.
"""

from __future__ import annotations

import runpy
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

COVERAGE = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "coverage.py"))
REPETITIONS = 1000
ERRORS = 4 * sqrt(0.05 * 0.95 / REPETITIONS)
"""Four standard errors of a share of 95%."""

pytestmark = pytest.mark.statistical


@pytest.fixture(scope="module")
def seasons() -> Any:
    """A population of 150 seasons at five timeouts, a twentieth of W1."""
    return COVERAGE["population"](20, 150, COVERAGE["TIMEOUTS"])


def test_ten_seasons_give_intervals_that_hold_at_95_percent(seasons: Any) -> None:
    """Those of waits, which are skewed, and those that a wait's sameness makes trivial apart."""
    for share in (COVERAGE["means"], COVERAGE["differences"]):
        held = share(seasons, 10, REPETITIONS, 1)
        for name in ("orders_paid", "profit_rial", "stockouts", "phantom_stockout_rate"):
            assert held[name] == pytest.approx(0.95, abs=ERRORS + 0.01), name
        assert min(held.values()) > 0.92 - ERRORS


def test_the_intervals_of_tune_hold_all_at_once(seasons: Any) -> None:
    held, right, claimed = COVERAGE["choices"](seasons, "orders_paid", 10, REPETITIONS, 2)
    assert held > 0.95 - ERRORS
    assert right > claimed - ERRORS


def test_stopping_at_a_precision_costs_little(seasons: Any) -> None:
    held, count = COVERAGE["stops"](seasons, "orders_paid", "1%", REPETITIONS, 3)
    assert held > 0.93 - ERRORS
    assert 10 < count < 200
