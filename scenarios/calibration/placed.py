"""What became of placed orders: how many go to pay, how many end unpaid, and how long it takes.

A plain export shows paid orders only. Where a platform says what became of the others, the share
that was paid and the time from the order to its payment say what `shoppers.goes_to_pay` and
`shoppers.before_paying` must be, given how payments go (`payment`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.access.laws import wilson
from scenarios.calibration.order_status import SOLD
from scenarios.expected import payment_share
from scenarios.laws import Lognormal
from scenarios.schema import Payment, Shoppers
from scenarios.units import format_duration

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_TELLING = 30
"""Orders, or payments, below which a share or a law says nothing."""
_STILL_OPEN = 86400.0
"""Orders placed so short before the last one may be paid later (assumption)."""
_LONG = 2 * 86400.0
"""In exports shorter than this the last day is most of it, and all orders count."""
_AT_ONCE = 6 * 3600.0
"""Who pays later than this came back from elsewhere: no time at the gateway (assumption)."""
_DRAWS = 4_000
"""Times at the gateway that stand for their law: its quantiles are then known to about 2 %."""


@dataclass(frozen=True)
class Placed:
    """What the placed orders show; nothing where the export shows paid ones only."""

    changes: Mapping[str, object] = field(default_factory=dict)
    """Field of `shoppers` -> fitted value."""
    notes: Mapping[str, str] = field(default_factory=dict)
    account: tuple[str, ...] = ()

    def shoppers_over(self, assumed: Shoppers) -> Shoppers:
        """Behaviour with what the orders show of it."""
        return assumed.model_copy(update=dict(self.changes))


def fit_placed(orders: pd.DataFrame | None, payment: Payment) -> Placed:
    """From orders (`Export.orders`) that went to a gateway, given how payments go."""
    if orders is None:
        return Placed()
    online = orders[~orders["by_hand"]]
    changes: dict[str, object] = {}
    notes: dict[str, str] = {}
    account: list[str] = []
    _fit_share(online, payment, changes, notes, account)
    _fit_time(online, payment, changes, notes, account)
    return Placed(changes, notes, tuple(account))


def _fit_share(
    online: pd.DataFrame,
    payment: Payment,
    changes: dict[str, object],
    notes: dict[str, str],
    account: list[str],
) -> None:
    """`goes_to_pay`, such that as many placed orders end paid as did."""
    placed = online["placed"]
    known = online
    if (placed.max() - placed.min()).total_seconds() >= _LONG:
        known = online[(placed.max() - placed).dt.total_seconds() >= _STILL_OPEN]
    count = int(known["fate"].isin(SOLD).sum())
    if len(known) < _TELLING or count == len(known):
        return
    share, (low, high) = count / len(known), wilson(count, len(known))
    pays = payment_share(payment)
    changes["goes_to_pay"] = round(min(1.0, share / pays), 4)
    note = (
        f"fitted: {share:.1%} ({low:.1%} to {high:.1%}, 95 %) of {len(known):,} orders placed were "
        f"paid, and {pays:.1%} of those who go to pay succeed in the end (payment)"
    )
    if len(known) < len(online):
        note += "; orders of the last 24 h are left out, for some are still open"
    if share > pays:
        note += (
            "; more were paid than the assumed payment lets succeed: give the gateway's report "
            "(--payments), or write a higher payment.succeeds"
        )
    notes["shoppers.goes_to_pay"] = note
    why = known.loc[~known["fate"].isin(SOLD), "fate"].value_counts()
    told = ", ".join(f"{n:,} {fate}" for fate, n in why.items())
    account.append(
        f"Of {len(known):,} orders that had to be paid online {len(known) - count:,} were not: "
        f"{told}. An order that its shopper places anew counts as two."
    )


def _fit_time(
    online: pd.DataFrame,
    payment: Payment,
    changes: dict[str, object],
    notes: dict[str, str],
    account: list[str],
) -> None:
    """`before_paying`, such that with the time at the gateway the seen times come out."""
    took = (
        (online["paid"] - online["placed"]).dt.total_seconds().dropna().to_numpy(dtype=np.float64)
    )
    times = np.asarray(took[(took > 0) & (took <= _AT_ONCE)], np.float64)
    if len(times) < _TELLING:
        return
    low, middle, high = (
        format_duration(round(float(q))) for q in np.quantile(times, [0.1, 0.5, 0.9])
    )
    sentence = (
        f"From the order to its payment: median {middle}, a tenth below {low}, a tenth above "
        f"{high}, n = {len(times):,}"
    )
    if late := len(took) - len(times):
        sentence += f"; {late:,} more took over {format_duration(_AT_ONCE)} or no time at all"
    account.append(f"{sentence}.")
    gateway = _gateway(payment)
    fitted = _before(times, gateway)
    if fitted is None:
        notes["shoppers.before_paying"] = (
            f"assumed: orders were paid within {middle} (median), quicker than the time that is "
            f"assumed at the gateway alone; give its report (--payments)"
        )
        return
    law, interval, distance = fitted
    changes["before_paying"] = law
    notes["shoppers.before_paying"] = (
        f"fitted: lognormal by likelihood, so that with the time at the gateway (payment) orders "
        f"are paid after {middle} (median, n = {len(times):,}); its own median "
        f"{format_duration(round(interval[0], 1))} to {format_duration(round(interval[1], 1))} "
        f"(95 %); off by at most {distance:.1%} (Kolmogorov-Smirnov)"
    )


def _gateway(payment: Payment) -> Floats:
    """Seconds from the first redirect to the payment, of those who pay; shape (_DRAWS,)."""
    luck = np.random.default_rng(0)  # an integral by sampling, the same for every fit
    seconds = payment.at_gateway.draw(luck, _DRAWS).astype(float)
    again = (1 - payment.succeeds) * (1 - payment.gives_up) * payment.retries
    more = np.ones(_DRAWS, dtype=bool)
    for _ in range(payment.attempts - 1):
        more &= luck.random(_DRAWS) < again
        further = payment.before_retry.draw(luck, _DRAWS) + payment.at_gateway.draw(luck, _DRAWS)
        seconds = seconds + np.where(more, further, 0.0)
    return seconds


def _before(times: Floats, gateway: Floats) -> tuple[Lognormal, tuple[float, float], float] | None:
    """The likeliest lognormal that, added to the gateway's time, gives the times.

    With the 95 % interval of its median and the Kolmogorov-Smirnov distance of the sum. None
    where the gateway alone would take longer.
    """
    from scipy.optimize import minimize
    from scipy.special import ndtr

    rest = float(np.median(times)) - float(np.median(gateway))
    if rest <= 0:
        return None
    grid = np.quantile(gateway, (np.arange(100) + 0.5) / 100)
    seen = np.quantile(times, (np.arange(400) + 0.5) / 400) if len(times) > 400 else np.sort(times)
    weight = len(times) / len(seen)
    left = seen[:, None] - grid[None, :]
    logs = np.log(np.maximum(left, 0.5))

    def loss(at: Floats) -> float:
        mu, sigma = at[0], math.exp(at[1])
        z = (logs - mu) / sigma
        density = np.where(left > 0, np.exp(-0.5 * z**2 - logs) / sigma, 0.0).mean(axis=1)
        return -weight * float(np.log(np.maximum(density, 1e-12)).sum())

    best = minimize(loss, np.array([math.log(rest), 0.0]), method="Nelder-Mead").x
    mu, sigma = float(best[0]), float(np.clip(math.exp(best[1]), 0.01, 4.0))
    step = 0.02
    curved = (
        loss(np.array([mu + step, best[1]])) - 2 * loss(best) + loss(np.array([mu - step, best[1]]))
    ) / step**2  # fmt: skip
    half = 1.96 / math.sqrt(max(curved, 1e-9))
    law = Lognormal(law="lognormal", median=float(f"{math.exp(mu):.3g}"), sigma=round(sigma, 2))
    expected = np.where(left > 0, ndtr((logs - mu) / sigma), 0.0).mean(axis=1)
    place = (np.arange(len(seen)) + 0.5) / len(seen)
    distance = float(np.abs(expected - place).max())
    return law, (math.exp(mu - half), math.exp(min(mu + half, 20.0))), distance
