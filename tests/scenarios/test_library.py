"""The scenarios that come with Esfand say what they claim to say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.demand import expected_rate
from scenarios.expected import paid_share
from scenarios.loader import check, library, load
from scenarios.schema import Scenario
from scenarios.units import parse_day

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")


def sessions_by_day(scenario: Scenario) -> np.ndarray:
    rate = expected_rate(scenario)
    return np.bincount(rate.day, rate.rate * np.diff(rate.edges))


@pytest.mark.parametrize("name", [name for name, _ in library()])
def test_every_scenario_is_without_mistake_and_introduces_itself(name: str) -> None:
    assert check(name) == []
    scenario = load(name)
    assert scenario.name == name
    assert scenario.summary
    assert set(scenario.title) == {"fa", "en"}


def test_the_benchmark_is_the_published_workload() -> None:
    w1 = load("benchmark-w1")
    rate = expected_rate(w1)
    assert rate.expected_sessions == pytest.approx(200_000)
    assert np.ptp(rate.rate) == pytest.approx(0)
    assert w1.demand.day_cv == 0
    assert (w1.demand.engaged, w1.demand.support_only) == (0.10, 0.05)
    (goods,) = w1.catalogue
    assert (goods.products, goods.zipf, goods.stock) == (200, 1.0, 60)
    assert w1.restocking is None
    assert paid_share(w1.shoppers, w1.payment) == pytest.approx(0.6)
    assert w1.shoppers.decide.model_dump() == {"law": "lognormal", "median": "6 min", "sigma": 1.0}
    assert w1.reservation.timeout == 30 * 60
    (desk,) = w1.support.desks
    assert desk.agents == 75
    assert desk.handling.mean_seconds == 6 * 60
    assert desk.patience.mean_seconds == 10 * 60


def test_nowruz_peaks_a_week_before_the_holiday_and_collapses_before_it() -> None:
    nowruz = load("nowruz")
    by_day = sessions_by_day(nowruz)
    first = nowruz.season.start.date()
    holiday = (parse_day("1406-01-01") - first).days
    assert 7 <= holiday - int(by_day.argmax()) <= 10
    assert 58_000 <= by_day.max() <= 66_000
    assert by_day[holiday - 3 : holiday].mean() < 0.5 * by_day[:7].mean()
    assert 1.5e6 <= by_day.sum() <= 2e6


def test_the_flash_item_is_asked_for_far_more_often_than_it_is_there() -> None:
    flash_sale = load("flash-sale")
    (burst,) = flash_sale.demand.bursts
    rate = expected_rate(flash_sale)
    sessions = rate.rate[:2] @ np.diff(rate.edges[:3])
    units = sum(quantity * share for quantity, share in burst.quantity.items())
    wanted = sessions * flash_sale.demand.engaged * burst.share * units
    (item,) = [entry for entry in flash_sale.catalogue if entry.name == burst.product]
    assert item.stock is not None
    assert wanted > 2 * item.stock
    assert item.limit == max(burst.quantity)


# Figures that the comments call computed


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    table = pd.read_csv(DATA / "digikala_orders_2018-08-20.csv.gz", parse_dates=["ordered_at"])
    return table.assign(hour=table.ordered_at.dt.hour)


@needs_data
def test_the_hours_of_nowruz_are_those_of_the_server_log() -> None:
    table = pd.read_csv(DATA / "zanbil_2019-01-22_26_hourly.csv")
    index = table.set_index("hour_utc").index_vs_mean
    local = [(index[(hour - 4) % 24] + index[(hour - 3) % 24]) / 2 for hour in range(24)]
    assert load("nowruz").demand.hours == pytest.approx(local, abs=0.0051)


@needs_data
def test_the_season_of_nowruz_is_that_of_the_daily_amounts() -> None:
    amounts = pd.read_csv(DATA / "digikala_sample_daily_amount_2017-03.csv")
    # 1395 was a leap year: its 30 Esfand is the day before Nowruz, as 29 Esfand 1405 is.
    to_nowruz = np.arange(len(amounts)) - 20
    level = (
        amounts.gross_amount_irr_sample / amounts.gross_amount_irr_sample[:7].mean()
    ).to_numpy()
    nowruz = parse_day("1406-01-01").toordinal()
    shape = load("nowruz").demand.shape
    factor = np.interp(to_nowruz + nowruz, [day.toordinal() for day in shape], list(shape.values()))
    for days in (slice(0, 7), slice(7, 14), slice(13, 20), slice(20, 31)):  # whole weeks, holiday
        assert factor[days].mean() == pytest.approx(level[days].mean(), rel=0.15)


@needs_data
@pytest.mark.parametrize("name", ["nowruz", "flash-sale"])
def test_baskets_are_those_of_the_real_orders(name: str, lines: pd.DataFrame) -> None:
    shoppers = load(name).shoppers
    table = pd.read_csv(DATA / "digikala_2018-08-20_basket_lines_hist.csv")
    baskets = table.groupby(table.lines_per_order.clip(upper=8)).orders.sum()
    assert shoppers.lines == pytest.approx((baskets / baskets.sum()).to_dict(), abs=0.0015)
    ordinary = lines[(lines.quantity > 0) & (lines.product_id != _flash_item(lines))]
    units = ordinary.quantity.clip(upper=6).value_counts(normalize=True)
    assert shoppers.quantity == pytest.approx(units.to_dict(), abs=0.0015)


@needs_data
def test_the_flash_sale_is_that_of_the_real_orders(lines: pd.DataFrame) -> None:
    demand = load("flash-sale").demand
    (burst,) = demand.bursts
    bought = lines[lines.product_id == _flash_item(lines)].query("hour < 2")
    orders = lines.groupby("order_id").hour.min()
    ordinary = orders[~orders.index.isin(bought.order_id)]
    assert demand.hours == tuple(ordinary.value_counts().sort_index())
    assert burst.times == pytest.approx((orders < 2).sum() / (ordinary < 2).sum(), abs=0.001)
    assert burst.share == pytest.approx(bought.order_id.nunique() / (orders < 2).sum(), abs=0.001)
    units = bought.groupby("order_id").quantity.sum().value_counts(normalize=True)
    assert burst.quantity == pytest.approx(units.to_dict(), abs=0.001)


def _flash_item(lines: pd.DataFrame) -> int:
    return int(lines[lines.hour < 2].groupby("product_id").order_id.nunique().idxmax())
