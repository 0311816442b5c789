"""Limits that the best value must keep: which keep them, and how surely."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from reports.thresholds import parse
from sim.experiments.feasibility import certainty_of_keeping, standing, standings

LEVEL = parse("support_service_level >= 80%")
NUMBERS = np.array([0.82, 0.85, 0.81, 0.86, 0.83])


def test_a_limit_is_kept_missed_or_in_doubt_by_the_whole_interval() -> None:
    assert standing(LEVEL, NUMBERS, 0.95) == "kept"
    assert standing(LEVEL, NUMBERS - 0.1, 0.95) == "missed"
    assert standing(LEVEL, NUMBERS - 0.03, 0.95) == "doubt"
    assert standing(LEVEL, NUMBERS[:1], 0.95) == "doubt"
    assert standing(LEVEL, np.full(3, np.nan), 0.95) == "doubt"


def test_the_certainty_is_that_of_a_one_sided_t_test() -> None:
    expected = 1 - stats.ttest_1samp(NUMBERS, 0.8, alternative="greater").pvalue
    assert certainty_of_keeping(LEVEL, NUMBERS) == pytest.approx(expected)
    below = parse("support_service_level < 80%")
    assert certainty_of_keeping(below, NUMBERS) == pytest.approx(1 - expected)


def test_without_spread_or_number_the_certainty_says_what_is_known() -> None:
    assert certainty_of_keeping(LEVEL, np.full(4, 1.0)) == 1
    assert certainty_of_keeping(LEVEL, np.full(4, 0.5)) == 0
    assert certainty_of_keeping(LEVEL, NUMBERS[:1]) == 0.5
    assert certainty_of_keeping(LEVEL, np.full(4, np.nan)) == 0.5


def test_intervals_of_all_values_and_limits_hold_jointly() -> None:
    seen = {str(place): {"support_service_level": NUMBERS - place} for place in range(5)}
    held = standings([LEVEL], seen, 0.95)
    half = stats.t.ppf(1 - 0.01 / 2, 4) * NUMBERS.std(ddof=1) / 5**0.5
    assert held[0].high - held[0].mean == pytest.approx(half)
    assert [each.state for each in held] == ["doubt"] + ["missed"] * 4
