"""How many pages are asked for in each minute, from the sessions that come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.website import Website

MINUTE = 60.0


def pages_per_second(traffic: Sequence[int], rule: Website) -> NDArray[np.float64]:
    """Pages asked for in each minute; shape (minutes,), from the sessions that came in each.

    Sessions come evenly within their minute, and their pages evenly within their visit.
    """
    lags = int(np.ceil(rule.visit / MINUTE)) + 1
    edges = np.arange(lags + 1) * MINUTE
    asked = _area(edges, rule.visit) - _area(edges - MINUTE, rule.visit)
    asked = asked / (MINUTE * rule.visit)
    sessions = np.convolve(np.asarray(traffic, float), np.diff(asked))[: len(traffic)]
    pages: NDArray[np.float64] = sessions * rule.pages / MINUTE
    return pages


def _area(seconds: NDArray[Any], visit: float) -> NDArray[Any]:
    """Integral of the part of a visit that is over, from its begin on."""
    within = np.clip(seconds, 0, visit)
    area: NDArray[Any] = within**2 / 2 + np.maximum(seconds - visit, 0) * visit
    return area
