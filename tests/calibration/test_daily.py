"""Totals of days: the season's curve, weekdays and public holidays, on made and on real days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from scenarios.calibration.assemble import alone
from scenarios.calibration.daily import DailyTotals, read_daily
from scenarios.calibration.daily_part import fit_daily
from scenarios.calibration.rhythm import fit_rhythm, holidays_of
from scenarios.errors import UserError
from scenarios.units import format_day

EXPORTS = Path(__file__).parent / "exports"
REAL = Path(__file__).parents[3] / "shared" / "data" / "digikala_sample_daily_amount_2017-03.csv"
NOWRUZ = dt.date(2017, 3, 21)


def test_woocommerces_revenue_report_counts_orders() -> None:
    daily = read_daily(EXPORTS / "daily.csv")
    assert daily.reading.format.name == "WooCommerce Analytics, report of revenue"
    assert daily.counts
    assert (daily.first, len(daily.totals)) == (dt.date(2026, 2, 1), 28)
    part = fit_daily(daily)
    demand = part.sections["demand"]
    assert min(demand["weekdays"], key=lambda day: demand["weekdays"][day]) == "friday"
    assert demand["weekdays"]["friday"] == pytest.approx(0.70, abs=0.05)
    # 100 to 154 orders, 40 fewer on Fridays; 7 % of the sessions fill a cart, 35 % of those pay.
    assert demand["sessions_per_day"] == pytest.approx((127 - 40 / 7) / (0.07 * 0.35), rel=0.02)


def test_days_may_be_jalali_and_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    days = [f"۱۴۰۴/۱۱/{n:02},{100 + n}" for n in range(1, 31) if n != 9]
    path.write_text("\n".join(["تاریخ,تعداد سفارش", *days]), encoding="utf-8")
    daily = read_daily(path)
    assert (len(daily.totals), int(daily.seen.sum())) == (30, 29)
    assert daily.first == dt.date(2026, 1, 21)
    assert fit_daily(daily).sections["demand"]["shape"][dt.date(2026, 1, 29)] > 0.8


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["2026-03-01,5", "2026-03-01,6"], "stands there twice"),
        (["2026-03-01,5", "2026-03-02,6"], "2 days are too few"),
        (["yesterday,5", "2026-03-02,6"], "'xxxxxxxxx' is no date"),
        (["2026-03-01,call 09123456789", "2026-03-02,6"], "total 'xxxx ###########'"),
    ],
)
def test_mistakes_in_totals_give_one_clear_error(
    tmp_path: Path, rows: list[str], told: str
) -> None:
    path = tmp_path / "days.csv"
    path.write_text("\n".join(["date,orders", *rows]))
    with pytest.raises(UserError) as raised:
        read_daily(path)
    assert told in str(raised.value)


def test_public_holidays_stand_apart_from_the_curve() -> None:
    first, days = dt.date(2025, 3, 21), 180
    holiday = holidays_of(first, days)
    luck = np.random.default_rng(3)
    curve = np.linspace(800, 1200, days)
    totals = curve * np.where(holiday, 0.5, 1.0) * luck.gamma(100, 0.01, days)
    rhythm = fit_rhythm(first, totals, np.zeros(days))
    assert rhythm.holiday_interval is not None
    low, high = rhythm.holiday_interval
    assert low < 0.5 < high
    assert rhythm.holiday == pytest.approx(0.5, abs=0.05)
    assert rhythm.day_cv == pytest.approx(0.10, abs=0.03)
    levels = list(rhythm.shape.values())
    assert min(levels[5:-5]) > 0.75  # no holiday left a dent in it


def test_holidays_like_other_days_are_not_fitted() -> None:
    luck = np.random.default_rng(4)
    rhythm = fit_rhythm(dt.date(2025, 3, 21), luck.gamma(100, 10, 180), np.zeros(180))
    assert rhythm.holiday == 1.0
    assert "like other days" in rhythm.holiday_note()


def test_payday_stands_out_of_the_jalali_month() -> None:
    luck = np.random.default_rng(6)
    first = dt.date(2025, 3, 21)
    dates = [first + dt.timedelta(days=number) for number in range(180)]
    payday = np.array([format_day(date).endswith("-01") for date in dates])
    rhythm = fit_rhythm(first, luck.gamma(100, 10, 180) * (1 + 0.5 * payday), np.zeros(180))
    assert rhythm.month_days.keys() == {1}
    assert rhythm.month_days[1] == pytest.approx(1.5, rel=0.15)


@pytest.mark.parametrize("seed", range(5))
def test_months_without_a_payday_show_none(seed: int) -> None:
    luck = np.random.default_rng(seed)
    rhythm = fit_rhythm(dt.date(2025, 3, 21), luck.gamma(50, 20, 180), np.zeros(180))
    assert rhythm.month_days == {}


def test_the_average_is_taken_over_as_many_days_as_predict_best() -> None:
    luck = np.random.default_rng(5)
    days = np.arange(120)
    still = luck.gamma(100, 10, 120)
    moving = still * (1 + 0.6 * np.sin(days / 3))
    windows = (3, 7, 15)
    first = dt.date(2025, 4, 5)
    assert fit_rhythm(first, still, np.zeros(120), windows=windows).window == 15
    assert fit_rhythm(first, moving, np.zeros(120), windows=windows).window == 3


# the real days -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> DailyTotals:
    if not REAL.exists():
        pytest.skip("the real totals of days are not at ../shared/data")
    return read_daily(REAL, {"amount": "gross_amount_irr_sample"})


def test_demand_peaks_a_week_before_nowruz_and_collapses_before_it(real: DailyTotals) -> None:
    demand = fit_daily(real).sections["demand"]
    shape = demand["shape"]
    peak = max(shape, key=lambda day: shape[day])
    assert 6 <= (NOWRUZ - peak).days <= 10
    assert shape[peak] == pytest.approx(1.6, abs=0.15)
    eve = shape[NOWRUZ - dt.timedelta(days=2)]
    assert eve < 0.4 * shape[peak]
    assert demand["weekdays"]["friday"] == pytest.approx(0.6, abs=0.05)
    assert 0.5 < demand["holiday"] < 0.85
    assert 0.15 < demand["day_cv"] < 0.35


def test_the_real_seasons_shape_is_a_scenario(real: DailyTotals) -> None:
    fitted = alone("nowruz", [fit_daily(real)])
    assert fitted.scenario.season.start == dt.datetime(2017, 3, 1)
    assert fitted.scenario.season.duration == 31 * 86400
    assert "(R^2)" in fitted.notes["demand.shape"]
