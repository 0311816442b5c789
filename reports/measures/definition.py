"""What a measure is: its name, unit, direction, and the one sentence that defines it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports.sorted_log import SortedLog
from scenarios.schema import Scenario

HOUR = 3600.0


class Measure(NamedTuple):
    """A figure of one run, computed from its event log."""

    name: str
    unit: Literal["count", "share", "rial", "s", "h", "d"]
    better: Literal["up", "down", "neither"]
    """Which way a shop wants it to go, everything else alike."""
    definition: str
    """One sentence: population, and what becomes of what is still open at the end of the run."""


def ratio(part: float, whole: float) -> float:
    """A share, or NaN of nothing."""
    return part / whole if whole else float("nan")


def total(column: NDArray) -> int:
    """The exact sum of an integer column."""
    return int(column.sum(dtype=np.int64))


def end_of(log: SortedLog, scenario: Scenario) -> float:
    """When the run ended, in seconds: with the season and its tail, or with a later event."""
    return max(scenario.season.end, log.last)
