"""When contacts come: hours, weekdays, what days and weeks differ beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scenarios.calendar import WEEKDAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAY, QUARTER = 86400, 900
_LEVEL = 0.05
_SAME = 0.10
"""Two weeks whose volumes differ by less are alike, however surely they differ."""


@dataclass(frozen=True)
class Arrivals:
    """The rhythm of contacts."""

    days: int
    """With at least one contact."""
    contacts: int
    per_day: float
    """On an average day of the span that stands for what comes next (`recent`)."""
    per_day_error: float
    """Its relative standard error."""
    hours: tuple[float, ...]
    """Weights of the 24 hours, mean one."""
    weekdays: dict[str, float]
    """Weekday -> factor; 0 for one that had none. Empty below two weeks."""
    day_cv: float
    """Spread from day to day beyond Poisson and weekdays."""
    day_cv_interval: tuple[float, float] | None
    """95 %, as if days were normal; None where there are too few."""
    dispersion: float
    """Variance over the days beside the mean, in quarters of an hour; 1 for Poisson."""
    forecast_error: float
    """Typical change of the volume from one week to the next, as a standard deviation of its
    logarithm; 0 below three weeks."""
    recent: int
    """Ordinal of the day from which the level is that of the last week."""
    last: int
    """Ordinal of the last day."""
    shift: float
    """That level beside the one before, 1 where there is no change."""


def fit_arrivals(day: Ints, at: Floats) -> Arrivals:
    """From the contacts' days (ordinals) and seconds of the day, shape (contacts,) each."""
    days, number = np.unique(day, return_inverse=True)
    totals = np.bincount(number).astype(float)
    weekday = (days - 1) % 7  # of an ordinal: Monday is 0, as for `date.weekday`
    recent, shift = _level(days, totals)
    level = np.where(days >= recent, 1.0, 1 / shift)
    span = int(days[-1] - days[0]) + 1
    factors = _weekdays(days, totals / level, span)
    usual = np.array([factors.get(WEEKDAYS[each], 1.0) for each in weekday]) * level
    scaled = totals / usual
    # Each weekday's factor, and a change of level, took a day's worth of freedom.
    free = len(days) - max(1, sum(factor > 0 for factor in factors.values())) - (shift != 1)
    spread = float(((scaled - scaled.mean()) ** 2).sum()) / free if free > 0 else 0.0
    mean, poisson = float(scaled.mean()), float((totals / usual**2).mean())
    return Arrivals(
        days=len(days),
        contacts=len(day),
        per_day=mean,
        per_day_error=math.sqrt(max(spread, poisson) / len(days)) / mean,
        hours=_hours(at),
        weekdays=factors,
        day_cv=math.sqrt(max(0.0, spread - poisson)) / mean,
        day_cv_interval=_cv_interval(spread, free, poisson, mean),
        dispersion=_dispersion(number, at),
        forecast_error=_forecast_error(days, totals),
        recent=recent,
        last=int(days[-1]),
        shift=shift,
    )


def _cv_interval(
    spread: float, free: int, poisson: float, mean: float
) -> tuple[float, float] | None:
    if free < 2:
        return None
    from scipy.stats import chi2

    low, high = (
        math.sqrt(max(0.0, spread * free / float(chi2.ppf(level, free)) - poisson)) / mean
        for level in (0.975, 0.025)
    )
    return low, high


def together(several: Sequence[Arrivals]) -> Arrivals:
    """All contacts of several exports: hours and weekdays weighted by volume, the rest as in the
    export with the most contacts a day."""
    largest = max(several, key=lambda each: each.per_day)
    total = sum(each.per_day for each in several)
    hours = np.array([each.per_day for each in several]) @ [each.hours for each in several] / total
    named = {name for each in several for name in each.weekdays}
    weekdays: dict[str, float] = {
        name: round(sum(e.weekdays.get(name, 1.0) * e.per_day for e in several) / total, 3)
        for name in WEEKDAYS
        if name in named
    }
    return replace(
        largest,
        contacts=sum(each.contacts for each in several),
        per_day=total,
        hours=tuple(round(float(each), 3) for each in hours),
        weekdays=weekdays,
        last=max(each.last for each in several),
    )


def _hours(at: Floats) -> tuple[float, ...]:
    counts = np.bincount((at // 3600).astype(np.int64), minlength=24)
    return tuple(round(float(each), 3) for each in counts / len(at) * 24)


def _weeks(days: Ints, totals: Floats) -> list[tuple[int, Floats]]:
    """First day and the totals of each span of seven days, counted back from the last day."""
    number = (days[-1] - days) // 7
    weeks = [number == week for week in np.unique(number)[::-1]]
    return [(int(days[week].min()), totals[week]) for week in weeks]


def _level(days: Ints, totals: Floats) -> tuple[int, float]:
    """The day from which the volume is that of the last week, and the change; Welch's t at 5 %,
    and 10 % at least."""
    weeks = _weeks(days, totals)
    if len(weeks) < 2:
        return int(days[0]), 1.0
    start, last = weeks[-1]
    before = totals[days < start]
    if min(len(last), len(before)) < 3:
        return int(days[0]), 1.0
    shift = float(last.mean() / before.mean())
    alike = abs(shift - 1) < _SAME or _welch_p(last, before) >= _LEVEL
    return (int(days[0]), 1.0) if alike else (start, shift)


def _welch_p(some: Floats, others: Floats) -> float:
    """That two sets of daily counts have one mean; days vary at least as Poisson counts do."""
    from scipy.stats import t

    squares = [
        max(float(each.var(ddof=1)), float(each.mean())) / len(each) for each in (some, others)
    ]
    freedom = sum(squares) ** 2 / sum(
        square**2 / (len(each) - 1) for square, each in zip(squares, (some, others), strict=True)
    )
    difference = abs(float(some.mean() - others.mean())) / math.sqrt(sum(squares))
    return float(2 * t.sf(difference, freedom))


def _weekdays(days: Ints, totals: Floats, span: int) -> dict[str, float]:
    """Average of a weekday beside that of all days with contacts; those without any have 0."""
    if span < 14:
        return {}
    weekday = (days - 1) % 7
    found = {
        WEEKDAYS[each]: float(totals[weekday == each].mean() / totals.mean())
        if (weekday == each).any()
        else 0.0
        for each in range(7)
    }
    return {name: round(factor, 3) for name, factor in found.items()}


def _dispersion(number: Ints, at: Floats) -> float:
    slots = DAY // QUARTER
    cell = number * slots + (at // QUARTER).astype(np.int64)
    counts = np.bincount(cell, minlength=(int(number.max()) + 1) * slots).reshape(-1, slots)
    if len(counts) < 2:
        return 1.0
    return float(counts.var(axis=0, ddof=1).sum() / counts.mean(axis=0).sum())


def _forecast_error(days: Ints, totals: Floats) -> float:
    means = [float(each.mean()) for _, each in _weeks(days, totals)]
    if len(means) < 3:
        return 0.0
    changes = np.diff(np.log(means))
    return round(float(np.sqrt((changes**2).mean())), 3)
