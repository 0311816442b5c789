"""`esfand simulate`: replicate a scenario and keep what came of it as a run folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scenarios.loader import load
from sim.experiments.experiment import Experiment, How
from sim.experiments.progress import progress
from sim.experiments.record import record
from sim.experiments.rules import check_rules
from sim.replication import Task, run

ALL_LOGS = sys.maxsize
"""As a number of logs to keep: however many replications there are."""


def simulate(name: str, settings: Sequence[str], how: How, kept_logs: int = 1) -> Path:
    """Play a scenario, changed by `field=value` settings, and write its run folder.

    The logs of the first `kept_logs` replications stay. Returns the folder. Raises UserError for
    mistakes in the scenario, its thresholds and the folder, before anything is played.
    """
    kept = "all" if kept_logs == ALL_LOGS else str(kept_logs)
    chosen = () if kept_logs == 1 else ("--keep-logs", kept)
    experiment = Experiment.of("simulate", name, settings, load(name, settings), how, chosen)
    check_rules([experiment.scenario])
    began = time.perf_counter()
    tasks = [
        Task(experiment.seed, number, (("", experiment.scenario),), keep_log=number < kept_logs)
        for number in range(experiment.replications)
    ]
    with progress("replications", len(tasks), shown=not experiment.quiet) as advance:
        replications = run(tasks, experiment.jobs, advance)
    record(experiment, replications, time.perf_counter() - began)
    return experiment.folder
