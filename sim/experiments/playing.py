"""The one way by which designs are played: each by its name and the number of the replication."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from reports.thresholds import Rule
from scenarios.errors import FutileError
from scenarios.schema import Scenario
from sim.experiments.experiment import Experiment
from sim.experiments.ranking import Observations
from sim.experiments.remembering import Check
from sim.replication import Replication, Task

_TASKS_PER_CORE = 3
"""So that no core idles for long while another does the last task."""


class Stage:
    """The designs of an experiment, and every replication of them that was played so far."""

    def __init__(
        self,
        experiment: Experiment,
        at: Mapping[str, Scenario],
        objectives: Sequence[str],
        played: Callable[[Iterable[Task], Check], list[Replication]],
        limits: Sequence[Rule] = (),
    ) -> None:
        """`objectives` must be numbers in every replication, and the measures of `limits` in one
        at least; `played` plays tasks.

        What comes out depends on the values, their scenarios, the seed and the numbers alone: not
        on how they are put together into tasks, nor on the jobs.
        """
        self._played = played
        self._experiment = experiment
        self._at = dict(at)
        self._objectives = tuple(objectives)
        self._limits = tuple(limits)
        self._done: dict[str, list[Replication]] = {value: [] for value in at}

    @property
    def at(self) -> Mapping[str, Scenario]:
        """Every design that may be played."""
        return self._at

    @property
    def replications(self) -> list[Replication]:
        """All of them, by value and then by number."""
        return [each for replications in self._done.values() for each in replications]

    @property
    def counts(self) -> dict[str, int]:
        """How often each value was played."""
        return {value: len(done) for value, done in self._done.items()}

    def add(self, at: Mapping[str, Scenario]) -> None:
        """More designs to play."""
        for value, scenario in at.items():
            if value not in self._at:
                self._at[value], self._done[value] = scenario, []

    def play(self, counts: Mapping[str, int]) -> Observations:
        """Have each value played so many times in all; returns everything that is known.

        Raises FutileError where an objective or a limit has no number.
        """
        tasks = tasks_of(self._experiment, self._at, self._missing(counts))
        for each in self._played(tasks, self._check):
            self._done[each.value].append(each)
        seen = self.seen()
        for rule in self._limits:
            if all(np.isnan(measures[rule.measure]).all() for measures in seen.values()):
                raise FutileError(
                    f"--subject-to `{rule.text}`: {rule.measure} has no value in any replication, "
                    "so nothing can be held against it. Name another measure."
                )
        return seen

    def _check(self, each: Replication) -> None:
        for objective in self._objectives:
            _check_number(each, objective)

    def seen(self) -> Observations:
        """Value -> measure -> its numbers in the order of the replications."""
        return {
            value: {name: np.array([each.measures[name] for each in done], float)
                    for name in done[0].measures}
            for value, done in self._done.items() if done
        }  # fmt: skip

    def _missing(self, counts: Mapping[str, int]) -> dict[int, list[str]]:
        """Replication number -> the values that it is to be played with."""
        missing: dict[int, list[str]] = {}
        for number in range(max(counts.values())):
            for value in self._at:
                if len(self._done[value]) <= number < counts.get(value, 0):
                    missing.setdefault(number, []).append(value)
        return missing


def tasks_of(
    experiment: Experiment,
    at: Mapping[str, Scenario],
    wanted: Mapping[int, Sequence[str]] | None = None,
) -> Iterator[Task]:
    """Replication by replication, the values of each in one task, so that they share its draw.

    `wanted` says which values each replication is played with: all, if it is left out. Only where
    the cores are many for the replications, a replication is split.
    """
    if wanted is None:
        wanted = dict.fromkeys(range(experiment.replications), tuple(at))
    for number, values in wanted.items():
        parts = math.ceil(_TASKS_PER_CORE * experiment.jobs / len(wanted))
        size = math.ceil(len(values) / parts)
        for first in range(0, len(values), size):
            variants = tuple((value, at[value]) for value in values[first : first + size])
            yield Task(experiment.seed, number, variants)


def _check_number(each: Replication, objective: str) -> None:
    if not math.isfinite(each.measures[objective]):
        where = f" at {each.value}" if each.value else ""
        raise FutileError(
            f"--objective {objective}: it has no value in replication {each.number}{where}, so "
            "nothing can be chosen by it. Name another measure."
        )
