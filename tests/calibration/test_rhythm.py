"""Season, weekdays and day-to-day randomness of counts per day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.calibration.baskets import round_shares, shares
from scenarios.calibration.rhythm import ASSUMED_CV, Rhythm, fit_rhythm

SATURDAY = dt.date(2026, 2, 21)


def rhythm_of(totals: NDArray[np.float64]) -> Rhythm:
    """Of totals that are Poisson counts themselves."""
    return fit_rhythm(SATURDAY, totals, totals**-0.5)


def test_a_single_day_is_replayed_as_it_was() -> None:
    rhythm = rhythm_of(np.array([500.0]))
    assert (rhythm.shape, rhythm.weekdays, rhythm.day_cv, rhythm.average) == ({}, {}, 0.0, 500.0)


def test_a_week_gives_each_day_its_factor_and_an_assumed_randomness() -> None:
    rhythm = rhythm_of(np.array([100.0, 200.0, 300.0]))
    assert list(rhythm.shape.values()) == [0.5, 1.0, 1.5]
    assert rhythm.weekdays == {}
    assert rhythm.day_cv == ASSUMED_CV
    assert rhythm.cv_interval is None


def test_weekdays_come_out_of_a_level_season() -> None:
    factors = np.array([1.1, 1.0, 1.0, 1.0, 1.2, 1.1, 0.6])
    rhythm = rhythm_of(1000 * np.tile(factors, 4))
    assert rhythm.weekdays["friday"] == pytest.approx(0.6, abs=0.002)
    assert rhythm.weekdays["wednesday"] == pytest.approx(1.2, abs=0.002)
    assert list(rhythm.shape.values()) == pytest.approx([1.0] * 28, abs=0.002)
    assert rhythm.average == pytest.approx(1000, rel=0.002)


def test_day_to_day_randomness_beyond_poisson_lies_in_its_interval() -> None:
    random = np.random.default_rng(5)
    inside, fitted = 0, []
    for _ in range(60):
        totals = random.poisson(400 * random.gamma(1 / 0.15**2, 0.15**2, 70)).astype(float)
        rhythm = rhythm_of(totals)
        assert rhythm.cv_interval is not None
        inside += rhythm.cv_interval[0] <= 0.15 <= rhythm.cv_interval[1]
        fitted.append(rhythm.day_cv)
    # A 95 % interval covers 52 to 60 of 60 times (99 %).
    assert inside >= 52
    assert float(np.mean(fitted)) == pytest.approx(0.15, abs=0.01)


def test_plain_poisson_days_have_no_further_randomness() -> None:
    totals = np.random.default_rng(3).poisson(400, 70).astype(float)
    rhythm = rhythm_of(totals)
    assert rhythm.cv_interval is not None
    assert rhythm.cv_interval[0] == 0
    assert rhythm.day_cv < 0.03


def test_shares_add_up_as_written_and_keep_rare_values() -> None:
    written = shares({3: 1, 1: 8704, 2: 3000})
    assert list(written) == [1, 2, 3]
    assert sum(round(share * 100_000) for share in written.values()) == 100_000
    assert written[3] > 0
    assert round_shares([1, 1, 1]) == [0.33334, 0.33333, 0.33333]
