"""Sessions come as the scenario says: a Poisson process whose rate follows the season.

Statistical tests have fixed seeds and level 0.1%: of a thousand seeds one would fail if all were
right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from dispersion import poisson_p
from scipy import stats

from scenarios.demand import Arrivals, Rate, draw_arrivals, expected_rate
from scenarios.schema import Scenario
from sim.verification.closed_forms import zero_mean_p

LEVEL = 0.001
HOUR, DAY = 3600.0, 86400.0
EVENING = [1.0] * 8 + [2.0] * 10 + [5.0] * 4 + [0.0] * 2


def a_scenario(season: dict[str, Any], **demand: Any) -> Scenario:
    return Scenario.model_validate(
        {
            "name": "demand",
            "season": {"start": "1405-12-05", "holidays": "none", "weekend": [], **season},
            "demand": {"sessions_per_day": 20_000, "engaged": "100%", **demand},
            "catalogue": [{"name": "goods", "share": "100%", "price": "1 rial", "stock": 1}],
        }
    )


def drawn(scenario: Scenario, replications: int) -> tuple[Rate, list[Arrivals]]:
    rate = expected_rate(scenario)
    return rate, [draw_arrivals(scenario.demand, rate, 7, r) for r in range(replications)]


def in_intervals(rate: Rate, arrivals: list[Arrivals]) -> np.ndarray:
    """Engaged sessions in each interval of constant rate, shape (replications, intervals)."""
    return np.array([np.histogram(each.engaged, rate.edges)[0] for each in arrivals])


def test_sessions_of_every_hour_are_poisson_with_the_season_s_means() -> None:
    scenario = a_scenario(
        {"duration": "3 d"},
        hours=EVENING,
        weekdays={"wednesday": "50%"},
        shape={"1405-12-05": "100%", "1405-12-07": "200%"},
    )
    rate, arrivals = drawn(scenario, 20)
    weights = np.array(EVENING) / sum(EVENING)
    # 1405-12-05 is a Wednesday
    means = 20_000 * np.outer([1.0 * 0.5, 1.5, 2.0], weights).ravel()
    counts = in_intervals(rate, arrivals)
    assert counts.shape == (20, 72)
    assert not counts[:, means == 0].any()
    assert poisson_p(counts[:, means > 0], means[means > 0]) > LEVEL


def test_totals_of_replications_are_poisson_too() -> None:
    rate, arrivals = drawn(a_scenario({"duration": "6 h"}), 300)
    totals = np.array([len(each.engaged) for each in arrivals], dtype=float)
    assert poisson_p(totals, np.array(rate.expected_sessions)) > LEVEL
    z = (totals.mean() - 5000) / np.sqrt(5000 / 300)
    assert abs(z) < stats.norm.isf(LEVEL / 2)


def test_within_an_hour_sessions_come_evenly_and_gaps_are_exponential() -> None:
    _, (arrivals,) = drawn(a_scenario({"duration": "1 h"}, sessions_per_day=480_000), 1)
    assert stats.kstest(arrivals.engaged / HOUR, "uniform").pvalue > LEVEL
    gaps = np.diff(arrivals.engaged)
    assert stats.kstest(gaps, "expon", args=(0, HOUR / 20_000)).pvalue > LEVEL


def test_sessions_are_sorted_and_inside_the_season() -> None:
    scenario = a_scenario({"duration": "30 h"}, hours=EVENING, day_cv="20%")
    for arrivals in drawn(scenario, 5)[1]:
        assert (np.diff(arrivals.engaged) >= 0).all()
        assert arrivals.engaged[0] >= 0
        assert arrivals.engaged[-1] < 30 * HOUR


def test_browsing_sessions_are_counted_by_the_minute_and_hold_the_engaged_ones() -> None:
    scenario = a_scenario({"duration": "12 h"}, engaged="15%")
    rate, all_arrivals = drawn(scenario, 30)
    touched = np.array(
        [np.histogram(each.engaged, np.arange(721) * 60.0)[0] for each in all_arrivals]
    )
    browsing = np.array([each.per_minute for each in all_arrivals]) - touched
    assert browsing.shape == (30, 720)
    per_minute = rate.expected_sessions / 720
    assert poisson_p(browsing.sum(axis=1), np.array(720 * 0.85 * per_minute)) > LEVEL
    assert poisson_p(browsing, np.array(0.85 * per_minute)) > LEVEL
    assert poisson_p(touched.sum(axis=1), np.array(720 * 0.15 * per_minute)) > LEVEL


def test_a_day_factor_makes_days_negative_binomial() -> None:
    """A Poisson count whose mean has a gamma factor of coefficient of variation cv is negative
    binomial with shape cv**-2; so its variance is the mean plus (cv x mean)**2."""
    cv, mean, bins = 0.2, 400, 20
    scenario = a_scenario({"duration": "200 d"}, sessions_per_day=mean, day_cv=cv)
    days = np.concatenate(
        [np.bincount((each.engaged // DAY).astype(int)) for each in drawn(scenario, 10)[1]]
    )
    assert days.shape == (2000,)
    beyond = np.column_stack([days - mean, (days - mean) ** 2 - (mean + (cv * mean) ** 2)])
    assert zero_mean_p(beyond) > LEVEL / 2
    law = stats.nbinom(cv**-2, cv**-2 / (cv**-2 + mean))
    bounds = law.ppf(np.linspace(0, 1, bins + 1)[1:-1])
    observed = np.bincount(np.searchsorted(bounds, days), minlength=bins)
    expected = np.diff([0.0, *law.cdf(bounds), 1.0]) * len(days)
    assert stats.chisquare(observed, expected).pvalue > LEVEL / 2


def test_within_a_day_a_day_factor_leaves_the_sessions_poisson() -> None:
    scenario = a_scenario({"duration": "20 d"}, sessions_per_day=24_000, day_cv="20%")
    rate, arrivals = drawn(scenario, 5)
    hours = in_intervals(rate, arrivals).reshape(100, 24)
    # given the day's total the hours are multinomial: chi-square with 23 degrees a day
    statistic = ((hours - hours.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / hours.mean(axis=1)
    assert stats.kstest(statistic, "chi2", args=(23,)).pvalue > LEVEL
    # and the days' totals are not Poisson
    assert poisson_p(hours.sum(axis=1), np.array(24_000.0)) < 1e-9


def test_bursts_multiply_the_rate_between_their_edges_and_overlap() -> None:
    scenario = a_scenario(
        {"start": "1405-12-05 20:00", "duration": "2 h"},
        sessions_per_day=240_000,
        bursts=[
            {"start": "1405-12-05 20:07", "duration": "23 min", "times": "300%"},
            {"start": "1405-12-05 20:20", "duration": "55 min", "times": "50%"},
        ],
    )
    rate, arrivals = drawn(scenario, 20)
    minutes = np.array([0, 7, 20, 30, 60, 75, 120])
    assert (rate.edges == minutes * 60).all()
    factors = np.array([1, 3, 1.5, 0.5, 0.5, 1])
    means = 10_000 / 60 * np.diff(minutes) * factors
    assert poisson_p(in_intervals(rate, arrivals), means) > LEVEL


@pytest.mark.parametrize(
    ("start", "hours", "nights"),
    [("2026-03-29", 23, 0), ("2026-10-25", 25, 2), ("2026-06-01", 24, 1)],
)
def test_a_zone_with_summer_time_keeps_the_local_clock(start: str, hours: int, nights: int) -> None:
    """Where clocks go forward at 2 o'clock that hour is missing; where they go back it is double.

    250 sessions come between 2 and 3 by the local clock, and 750 between 3 and 4.
    """
    scenario = a_scenario(
        {"start": start, "duration": f"{hours} h", "timezone": "Europe/Berlin"},
        hours=[0.0, 0.0, 1.0, 3.0] + [0.0] * 20,
        sessions_per_day=1000,
    )
    rate = expected_rate(scenario)
    assert (np.diff(rate.edges) >= 0).all()
    assert rate.edges[-1] == hours * HOUR
    assert rate.expected_sessions == pytest.approx(250 * nights + 750)
    assert set(rate.day) == {0}
    arrivals = draw_arrivals(scenario.demand, rate, 7, 0).engaged
    assert ((arrivals >= 2 * HOUR) & (arrivals < (3 + nights) * HOUR)).all()


def test_a_season_may_begin_and_end_at_any_minute() -> None:
    scenario = a_scenario({"start": "1405-12-05 23:40", "duration": "45 min"}, hours=EVENING)
    rate = expected_rate(scenario)
    assert rate.edges.tolist() == [0, 20 * 60, 45 * 60]
    assert rate.day.tolist() == [0, 1]
    assert rate.rate[0] == 0


def test_the_same_replication_has_the_same_sessions_and_another_has_others() -> None:
    scenario = a_scenario({"duration": "1 d"}, engaged="50%", day_cv="10%")
    rate = expected_rate(scenario)
    once, twice, other_seed = (draw_arrivals(scenario.demand, rate, seed, 0) for seed in (7, 7, 8))
    other = draw_arrivals(scenario.demand, rate, 7, 1)
    assert once.engaged.tolist() == twice.engaged.tolist()
    assert once.per_minute.tolist() == twice.per_minute.tolist()
    assert once.engaged[0] != other.engaged[0]
    assert once.engaged[0] != other_seed.engaged[0]


def test_nobody_comes_where_nobody_is_expected() -> None:
    scenario = a_scenario({"duration": "2 h"}, hours=[0.0] * 12 + [1.0] * 12)
    _, (arrivals,) = drawn(scenario, 1)
    assert not len(arrivals.engaged)
    assert not arrivals.per_minute.any()


def sessions_per_day(scenario: Scenario) -> np.ndarray:
    rate = expected_rate(scenario)
    return np.bincount(rate.day, rate.rate * np.diff(rate.edges))


def test_payday_and_a_period_change_their_days_only() -> None:
    period = {"first": "1405-12-06", "last": "1405-12-07", "times": "50%"}
    scenario = a_scenario({"duration": "4 d"}, month_days={8: "150%"}, periods=[period])
    assert sessions_per_day(scenario) == pytest.approx([20_000, 10_000, 10_000, 30_000])


def test_in_ramadan_people_shop_at_night_and_no_session_is_lost() -> None:
    night = [5.0] * 4 + [1.0] * 20
    period = {"first": "1405-12-06", "last": "1405-12-06", "hours": night}
    scenario = a_scenario({"duration": "2 d"}, periods=[period])
    assert sessions_per_day(scenario) == pytest.approx([20_000, 20_000])
    hours = expected_rate(scenario).rate.reshape(2, 24) * HOUR
    assert hours[0] == pytest.approx(np.full(24, 20_000 / 24))
    assert hours[1] == pytest.approx(20_000 * np.array(night) / 40)


def test_a_forecast_is_wrong_for_the_whole_season_and_right_on_average() -> None:
    scenario = a_scenario({"duration": "2 d"}, forecast_error="30%")
    _, arrivals = drawn(scenario, 400)
    sessions = np.array([each.per_minute.reshape(2, -1).sum(axis=1) for each in arrivals])
    mean = sessions.sum(axis=1).mean()
    assert abs(mean / 40_000 - 1) < 3.3 * 0.3 / np.sqrt(400)  # the level of the file
    assert sessions.sum(axis=1).std() / mean == pytest.approx(0.3, rel=0.2)
    assert np.corrcoef(sessions.T)[0, 1] > 0.99  # both days alike: one factor
