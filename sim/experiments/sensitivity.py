"""`esfand sensitivity`: on which poorly known inputs a decision hangs, and when it turns over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from reports.run_folder import TuneResult
from reports.sensitivity_result import SensitiveInput, Sensitivity, Turned
from scenarios.errors import UserError
from scenarios.uncertain import Input, inputs_of
from sim.experiments.aims import Wish, understand
from sim.experiments.decide import decide
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import RunJournal
from sim.experiments.playing import Stage
from sim.experiments.record import record
from sim.experiments.remembering import remembering
from sim.experiments.rules import check_rules
from sim.experiments.selection import Goal
from sim.experiments.vary import Variants, variants, variants_of
from sim.sensitivity.flips import PLACES, Turn, turn_towards
from sim.sensitivity.margins import Margins, Outcome, Point
from sim.sensitivity.screening import Indices, Screened, morris, sobol

PER_POINT = 1
"""Replications of a screened point: with the same shoppers everywhere, points are the sample."""
FEW = 3
"""Inputs that are important enough for Sobol's indices."""


@dataclass(frozen=True)
class Study:
    """What is asked of the inputs of a decision."""

    only: tuple[str, ...] = ()
    """Inputs by name, where not all are asked for."""
    trajectories: int = 4
    """Of Morris's screening; 0 for none."""
    points: int = 16
    """Base points of Sobol's indices, a power of two; 0 for none."""

    def words(self) -> list[str]:
        """Of the command line that asks for the same."""
        only = [word for field in self.only for word in ("--only", field)]
        return [*only, "--trajectories", str(self.trajectories), "--sobol", str(self.points)]


def sensitivity(
    name: str,
    settings: Sequence[str],
    vary: str,
    how: How,
    objective: str = "profit_rial",
    goal: Goal | None = None,
    study: Study | None = None,
    before: RunJournal | None = None,
) -> Path:
    """Decide among the values of `vary`, ask which inputs move the decision, write the run folder.

    `before` is what the same study left when it was stopped. Returns the folder. Raises UserError
    for mistakes in all that is asked for, before anything is played, and for an objective without a
    number; raises Interrupted if it is stopped.
    """
    study = study or Study()
    varied = variants(name, settings, vary) if before is None else variants_of(before, vary)
    aims = understand(Wish((objective,), goal), how["replications"], varied.at.values())
    goal = aims.goal
    inputs = _inputs(varied, study.only)
    if study.points & (study.points - 1):
        raise UserError(
            f"--sobol {study.points}: a Sobol sequence takes a power of two, such as 16."
        )
    words = [name, "--vary", vary, "--objective", objective, "--goal", goal, *study.words()]
    words += as_options(settings)
    folder = before.run if before else None
    experiment = Experiment.of("sensitivity", words, varied.scenario, how, folder)
    check_rules(varied.at.values())
    with remembering(experiment, varied.at, before, "seasons") as played:
        planned = _planned(len(inputs), len(varied.at), experiment.replications, study)
        if not experiment.quiet:
            click.echo(
                _cost(len(inputs), planned, len(varied.at), experiment.replications), err=True
            )
        played.expect_in_all(planned)
        stage = Stage(experiment, varied.at, (objective,), played)
        seen = stage.play(dict.fromkeys(varied.at, experiment.replications))
        decision = decide(seen, varied, aims)
        margins = Margins(varied.at, objective, goal, decision.best, experiment.seed, played)
        result = _study(experiment, inputs, decision, margins, study, played.journal)
        record(experiment, stage.replications, played.seconds, result)
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


def _planned(inputs: int, values: int, replications: int, study: Study) -> int:
    """Seasons, if no input may turn the decision over."""
    screened = study.trajectories * (inputs + 1) * (inputs > 0)
    few = min(FEW, inputs)
    of_few = study.points * (few + 2) * (few > 0)
    return values * (replications * (1 + 2 * inputs) + PER_POINT * (screened + of_few))


def _cost(inputs: int, planned: int, values: int, replications: int) -> str:
    """For whoever waits."""
    return (
        f"{inputs} input{'s' if inputs != 1 else ''}: about {planned:,} seasons, and up to "
        f"{values * replications * PLACES} more for each end of a range at which the decision may "
        "turn over."
    )


def _study(
    experiment: Experiment,
    inputs: Sequence[Input],
    decision: TuneResult,
    margins: Margins,
    study: Study,
    journal: RunJournal,
) -> Sensitivity:
    """Ends of every range, places where the decision turns over, screening, indices."""
    count, best = experiment.replications, decision.best
    base, *ends = margins.at(
        [{}, *({each: end} for each in inputs for end in (each.low, each.high))], count
    )
    at_ends = dict(zip(inputs, zip(ends[::2], ends[1::2], strict=True), strict=True))
    turns = {each: _turns(each, margins, count) for each in inputs}

    def once(asked: Sequence[Point]) -> list[Outcome]:
        return margins.at(asked, PER_POINT)

    screened = morris(inputs, study.trajectories, once, best, experiment.seed)
    weight = _weights(at_ends, screened, base)
    ordered = sorted(inputs, key=lambda each: -weight(each))
    indices = sobol(ordered[:FEW], study.points, once, experiment.seed)
    return Sensitivity(
        **decision.model_dump(),
        margin=base.margin,
        margin_from=base.low,
        margin_to=base.high,
        inputs=tuple(
            _told(each, best, at_ends[each], turns[each], screened.get(each), indices.get(each))
            for each in ordered
        ),
        trajectories=study.trajectories,
        sobol_points=study.points,
        seasons=len(journal.finished),
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


def _turns(each: Input, margins: Margins, replications: int) -> list[Turn]:
    """Where another value becomes, or may become, the best, to either side."""

    def at(value: float) -> Outcome:
        (outcome,) = margins.at([{each: value}], replications)
        return outcome

    turns = (turn_towards(each, end, at) for end in (each.low, each.high))
    return [turn for turn in turns if turn is not None]


def _told(
    each: Input,
    best: str,
    ends: tuple[Outcome, Outcome],
    turns: Sequence[Turn],
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
        margin_low_from=low.low,
        margin_low_to=low.high,
        margin_high=high.margin,
        margin_high_from=high.low,
        margin_high_to=high.high,
        best_low=low.best,
        best_high=high.best,
        turns=tuple(_turned(each, turn) for turn in turns),
        objective_low=low.objective[best],
        objective_high=high.objective[best],
        screened=screened.margin if screened else nothing,
        interacts=screened.spread if screened else nothing,
        screened_objective=screened.objective if screened else nothing,
        first_order=indices.first if indices else nothing,
        total=indices.total if indices else nothing,
        total_error=indices.error if indices else nothing,
    )


def _turned(each: Input, turn: Turn) -> Turned:
    until, beyond = turn.within or (None, None)
    return Turned(
        end="low" if turn.end == each.low else "high",
        at=None if turn.at is None else each.text(turn.at),
        holds_until=None if until is None else each.text(until),
        turned_from=None if beyond is None else each.text(beyond),
    )
