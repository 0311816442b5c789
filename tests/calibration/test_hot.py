"""Hot items: found where they are, and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.calibration.bursts import cap
from scenarios.calibration.hot import hot_windows

RANDOM = np.random.default_rng(7)
BINS = 3 * 96


def test_no_hot_item_is_found_where_none_is() -> None:
    orders = RANDOM.poisson(20.0, BINS).astype(float)
    bought = {f"p{k}": RANDOM.integers(0, BINS, 300) for k in range(40)}
    assert hot_windows(bought, orders) == []


def test_a_product_that_always_sells_well_is_not_hot() -> None:
    orders = RANDOM.poisson(20.0, BINS).astype(float)
    everywhere = np.repeat(np.arange(BINS), RANDOM.binomial(orders.astype(int), 0.3))
    assert hot_windows({"bread": everywhere}, orders) == []


def test_a_campaign_is_found_with_its_hours_and_share() -> None:
    orders = RANDOM.poisson(20.0, BINS).astype(float)
    chance = np.where((np.arange(BINS) >= 100) & (np.arange(BINS) < 108), 0.4, 0.005)
    counts = RANDOM.binomial(orders.astype(int), chance)
    (window,) = hot_windows({"tv": np.repeat(np.arange(BINS), counts)}, orders)
    assert (window.first, window.end) == (100, 108)
    assert abs(window.share - 0.4) < 4 * np.sqrt(0.4 * 0.6 / orders[100:108].sum())
    assert window.p_value < 1e-20


def test_the_same_item_may_be_hot_twice() -> None:
    orders = np.full(BINS, 20.0)
    counts = np.zeros(BINS, dtype=int)
    counts[20:24] = 10
    counts[200:206] = 6
    windows = hot_windows({"tv": np.repeat(np.arange(BINS), counts)}, orders)
    assert [(window.first, window.end) for window in windows] == [(20, 24), (200, 206)]


def test_a_cap_shows_where_most_buy_as_many_and_hardly_any_buys_more() -> None:
    threes = pd.Series([3] * 80 + [1] * 18)
    assert cap(threes, pd.Series([*threes, 11])) == 3
    assert cap(threes, pd.Series([*threes, *[5] * 20])) is None
    ones = pd.Series([1] * 90 + [2] * 10)
    assert cap(ones, ones) is None
