"""The journal of an experiment: replications kept one by one as they end, to go on after a stop.

It is a folder beside the run folder, `<run folder>.unfinished`, there from the first replication
until the run folder is written:

head.json            what was asked for (`Head`)
scenario.yaml        the resolved scenario
design-1.yaml        each resolved scenario that is played: a varied value, a compared scenario
replications.jsonl   a line for every finished replication of a design
events/*.parquet     the event logs that are kept
seen/*.npz           what else was read from the logs, where a command asks for it

A line is appended in one piece, so that no way to die leaves more than the last line torn.
"""

from __future__ import annotations

import json
import shlex
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from model.events import Log
from reports.log import as_array, write_parquet
from reports.run_folder import EVENTS, SCENARIO
from reports.versions import fingerprint, versions
from reports.whole_files import write_text
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.units import ended
from scenarios.writer import dump
from sim.experiments.experiment import Command, Experiment
from sim.replication import Replication

HEAD, LINES, SEEN = "head.json", "replications.jsonl", "seen"
SUFFIX = ".unfinished"
_ANEW: Final = "\nBegin anew, without --resume."

Key = tuple[str, int]
"""A design (the varied value or compared scenario; empty where there is one) and a number."""


class Head(BaseModel):
    """What an experiment was asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[3] = 3
    command: Command
    words: tuple[str, ...]
    """Of the command line, after `esfand` and the command."""
    seconds: float = 0.0
    """Wall time of the whole run that is added to."""
    versions: dict[str, str]
    """Of what may change a figure."""
    scenario: str
    """The fingerprint of the experiment's own scenario."""
    designs: dict[str, str]
    """The fingerprint of every design's scenario."""


class RunJournal:
    """An open journal; `finished` are the replications in it, by design and number."""

    def __init__(
        self,
        folder: Path,
        head: Head,
        scenario: Scenario,
        designs: Mapping[str, Scenario],
        finished: Mapping[Key, Replication],
    ) -> None:
        self.folder = folder
        self.head = head
        self.scenario = scenario
        self.designs = designs
        self.finished = dict(finished)
        self.seconds = head.seconds
        """Wall time that the finished replications took, in all runs that played some of them."""
        self.worth_keeping = False
        """There is more in it than it began with."""
        self._missing = [each for each in folder.resolve().parents if not each.exists()]

    @classmethod
    def begin(
        cls,
        experiment: Experiment,
        designs: Mapping[str, Scenario],
        finished: Mapping[Key, Replication] | None = None,
        logs: Mapping[str, Path] | None = None,
        seconds: float = 0.0,
    ) -> RunJournal:
        """A new journal beside the run folder, in the place of an old one.

        `finished`, `logs` (by file name) and `seconds` are those of a run that is added to. Raises
        UserError where something else is in its place.
        """
        head = _head(experiment, designs, seconds)
        journal = cls(beside(experiment.folder), head, experiment.scenario, designs, finished or {})
        if journal.folder.exists() and not is_journal(journal.folder):
            raise UserError(f"{journal.folder} is in the way: it is not what a stopped run left.")
        try:
            journal._make(logs or {})
        except OSError as error:
            raise UserError(f"{journal.folder} cannot be written: {error.strerror}.") from None
        return journal

    @classmethod
    def read(cls, folder: Path) -> RunJournal:
        """The journal of a run that was stopped. Raises UserError for one that cannot be read."""
        try:
            head = Head.model_validate_json((folder / HEAD).read_bytes())
            lines = (folder / LINES).read_bytes().split(b"\n")[:-1]  # the last one may be torn
            finished = [_replication(line, folder) for line in lines]
            seconds = [float(json.loads(line)["seconds"]) for line in lines[-1:]]
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise UserError(f"{folder} cannot be gone on with: {ended(error)}{_ANEW}") from None
        scenario = _as_played(folder / SCENARIO, head.scenario)
        designs = {
            name: _as_played(folder / _file(number), wanted)
            for number, (name, wanted) in enumerate(head.designs.items(), start=1)
        }
        by_key = {(each.value, each.number): each for each in finished}
        journal = cls(folder, head, scenario, designs, by_key)
        journal.seconds = max([head.seconds, *seconds])
        journal.worth_keeping = bool(finished)
        return journal

    @property
    def run(self) -> Path:
        """The run folder that comes of it."""
        return self.folder.with_name(self.folder.name.removesuffix(SUFFIX))

    @property
    def logs(self) -> dict[str, Path]:
        """The kept event logs by file name."""
        return {path.name: path for path in sorted((self.folder / EVENTS).glob("[!.]*.parquet"))}

    def ask_anew(self, experiment: Experiment) -> None:
        """Go on with what the experiment asks for: other counts, another precision."""
        self.head = _head(experiment, self.designs, self.seconds)
        self._write(self.folder)

    def keep(self, played: Sequence[Replication], seconds: float) -> None:
        """Append replications that just ended, after so many seconds in all; first what belongs
        to them: logs, and what was read from them. Raises UserError if it cannot."""
        self.seconds = seconds
        lines = []
        try:
            for place, each in enumerate(played, start=len(self.finished)):
                if each.log is not None:
                    log = self.folder / EVENTS / f"{each.number}.parquet"
                    write_parquet(as_array(Log(each.log)), log)
                seen = None if each.seen is None else f"{place}.npz"
                if each.seen is not None:
                    np.savez(self.folder / SEEN / f"{place}.npz", allow_pickle=False, **each.seen)
                lines.append(_line(each, seconds, seen))
            with (self.folder / LINES).open("ab", buffering=0) as file:
                self.worth_keeping = True
                file.write(b"".join(lines))
        except OSError as error:
            raise UserError(f"{self.folder} cannot be written: {error.strerror}.") from None
        self.finished |= {(each.value, each.number): replace(each, log=None) for each in played}

    def remove(self) -> None:
        """Remove the folder, and those that were made for it alone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for parent in self._missing:
            with suppress(OSError):
                parent.rmdir()

    def how_to_go_on(self) -> str:
        """For whoever stopped it."""
        if not self.worth_keeping:
            return (
                "Nothing new was finished, so nothing is kept. Begin again with the same command."
            )
        count = len(self.finished)
        return (
            f"{count} finished replication{'s are' if count > 1 else ' is'} kept. Go on with:\n"
            f"esfand {self.head.command} --resume {shlex.quote(str(self.folder))}"
        )

    def _make(self, logs: Mapping[str, Path]) -> None:
        """Make the folder: under another name first, since half a journal would be none."""
        new = self.folder.with_name(f".{self.folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        try:
            (new / EVENTS).mkdir(parents=True)
            (new / SEEN).mkdir()
            for name, path in logs.items():
                shutil.copyfile(path, new / EVENTS / name)
            for number, design in enumerate(self.designs.values(), start=1):
                write_text(new / _file(number), dump(design))
            self._write(new)
            shutil.rmtree(self.folder, ignore_errors=True)
            new.rename(self.folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _write(self, folder: Path) -> None:
        write_text(folder / SCENARIO, dump(self.scenario))
        lines = (_line(each, self.seconds) for each in self.finished.values())
        write_text(folder / LINES, b"".join(lines).decode())
        write_text(folder / HEAD, self.head.model_dump_json(indent=2) + "\n")


def beside(run: Path) -> Path:
    """Where the journal of a run folder is."""
    run = run if run.name else run.resolve()
    return run.with_name(run.name + SUFFIX)


def is_journal(folder: Path) -> bool:
    """Whether a folder is what a stopped run left."""
    return (folder / HEAD).is_file()


def check_versions(folder: Path, made_with: Mapping[str, str]) -> None:
    """Raise UserError where old and new replications would not be of one kind."""
    now = versions()
    if other := [name for name, version in made_with.items() if now.get(name) != version]:
        was = ", ".join(f"{name} {made_with[name]}" for name in other)
        here = ", ".join(f"{name} {now.get(name, 'none')}" for name in other)
        raise UserError(
            f"{folder} was made with {was}, and here is {here}: replications of two kinds do not "
            f"mix.{_ANEW}"
        )


def _head(experiment: Experiment, designs: Mapping[str, Scenario], seconds: float) -> Head:
    return Head(
        command=experiment.command,
        words=tuple(shlex.split(experiment.command_line)[2:]),
        seconds=seconds,
        versions=versions(),
        scenario=fingerprint(experiment.scenario),
        designs={name: fingerprint(scenario) for name, scenario in designs.items()},
    )


def _as_played(file: Path, wanted: str) -> Scenario:
    """A scenario of a journal. Raises UserError if it is not the one that was played."""
    scenario = load(str(file))
    if fingerprint(scenario) != wanted:
        raise UserError(
            f"{file} is not the scenario that was played any more, so that it cannot be gone on "
            f"with.{_ANEW}"
        )
    return scenario


def _file(number: int) -> str:
    """Of a design, by its place from 1."""
    return f"design-{number}.yaml"


def _line(each: Replication, seconds: float, seen: str | None = None) -> bytes:
    """A replication without its log; numbers keep every digit, and whether they are whole.

    `seen` is the file of what else was read from its log.
    """
    plain = {
        "value": each.value,
        "number": each.number,
        "measures": each.measures,
        "hours": each.hours,
        "faults": each.faults,
        "broken": each.broken,
        "seconds": seconds,
        "seen": seen,
    }
    return json.dumps(plain, default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's own."""
    return value.tolist()


def _replication(line: bytes, folder: Path) -> Replication:
    plain = json.loads(line)
    seen = None
    if plain["seen"] is not None:
        with np.load(folder / SEEN / plain["seen"]) as kept:
            seen = dict(kept)
    return Replication(
        value=plain["value"],
        number=plain["number"],
        measures=plain["measures"],
        hours={name: np.array(column) for name, column in plain["hours"].items()},
        faults=tuple(plain["faults"]),
        broken=plain["broken"],
        seen=seen,
    )
