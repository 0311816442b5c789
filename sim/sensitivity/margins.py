"""The margin of a decision at other inputs: its objective less that of its best rival.

Every point meets the same shoppers: the same seed and the same replications. So what differs
between two points is what the inputs make of them, with as little chance as can be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.uncertain import Input, with_values
from sim.experiments.selection import Goal
from sim.replication import Replication, Task

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


@dataclass
class Margins:
    """Plays points; `best` is the value whose margin is asked for."""

    variants: Mapping[str, Scenario]
    objective: str
    goal: Goal
    best: str
    seed: int
    run: Run
    seasons: int = 0
    """That were played."""
    _known: dict[tuple[tuple[tuple[str, float], ...], int], Outcome] = field(default_factory=dict)

    def at(self, points: Sequence[Point], replications: int) -> list[Outcome]:
        """The outcomes of points, each over so many replications. What is known is not played."""
        missing = {
            key: point for point in points if (key := _key(point, replications)) not in self._known
        }
        tasks = [
            Task(self.seed, number, self._variants(place, point))
            for place, point in enumerate(missing.values())
            for number in range(replications)
        ]
        self.seasons += len(tasks) * len(self.variants)
        sums: dict[str, list[float]] = {}
        for each in self.run(tasks):
            sums.setdefault(each.value, []).append(each.measures[self.objective])
        for place, (key, point) in enumerate(missing.items()):
            self._known[key] = self._outcome(point, {
                value: sums[f"{place} {value}"] for value in self.variants
            })  # fmt: skip
        return [self._known[_key(point, replications)] for point in points]

    def _variants(self, place: int, point: Point) -> tuple[tuple[str, Scenario], ...]:
        return tuple(
            (f"{place} {value}", with_values(scenario, point))
            for value, scenario in self.variants.items()
        )

    def _outcome(self, point: Point, found: Mapping[str, Sequence[float]]) -> Outcome:
        sign = 1 if self.goal == "max" else -1
        means = {value: math.fsum(each) / len(each) for value, each in found.items()}
        if not all(map(math.isfinite, means.values())):
            where = ", ".join(f"{each.field}={each.text(value)}" for each, value in point.items())
            raise UserError(
                f"--objective {self.objective}: it has no value with {where or 'the scenario'}, "
                "so nothing can be said of it. Name another measure."
            )
        signed = {value: sign * mean for value, mean in means.items()}
        rival = max(mean for value, mean in signed.items() if value != self.best)
        best = max(signed, key=lambda value: signed[value])
        return Outcome(means, best, signed[self.best] - rival)


def _key(point: Point, replications: int) -> tuple[tuple[tuple[str, float], ...], int]:
    """Two points are one if they set the same inputs to the same values."""
    apart = sorted((each.field, value) for each, value in point.items() if value != each.own)
    return tuple(apart), replications
