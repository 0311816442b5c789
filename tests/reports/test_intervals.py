import math
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from reports.intervals import mean_interval, paired_difference


def test_the_interval_is_students() -> None:
    values = [3.1, 2.7, 3.9, 3.3, 2.2]
    interval = mean_interval(values, 0.9)
    low, high = stats.t.interval(0.9, 4, np.mean(values), stats.sem(values))
    assert interval == pytest.approx((np.mean(values), low, high, (high - low) / 2, 5))


@pytest.mark.parametrize(("n", "level"), [(2, 0.9), (5, 0.95), (30, 0.99)])
def test_intervals_cover_the_true_mean_as_often_as_they_say(n: int, level: float) -> None:
    runs = 4_000
    samples = np.random.default_rng([1405, n]).normal(10.0, 3.0, (runs, n))
    covered = sum(low <= 10.0 <= high for _, low, high, *_ in map_intervals(samples, level))
    # Two sides of one in ten thousand together.
    assert stats.binomtest(covered, runs, level).pvalue > 1e-4, covered / runs


def map_intervals(samples: np.ndarray, level: float) -> list:
    return [mean_interval(sample, level) for sample in samples]


def test_pairs_that_met_the_same_luck_differ_by_less_than_it() -> None:
    luck = np.random.default_rng(3).normal(0, 100, 20)
    interval = paired_difference(luck + 5, luck)
    assert interval.mean == pytest.approx(5)
    assert interval.half_width < 1e-9
    with pytest.raises(ValueError, match="two equal lengths"):
        paired_difference(luck, luck[1:])


def test_what_has_no_value_is_left_out() -> None:
    assert mean_interval([1.0, math.nan, 3.0]) == mean_interval([1.0, 3.0])
    assert mean_interval([1.0, math.nan, 3.0]).n == 2


def test_one_number_has_a_mean_and_no_width_and_none_has_neither() -> None:
    one = mean_interval([4.0])
    assert one.mean == 4.0
    assert math.isnan(one.half_width)
    assert math.isnan(one.low)
    assert one.n == 1
    nothing = mean_interval([math.nan])
    assert math.isnan(nothing.mean)
    assert nothing.n == 0


def test_numbers_that_are_all_alike_have_no_width() -> None:
    assert mean_interval([7, 7, 7]) == (7.0, 7.0, 7.0, 0.0, 3)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mean_interval([1.0, 2.0], level)


def test_scipy_is_imported_only_when_an_interval_is_asked_for() -> None:
    code = "import sys, reports.intervals; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
