"""`esfand simulate --resume`: go on with a run that was stopped, or add to one that is whole."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from reports import run_folder
from reports.run_folder import SCENARIO, Run
from reports.versions import fingerprint, versions
from scenarios.errors import UserError
from scenarios.loader import load
from sim.experiments import sequential
from sim.experiments.experiment import How
from sim.experiments.journal import SUFFIX, Asked, Journal, is_journal
from sim.experiments.simulate import ALL_LOGS, carry_out, prepare
from sim.replication import Replication

_NOT_THE_SCENARIO = (
    "--replications", "--precision", "--max-replications", "--keep-logs", "--out",
)  # fmt: skip
"""Options of a command line that say how much is played and kept, not what."""


class More(NamedTuple):
    """What a resumed run is to have; None stands for what it was asked for before."""

    replications: int | None = None
    """In all; with a precision, the first batch."""
    precision: str | None = None
    most: int | None = None
    kept_logs: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Nothing is asked for that could take more replications."""
        return self._replace(kept_logs=None) == More()


def resume(folder: Path, more: More, how: How) -> Path:
    """Play what a run lacks, no replication twice; what comes out is as if it had never stopped.

    `folder` is a run folder, or what a stopped run left. Returns the run folder: the run's own,
    unless `how` names another; the replications in `how` are not looked at. Raises UserError for
    what is no run or cannot be gone on with, before anything is played.
    """
    beside = folder.with_name(folder.name + SUFFIX) if folder.name else folder
    if is_journal(folder):
        return _go_on(folder, more, how)
    if is_journal(beside):
        _check_of_one_scenario(folder, beside)
        return _go_on(beside, more, how)
    return _add(folder, more, how)


def _go_on(folder: Path, more: More, how: How) -> Path:
    """With a run that was stopped."""
    journal = Journal.read(folder)
    asked = _asked(journal.asked, more, how)
    _check(folder, journal.asked.versions, asked, len(journal.finished))
    whole = folder.with_name(folder.name.removesuffix(SUFFIX))
    experiment = prepare(asked, journal.scenario, how, how["out"] or whole)
    journal.ask_anew(asked)
    return carry_out(experiment, journal)


def _add(folder: Path, more: More, how: How) -> Path:
    """To a run that is whole."""
    run = run_folder.read(folder)
    count = run.manifest.replications
    _check_whole(run, more)
    before = _asked_of(run)
    asked = _asked(before, more, how)
    if more.replications is None and asked.precision != before.precision:
        asked = asked.model_copy(update={"replications": count})  # as the first batch
    _check(folder, run.manifest.versions, asked, count)
    scenario = load(str(folder / SCENARIO))
    if fingerprint(scenario) != run.manifest.scenario_hash:
        raise UserError(
            f"{folder / SCENARIO} is not the scenario that was played any more, so that nothing "
            "can be added to the run.\nPlay the changed scenario by itself."
        )
    experiment = prepare(asked, scenario, how, how["out"] or folder)
    logs = {Path(name).name: folder / name for name in run.logs}
    return carry_out(
        experiment, Journal.begin(experiment.folder, asked, scenario, _replications(run), logs)
    )


def _asked(before: Asked, more: More, how: How) -> Asked:
    """What a run is asked for now. A bare count of replications ends an earlier precision."""
    changes = {name: value for name, value in more._asdict().items() if value is not None}
    if how["out"]:
        changes["out"] = str(how["out"])
    if more.replications is not None and more.precision is None:
        changes["precision"] = None
    return before.model_copy(update=changes)


def _asked_of(run: Run) -> Asked:
    """What a whole run was asked for, read from its command line."""
    said: dict[str, str] = {}
    words: list[str] = []
    rest = iter(shlex.split(run.manifest.command_line)[2:])
    for word in rest:
        if word in _NOT_THE_SCENARIO:
            said[word] = next(rest)
        else:
            words.append(word)
    kept = said.get("--keep-logs", "1")
    return Asked(
        words=tuple(words),
        out=said.get("--out"),
        replications=int(said.get("--replications", run.manifest.replications)),
        precision=said.get("--precision"),
        most=int(said.get("--max-replications", sequential.MOST)),
        kept_logs=ALL_LOGS if kept == "all" else int(kept),
        seconds=run.manifest.seconds,
        versions=versions(),
        scenario_hash=run.manifest.scenario_hash,
    )


def _check_of_one_scenario(whole: Path, stopped: Path) -> None:
    """Raise UserError where it is not plain which of two runs is to be gone on with."""
    if not run_folder.is_run(whole):
        return
    run, journal = run_folder.read(whole), Journal.read(stopped)
    if run.manifest.scenario_hash != journal.asked.scenario_hash:
        raise UserError(
            f"{whole} is whole, and {stopped} was left by a run of another scenario.\n"
            f"Go on with the latter by its own name, or rename it to add to the former."
        )


def _check_whole(run: Run, more: More) -> None:
    folder, manifest = run.folder, run.manifest
    if manifest.command != "simulate" or manifest.source != "simulated":
        raise UserError(f"{folder} is no run of `esfand simulate`: only these can be added to.")
    if not manifest.books.balanced:
        raise UserError(f"The books of {folder} do not balance: there is nothing to build on.")
    if more.is_nothing:
        raise UserError(
            f"{folder} is whole, with {manifest.replications} replications. Say how many there "
            "are to be in all: --replications N"
        )


def _check(folder: Path, made_with: Mapping[str, str], asked: Asked, there: int) -> None:
    """Raise UserError where old and new replications would not be of one kind, or too few."""
    now = versions()
    if other := [name for name, version in made_with.items() if now.get(name) != version]:
        was = ", ".join(f"{name} {made_with[name]}" for name in other)
        here = ", ".join(f"{name} {now.get(name, 'none')}" for name in other)
        raise UserError(
            f"{folder} was made with {was}, and here is {here}: replications of two kinds do not "
            "mix.\nPlay the scenario anew."
        )
    most = asked.most if asked.precision is not None else asked.replications
    if most < there:
        option = "--replications" if asked.precision is None else "--max-replications"
        raise UserError(
            f"{folder} has {there} replications already; {option} is how many there are to be in "
            f"all, and {most} is fewer."
        )


def _replications(run: Run) -> dict[int, Replication]:
    """The replications of a whole run by number, as they were when they had been played."""
    hours = dict(iter(run.hours.groupby("replication")))
    return {
        row["replication"]: Replication(
            value="",
            number=row["replication"],
            measures={name: row[name] for name in run.measure_names},
            hours={
                name: hours[row["replication"]][name].to_numpy()
                for name in run_folder.HOUR_COLUMNS
                if name not in run_folder.MEASURE_KEYS
            },
            faults=(),
        )
        for row in run.measures.to_dict("records")
    }
