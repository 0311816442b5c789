"""`esfand simulate`: replicate a scenario and keep what came of it as a run folder."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reports import precision as precisions
from reports.versions import fingerprint, versions
from scenarios.loader import load
from scenarios.schema import Scenario
from sim.experiments import sequential
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import Asked, Journal
from sim.experiments.record import record
from sim.experiments.rules import check_precision, check_rules

ALL_LOGS = sys.maxsize
"""As a number of logs to keep: however many replications there are."""


def simulate(
    name: str,
    settings: Sequence[str],
    how: How,
    kept_logs: int = 1,
    precision: str | None = None,
    most: int = sequential.MOST,
) -> Path:
    """Play a scenario, changed by `field=value` settings, and write its run folder.

    The logs of the first `kept_logs` replications stay. With a `precision`, such as
    `phantom_stockout_rate: 5%`, the replications asked for are a first batch, after which more are
    played until it is reached, up to `most`. Returns the folder. Raises UserError for mistakes in
    the scenario, its thresholds, the precision and the folder, before anything is played; raises
    Interrupted if it is stopped after a replication has been kept.
    """
    scenario = load(name, settings)
    asked = Asked(
        words=(name, *as_options(settings)),
        out=str(how["out"]) if how["out"] else None,
        replications=how["replications"],
        precision=precision,
        most=most,
        kept_logs=kept_logs,
        versions=versions(),
        scenario_hash=fingerprint(scenario),
    )
    experiment = prepare(asked, scenario, how)
    return carry_out(experiment, Journal.begin(experiment.folder, asked, scenario))


def prepare(asked: Asked, scenario: Scenario, how: How, folder: Path | None = None) -> Experiment:
    """What is to be played, checked as far as can be without playing. Raises UserError.

    What is asked for goes before what `how` says; `folder` is that of a run that is gone on with.
    """
    words = list(asked.words)
    if asked.kept_logs != 1:
        words += ["--keep-logs", "all" if asked.kept_logs == ALL_LOGS else str(asked.kept_logs)]
    targets: tuple[precisions.Target, ...] = ()
    if asked.precision is not None:
        words += ["--precision", asked.precision, "--max-replications", str(asked.most)]
        targets = precisions.parse(asked.precision)
        check_precision(targets, scenario)
        sequential.check_counts(asked.replications, asked.most)
    check_rules([scenario])
    so = How(
        replications=asked.replications,
        jobs=how["jobs"],
        out=Path(asked.out) if asked.out else None,
        quiet=how["quiet"],
    )
    return replace(Experiment.of("simulate", words, scenario, so, folder), targets=targets)


def carry_out(experiment: Experiment, journal: Journal) -> Path:
    """Play what the journal lacks, and write the run folder; a stop leaves the journal."""
    asked = journal.asked
    with journal.keeping():
        began = time.perf_counter()
        replications = sequential.play(
            experiment, journal.finished, asked.most, asked.kept_logs, journal.keep
        )
        seconds = asked.seconds + time.perf_counter() - began
        record(experiment, replications, seconds, kept_logs=journal.logs)
    return experiment.folder
