"""When the shoppers behind a hot item came: from a window of paid orders to one of arrivals.

Some who came for the item pay hours later, so its orders outlast the campaign, the more visibly
the quieter the night. The edges are those that make the item's orders most likely, given the
delay between coming and paying.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.ample import Ample
from scenarios.calibration.hot import BIN, MIN_ORDERS, Window, hot_windows
from scenarios.calibration.unfold import later

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_ROUNDS = 30
_START = 2
"""Bins by which the start may differ from the window's less the usual delay."""
_AFTERWARDS = round(36 * 3600 / BIN)
"""Bins after a window in which its late payers are looked for."""


@dataclass(frozen=True)
class Campaign:
    """A hot item's window of orders, and the shoppers behind it."""

    window: Window
    arrivals: Floats
    """1 in the bins in which its shoppers came, 0 elsewhere; shape (bins,)."""
    times: float = 1.0
    """By how much it multiplies the sessions."""


def find_campaigns(
    rows: pd.DataFrame, arrivals: Floats, ample: Ample, seen: Floats
) -> list[Campaign]:
    """The export's hot items, the largest first.

    `rows` as from `baskets`, with the `bin` (of `BIN` seconds) of each order; `arrivals`: engaged
    sessions per bin, campaigns spread over all days; `seen`: 0 in bins whose orders the fit must
    not know, 1 elsewhere; shape (bins,).
    """
    bins = len(arrivals)
    orders = np.bincount(rows.groupby("order")["bin"].first(), minlength=bins).astype(float)
    often = rows.groupby("product")["bin"].transform("size") >= MIN_ORDERS
    bought = {str(p): group.to_numpy() for p, group in rows[often].groupby("product")["bin"]}
    kernel, lead = ample.kernel(BIN), round(ample.quantile(0.5) / BIN)
    found = []
    for window in hot_windows(bought, orders):
        counts = np.bincount(bought[window.product], minlength=bins).astype(float)
        first, end = _edges(counts, arrivals, kernel, window, lead, seen)
        mask = np.zeros(bins)
        mask[first:end] = 1
        found.append(Campaign(_restated(window, counts, orders, first, end + lead), mask))
    return found


def apart(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """The largest campaigns that do not overlap: each may multiply the sessions for itself."""
    chosen: list[Campaign] = []
    for campaign in campaigns:
        if not any((campaign.arrivals * other.arrivals).any() for other in chosen):
            chosen.append(campaign)
    return chosen


def _restated(window: Window, counts: Floats, orders: Floats, first: int, end: int) -> Window:
    """The window with other edges and what lies between them."""
    end = min(end, len(orders))
    bought = counts[first:end].sum()
    share = float(bought / max(orders[first:end].sum(), 1))
    return replace(window, first=first, end=end, orders=int(bought), share=share)


def _edges(
    counts: Floats, arrivals: Floats, kernel: Floats, window: Window, lead: int, seen: Floats
) -> tuple[int, int]:
    """First bin and end of the arrivals that best explain a product's orders around a window."""
    first = max(0, window.first - lead - _START)
    last = min(len(counts), window.end + _AFTERWARDS)
    counts, arrivals, seen = counts[first:last], arrivals[first:last], seen[first:last]
    width = window.end - first
    # Row t: the orders, bin by bin, of all who came before bin t.
    came = np.zeros((width + 1, len(arrivals)))
    for t in range(width):
        paid = kernel[: len(arrivals) - t] * arrivals[t]
        came[t + 1] = came[t]
        came[t + 1, t : t + len(paid)] += paid
    begins, ends = np.triu_indices(width + 1, 1)
    near = begins <= min(2 * _START, window.first - first)
    begins, ends = begins[near], ends[near]
    inside = (came[ends] - came[begins]) * seen
    outside = later(arrivals, kernel) * seen - inside
    best = int(_likelihood(counts, inside, outside).argmax())
    return first + int(begins[best]), first + int(ends[best])


def _likelihood(counts: Floats, inside: Floats, outside: Floats) -> Floats:
    """Log likelihood of Poisson counts with the best share of two sources, per candidate.

    `counts` has shape (bins,), the sources shape (candidates, bins).
    """
    total = counts.sum() / np.maximum((inside + outside).sum(axis=1), 1e-12)
    shares = np.stack([total, total])
    sources = np.stack([inside, outside])
    weight = np.maximum(sources.sum(axis=2), 1e-12)
    for _ in range(_ROUNDS):
        mean = np.maximum(np.einsum("sc,scb->cb", shares, sources), 1e-12)
        shares = shares * np.einsum("scb,cb->sc", sources, counts / mean) / weight
    mean = np.maximum(np.einsum("sc,scb->cb", shares, sources), 1e-12)
    gain: Floats = (counts * np.log(mean) - mean).sum(axis=1)
    return gain
