"""The margin of a decision at other inputs: its objective less that of its best rival.

Every point meets the same shoppers: the same seed and the same replications. So what differs
between two points is what the inputs make of them, with as little chance as can be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reports.intervals import mean_interval
from scenarios.errors import FutileError
from scenarios.schema import Scenario
from scenarios.uncertain import Input, with_values
from sim.experiments.selection import Goal, distinct_from_zero
from sim.replication import Replication, Task

Floats = NDArray[np.float64]
LEVEL = 0.95
"""Of the interval of one margin at one point."""
Point = Mapping[Input, float]
"""Inputs that are set otherwise than in the scenario."""
Run = Callable[[Sequence[Task]], list[Replication]]


@dataclass(frozen=True)
class Outcome:
    """What a point comes to."""

    objective: Mapping[str, float]
    """Mean of each value."""
    best: str
    margin: float
    """Of the base case's best value over its best rival; negative where that is better."""
    holds: bool
    """The base case's best value is still the best, by the means."""
    low: float = math.nan
    high: float = math.nan
    """Of the margin's interval; NaN where the replications are too few for one."""

    @property
    def surely_holds(self) -> bool:
        """The whole interval is above zero."""
        return self.low > 0

    @property
    def in_doubt(self) -> bool:
        """The interval holds zero."""
        return self.low <= 0 <= self.high

    @property
    def surely_turned(self) -> bool:
        """The whole interval is below zero."""
        return self.high < 0


@dataclass
class Margins:
    """Plays points; `best` is the value whose margin is asked for."""

    variants: Mapping[str, Scenario]
    objective: str
    goal: Goal
    best: str
    seed: int
    run: Run
    _known: dict[tuple[str, int], Outcome] = field(default_factory=dict)

    def at(self, points: Sequence[Point], replications: int) -> list[Outcome]:
        """The outcomes of points, each over so many replications. What is known is not played."""
        missing = {
            key: point
            for point in points
            if (key := (_key(point), replications)) not in self._known
        }
        tasks = [
            Task(self.seed, number, self._variants(point))
            for point in missing.values()
            for number in range(replications)
        ]
        numbers: dict[str, list[float]] = {}
        for each in self.run(tasks):
            numbers.setdefault(each.value, []).append(each.measures[self.objective])
        for key, point in missing.items():
            self._known[key] = self._outcome(
                point,
                {value: np.array(numbers[_name(value, point)]) for value in self.variants},
            )
        return [self._known[_key(point), replications] for point in points]

    def _variants(self, point: Point) -> tuple[tuple[str, Scenario], ...]:
        return tuple(
            (_name(value, point), with_values(scenario, point))
            for value, scenario in self.variants.items()
        )

    def _outcome(self, point: Point, found: Mapping[str, Floats]) -> Outcome:
        sign = 1 if self.goal == "max" else -1
        means = {value: math.fsum(each) / len(each) for value, each in found.items()}
        if not all(map(math.isfinite, means.values())):
            where = ", ".join(f"{each.field}={each.text(value)}" for each, value in point.items())
            raise FutileError(
                f"--objective {self.objective}: it has no value with {where or 'the scenario'}, "
                "so nothing can be said of it. Name another measure."
            )
        signed = {value: sign * mean for value, mean in means.items()}
        rival = max(mean for value, mean in signed.items() if value != self.best)
        best = max(signed, key=lambda value: signed[value])
        low, high = self._interval({value: sign * each for value, each in found.items()})
        return Outcome(means, best, signed[self.best] - rival, best == self.best, low, high)

    def _interval(self, signed: Mapping[str, Floats]) -> tuple[float, float]:
        """Of the least of the margins over all rivals, which hold jointly (Bonferroni)."""
        level = 1 - (1 - LEVEL) / (len(signed) - 1)
        margins = [
            distinct_from_zero(mean_interval(signed[self.best] - numbers, level), level)
            for value, numbers in signed.items()
            if value != self.best
        ]
        if any(math.isnan(each.half_width) for each in margins):
            return math.nan, math.nan
        return min(each.low for each in margins), min(each.high for each in margins)


def _name(value: str, point: Point) -> str:
    """Of a point of a value, among all replications: what tells it apart from every other one."""
    return " ".join((value, _key(point))) if _key(point) else value


def _key(point: Point) -> str:
    """Two points are one if they set the same inputs to the same values."""
    apart = sorted((each.field, value) for each, value in point.items() if value != each.own)
    return " ".join(f"{field}={value!r}" for field, value in apart)
