"""Fits a season's shape to totals of days: curve, weekdays, holidays, and how far days differ."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from scenarios.calibration.daily import DailyTotals
from scenarios.calibration.parts import Part
from scenarios.calibration.rhythm import MONTH_DAYS, Rhythm, fit_rhythm
from scenarios.expected import paid_share
from scenarios.schema import Demand, Payment, Shoppers
from scenarios.units import format_day

DAY = 86400.0
WINDOWS = (3, 5, 7, 9, 11, 15)
"""Days of the moving averages that are tried."""


def fit_daily(daily: DailyTotals) -> Part:
    """The season's own days with their factors; how many sessions they stand for is assumed,
    unless the totals are orders."""
    errors = 1 / np.sqrt(np.maximum(daily.totals, 1.0)) if daily.counts else 0 * daily.totals
    rhythm = fit_rhythm(daily.first, daily.totals, errors, daily.seen, WINDOWS)
    season = {
        "start": dt.datetime.combine(daily.first, dt.time()),
        "duration": len(daily.totals) * DAY,
    }
    demand: dict[str, Any] = {
        "shape": rhythm.shape,
        "weekdays": rhythm.weekdays,
        "holiday": rhythm.holiday,
        "month_days": rhythm.month_days,
        "day_cv": rhythm.day_cv,
    }
    notes = {"season.start": "the totals' own days", **_notes(daily, rhythm)}
    if daily.counts:
        share = Demand(sessions_per_day=1).engaged * paid_share(Shoppers(), Payment())
        demand["sessions_per_day"] = round(rhythm.average / share, 1)
        notes["demand.sessions_per_day"] = (
            f"fitted: {rhythm.average:,.1f} orders on a day whose factors are 100%, of which "
            f"{share:.2%} of the sessions place one (assumed: demand.engaged, shoppers, payment)"
        )
    account = (daily.reading.account("days"), _told(rhythm))
    part = Part({"season": season, "demand": demand}, notes, account, daily.reading.warning())
    return part


def _notes(daily: DailyTotals, rhythm: Rhythm) -> dict[str, str]:
    what = "orders" if daily.counts else "sales; baskets are taken to be alike on all days"
    days = int(daily.seen.sum())
    assert rhythm.cv_interval is not None  # there are two weeks or more
    low, high = rhythm.cv_interval
    notes = {
        "demand.shape": (
            f"fitted: moving average of {rhythm.window} days, free of weekdays and holidays, over "
            f"{days} days of {what}; of averages of {', '.join(map(str, WINDOWS))} days the one "
            f"under which days are best predicted by those around them; all factors together "
            f"explain {rhythm.explained:.0%} of the variance (R^2)"
        ),
        "demand.weekdays": (
            f"fitted: average against that curve without public holidays, about {days // 7} of "
            f"each; +-{1.96 * rhythm.day_cv / (days / 7) ** 0.5:.0%} (95 %)"
        ),
        "demand.day_cv": (
            f"fitted: what days differ beyond these factors"
            f"{' and Poisson' if daily.counts else ', chance of few orders included'}, "
            f"{low:.1%} to {high:.1%} (95 %)"
        ),
        "demand.holiday": rhythm.holiday_note(),
    }
    if rhythm.month_days:
        notes["demand.month_days"] = MONTH_DAYS
    return notes


def _told(rhythm: Rhythm) -> str:
    """The peak and the low of the season."""
    most = max(rhythm.shape, key=lambda day: rhythm.shape[day])
    least = min(rhythm.shape, key=lambda day: rhythm.shape[day])
    return (
        f"The season's curve is highest on {format_day(most)} ({rhythm.shape[most]:.0%} of its "
        f"mean) and lowest on {format_day(least)} ({rhythm.shape[least]:.0%})."
    )
