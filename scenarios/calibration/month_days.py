"""Finds days of the Jalali month that differ from the others, such as payday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.units import format_day

Floats = NDArray[np.float64]
MIN_MONTHS = 3
"""Days of so many months, at least, or a day of the month stands for one odd day."""
_MOST = 5
_SURE = 3.15
"""Standard errors: 5 % for all 31 days of the month together (Bonferroni)."""


def jalali_day(date: dt.date) -> int:
    """Day of the Jalali month, 1 to 31."""
    return int(format_day(date)[-2:])


def month_days_of(dates: Sequence[dt.date], ratios: Callable[[Floats], Floats]) -> dict[int, float]:
    """Day of the Jalali month -> factor, of those that stand out.

    `ratios` gives each day's total against what is expected of it without these factors, beside a
    curve that knows them; both of shape (days,). The clearest comes first, for it pulls at the
    curve of its neighbours.
    """
    number = np.array([jalali_day(date) for date in dates])
    found: dict[int, float] = {}
    while len(found) < _MOST:
        known = np.array([found.get(int(day), 1.0) for day in number])
        each = ratios(known)
        day = _clearest(number, each / known)
        if day is None or day in found:
            break
        found[day] = float(each[number == day].mean())
    known = np.array([found.get(int(day), 1.0) for day in number])
    each = ratios(known)
    return {day: round(float(each[number == day].mean()), 3) for day in sorted(found)}


def _clearest(number: NDArray[np.int64], ratios: Floats) -> int | None:
    """The day of the month that is furthest from the others, if any is too far for chance."""
    spread = float(1.4826 * np.median(np.abs(ratios - np.median(ratios))))  # payday moves it not
    best, furthest = None, _SURE
    for day in range(1, 32):
        own = ratios[number == day]
        if len(own) < MIN_MONTHS:
            continue
        error = max(spread, float(own.std(ddof=1))) / len(own) ** 0.5
        if (far := abs(float(own.mean()) - 1) / max(error, 1e-9)) > furthest:
            best, furthest = day, far
    return best
