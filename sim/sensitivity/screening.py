"""Which inputs matter: Morris's screening of all of them, and Sobol's indices of a few.

Samples and estimates are SALib's (Herman and Usher 2017): Morris's trajectories on four levels
(Morris 1991, Campolongo 2007), and Saltelli's scheme on a Sobol sequence (Saltelli 2010).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.uncertain import Input
from sim.sensitivity.margins import Outcome, Point

Floats = NDArray[np.float64]
At = Callable[[Sequence[Point]], list[Outcome]]


@dataclass(frozen=True)
class Screened:
    """Of one input, over its whole range, in the objective's unit."""

    margin: float
    """Mean absolute elementary effect on the margin."""
    spread: float
    """Standard deviation of the effects on the margin."""
    objective: float
    """Mean absolute effect on the objective of the base case's best value."""


@dataclass(frozen=True)
class Indices:
    """Shares of the margin's variance over the ranges."""

    first: float
    total: float
    error: float
    """Half width of the total's 95% interval, by bootstrap."""


def morris(
    inputs: Sequence[Input], trajectories: int, at: At, best: str, seed: int
) -> dict[Input, Screened]:
    """Screen all inputs: `trajectories` times as many points as there are inputs, and one more."""
    if not inputs or not trajectories:
        return {}
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as sample

    problem = _problem(inputs)
    drawn: Floats = sample.sample(problem, trajectories, num_levels=4, seed=seed)
    outcomes = at([_point(inputs, row) for row in drawn])

    def analysed(numbers: list[float]) -> Any:
        found = np.array(numbers)
        return _quietly(lambda: analyse.analyze(problem, drawn, found, num_levels=4, seed=seed))

    margin = analysed([each.margin for each in outcomes])
    objective = analysed([each.objective[best] for each in outcomes])
    return {
        each: Screened(
            float(margin["mu_star"][k]), float(margin["sigma"][k]), float(objective["mu_star"][k])
        )
        for k, each in enumerate(inputs)
    }


def sobol(inputs: Sequence[Input], points: int, at: At, seed: int) -> dict[Input, Indices]:
    """First and total indices of a few inputs, from `points` x (inputs + 2) points."""
    if not inputs or not points:
        return {}
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    problem = _problem(inputs)
    drawn: Floats = sample.sample(problem, points, calc_second_order=False, seed=seed)
    margins = np.array([each.margin for each in at([_point(inputs, row) for row in drawn])])
    if not np.ptp(margins):
        return {each: Indices(0.0, 0.0, 0.0) for each in inputs}
    found = _quietly(lambda: analyse.analyze(problem, margins, calc_second_order=False, seed=seed))
    return {
        each: Indices(float(found["S1"][k]), float(found["ST"][k]), float(found["ST_conf"][k]))
        for k, each in enumerate(inputs)
    }


def _problem(inputs: Sequence[Input]) -> dict[str, Any]:
    """Every input from 0 to 1 of its range: effects are then over the range."""
    return {
        "num_vars": len(inputs),
        "names": [each.field for each in inputs],
        "bounds": [[0.0, 1.0]] * len(inputs),
    }


def _point(inputs: Sequence[Input], row: Floats) -> Point:
    return {each: each.at(float(share)) for each, share in zip(inputs, row, strict=True)}


def _quietly(analyse: Callable[[], Any]) -> Any:
    """SALib divides by a variance that may be none, and still calls pandas by older names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return analyse()
