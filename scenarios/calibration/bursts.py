"""Turns windows in which an item was hot into the campaign that brings its shoppers.

A window is seen in paid orders; the campaign acts on shoppers who arrive, and some of those come
back hours later to pay. So each window's share is unfolded: which share of the arrivals must ask
for the product, so that the orders with it come out as they did.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.ample import Ample
from scenarios.calibration.baskets import shares
from scenarios.calibration.campaigns import Campaign
from scenarios.calibration.hot import BIN, ERROR_RATE, Window
from scenarios.calibration.unfold import later
from scenarios.schema import Burst

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_CAP_MODE = 0.50
_CAP_ABOVE = 0.02
_SIZES = 4
"""Baskets so large or larger are one class where two laws of baskets are told apart."""


@dataclass(frozen=True)
class FittedBurst:
    """A burst of the scenario, the window it explains, and what it tells of its product."""

    burst: Burst
    window: Window
    orders: float
    """Of all orders with the product, those that the burst brings."""
    limit: int | None
    """Units per customer, where the quantities in the window are visibly capped."""
    baskets: Counter[int] = field(default_factory=Counter)
    """Products per order of those with the product, where they are unlike all other orders;
    else empty."""


def fit_bursts(
    rows: pd.DataFrame,
    campaigns: Sequence[Campaign],
    arrivals: Floats,
    start: dt.datetime,
    ample: Ample,
    seen: Floats,
) -> list[FittedBurst]:
    """The campaigns as bursts, in the order in which a scenario must list them.

    `arrivals`: engaged sessions per bin from `start`, campaigns included; `seen`: 0 in bins whose
    orders are not among `rows`, 1 elsewhere; shape (bins,). Where bursts overlap, the later in the
    list has the first word on a shopper.
    """
    sizes = rows.groupby("order").size()
    by_product: dict[str, list[Campaign]] = defaultdict(list)
    for campaign in campaigns:
        if campaign.window.product:
            by_product[campaign.window.product].append(campaign)
    kernel = ample.kernel(BIN)
    free = np.ones(len(arrivals))
    found: list[FittedBurst] = []
    for product, parts in by_product.items():
        bought = rows[rows["product"] == product]
        counts = np.bincount(bought["bin"], minlength=len(arrivals)).astype(float)
        asking = _unfold_shares(counts, arrivals * free, parts, kernel, seen)
        for part, share in zip(parts, asking, strict=True):
            if share > 0:
                brings = share * float(later(arrivals * free * part.arrivals, kernel) @ seen)
                own = own_baskets(sizes, in_window(bought, part.window)["order"])
                found.append(_fitted(part, share, brings, bought, start, own, ample))
        free = free * (1 - np.array(asking) @ np.array([part.arrivals for part in parts]))
    surges = [_surge(each, start) for each in campaigns if not each.window.product]
    return found[::-1] + [each for each in surges if each.burst.times > 1]


def _surge(campaign: Campaign, start: dt.datetime) -> FittedBurst:
    """More sessions of everyday shoppers for a while."""
    bins = np.flatnonzero(campaign.arrivals)
    burst = Burst(
        start=start + dt.timedelta(seconds=float(bins[0] * BIN)),
        duration=len(bins) * BIN,
        times=round(campaign.times, 3),
    )
    return FittedBurst(burst, campaign.window, 0.0, None)


def cap(inside: pd.Series[int], everywhere: pd.Series[int]) -> int | None:
    """The limit per customer that a hot item's quantities show, or None.

    Most of its orders in the window are at the limit, and next to none anywhere is above it.
    """
    often = inside.value_counts(normalize=True)
    most = int(often.index[0])
    above = float((everywhere > most).mean())
    return most if most > 1 and often.iloc[0] >= _CAP_MODE and above <= _CAP_ABOVE else None


def _unfold_shares(
    counts: Floats, arrivals: Floats, parts: Sequence[Campaign], kernel: Floats, seen: Floats
) -> list[float]:
    """Of each campaign's arrivals, the share that it adds to the product's everyday share.

    One equation for the orders of each window, one for those outside: the orders of a window
    come out, whatever the assumed delay makes of the hours after it.
    """
    masks = [part.arrivals for part in parts]
    outside = np.clip(1 - np.sum(masks, axis=0), 0, 1)
    place = np.full(len(counts), len(parts))
    for number, part in enumerate(parts):
        place[part.window.first : part.window.end] = number
    member = (np.arange(len(parts) + 1)[:, None] == place).astype(float)
    responses = member @ np.column_stack(
        [later(arrivals * m, kernel) * seen for m in (*masks, outside)]
    )
    orders = member @ counts
    # Where those who come back later to pay are more than all orders outside, no everyday share
    # is left.
    everyday = max(0.0, np.linalg.lstsq(responses, orders)[0][-1])
    inside = np.linalg.lstsq(responses[:-1, :-1], orders[:-1] - responses[:-1, -1] * everyday)[0]
    return [float(np.clip((share - everyday) / (1 - everyday), 0, 1)) for share in inside]


def in_window(bought: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Of a product's rows those paid in a window."""
    return bought[bought["bin"].between(window.first, window.end - 1)]


def own_baskets(sizes: pd.Series[int], theirs: pd.Series[int]) -> Counter[int]:
    """Products per order of `theirs`, or empty where chance explains how they differ from others.

    `sizes`: products by order. Who comes for a campaign's product fills another cart than who comes
    anyway, or not; a chi-squared test says so, at the level at which hot items are told.
    """
    from scipy.stats import chi2_contingency

    within = sizes.index.isin(theirs)
    classes = sizes.clip(upper=_SIZES)
    counts = np.array(
        [
            [int((classes[side] == n).sum()) for n in range(1, _SIZES + 1)]
            for side in (within, ~within)
        ]
    )
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2 or not counts.sum(axis=1).all():
        return Counter()
    alike = float(chi2_contingency(counts).pvalue)
    return Counter[int](sizes[within]) if alike < ERROR_RATE else Counter()


def _fitted(
    part: Campaign,
    share: float,
    brings: float,
    bought: pd.DataFrame,
    start: dt.datetime,
    own: Counter[int],
    ample: Ample,
) -> FittedBurst:
    bins = np.flatnonzero(part.arrivals)
    window = part.window
    inside = in_window(bought, window)["quantity"]
    limit = cap(inside, bought["quantity"])
    burst = Burst(
        start=start + dt.timedelta(seconds=float(bins[0] * BIN)),
        duration=len(bins) * BIN,
        times=round(part.times, 3),
        product=window.product,
        share=round(share, 4),
        quantity=shares(Counter(inside.clip(upper=limit))),
        lines=shares(ample.wanted(own)) if own else None,
    )
    return FittedBurst(burst, window, brings, limit, own)
