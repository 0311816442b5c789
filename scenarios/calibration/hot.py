"""Finds hot items: a product that for some hours holds an unusual share of all orders (INV-3).

For every product that sells enough, the window is sought in which its orders stand out most from
the rest of the export: Kulldorff's scan statistic (1997) for binomial counts, with a Bonferroni
bound for all the windows and products looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BIN = 900.0
"""Seconds: the finest window edge."""
MIN_SHARE = 0.10
"""Of a window's orders; below it a product is popular at best."""
MIN_RATIO = 5.0
"""Its share inside against its share outside."""
MIN_ORDERS = 20
ERROR_RATE = 0.001
"""Chance that an export without any hot item shows one."""
_LONGEST = 192
"""Bins: two days."""
_WINDOWS_PER_PRODUCT = 5


@dataclass(frozen=True)
class Window:
    """Orders with `product` in the bins from `first` to before `end`."""

    product: str
    """Empty for a surge, in which no product stands out."""
    first: int
    end: int
    orders: int
    """Those with the product."""
    share: float
    """Of the window's orders; in a surge these orders against those expected."""
    outside: float
    """Its share of all other orders."""
    p_value: float
    """Bound on the chance of such a window anywhere in an export without hot items."""


def hot_windows(bought: Mapping[str, Ints], orders: Floats) -> list[Window]:
    """Every significant window, the largest first.

    `orders` counts all orders per bin, shape (bins,); `bought` holds for each product the bin of
    every order with it, shape (orders with it,).
    """
    lengths = min(len(orders), _LONGEST)
    looks = max(1, len(bought)) * sum(len(orders) - n for n in range(lengths))
    found = [
        window
        for product, bins in bought.items()
        if _ever_enough(np.sort(bins))
        for window in _windows(product, bins, orders.copy(), looks)
    ]
    return sorted(found, key=lambda window: -window.orders)


def _ever_enough(bins: Ints) -> bool:
    """Whether any window that may be looked at holds enough orders; most products' do not."""
    apart = bins[MIN_ORDERS - 1 :] - bins[: len(bins) - MIN_ORDERS + 1]
    return bool(len(bins) >= MIN_ORDERS and apart.min() < _LONGEST)


def _windows(product: str, bins: Ints, orders: Floats, looks: int) -> Iterator[Window]:
    """The product's windows one by one, each taken out before the next is sought."""
    for _ in range(_WINDOWS_PER_PRODUCT):
        window = _best(product, bins, orders, looks)
        if window is None or window.p_value > ERROR_RATE:
            return
        yield window
        bins = bins[(bins < window.first) | (bins >= window.end)]
        orders[window.first : window.end] = 0


def _best(product: str, bins: Ints, orders: Floats, looks: int) -> Window | None:
    """The window that stands out most. It begins and ends with bins that hold the product."""
    from scipy.stats import chi2

    edges, counts = np.unique(bins, return_counts=True)
    x = np.concatenate(([0.0], np.cumsum(counts)))
    n = np.concatenate(([0.0], np.cumsum(orders)))
    best, best_gain = None, 0.0
    for span in range(min(len(edges), _LONGEST)):
        first, last = edges[: len(edges) - span], edges[span:]
        x_in, n_in = x[span + 1 :] - x[: -span - 1], n[last + 1] - n[first]
        x_out, n_out = x[-1] - x_in, n[-1] - n_in
        share, outside = x_in / np.maximum(n_in, 1), x_out / np.maximum(n_out, 1)
        hot = (share > MIN_SHARE) & (share > MIN_RATIO * outside)
        hot &= (x_in >= MIN_ORDERS) & (last - first < _LONGEST)
        gain = _fit(x_in, n_in) + _fit(x_out, n_out) - _fit(x[-1:], n[-1:])
        at = int(np.where(hot, gain, 0.0).argmax())
        if hot[at] and gain[at] > best_gain:
            best_gain = float(gain[at])
            best = (int(first[at]), int(last[at]) + 1, int(x_in[at]), share[at], outside[at])
    if best is None:
        return None
    p_value = min(1.0, looks * float(chi2.sf(2 * best_gain, 1)))
    begins, end, within, share_in, share_out = best
    return Window(product, begins, end, within, float(share_in), float(share_out), p_value)


def _fit(x: Floats, n: Floats) -> Floats:
    """Log likelihood of `x` of `n` at its best share."""
    from scipy.special import xlogy

    n = np.maximum(n, 1)
    gain: Floats = xlogy(x, x / n) + xlogy(n - x, 1 - x / n)
    return gain
