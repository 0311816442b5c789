"""A search: designs proposed by TPE, a few of the best of which are then selected from by KN.

The tree-structured Parzen estimator (J. Bergstra et al., "Algorithms for hyper-parameter
optimization", NeurIPS 24 (2011)), as optuna has it, proposes where good designs were dense. Every
design meets the shoppers of the same few replications. The best of them by these figures look
better than they are, for the best of many lucky means is lucky; so the finalists are played anew,
in replications that no proposal rests on, and what the procedure promises holds among them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from reports.intervals import mean_interval
from reports.thresholds import Rule
from reports.tuned import Searched, SearchedField, Tried
from scenarios.errors import UserError
from sim.experiments.aims import Aims
from sim.experiments.playing import Stage
from sim.experiments.ranking import Floats, Observations, Selection, kn
from sim.experiments.space import Axis, Space

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution

FEW = 4
"""Replications of every design that is tried."""
BATCH = 5
"""Designs proposed at a time, whatever the number of cores: they do not know of each other."""
FINALISTS = 5
"""Designs that are selected from."""


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    searched: Searched
    finalists: tuple[str, ...]
    """The best first, by the figures of the search."""


def check_space(space: Space, designs: int) -> None:
    """Raise UserError where there is nothing to search with, or too little to search in."""
    try:
        import optuna  # noqa: F401
    except ImportError:
        raise UserError(
            "--search needs optuna: pip install '.[search]' in Esfand's folder"
        ) from None
    if space.size <= designs:
        raise UserError(
            f"--search {designs}: there are only {space.size:.0f} combinations; leave --search out "
            "to play them all."
        )


def search(space: Space, stage: Stage, aims: Aims, designs: int) -> Found:
    """Propose so many designs, a batch at a time, and play each in the same few replications.

    What is proposed depends on the seed and on what was found before, never on the jobs. Raises
    UserError where an objective has no number, and where all proposals are one design.
    """
    study = _study(aims, space.scenario.seed)
    distributions = {axis.field: _distribution(axis) for axis in space.axes}
    seen: Observations = {}
    for first in range(0, designs, BATCH):
        trials = [study.ask(distributions) for _ in range(min(BATCH, designs - first))]
        at = [space.design(trial.params) for trial in trials]
        stage.add(dict(at))
        seen = stage.play({name: FEW for name, _ in at})
        for trial, (name, _) in zip(trials, at, strict=True):
            for rule in aims.limits:
                trial.set_constraint(rule.text, _shortfall(rule, seen[name]))
            study.tell(trial, float(seen[name][aims.objective].mean()))
    finalists = tuple(islice(_ranked(seen, aims), FINALISTS))
    if len(finalists) < 2:
        raise UserError("--search found one design only: the ranges have hardly any values.")
    return Found(_searched(space, seen, aims, designs, finalists), finalists)


def final(stage: Stage, finalists: Sequence[str], aims: Aims) -> tuple[Selection, Observations]:
    """Select among the finalists by replications after those of the search; with what was seen."""
    if aims.aim is None:
        raise ValueError("a search ends with a selection")

    def play(counts: Mapping[str, int]) -> Observations:
        return _anew(stage.play({value: FEW + count for value, count in counts.items()}), finalists)

    return kn(finalists, play, aims.aim), _anew(stage.seen(), finalists)


def _anew(seen: Observations, finalists: Sequence[str]) -> dict[str, dict[str, Floats]]:
    """What no proposal rests on."""
    return {
        value: {measure: numbers[FEW:] for measure, numbers in seen[value].items()}
        for value in finalists
    }


def _study(aims: Aims, seed: int) -> Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed % 2**32, multivariate=True, constant_liar=True)
    return optuna.create_study(
        direction="maximize" if aims.goal == "max" else "minimize", sampler=sampler
    )


def _distribution(axis: Axis) -> BaseDistribution:
    """Of the places on an axis; a range of durations is a scale of ratios itself."""
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if axis.range is None:
        return CategoricalDistribution(axis.values)
    if axis.range.kind == "whole":
        return IntDistribution(int(axis.range.low), int(axis.range.high))
    return FloatDistribution(0.0, 1.0)


def _shortfall(rule: Rule, seen: Mapping[str, Floats]) -> float:
    """By how much the mean misses a limit, relative to it; 0 where it keeps it."""
    mean = float(np.mean(seen[rule.measure]))
    if rule.holds(mean):
        return 0.0
    if not math.isfinite(mean):
        return 1.0
    return max(abs(mean - rule.limit) / (abs(rule.limit) or 1.0), 1e-9)


def _ranked(seen: Observations, aims: Aims) -> list[str]:
    """The best first: by the objective what keeps every limit, then what misses them by least."""
    sign = -1 if aims.goal == "max" else 1

    def place(value: str) -> tuple[float, float]:
        short = sum(_shortfall(rule, seen[value]) for rule in aims.limits)
        return short, sign * float(seen[value][aims.objective].mean())

    return sorted(seen, key=place)


def _searched(
    space: Space, seen: Observations, aims: Aims, designs: int, finalists: Sequence[str]
) -> Searched:
    import optuna

    return Searched(
        sampler=f"TPE of optuna {optuna.__version__}",
        proposals=designs,
        replications=FEW,
        fields=tuple(
            SearchedField(field=axis.field, values=axis.values, within=axis.range is not None)
            for axis in space.axes
        ),
        tried=tuple(_tried(value, seen[value], aims, value in finalists) for value in seen),
    )


def _tried(value: str, seen: Mapping[str, Floats], aims: Aims, finalist: bool) -> Tried:
    found = mean_interval(seen[aims.objective], 0.95)
    return Tried(
        value=value,
        mean=found.mean,
        low=found.low,
        high=found.high,
        limits={rule.text: float(np.mean(seen[rule.measure])) for rule in aims.limits},
        keeps=all(rule.holds(float(np.mean(seen[rule.measure]))) for rule in aims.limits),
        finalist=finalist,
    )
