"""The rhythm of demand: the season's curve, the weekdays, and how far days differ beyond that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.calendar import WEEKDAYS

Floats = NDArray[np.float64]
TWO_WEEKS = 14
ASSUMED_CV = 0.12
"""Day-to-day randomness where the export is too short to show it (docs/parameters.md)."""


@dataclass(frozen=True)
class Rhythm:
    """Factors of the days around an average day; a day's factor is shape times weekday."""

    shape: dict[dt.date, float]
    """Empty for a single day."""
    weekdays: dict[str, float]
    """Empty below two weeks."""
    day_cv: float
    cv_interval: tuple[float, float] | None
    """95 %; None where `day_cv` is not fitted."""
    average: float
    """The arrivals of a day whose factors are all one."""
    week_cv: float = 0.0
    """Typical change of the level from a week to the next, as a standard deviation of its
    logarithm: 0 where no day is left after those that were seen, or they are below three weeks."""


def fit_rhythm(
    first: dt.date, totals: Floats, errors: Floats, seen: NDArray[np.bool_] | None = None
) -> Rhythm:
    """The rhythm of arrivals per day from `first` on, known with these relative errors.

    Below two weeks each day stands for itself. From two weeks on the season's curve is the moving
    average of seven days, free of the weekday's effect; the weekday's factor is its average
    against the curve; what remains beyond chance is the day-to-day randomness. All arrays
    have shape (days,). Of the days that were not `seen` nothing is taken: the curve goes straight
    between those that were, and level beyond them.
    """
    seen = np.ones(len(totals), dtype=bool) if seen is None else seen
    average = float(totals[seen].mean())
    days = [first + dt.timedelta(days=number) for number in range(len(totals))]
    if len(totals) == 1:
        return Rhythm({}, {}, 0.0, None, average)
    if seen.sum() < TWO_WEEKS:
        factors = zip(days, _percent(totals / average), seen, strict=True)
        shape = {day: factor for day, factor, known in factors if known}
        return Rhythm(shape, {}, ASSUMED_CV, None, average)
    weekday = np.array([day.weekday() for day in days])
    factor = np.ones(7)
    curve = totals
    for _ in range(10):
        curve = _moving_average(totals / np.maximum(factor[weekday], 1e-9), seen)
        factor = _weekday_factors(totals, curve, weekday, seen)
    expected = (curve * factor[weekday])[seen]
    cv, interval = _day_cv(
        totals[seen], expected * totals[seen].sum() / expected.sum(), errors[seen]
    )
    return Rhythm(
        dict(zip(days, _percent(curve / curve.mean()), strict=True)),
        dict(zip(WEEKDAYS, _percent(factor), strict=True)),
        round(cv, 3),
        interval,
        float(curve.mean()),
        0.0 if seen[-1] else _week_cv(totals[seen]),
    )


def _weekday_factors(
    totals: Floats, curve: Floats, weekday: NDArray[np.int64], seen: NDArray[np.bool_]
) -> Floats:
    """Monday to Sunday, mean one over those that were seen; the others have one."""
    factor, known = np.ones(7), np.zeros(7, dtype=bool)
    for k in range(7):
        days = seen & (weekday == k)
        known[k] = days.any()
        if known[k]:
            factor[k] = totals[days].sum() / max(curve[days].sum(), 1e-9)
    factor[known] /= factor[known].mean()
    return factor


def _moving_average(values: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Over the days seen of the seven around each, fewer at the ends; straight lines between days
    that have none, and level beyond the last."""
    window = np.ones(7)
    counted = np.convolve(seen.astype(float), window, "same")
    smooth = np.convolve(np.where(seen, values, 0.0), window, "same") / np.maximum(counted, 1)
    number, known = np.arange(len(values)), seen if not seen.all() else counted > 0
    level: Floats = np.interp(number, number[known], smooth[known])
    return level


def _week_cv(totals: Floats) -> float:
    """From one span of seven days to the next, counted back from the last day."""
    weeks = len(totals) // 7
    if weeks < 3:
        return 0.0
    means = totals[len(totals) - 7 * weeks :].reshape(weeks, 7).mean(axis=1)
    return round(float(np.sqrt((np.diff(np.log(np.maximum(means, 0.5))) ** 2).mean())), 3)


def _day_cv(totals: Floats, expected: Floats, errors: Floats) -> tuple[float, tuple[float, float]]:
    """Coefficient of variation of a gamma factor per day, and its 95 % interval.

    The relative residuals have variance cv^2 + errors^2. The curve spends one degree of freedom
    a week and the weekdays six.
    """
    from scipy.stats import chi2

    open_days = expected > 0
    residuals = totals[open_days] / expected[open_days] - 1
    freedom = max(1.0, len(residuals) * 6 / 7 - 6)
    squares = float((residuals**2).sum())
    chance = float((errors[open_days] ** 2).mean())
    low, high = squares / chi2.ppf([0.975, 0.025], freedom)
    cv, least, most = (
        float(np.sqrt(max(0.0, variance - chance))) for variance in (squares / freedom, low, high)
    )
    return cv, (least, most)


def _percent(factors: Floats) -> list[float]:
    """Rounded to a tenth of a percent, as they are written."""
    return [round(float(factor), 3) for factor in factors]
