"""Campaigns for the whole shop, which no product shows: found by their hours alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from known_shop import HOURS, known_scenario, write_export
from numpy.typing import NDArray

from scenarios.calibration.fit import fit
from scenarios.calibration.orders import read_orders
from scenarios.calibration.surges import find_surges

DAYS = 28
Floats = NDArray[np.float64]


def orders_of(seed: int, lift: Floats | None = None, day_cv: float = 0.15) -> Floats:
    """Orders per bin of four weeks with quiet Fridays, shape (days * 96,)."""
    luck = np.random.default_rng(seed)
    days = np.where(np.arange(DAYS) % 7 == 5, 0.5, 1.0) * luck.gamma(1 / day_cv**2, day_cv**2, DAYS)
    rate = np.repeat(np.outer(days, np.array(HOURS) / np.sum(HOURS)).ravel() * 400 / 4, 4)
    return luck.poisson(rate if lift is None else rate * lift).astype(float)


def surges_in(bins: Floats, lead: int = 0) -> list[tuple[int, int]]:
    hours = bins.reshape(DAYS, 24, 4).sum(axis=2)
    found = find_surges(hours, np.ones((DAYS, 24), dtype=bool), bins, [], lead)
    return [(campaign.window.first, campaign.window.end) for campaign in found]


@pytest.mark.parametrize("seed", range(6))
def test_weeks_without_a_campaign_show_none(seed: int) -> None:
    assert surges_in(orders_of(seed)) == []


def test_a_campaign_is_found_to_the_quarter_of_an_hour() -> None:
    lift = np.ones(DAYS * 96)
    first = 11 * 96 + 18 * 4 + 1
    lift[first : first + 10] = 3.0
    ((begins, ends),) = surges_in(orders_of(3, lift))
    assert abs(begins - first) <= 1
    assert abs(ends - first - 10) <= 1


def test_a_good_day_is_no_campaign() -> None:
    lift = np.ones(DAYS * 96)
    lift[9 * 96 : 10 * 96] = 2.0
    assert surges_in(orders_of(4, lift)) == []


def test_less_than_a_week_shows_no_campaign() -> None:
    bins = orders_of(5)[: 5 * 96]
    hours = bins.reshape(5, 24, 4).sum(axis=2)
    assert find_surges(hours, np.ones((5, 24), dtype=bool), bins, [], 0) == []


def test_the_campaign_of_a_known_shop_is_recovered(tmp_path: Path) -> None:
    truth = known_scenario(
        season={"start": "1404-10-06", "duration": "21 d", "holidays": "none"},
        demand={
            "sessions_per_day": 12_000,
            "hours": HOURS,
            "bursts": [{"start": "1404-10-20 18:00", "duration": "3 h", "times": "400%"}],
        },
    )
    export = read_orders(write_export(truth, tmp_path / "orders.csv"), {})
    fitted = fit(export, "banner")
    (burst,) = fitted.scenario.demand.bursts
    assert burst.product is None
    assert abs(burst.start - dt.datetime(2026, 1, 10, 18)) <= dt.timedelta(minutes=30)
    assert abs(burst.duration - 3 * 3600) <= 1800
    assert burst.times == pytest.approx(4.0, rel=0.3)
    assert "no product stands out" in fitted.notes["demand.bursts.0"]
