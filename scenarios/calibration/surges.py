"""Finds surges: hours that bring far more orders than their day and their hour of day explain.

A flash sale of one product shows by its product (`hot`). A campaign for the whole shop, a banner
or a text message to all customers, shows only by its hours. Orders per hour are laid against a
day's level times one profile of the hours, both taken without the hours that stand out; the
windows that pass this by most, beyond what hours differ by anyway, are the surges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.campaigns import Campaign
from scenarios.calibration.hot import BIN, ERROR_RATE, MIN_ORDERS, Window

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MIN_DAYS = 7
"""Fewer do not show what an hour of the day usually brings."""
MIN_RATIO = 1.5
"""Orders of a window against those expected; a smaller rise is a good hour."""
_LONGEST = 12
"""Hours; what lasts longer is a good day, and days have their own factors."""
_AFTER = 3
"""Hours after a hot item's window in which its late payers still come."""
_STANDS_OUT = 4.0
"""Standard errors beyond which an hour is left out of what is usual."""
_ROUNDS = 8
_PER_HOUR = round(3600 / BIN)


def find_surges(
    orders: Floats, seen: Bools, bins: Floats, hot: Iterable[Campaign], lead: int
) -> list[Campaign]:
    """Campaigns without a product, the clearest first.

    `orders` per day and hour, and which of these hours may be looked at, shape (days, 24); `bins`:
    orders per bin of `BIN` seconds, shape (days * 96,); `hot`: campaigns that are known already;
    `lead`: bins by which the arrivals came before the orders.
    """
    at_all = seen.ravel().copy()
    for campaign in hot:
        first, end = campaign.window.first // _PER_HOUR, -(-campaign.window.end // _PER_HOUR)
        at_all[max(0, first - 1) : end + _AFTER] = False
    free = at_all.reshape(orders.shape)
    if free.any(axis=1).sum() < MIN_DAYS:
        return []
    expected, dispersion = _usual(orders, free)
    windows = _windows(orders.ravel(), expected.ravel(), free.ravel(), dispersion)
    return [_campaign(window, bins, expected, lead) for window in windows]


def _usual(orders: Floats, free: Bools) -> tuple[Floats, float]:
    """Orders expected per day and hour without surges, and the dispersion of the others (1 for
    Poisson)."""
    kept = free.copy()
    expected = orders
    for _ in range(_ROUNDS):
        expected = _product(orders, kept)
        chi = (orders - expected) ** 2 / np.maximum(expected, 0.5)
        # The median of a chi-squared of one degree of freedom is 0.455; surges do not move it.
        spread = max(1.0, float(np.median(chi[free & (expected > 1)], axis=None)) / 0.455)
        above = orders - expected > _STANDS_OUT * np.sqrt(spread * np.maximum(expected, 0.5))
        kept = free & ~above
    chi = (orders - expected) ** 2 / np.maximum(expected, 0.5)
    few = max(1, int(kept.sum()) - sum(orders.shape) + 1)
    return expected, max(1.0, float(chi[kept].sum()) / few)


def _product(orders: Floats, kept: Bools) -> Floats:
    """Day levels times a profile with the margins of the hours kept (iterative scaling)."""
    days, hours = np.ones(orders.shape[0]), np.ones(orders.shape[1])
    counts, weight = np.where(kept, orders, 0.0), kept.astype(float)
    for _ in range(20):
        days = counts.sum(axis=1) / np.maximum(weight @ hours, 1e-9)
        hours = counts.sum(axis=0) / np.maximum(days @ weight, 1e-9)
    product: Floats = np.outer(days, hours)
    return product


def _windows(orders: Floats, expected: Floats, free: Bools, dispersion: float) -> Iterator[Window]:
    """Windows of hours, each taken out before the next is sought; shape (hours,) each."""
    free = free.copy()
    looks = len(orders) * _LONGEST
    while True:
        best, best_gain = None, 0.0
        for length in range(1, _LONGEST + 1):
            ones = np.ones(length)
            n, mean = (np.convolve(np.where(free, each, 0.0), ones, "valid") for each in
                       (orders, expected))  # fmt: skip
            whole = np.convolve(free.astype(float), ones, "valid") == length
            mean = np.maximum(mean, 0.5)
            up = whole & (n >= MIN_RATIO * mean) & (n - mean >= MIN_ORDERS)
            gain = np.where(up, n * np.log(np.maximum(n, 1) / mean) - (n - mean), 0.0) / dispersion
            at = int(gain.argmax())
            if gain[at] > best_gain:
                best_gain, best = float(gain[at]), (at, at + length, n[at], n[at] / mean[at])
        if best is None or (chance := _chance(best_gain, looks)) > ERROR_RATE:
            return
        first, end, count, ratio = best
        yield Window("", first * _PER_HOUR, end * _PER_HOUR, int(count), ratio, 1.0, chance)
        free[max(0, first - 1) : end + _AFTER] = False


def _chance(gain: float, looks: int) -> float:
    """Bound on the chance of such a window anywhere among the hours."""
    from scipy.stats import chi2

    return min(1.0, looks * float(chi2.sf(2 * gain, 1)))


def _campaign(window: Window, bins: Floats, expected: Floats, lead: int) -> Campaign:
    """The window with edges on bins, and the arrivals that came `lead` before it."""
    usual = np.repeat(expected.ravel() / _PER_HOUR, _PER_HOUR)
    n, mean = np.cumsum(np.append(0.0, bins)), np.cumsum(np.append(0.0, usual))
    best, best_gain = (window.first, window.end), -np.inf
    for first in range(max(0, window.first - _PER_HOUR), window.first + _PER_HOUR):
        for end in range(window.end - _PER_HOUR + 1, min(len(bins), window.end + _PER_HOUR) + 1):
            if end <= first:
                continue
            count, usually = n[end] - n[first], max(mean[end] - mean[first], 0.5)
            gain = count * np.log(max(count, 1) / usually) - (count - usually)
            if gain > best_gain:
                best, best_gain = (first, end), gain
    arrivals = np.zeros(len(bins))
    arrivals[max(0, best[0] - lead) : max(1, best[1] - lead)] = 1
    edges = Window("", *best, window.orders, window.share, window.outside, window.p_value)
    return Campaign(edges, arrivals)
