"""Phantom stockouts: refusals while the unit sat in a reservation that ended unsold (ORD-12)."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.arrays import stable_order

Ints = NDArray[Any]


def explained(
    refused: Ints, refused_at: Ints, reserved: Ints, begin_at: Ints, end_at: Ints
) -> NDArray[np.bool_]:
    """Which refusals are matched with a reservation of the same product that was live then.

    Refusals ask for the products `refused` at the ascending places `refused_at` of the log;
    reservations of the products `reserved` are live from `begin_at` to `end_at`, in any order.
    Each reservation explains one refusal at most. Refusals are taken in order of time, and each
    takes the live reservation that ends first: for points and intervals, no other choice matches
    more of them.
    """
    # On one axis, product after product, one pass serves all: what a product leaves over has
    # ended before the next one begins.
    length = 1 + max(int(end_at.max(initial=0)), int(refused_at.max(initial=0)))
    point = refused.astype(np.int64) * length + refused_at
    begin = reserved.astype(np.int64) * length + begin_at
    end = reserved.astype(np.int64) * length + end_at
    in_time = stable_order(refused)
    points = point[in_time]
    # Most reservations end before anybody is refused, and most refusals find none live.
    useful = np.searchsorted(points, begin) < np.searchsorted(points, end)
    begin, end = begin[useful], end[useful]
    order = np.argsort(begin)
    begin, end = begin[order], end[order]
    live = np.searchsorted(begin, points) > np.searchsorted(np.sort(end), points)
    taken = _takers(points[live].tolist(), begin.tolist(), end.tolist())
    matched = np.zeros(len(points), bool)
    matched[in_time[np.flatnonzero(live)[taken]]] = True
    return matched


def _takers(points: list[int], begins: list[int], ends: list[int]) -> list[int]:
    """The rows of `points` that found an interval; points and intervals in order of time."""
    takers = []
    live: list[int] = []
    following = 0
    for row, point in enumerate(points):
        while following < len(begins) and begins[following] < point:
            heappush(live, ends[following])
            following += 1
        while live and live[0] < point:
            heappop(live)
        if live:
            heappop(live)
            takers.append(row)
    return takers
