"""Counts and sums by several keys at once, in one pass over arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Place = tuple[NDArray[Any], int]
"""For every row its place along one key, and how many places that key has."""


def counted(*places: Place, weights: NDArray[Any] | None = None) -> NDArray[np.int64]:
    """How many rows, or what their whole `weights` add up to, by all keys.

    Its shape is the number of places of each key. Sums are exact below 2**53.
    """
    shape = tuple(size for _, size in places)
    cell = np.zeros(len(places[0][0]), np.int64)
    for place, size in places:
        cell = cell * size + place
    length = math.prod(shape)
    return np.bincount(cell, weights, length).astype(np.int64).reshape(shape)
