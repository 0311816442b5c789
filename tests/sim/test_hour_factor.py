"""Hours that differ by more than Poisson (`demand.hour_cv`)."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.demand import draw_arrivals, expected_rate
from scenarios.schema import Scenario

DAYS = 250


def scenario(**demand: object) -> Scenario:
    return Scenario.model_validate(
        {
            "name": "hours",
            "season": {"start": "1405-01-01", "duration": f"{DAYS} d", "holidays": "none"},
            "demand": {"sessions_per_day": 2400, "engaged": 1.0} | demand,
            "catalogue": [{"name": "tea", "share": 1, "price": 1000, "stock": 9}],
        }
    )


def per_hour(each: Scenario) -> np.ndarray:
    arrivals = draw_arrivals(each.demand, expected_rate(each), each.seed, 0).engaged
    return np.bincount((arrivals // 3600).astype(int), minlength=24 * DAYS)


def test_hours_are_negative_binomial_and_right_on_average() -> None:
    """A gamma factor of mean 1 on a Poisson count of 100: variance 100 + (0.3 x 100)^2."""
    counts = per_hour(scenario(hour_cv="30%"))
    standard_error = np.sqrt(1000 / counts.size)
    assert counts.mean() == pytest.approx(100, abs=3.3 * standard_error)
    assert counts.var(ddof=1) == pytest.approx(1000, rel=0.08)
    neighbours = np.corrcoef(counts[:-1], counts[1:])[0, 1]
    assert abs(neighbours) < 3.3 / np.sqrt(counts.size)


def test_without_it_the_draw_is_what_it_was() -> None:
    plain, switched_off = scenario(day_cv="10%"), scenario(day_cv="10%", hour_cv="0%")
    assert np.array_equal(per_hour(plain), per_hour(switched_off))


def test_a_season_that_begins_within_an_hour_has_a_factor_for_each_piece() -> None:
    odd = scenario(hour_cv="30%").model_copy(
        update={
            "season": scenario().season.model_copy(
                update={"start": scenario().season.start.replace(minute=30)}
            )
        }
    )
    assert per_hour(odd).sum() == pytest.approx(2400 * DAYS, rel=0.02)
