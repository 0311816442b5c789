"""`esfand tune`: one field at several values, the same shoppers at each, and which is best."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reports.run_folder import Decision, Difference, TuneResult
from scenarios.errors import UserError
from scenarios.schema import Scenario
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import Journal
from sim.experiments.record import record
from sim.experiments.remembering import remembering
from sim.experiments.rules import check_rules, goal_of
from sim.experiments.selection import Goal, choose
from sim.experiments.vary import Variants, variants, variants_of
from sim.replication import Replication, Task

_TASKS_PER_CORE = 3
"""So that no core idles for long while another does the last task."""


def tune(
    name: str,
    settings: Sequence[str],
    vary: str,
    how: How,
    objective: str = "profit_rial",
    goal: Goal | None = None,
    before: Journal | None = None,
) -> Path:
    """Play every value that `vary` names against the same shoppers, choose, write the run folder.

    `settings` are `field=value` texts; `goal` is the measure's own where it is None; `before` is
    what the same tune left when it was stopped. Returns the folder. Raises UserError for mistakes
    in the scenario, the values, the objective, the thresholds and the folder, before anything is
    played; and for an objective without a number. Raises Interrupted if it is stopped.
    """
    varied = variants(name, settings, vary) if before is None else variants_of(before, vary)
    goal = goal_of(objective, varied.at.values(), goal)
    chosen = ("--vary", vary, "--objective", objective, "--goal", goal)
    words = (name, *chosen, *as_options(settings))
    experiment = Experiment.of("tune", words, varied.scenario, how, before.run if before else None)
    check_rules(varied.at.values())
    with remembering(experiment, varied.at, before) as played:
        replications = played(tasks_of(experiment, varied.at))
        result = decide(replications, varied, objective, goal)
        record(experiment, replications, played.seconds, result)
    return experiment.folder


def decide(
    replications: Sequence[Replication], variants: Variants, objective: str, goal: Goal
) -> TuneResult:
    """Which value is best. Raises UserError where the objective is no number."""
    decision = decision_of(replications, tuple(variants.at), objective, goal)
    return TuneResult(**decision.model_dump(), parameter=variants.field, current=variants.current)


def decision_of(
    replications: Sequence[Replication], values: tuple[str, ...], objective: str, goal: Goal
) -> Decision:
    """Which of the values is best. Raises UserError where the objective is no number."""
    samples: dict[str, list[float]] = {value: [] for value in values}
    for each in replications:
        number = each.measures[objective]
        if not math.isfinite(number):
            raise UserError(
                f"--objective {objective}: it has no value in replication {each.number} at "
                f"{each.value}, so nothing can be chosen by it. Name another measure."
            )
        samples[each.value].append(number)
    choice = choose(samples, goal)
    return Decision(
        values=values,
        objective=objective,
        goal=goal,
        best=choice.best,
        confidence=choice.confidence,
        indistinguishable=choice.indistinguishable,
        differences=tuple(
            Difference(value=rival.value, mean=rival.mean, low=rival.low, high=rival.high)
            for rival in choice.rivals
        ),
    )


def tasks_of(experiment: Experiment, variants: Mapping[str, Scenario]) -> Iterator[Task]:
    """Replication by replication, the values of each in one task, so that they share its draw.

    Only where the cores are many for the replications, a replication is split.
    """
    at = tuple(variants.items())
    parts = math.ceil(_TASKS_PER_CORE * experiment.jobs / experiment.replications)
    size = math.ceil(len(at) / parts)
    for number in range(experiment.replications):
        for first in range(0, len(at), size):
            yield Task(experiment.seed, number, at[first : first + size])
