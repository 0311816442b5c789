"""`--resume`: go on with a run that was stopped; a simulation that is whole may be added to."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import NamedTuple

from reports import run_folder
from reports.breakdowns import file as breakdowns
from reports.run_folder import SCENARIO, Run
from reports.versions import fingerprint
from scenarios.errors import UserError
from scenarios.loader import load
from sim.experiments.experiment import Command, How
from sim.experiments.journal import Key, RunJournal, beside, check_versions, is_journal
from sim.experiments.simulate import Asked, carry_out, prepare
from sim.replication import Replication


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


def stopped(folder: Path, command: Command) -> RunJournal:
    """What a stopped run of the command left; `folder` is the run's or the journal's.

    Raises UserError where there is none, or one that cannot be gone on with.
    """
    place = folder if is_journal(folder) else beside(folder)
    if not is_journal(place):
        run_folder.read(folder)
        raise UserError(f"{folder} is whole: there is nothing to go on with.")
    journal = RunJournal.read(place)
    if journal.head.command != command:
        raise UserError(
            f"{place} was left by `esfand {journal.head.command}`, not by `{command}`. "
            f"{journal.how_to_go_on()}"
        )
    check_versions(place, journal.head.versions)
    return journal


def resume(folder: Path, more: More, how: How) -> Path:
    """Play what a simulation lacks, no replication twice; it is as if it had never stopped.

    `folder` is a run folder, or what a stopped run left. Returns the run folder: the run's own,
    unless `how` names another; the replications in `how` are not looked at. Raises UserError for
    what is no run or cannot be gone on with, before anything is played.
    """
    if is_journal(folder):
        return _go_on(stopped(folder, "simulate"), more, how)
    if is_journal(beside(folder)):
        _check_of_one_scenario(folder, beside(folder))
        return _go_on(stopped(folder, "simulate"), more, how)
    return _add(folder, more, how)


def _go_on(journal: RunJournal, more: More, how: How) -> Path:
    """With a run that was stopped."""
    asked = _asked(Asked.read(journal.head.words), more, how)
    _check_count(journal.folder, asked, len(journal.finished))
    experiment = prepare(asked, journal.scenario, how, how["out"] or journal.run)
    journal.ask_anew(experiment)
    return carry_out(experiment, asked, journal)


def _add(folder: Path, more: More, how: How) -> Path:
    """To a run that is whole."""
    run = run_folder.read(folder)
    count = run.manifest.replications
    _check_whole(run, more)
    before = Asked.read(shlex.split(run.manifest.command_line)[2:])
    asked = _asked(before, more, how)
    if more.replications is None and asked.precision != before.precision:
        asked = dataclasses.replace(asked, replications=count)  # as the first batch
    check_versions(folder, run.manifest.versions)
    _check_count(folder, asked, count)
    scenario = load(str(folder / SCENARIO))
    if fingerprint(scenario) != run.manifest.scenario_hash:
        raise UserError(
            f"{folder / SCENARIO} is not the scenario that was played any more, so that nothing "
            "can be added to the run.\nPlay the changed scenario by itself."
        )
    experiment = prepare(asked, scenario, how, how["out"] or folder)
    logs = {Path(name).name: folder / name for name in run.logs}
    journal = RunJournal.begin(
        experiment, {"": scenario}, _replications(run), logs, run.manifest.seconds
    )
    return carry_out(experiment, asked, journal)


def _asked(before: Asked, more: More, how: How) -> Asked:
    """What a run is asked for now. A bare count of replications ends an earlier precision."""
    changes = {name: value for name, value in more._asdict().items() if value is not None}
    if how["out"]:
        changes["out"] = str(how["out"])
    if how.get("languages"):
        changes["languages"] = how["languages"]
    if more.replications is not None and more.precision is None:
        changes["precision"] = None
    return dataclasses.replace(before, **changes)


def _check_of_one_scenario(whole: Path, left: Path) -> None:
    """Raise UserError where it is not plain which of two runs is to be gone on with."""
    if not run_folder.is_run(whole):
        return
    run, journal = run_folder.read(whole), RunJournal.read(left)
    if run.manifest.scenario_hash != journal.head.scenario:
        raise UserError(
            f"{whole} is whole, and {left} was left by a run of another scenario.\n"
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


def _check_count(folder: Path, asked: Asked, there: int) -> None:
    """Raise UserError where fewer replications are asked for than there are."""
    most = asked.most if asked.precision is not None else asked.replications
    if most < there:
        option = "--replications" if asked.precision is None else "--max-replications"
        raise UserError(
            f"{folder} has {there} replications already; {option} is how many there are to be in "
            f"all, and {most} is fewer."
        )


def _replications(run: Run) -> dict[Key, Replication]:
    """The replications of a whole run, as they were when they had been played."""
    hours = dict(iter(run.hours.groupby("replication")))
    broken = {part.replication: part.broken for part in breakdowns.parts(run.folder)}
    return {
        ("", row["replication"]): Replication(
            value="",
            number=row["replication"],
            measures={name: row[name] for name in run.measure_names},
            hours={
                name: hours[row["replication"]][name].to_numpy()
                for name in run_folder.HOUR_COLUMNS
                if name not in run_folder.MEASURE_KEYS
            },
            faults=(),
            broken=broken.get(row["replication"], {}),
        )
        for row in run.measures.to_dict("records")
    }
