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


def fit_rhythm(first: dt.date, totals: Floats, errors: Floats) -> Rhythm:
    """The rhythm of arrivals per day from `first` on, known with these relative errors.

    Below two weeks each day stands for itself. From two weeks on the season's curve is the moving
    average of seven days, free of the weekday's effect; the weekday's factor is its average
    against the curve; what remains beyond chance is the day-to-day randomness. Both arrays
    have shape (days,).
    """
    average = float(totals.mean())
    days = [first + dt.timedelta(days=number) for number in range(len(totals))]
    if len(totals) == 1:
        return Rhythm({}, {}, 0.0, None, average)
    if len(totals) < TWO_WEEKS:
        shape = dict(zip(days, _percent(totals / average), strict=True))
        return Rhythm(shape, {}, ASSUMED_CV, None, average)
    weekday = np.array([day.weekday() for day in days])
    factor = np.ones(7)
    curve = totals
    for _ in range(10):
        curve = _moving_average(totals / np.maximum(factor[weekday], 1e-9))
        factor = np.array(
            [totals[weekday == k].sum() / max(curve[weekday == k].sum(), 1e-9) for k in range(7)]
        )
        factor /= factor.mean()
    expected = curve * factor[weekday]
    cv, interval = _day_cv(totals, expected * totals.sum() / expected.sum(), errors)
    return Rhythm(
        dict(zip(days, _percent(curve / curve.mean()), strict=True)),
        dict(zip(WEEKDAYS, _percent(factor), strict=True)),
        round(cv, 3),
        interval,
        float(curve.mean()),
    )


def _moving_average(values: Floats) -> Floats:
    """Over seven days around each, fewer at the ends."""
    window = np.ones(7)
    counted = np.convolve(np.ones_like(values), window, "same")
    smooth: Floats = np.convolve(values, window, "same") / counted
    return smooth


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
