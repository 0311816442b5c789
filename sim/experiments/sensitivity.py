"""`esfand sensitivity`: on which poorly known inputs a decision hangs, and when it turns over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from reports.run_folder import TuneResult
from reports.sensitivity_result import SensitiveInput, Sensitivity
from scenarios.errors import UserError
from scenarios.uncertain import Input, inputs_of
from sim.experiments.aims import Wish, understand
from sim.experiments.decide import decide
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.playing import Stage
from sim.experiments.progress import progress
from sim.experiments.record import record
from sim.experiments.rules import check_rules
from sim.experiments.selection import Goal
from sim.experiments.vary import Variants, variants
from sim.replication import Replication, Task, run
from sim.sensitivity.flips import STEPS, turning_point
from sim.sensitivity.margins import Margins, Outcome, Point
from sim.sensitivity.screening import Indices, Screened, morris, sobol

PER_POINT = 1
"""Replications of a screened point: with the same shoppers everywhere, points are the sample."""
FEW = 3
"""Inputs that are important enough for Sobol's indices."""


def sensitivity(
    name: str,
    settings: Sequence[str],
    vary: str,
    how: How,
    objective: str = "profit_rial",
    goal: Goal | None = None,
    only: Sequence[str] = (),
    trajectories: int = 4,
    points: int = 16,
) -> Path:
    """Decide among the values of `vary`, ask which inputs move the decision, write the run folder.

    `only` are inputs by name, where not all are asked for. Screening takes `trajectories` (0 for
    none), Sobol's indices `points` (a power of two, or 0). Returns the folder. Raises UserError for
    mistakes in all that is asked for, before anything is played.
    """
    varied = variants(name, settings, vary)
    aims = understand(Wish((objective,), goal), how["replications"], varied.at.values())
    goal = aims.goal
    inputs = _inputs(varied, only)
    if points & (points - 1):
        raise UserError(f"--sobol {points}: a Sobol sequence takes a power of two, such as 16.")
    words = [name, "--vary", vary, "--objective", objective, "--goal", goal]
    words += [word for field in only for word in ("--only", field)]
    words += ["--trajectories", str(trajectories), "--sobol", str(points), *as_options(settings)]
    experiment = Experiment.of("sensitivity", words, varied.scenario, how)
    check_rules(varied.at.values())
    began = time.perf_counter()
    most = _most(len(inputs), len(varied.at), experiment.replications, trajectories, points)
    if not experiment.quiet:
        click.echo(f"{len(inputs)} inputs, at most {most:,} seasons.", err=True)
    with progress("seasons, at most", shown=not experiment.quiet) as work:
        work.expect(most)

        def played(tasks: Iterable[Task]) -> list[Replication]:
            return run(list(tasks), experiment.jobs, work.advance)

        stage = Stage(experiment, varied.at, (objective,), played)
        seen = stage.play(dict.fromkeys(varied.at, experiment.replications))
        decision = decide(seen, varied, aims)
        margins = Margins(varied.at, objective, goal, decision.best, experiment.seed, played)
        result = _study(experiment, inputs, decision, margins, trajectories, points)
    record(experiment, stage.replications, time.perf_counter() - began, result)
    return experiment.folder


def _inputs(varied: Variants, only: Sequence[str]) -> tuple[Input, ...]:
    """Those that the scenario uses; the varied field is what is decided, not what is unknown."""
    known = inputs_of(varied.scenario, without=varied.fields[0])
    if not only:
        return known
    by_name = {each.field: each for each in known}
    if unknown := [field for field in only if field not in by_name]:
        raise UserError(
            f"--only {unknown[0]}: this is no poorly known input of {varied.scenario.name}; "
            f"it has {', '.join(by_name)}."
        )
    return tuple(by_name[field] for field in dict.fromkeys(only))


def _most(inputs: int, values: int, replications: int, trajectories: int, points: int) -> int:
    """Seasons, if every input turned the decision over at both ends."""
    ends = 1 + 2 * inputs * (1 + STEPS)
    screened = trajectories * (inputs + 1) * (inputs > 0)
    few = min(FEW, inputs)
    of_few = points * (few + 2) * (few > 0)
    return values * (replications * (1 + ends) + PER_POINT * (screened + of_few))


def _study(
    experiment: Experiment,
    inputs: Sequence[Input],
    decision: TuneResult,
    margins: Margins,
    trajectories: int,
    points: int,
) -> Sensitivity:
    """Ends of every range, places where the decision turns over, screening, indices."""
    count, best = experiment.replications, decision.best
    base, *ends = margins.at(
        [{}, *({each: end} for each in inputs for end in (each.low, each.high))], count
    )
    at_ends = dict(zip(inputs, zip(ends[::2], ends[1::2], strict=True), strict=True))

    def once(asked: Sequence[Point]) -> list[Outcome]:
        return margins.at(asked, PER_POINT)

    screened = morris(inputs, trajectories, once, best, experiment.seed)
    weight = _weights(at_ends, screened, base)
    ordered = sorted(inputs, key=lambda each: -weight(each))
    indices = sobol(ordered[:FEW], points, once, experiment.seed)
    turns = {each: _turns(each, at_ends[each], best, margins, count) for each in inputs}
    return Sensitivity(
        **decision.model_dump(),
        margin=base.margin,
        inputs=tuple(
            _told(each, best, at_ends[each], turns[each], screened.get(each), indices.get(each))
            for each in ordered
        ),
        trajectories=trajectories,
        sobol_points=points,
        seasons=margins.seasons + len(margins.variants) * count,
    )


def _weights(
    at_ends: dict[Input, tuple[Outcome, Outcome]], screened: dict[Input, Screened], base: Outcome
) -> Callable[[Input], float]:
    """How much each input moves the margin: by screening, or where there was none, at its ends."""

    def weight(each: Input) -> float:
        if each in screened:
            return screened[each].margin
        return max(abs(end.margin - base.margin) for end in at_ends[each])

    return weight


def _turns(
    each: Input, ends: tuple[Outcome, Outcome], best: str, margins: Margins, replications: int
) -> list[float]:
    """Where another value becomes the best, to either side."""

    def holds(value: float) -> bool:
        (outcome,) = margins.at([{each: value}], replications)
        return outcome.best == best

    turns = [
        turning_point(each, end, holds)
        for end, outcome in zip((each.low, each.high), ends, strict=True)
        if outcome.best != best
    ]
    return [turn for turn in turns if turn is not None]


def _told(
    each: Input,
    best: str,
    ends: tuple[Outcome, Outcome],
    turns: Sequence[float],
    screened: Screened | None,
    indices: Indices | None,
) -> SensitiveInput:
    low, high = ends
    nothing = float("nan")
    return SensitiveInput(
        field=each.field,
        evidence=each.evidence,
        own=each.text(each.own),
        low=each.text(each.low),
        high=each.text(each.high),
        margin_low=low.margin,
        margin_high=high.margin,
        best_low=low.best,
        best_high=high.best,
        flips_at=tuple(map(each.text, turns)),
        objective_low=low.objective[best],
        objective_high=high.objective[best],
        screened=screened.margin if screened else nothing,
        interacts=screened.spread if screened else nothing,
        screened_objective=screened.objective if screened else nothing,
        first_order=indices.first if indices else nothing,
        total=indices.total if indices else nothing,
        total_error=indices.error if indices else nothing,
    )
