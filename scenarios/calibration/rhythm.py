"""The rhythm of demand: the season's curve, the weekdays, and how far days differ beyond that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.calendar import WEEKDAYS, Calendar
from scenarios.calibration.month_days import jalali_day, month_days_of
from scenarios.schema import Season

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
TWO_WEEKS = 14
ASSUMED_CV = 0.12
"""Day-to-day randomness where the export is too short to show it (docs/parameters.md)."""


USUAL_WINDOW = (7,)
"""Days of the moving average: a whole week, so that no weekday weighs more than another."""
_LEAST_HOLIDAYS = 2
_SURE = 2.0
"""Standard errors by which holidays must differ, or they are days like others."""

MONTH_DAYS = (
    "fitted: days of the Jalali month that differ from the curve, weekdays and holidays in three "
    "months or more, at 5 % for all days of the month together"
)
"""What `demand.month_days` rests on."""


@dataclass(frozen=True)
class Rhythm:
    """Factors of the days around an average day: shape times weekday, times the holidays'."""

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
    holiday: float = 1.0
    """On public holidays; one where they do not differ, or are too few to tell."""
    holiday_interval: tuple[float, float] | None = None
    """95 %, also where `holiday` stays one; None below two holidays."""
    holidays: int = 0
    """Public holidays among the days seen."""
    window: int = 7
    """Days over which the curve is averaged."""
    explained: float = 0.0
    """Of the variance of the totals of days, by all these factors (R^2)."""
    month_days: dict[int, float] = field(default_factory=dict)
    """Days of the Jalali month that differ."""

    def holiday_note(self) -> str:
        """How public holidays were told from other days."""
        if self.holiday_interval is None:
            return f"assumed: {self.holidays} public holidays are too few to tell"
        low, high = self.holiday_interval
        told = f"{self.holidays} public holidays against the curve and weekdays of the other days"
        if self.holiday == 1.0:
            return f"100%: {told} lie at {low:.0%} to {high:.0%} (95 %), like other days"
        return f"fitted: {told}, {low:.0%} to {high:.0%} (95 %)"


@dataclass(frozen=True)
class _Days:
    """Totals of days and what the calendar says of each; shape (days,) each."""

    totals: Floats
    seen: Bools
    holiday: Bools
    weekday: NDArray[np.int64]

    def curve(self, factors: Floats, window: int, among: Bools) -> Floats:
        """The moving average over the days `among`, each divided by its factor."""
        return _moving_average(self.totals / np.maximum(factors, 1e-9), among, window)

    def ratios(self, factors: Floats, further: Floats, window: int) -> Floats:
        """Each day's total against the factors, beside a curve that knows the further ones too;
        what stands there already for days that were not seen."""
        curve = self.curve(factors * further, window, self.seen)
        ratio = self.totals / np.maximum(curve * factors, 1e-9)
        return np.asarray(np.where(self.seen, ratio, further))


def holidays_of(first: dt.date, days: int) -> Bools:
    """Which of these days are public holidays, shape (days,)."""
    start = dt.datetime.combine(first, dt.time())
    calendar = Calendar(Season(start=start, duration=days * 86400.0))
    each = (first + dt.timedelta(days=number) for number in range(days))
    return np.array([calendar.is_holiday(day) for day in each])


def fit_rhythm(
    first: dt.date,
    totals: Floats,
    errors: Floats,
    seen: Bools | None = None,
    windows: Sequence[int] = USUAL_WINDOW,
) -> Rhythm:
    """The rhythm of arrivals per day from `first` on, known with these relative errors.

    Below two weeks each day stands for itself. From two weeks on the season's curve is the moving
    average of seven days, free of the effect of weekdays and holidays; the weekday's factor is its
    average against the curve, and so is that of public holidays, against a curve that does not know
    them; what remains beyond chance is the day-to-day randomness. All arrays have shape (days,). Of
    the days that were not `seen` nothing is taken: the curve goes straight between those that
    were, and level beyond them. Of several `windows` that one is taken under which days are best
    predicted by the others.
    """
    seen = np.ones(len(totals), dtype=bool) if seen is None else seen
    average = float(totals[seen].mean())
    dates = [first + dt.timedelta(days=number) for number in range(len(totals))]
    if len(totals) == 1:
        return Rhythm({}, {}, 0.0, None, average)
    if seen.sum() < TWO_WEEKS:
        factors = zip(dates, _percent(totals / average), seen, strict=True)
        shape = {day: factor for day, factor, known in factors if known}
        return Rhythm(shape, {}, ASSUMED_CV, None, average)
    weekday = np.array([day.weekday() for day in dates])
    days = _Days(totals, seen, holidays_of(first, len(totals)) & seen, weekday)
    window = min(windows, key=lambda each: _prediction_error(days, each))
    weekdays, holiday, interval = _factors(days, window)
    factor = weekdays[weekday] * np.where(days.holiday, holiday, 1.0)
    monthly = month_days_of(dates, lambda known: days.ratios(factor, known, window))
    factor = factor * [monthly.get(jalali_day(date), 1.0) for date in dates]
    curve = days.curve(factor, window, seen)
    expected = (curve * factor)[seen]
    expected = expected * totals[seen].sum() / expected.sum()
    free = _freedom(int(seen.sum()), window) - (holiday != 1.0) - len(monthly)
    cv, cv_interval = _day_cv(totals[seen], expected, errors[seen], free)
    return Rhythm(
        dict(zip(dates, _percent(curve / curve.mean()), strict=True)),
        dict(zip(WEEKDAYS, _percent(weekdays), strict=True)),
        round(cv, 3),
        cv_interval,
        float(curve.mean()),
        0.0 if seen[-1] else _week_cv(totals[seen]),
        round(holiday, 3),
        interval,
        int(days.holiday.sum()),
        window,
        1 - float(((totals[seen] - expected) ** 2).sum() / ((totals[seen] - average) ** 2).sum()),
        monthly,
    )


def _factors(days: _Days, window: int) -> tuple[Floats, float, tuple[float, float] | None]:
    """Monday to Sunday, and public holidays with their 95 % interval.

    Both against a curve of the other days alone, so that a week of holidays does not pull down
    the curve that it is held against.
    """
    usual = days.seen & ~days.holiday
    weekdays, curve = np.ones(7), days.totals
    for _ in range(10):
        curve = days.curve(weekdays[days.weekday], window, usual)
        weekdays = _weekday_factors(days.totals, curve, days.weekday, usual)
    count = int(days.holiday.sum())
    if count < _LEAST_HOLIDAYS:
        return weekdays, 1.0, None
    expected = curve * weekdays[days.weekday]
    holiday = float(days.totals[days.holiday].sum() / max(expected[days.holiday].sum(), 1e-9))
    spread = float(np.std(days.totals[usual] / np.maximum(expected[usual], 1e-9)))
    own = np.std(days.totals[days.holiday] / np.maximum(expected[days.holiday], 1e-9))
    error = max(spread * holiday, float(own)) / np.sqrt(count)
    interval = (float(max(0.0, holiday - 1.96 * error)), float(holiday + 1.96 * error))
    return weekdays, holiday if abs(holiday - 1) > _SURE * error else 1.0, interval


def _prediction_error(days: _Days, window: int) -> float:
    """Mean squared relative error of each day against the others within the window."""
    weekdays, holiday, _ = _factors(days, window)
    factor = weekdays[days.weekday] * np.where(days.holiday, holiday, 1.0)
    scaled = np.where(days.seen, days.totals / np.maximum(factor, 1e-9), 0.0)
    ones = np.ones(window)
    around = np.convolve(scaled, ones, "same") - scaled
    counted = np.convolve(days.seen.astype(float), ones, "same") - days.seen
    known = days.seen & (counted > 0)
    others = around[known] / counted[known]
    return float(((scaled[known] / np.maximum(others, 1e-9) - 1) ** 2).mean())


def _weekday_factors(
    totals: Floats, curve: Floats, weekday: NDArray[np.int64], seen: Bools
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


def _moving_average(values: Floats, seen: Bools, window: int) -> Floats:
    """Over the days seen of the `window` around each, fewer at the ends; straight lines between
    days that have none, and level beyond the last."""
    ones = np.ones(window)
    counted = np.convolve(seen.astype(float), ones, "same")
    smooth = np.convolve(np.where(seen, values, 0.0), ones, "same") / np.maximum(counted, 1)
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


def _freedom(days: int, window: int) -> float:
    """The curve spends one degree of freedom a window and the weekdays six."""
    return days * (window - 1) / window - 6


def _day_cv(
    totals: Floats, expected: Floats, errors: Floats, freedom: float
) -> tuple[float, tuple[float, float]]:
    """Coefficient of variation of a gamma factor per day, and its 95 % interval.

    The relative residuals have variance cv^2 + errors^2.
    """
    from scipy.stats import chi2

    open_days = expected > 0
    residuals = totals[open_days] / expected[open_days] - 1
    freedom = max(1.0, freedom)
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
