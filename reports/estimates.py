"""A run's measures as means with intervals, for every varied value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from reports.intervals import Interval, mean_interval

if TYPE_CHECKING:
    import numpy as np

    from reports.run_folder import Run


class Estimates:
    """Intervals over the replications of a run, at the run's level."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._level = run.manifest.level

    @cached_property
    def _by_value(self) -> Mapping[str, Mapping[str, Interval]]:
        by_value = {}
        for value in self._run.values:
            rows = self._run.measures[self._run.measures["value"] == value]
            by_value[value] = {
                name: self.interval(rows[name].to_numpy(float)) for name in self._run.measure_names
            }
        return by_value

    def interval(self, numbers: np.ndarray) -> Interval:
        """Of a live run what was measured, which is a fact; else a mean over replications."""
        if self._run.manifest.source == "live":
            fact = float(numbers[0])
            return Interval(fact, fact, fact, 0.0, 1)
        return mean_interval(numbers, self._level)

    def at(self, value: str) -> Mapping[str, Interval]:
        """Every measure at one varied value."""
        return self._by_value[value]

    def has(self, measure: str) -> bool:
        """The measure is known, and a number for at least one value."""
        return any(
            measure in at and not math.isnan(at[measure].mean) for at in self._by_value.values()
        )

    def happens(self, measure: str) -> bool:
        """The measure is known, and other than zero for at least one value."""
        return self.has(measure) and any(
            at[measure].mean for at in self._by_value.values() if not math.isnan(at[measure].mean)
        )

    @property
    def wait(self) -> str:
        """The measure of support's slowness: the mean wait where not one in twenty waits at all."""
        slow = "support_wait_p95_s"
        return slow if self.happens(slow) else "support_wait_mean_s"

    def paired(self, measure: str, value: str, other: str) -> Interval:
        """The measure at `value` minus at `other`, replication by replication.

        Both met the same shoppers, so this is sharper than the two intervals side by side.
        """
        table = self._run.measures.pivot(index="replication", columns="value", values=measure)
        return mean_interval((table[value] - table[other]).to_numpy(float), self._level)

    def by_hour(self, column: str, value: str) -> list[Interval]:
        """24 intervals, one per local hour of day: a sum becomes its mean per day."""
        rows = self._run.hours[self._run.hours["value"] == value]
        numbers = rows[column] if column.endswith("_mean") else rows[column] / rows["days"]
        return [self._hour(numbers[rows["hour"] == hour].to_numpy(float)) for hour in range(24)]

    def _hour(self, numbers: np.ndarray) -> Interval:
        return mean_interval(numbers, self._level)
