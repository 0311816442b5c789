"""Replications up to an asked precision: in a first batch, then looked at now and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.precision import judge, next_look
from scenarios.errors import UserError
from sim.experiments.experiment import Experiment
from sim.replication import Replication, Task

LEAST_FIRST = 10
"""A spread from fewer replications is often far too small by luck: docs/experiments.md."""
MOST = 200
"""Replications, where `--max-replications` does not say otherwise."""

Play = Callable[[Sequence[Task]], list[Replication]]
"""What plays tasks, and remembers: see `sim.experiments.remembering`."""


def check_counts(first: int, most: int) -> None:
    """Raise UserError for a first batch that cannot be relied on, or larger than the last."""
    if first < LEAST_FIRST:
        raise UserError(
            f"--precision needs a first batch of {LEAST_FIRST} replications or more to see the "
            f"spread, not {first}: --replications {LEAST_FIRST}"
        )
    if most < first:
        raise UserError(
            f"--max-replications {most} is less than the first batch, --replications {first}."
        )


def play(experiment: Experiment, played: Play, most: int, kept_logs: int) -> list[Replication]:
    """Play the first batch, and on until every target is reached or `most` are played.

    How many come out depends on the replications in the order of their numbers alone: never on the
    jobs, nor on what was finished before.
    """
    scenario, targets = experiment.scenario, experiment.targets
    count = experiment.replications
    while True:
        tasks = [
            Task(scenario.seed, number, (("", scenario),), keep_log=number < kept_logs)
            for number in range(count)
        ]
        done = played(tasks)
        held = [judge(each, [one.measures[each.measure] for one in done]) for each in targets]
        if not targets or count >= most or all(reach.done for reach in held):
            return done
        count = next_look(count, held, most)
