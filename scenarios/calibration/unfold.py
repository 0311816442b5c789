"""From when orders were paid back to when their shoppers came: expectation-maximisation.

Between the first product in the cart and the paid order lie minutes, or a night's sleep. Paid
orders per hour are Poisson counts around the arrivals spread out by that delay; the arrivals
follow by the iteration of Richardson (1972) and Lucy (1974), which for Poisson counts climbs to
the maximum likelihood and keeps every rate at zero or above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUNDS = 200
_TIMES = (0.05, 50.0)
"""Bounds on what a campaign does to the sessions: other days may have no order at its hours."""


@dataclass(frozen=True)
class Unfolded:
    """The arrivals that explain an export's paid orders."""

    base: Floats
    """Arrivals per day and hour without campaigns, shape (days, 24): day totals times one profile
    of the hours, as demand is in a scenario."""
    times: Floats
    """By how much each campaign multiplies them, shape (campaigns,)."""


def later(arrivals: Floats, kernel: Floats) -> Floats:
    """Expected paid orders per bin, of arrivals per bin; both of shape (bins,).

    Orders paid after the last bin are lost, as they are to an export and to a simulated season.
    """
    orders: Floats = np.convolve(arrivals, kernel)[: len(arrivals)]
    return orders


def _earlier(orders: Floats, kernel: Floats) -> Floats:
    """The transpose of `later`: what each arrival bin has to do with values of order bins."""
    return later(orders[::-1], kernel)[::-1]


def unfold_days(orders: Floats, kernel: Floats, campaigns: Floats) -> Unfolded:
    """Arrivals behind paid orders per day and hour, shape (days, 24).

    `kernel`: orders per arrival by hours later (see `Ample.kernel`). `campaigns`, shape
    (campaigns, days, 24), says which part of each hour lies in a campaign; they do not overlap. A
    single day cannot tell a campaign from the hours it falls into: give none.
    """
    reach = _earlier(np.ones(orders.size), kernel).reshape(orders.shape)
    base: Floats = np.outer(orders.sum(axis=1), orders.sum(axis=0)) / orders.sum() / kernel.sum()
    times = np.ones(len(campaigns))
    for _ in range(_ROUNDS):
        lift = 1 + np.tensordot(times - 1, campaigns, 1)
        arrivals = base * lift
        expected = later(arrivals.ravel(), kernel)
        ratio = np.divide(orders.ravel(), expected, out=np.ones_like(expected), where=expected > 0)
        # Of an arrival bin, the part paid within the export is known by its orders; the part that
        # pays later or never stays as expected.
        arrivals = arrivals * (_earlier(ratio, kernel).reshape(orders.shape) + 1 - reach)
        for number, covered in enumerate(campaigns):
            inside = arrivals * covered * times[number] / lift
            usual = max(float((base * covered).sum()), 1e-12)
            times[number] = np.clip(inside.sum() / usual, *_TIMES)
        base = _product(arrivals, base, 1 + np.tensordot(times - 1, campaigns, 1))
    return Unfolded(base, times)


def _product(arrivals: Floats, base: Floats, lift: Floats) -> Floats:
    """Day factors times a profile that, lifted by campaigns, have the margins of `arrivals`."""
    profile = base.sum(axis=0) / base.sum()
    days = arrivals.sum(axis=1) / (profile * lift).sum(axis=1)
    weight = (days[:, None] * lift).sum(axis=0)
    product: Floats = np.outer(days, arrivals.sum(axis=0) / weight)
    return product


def hour_errors(arrivals: Floats, kernel: Floats) -> Floats:
    """Relative standard error of each hour's arrivals over all days, shape (24,).

    `arrivals` has shape (days, 24). With more than a day, the late orders of an evening come to
    the hours of the next morning; those of a single day are lost.
    """
    response = np.zeros((24, 24))
    for lag, paid in enumerate(kernel):
        for hour in range(24):
            if len(arrivals) > 1 or hour + lag < 24:
                response[(hour + lag) % 24, hour] += paid
    return _errors(arrivals.sum(axis=0), response)


def day_errors(arrivals: Floats, kernel: Floats) -> Floats:
    """Relative standard error of each day's arrivals, shape (days,)."""
    days = len(arrivals)
    profile = arrivals.sum(axis=0) / arrivals.sum()
    by_day = np.zeros((24 + len(kernel)) // 24 + 1)
    for hour, share in enumerate(profile):
        np.add.at(by_day, (hour + np.arange(len(kernel))) // 24, share * kernel)
    response = sum(paid * np.eye(days, k=-lag) for lag, paid in enumerate(by_day) if lag < days)
    return _errors(arrivals.sum(axis=1), np.asarray(response))


def _errors(sources: Floats, response: Floats) -> Floats:
    """Relative standard errors of sources that Poisson counts show, by Fisher's information.

    `response`: expected counts per source, shape (counts, sources). Where shoppers pay later,
    neighbours share their orders and each is known less well than its own count would be.
    """
    # Half an order keeps an empty bin from counting as known for certain.
    expected = np.maximum(response @ sources, 0.5)
    covariance = np.linalg.pinv(response.T @ (response / expected[:, None]))
    least = 0.5 / response.sum(axis=0).max()
    errors: Floats = np.sqrt(np.diag(covariance)) / np.maximum(sources, least)
    return errors
