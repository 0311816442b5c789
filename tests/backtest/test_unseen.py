"""Hours and days that a fit must not see are filled in from their neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.calibration.rhythm import fit_rhythm
from scenarios.calibration.selection import select
from scenarios.calibration.unseen import fill_in

HOURS = np.array(
    [40, 20, 12, 8, 6, 8, 14, 30, 60, 90, 110, 120, 118, 110, 100, 95, 96, 100, 108, 115, 118, 110,
     90, 62.0]
)  # fmt: skip


def seen(text: str, days: int) -> np.ndarray:
    import datetime as dt

    return select([text]).cells(dt.date(2026, 2, 21), days)


def test_an_hour_between_two_has_their_geometric_mean() -> None:
    cells = seen("even-hours", 1)
    filled = fill_in(np.where(cells, HOURS, 0.0)[:1] * cells, cells)
    assert filled.orders[0, 2] == HOURS[2]
    assert filled.orders[0, 9] == pytest.approx(np.sqrt(HOURS[8] * HOURS[10]))


def test_the_night_leads_to_the_next_morning_only_where_there_is_one() -> None:
    one, many = seen("even-hours", 1), seen("even-hours", 3)
    alone = fill_in(np.where(one, HOURS, 0.0), one).orders
    wrapped = fill_in(np.where(many, HOURS, 0.0), many).orders
    assert alone[0, 23] == HOURS[22]
    assert wrapped[0, 23] == pytest.approx(np.sqrt(HOURS[22] * HOURS[0]))


def test_what_was_all_seen_stays_as_it_is() -> None:
    orders = np.tile(HOURS, (2, 1))
    filled = fill_in(orders, np.ones((2, 24), dtype=bool))
    assert filled.orders is orders
    assert filled.hour_cv == 0


def test_days_not_seen_have_the_level_between_those_that_were() -> None:
    orders = np.outer([1.0, 0.0, 3.0, 0.0], HOURS)
    cells = seen("odd-days", 4)
    filled = fill_in(orders * cells, cells).orders.sum(axis=1) / HOURS.sum()
    assert filled == pytest.approx([1, 2, 3, 3])


def test_the_error_of_filled_hours_covers_what_smooth_days_really_miss() -> None:
    """On Poisson days around a smooth profile, the unseen hours miss by about what is said."""
    generator = np.random.default_rng(5)
    hour = np.arange(24)
    rate = 300 * np.exp(1.2 * np.sin((hour - 8) / 24 * 2 * np.pi))
    cells = seen("even-hours", 2)
    said, missed = [], []
    for _ in range(200):
        orders = generator.poisson(np.tile(rate, (2, 1))).astype(float)
        filled = fill_in(orders * cells, cells)
        said.append(filled.hour_cv)
        missed.append(filled.orders[0, 1::2] / rate[1::2] - 1)
    assert 0.7 < np.sqrt(np.mean(np.square(missed))) / np.mean(said) < 1.3


def test_the_rhythm_takes_nothing_from_days_that_were_not_seen() -> None:
    import datetime as dt

    first, days = dt.date(2026, 2, 21), 28
    weekday = np.array([1.0, 1.1, 1.0, 0.9, 1.0, 1.2, 0.6] * 4)
    known = np.arange(days) < 21
    for wrong in (0.0, 1e6):
        totals = np.where(known, 1000 * weekday, wrong)
        rhythm = fit_rhythm(first, totals, np.full(days, 0.03), known)
        # The average against a seven-day mean: nearly the factors that were put in.
        assert rhythm.weekdays["friday"] == pytest.approx(0.6 / weekday.mean(), abs=0.03)
        assert rhythm.shape[first + dt.timedelta(days=27)] == pytest.approx(1, abs=0.05)
    assert rhythm.week_cv == pytest.approx(0, abs=1e-3)
