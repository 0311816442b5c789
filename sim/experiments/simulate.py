"""`esfand simulate`: replicate a scenario and keep what came of it as a run folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reports import precision as precisions
from reports.notations import Language, languages_in
from scenarios.loader import load
from scenarios.schema import Scenario
from sim.experiments import sequential
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import RunJournal
from sim.experiments.record import record
from sim.experiments.remembering import remembering
from sim.experiments.rules import check_precision, check_rules

ALL_LOGS = sys.maxsize
"""As a number of logs to keep: however many replications there are."""
_HOW_MUCH = (
    "--replications", "--precision", "--max-replications", "--keep-logs", "--out", "--language",
)  # fmt: skip
"""Options that say how much is played, what is kept, where and in which languages, not what."""


@dataclass(frozen=True)
class Asked:
    """What a simulation was asked for: its command line, understood."""

    words: tuple[str, ...]
    """The scenario and its settings."""
    replications: int
    """The first batch, where there is a precision; else all."""
    precision: str | None = None
    most: int = sequential.MOST
    kept_logs: int = 1
    out: str | None = None
    """The run folder, where it was named."""
    languages: tuple[Language, ...] | None = None
    """Those of the reports, where they were named."""

    @classmethod
    def read(cls, words: Iterable[str]) -> Asked:
        """From the words of a command line, after `esfand simulate`."""
        said: dict[str, str] = {}
        others: list[str] = []
        rest = iter(words)
        for word in rest:
            if word in _HOW_MUCH:
                said[word] = next(rest)
            else:
                others.append(word)
        kept = said.get("--keep-logs", "1")
        return cls(
            words=tuple(others),
            replications=int(said["--replications"]),
            precision=said.get("--precision"),
            most=int(said.get("--max-replications", sequential.MOST)),
            kept_logs=ALL_LOGS if kept == "all" else int(kept),
            out=said.get("--out"),
            languages=languages_in(said["--language"]) if "--language" in said else None,
        )


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
    Interrupted if it is stopped.
    """
    scenario = load(name, settings)
    asked = Asked(
        words=(name, *as_options(settings)),
        replications=how["replications"],
        precision=precision,
        most=most,
        kept_logs=kept_logs,
        out=str(how["out"]) if how["out"] else None,
        languages=how.get("languages"),
    )
    experiment = prepare(asked, scenario, how)
    return carry_out(experiment, asked, RunJournal.begin(experiment, {"": scenario}))


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
        languages=asked.languages,
    )
    return replace(Experiment.of("simulate", words, scenario, so, folder), targets=targets)


def carry_out(experiment: Experiment, asked: Asked, journal: RunJournal) -> Path:
    """Play what the journal lacks, and write the run folder; a stop leaves the journal."""
    with remembering(experiment, journal.designs, journal) as played:
        replications = sequential.play(experiment, played, asked.most, asked.kept_logs)
        record(experiment, replications, played.seconds, kept_logs=journal.logs)
    return experiment.folder
