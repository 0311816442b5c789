"""What the hours and days that a fit must not see may have held: filled in from their neighbours.

Rates grow and shrink by factors, so the line between two neighbours is straight in the logarithm:
an hour between two that were seen has their geometric mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_LEAST = 0.5
"""Orders: an empty hour has a logarithm too."""
_TELLING = 6
"""Seen hours at least, to see how far the line between two of them misses a third."""


@dataclass(frozen=True)
class Filled:
    """Orders per day and hour, with what was not seen filled in."""

    orders: Floats
    """Shape (days, 24)."""
    hour_cv: float
    """By how much the hours that were filled in are likely off, relatively; 0 where none were, and
    where too few were seen to tell."""


def fill_in(orders: Floats, seen: Flags) -> Filled:
    """Orders of shape (days, 24), of which `seen` (same shape, days times hours) were seen.

    The day wraps around only where there are several: the evening of a single day leads nowhere.
    """
    of_day, of_hour = (np.asarray(seen.any(axis=axis)) for axis in (1, 0))
    if of_day.all() and of_hour.all():
        return Filled(orders, 0.0)
    profile = orders[of_day].sum(axis=0)
    wraps = len(orders) > 1
    profile = np.where(of_hour, profile, _between(profile, of_hour, wraps))
    visible = profile[of_hour].sum() / profile.sum()
    number = np.arange(len(orders))
    days = orders.sum(axis=1) / visible
    days = np.where(of_day, days, np.interp(number, number[of_day], days[of_day]))
    filled = np.where(seen, orders, np.outer(days, profile / profile.sum()))
    return Filled(filled, 0.0 if of_hour.all() else _hour_cv(profile, of_hour, wraps))


def _between(profile: Floats, seen: Flags, wraps: bool) -> Floats:
    """Each hour on the line between the seen hours next to it, shape (24,)."""
    hours = np.flatnonzero(seen)
    logs = np.log(np.maximum(profile[hours], _LEAST))
    period = 24 if wraps else None
    line: Floats = np.exp(np.interp(np.arange(24), hours, logs, period=period))
    return line


def _hour_cv(profile: Floats, seen: Flags, wraps: bool) -> float:
    """How far such a line misses, told by leaving out each seen hour in turn.

    Its neighbours are then twice as far away, and on a smooth curve the line misses by four times
    as much. What a line misses by the chance of its own two ends comes on top.
    """
    hours = np.flatnonzero(seen)
    inner = hours if wraps else hours[1:-1]
    if len(hours) < _TELLING:
        return 0.0
    counts = np.maximum(profile, _LEAST)
    missed = []
    for hour in inner:
        others = seen.copy()
        others[hour] = False
        missed.append(np.log(counts[hour] / _between(profile, others, wraps)[hour]) ** 2)
    chance = float((1 / counts[inner]).mean())  # of a Poisson count's logarithm
    bends = max(0.0, float(np.mean(missed)) - 1.5 * chance) / 16
    return float(np.sqrt(bends + chance / 2))
