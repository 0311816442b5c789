"""Shoppers where stock is ample: shares against the closed form, delays, unfolding."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.calibration.ample import PLAYED, Ample, ample
from scenarios.calibration.unfold import day_errors, hour_errors, later, unfold_days
from scenarios.errors import UserError
from scenarios.expected import paid_share
from scenarios.laws import Constant
from scenarios.schema import Payment, Reservation, Shoppers

ENDLESS = Reservation(timeout=math.inf)


def test_without_a_timeout_the_paid_share_is_the_closed_form() -> None:
    shoppers, payment = Shoppers(), Payment(succeeds=0.8, attempts=2)
    played = ample({1: 0.5, 3: 0.5}, shoppers, payment, ENDLESS)
    expected = paid_share(shoppers, payment)
    # Only retries are left to chance: a binomial share of those who went to pay, at 4 sigma.
    paying = expected / (shoppers.ready * shoppers.finishes_checkout * shoppers.goes_to_pay)
    tolerance = 4 * math.sqrt((1 - paying) / paying / PLAYED)
    assert played.paid_share == pytest.approx(expected, rel=tolerance)
    assert played.lines == pytest.approx({1: 0.5, 3: 0.5}, rel=2 * tolerance)


def test_a_short_timeout_costs_orders_and_large_baskets_first() -> None:
    orders = {1: 0.5, 8: 0.5}
    played = ample(orders, Shoppers(), Payment(), Reservation(timeout=600.0))
    assert played.paid_share < 0.9 * paid_share(Shoppers(), Payment())
    assert played.lines[8] > 0.5


def test_delays_add_up_every_step_to_the_paid_order() -> None:
    seconds = Constant(law="constant", value=100)
    shoppers = Shoppers(
        browse=seconds, decide=seconds, come_back=(), fill_in=seconds, before_paying=seconds
    )
    payment = Payment(succeeds=1.0, at_gateway=seconds)
    played = ample({3: 1.0}, shoppers, payment, ENDLESS)
    assert set(played.delays) == {600.0}  # two more lines, and four steps


def test_the_kernel_spreads_arrivals_over_their_bin() -> None:
    two = Ample(0.5, {1: 1.0}, np.array([900.0, 4500.0]), np.array([0.75, 0.25]), {1: 1.0})
    # 15 min later is the next hour for a quarter of an hour's arrivals; 75 min later the next for
    # three quarters of them.
    assert two.kernel(3600.0)[:3] == pytest.approx([0.28125, 0.1875, 0.03125])
    assert two.kernel(3600.0).sum() == pytest.approx(0.5)
    assert two.quantile(0.5) == 900.0


def test_a_journey_that_means_to_do_something_unknown_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "scenarios.calibration.ample.journey", lambda rows, row: journey_of("dance")
    )
    with pytest.raises(AssertionError, match="dance"):
        ample({1: 1.0}, Shoppers(), Payment(), ENDLESS)


def journey_of(*intents: object) -> Generator[object, object, None]:
    """A journey of these intents, whatever comes of them."""
    yield from intents


def test_impossible_assumptions_are_an_error_not_an_infinite_demand() -> None:
    hurried = Reservation(timeout=1.0)
    with pytest.raises(UserError, match="nobody with so many ever pays"):
        ample({1: 1.0}, Shoppers(tries_again=0.0), Payment(), hurried)


def test_arrivals_of_a_day_are_unfolded_from_its_orders() -> None:
    kernel = np.array([0.2, 0.08, 0.01, 0.01])
    arrivals = 1000 * (1.5 + np.sin(np.arange(24.0)))
    orders = later(arrivals, kernel).reshape(1, 24)
    # The last hours are seen by few of their orders only.
    assert unfold_days(orders, kernel, no_campaign(1)).base[0] == pytest.approx(arrivals, rel=0.01)


def test_arrivals_of_many_days_share_one_profile() -> None:
    kernel = np.concatenate(([0.2, 0.05], np.full(22, 0.002)))
    days, hours = np.array([1.0, 2.0, 1.5]), 500 * (1.5 + np.cos(np.arange(24.0)))
    arrivals = np.outer(days, hours)
    orders = later(arrivals.ravel(), kernel).reshape(3, 24)
    assert unfold_days(orders, kernel, no_campaign(3)).base == pytest.approx(arrivals, rel=0.02)


def test_a_campaign_is_told_from_the_hours_of_other_days() -> None:
    kernel = np.array([0.2, 0.08, 0.01])
    base = np.outer([1.0, 1.2, 0.9], 500 * (1.5 + np.cos(np.arange(24.0))))
    campaign = np.zeros((1, 3, 24))
    campaign[0, 1, 20:22] = 1, 0.5  # from 20:00 to 21:30
    arrivals = base * (1 + 2 * campaign[0])
    found = unfold_days(later(arrivals.ravel(), kernel).reshape(3, 24), kernel, campaign)
    assert found.times == pytest.approx([3.0], rel=0.01)
    assert found.base == pytest.approx(base, rel=0.02)


def test_a_campaign_in_an_otherwise_dead_hour_stays_within_bounds() -> None:
    arrivals = np.tile(np.where(np.arange(24) < 8, 0.0, 300.0), (3, 1))
    arrivals[1, 3] = 900.0
    campaign = np.zeros((1, 3, 24))
    campaign[0, 1, 3] = 1
    kernel = np.array([0.3])
    found = unfold_days(arrivals * 0.3, kernel, campaign)
    assert 1 < found.times[0] <= 50
    assert found.base[1, 3] * found.times[0] == pytest.approx(900, rel=0.1)


def test_unfolded_arrivals_are_off_by_as_much_as_stated() -> None:
    random = np.random.default_rng(1)
    kernel = np.concatenate(([0.2, 0.06], np.zeros(18), np.full(8, 0.01)))
    arrivals = np.outer(np.full(20, 1.0), 300 * (1.5 + np.sin(np.arange(24.0))))
    expected = later(arrivals.ravel(), kernel)
    day_off, hour_off = [], []
    for _ in range(40):
        found = unfold_days(random.poisson(expected).reshape(20, 24) * 1.0, kernel, no_campaign(20))
        day_off.append(found.base.sum(axis=1) / arrivals.sum(axis=1) - 1)
        hour_off.append(found.base.sum(axis=0) / arrivals.sum(axis=0) - 1)
    # 800 days and 960 hours: their spread is known to 3 %, the more so where they are dependent.
    assert np.std(day_off) == pytest.approx(day_errors(arrivals, kernel).mean(), rel=0.12)
    hours = np.sqrt(np.mean(hour_errors(arrivals, kernel) ** 2))
    assert np.std(hour_off) == pytest.approx(hours, rel=0.12)


def no_campaign(days: int) -> NDArray[np.float64]:
    return np.zeros((0, days, 24))
