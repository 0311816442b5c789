"""The journal of a simulation: replications kept one by one as they end, to go on after a stop.

It is a folder beside the run folder, `<run folder>.unfinished`, there from the first replication
until the run folder is written:

head.json            what was asked for (`Asked`)
scenario.yaml        the resolved scenario
replications.jsonl   a line for every finished replication
events/*.parquet     the event logs that are kept

A line is appended in one piece, so that no way to die leaves more than the last line torn.
"""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, Final, Literal, NoReturn

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from model.events import Log
from reports.log import as_array, write_parquet
from reports.run_folder import EVENTS, SCENARIO, write_text
from reports.versions import fingerprint
from scenarios.errors import Interrupted, UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.writer import dump
from sim.replication import Replication

HEAD, LINES = "head.json", "replications.jsonl"
SUFFIX = ".unfinished"
_ANEW: Final = "\nPlay the scenario anew: esfand simulate SCENARIO."


class Asked(BaseModel):
    """What a simulation was asked for, besides its scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    words: tuple[str, ...]
    """Of the command line: the scenario and its settings, without what stands below."""
    out: str | None
    """The run folder, where it was named."""
    replications: int
    """The first batch, where there is a precision; else all."""
    precision: str | None = None
    most: int
    kept_logs: int
    seconds: float = 0.0
    """Wall time of the run that is continued."""
    versions: dict[str, str]
    """Of what may change a figure."""
    scenario_hash: str


class Journal:
    """An open journal; `finished` are the replications in it, by number."""

    def __init__(
        self, folder: Path, asked: Asked, scenario: Scenario, finished: Mapping[int, Replication]
    ) -> None:
        self.folder = folder
        self.asked = asked
        self.scenario = scenario
        self.finished = dict(finished)
        self._missing = [each for each in folder.resolve().parents if not each.exists()]
        self._worth_keeping = False

    @classmethod
    def begin(
        cls,
        run: Path,
        asked: Asked,
        scenario: Scenario,
        finished: Mapping[int, Replication] | None = None,
        logs: Mapping[str, Path] | None = None,
    ) -> Journal:
        """A new journal beside the run folder `run`, in the place of an old one.

        `finished` and `logs` (by file name) are those of a run that is added to. Raises UserError
        where something else is in its place.
        """
        run = run if run.name else run.resolve()
        journal = cls(run.with_name(run.name + SUFFIX), asked, scenario, finished or {})
        if journal.folder.exists() and not is_journal(journal.folder):
            raise UserError(f"{journal.folder} is in the way: it is not what a stopped run left.")
        try:
            shutil.rmtree(journal.folder, ignore_errors=True)
            (journal.folder / EVENTS).mkdir(parents=True)
            for name, path in (logs or {}).items():
                shutil.copyfile(path, journal.folder / EVENTS / name)
            journal._write()
        except OSError as error:
            raise UserError(f"{journal.folder} cannot be written: {error.strerror}.") from None
        return journal

    @classmethod
    def read(cls, folder: Path) -> Journal:
        """The journal of a run that was stopped. Raises UserError for one that cannot be read."""
        try:
            asked = Asked.model_validate_json((folder / HEAD).read_bytes())
            lines = (folder / LINES).read_bytes().split(b"\n")[:-1]  # the last one may be torn
            finished = [_replication(line) for line in lines]
        except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
            raise UserError(f"{folder} cannot be gone on with: {error}.{_ANEW}") from None
        scenario = load(str(folder / SCENARIO))
        if fingerprint(scenario) != asked.scenario_hash:
            raise UserError(
                f"{folder / SCENARIO} is not the scenario that was played any more, so that it "
                f"cannot be gone on with.{_ANEW}"
            )
        journal = cls(folder, asked, scenario, {each.number: each for each in finished})
        journal._worth_keeping = bool(finished)
        return journal

    @property
    def logs(self) -> dict[str, Path]:
        """The kept event logs by file name."""
        return {path.name: path for path in sorted((self.folder / EVENTS).glob("[!.]*.parquet"))}

    def ask_anew(self, asked: Asked) -> None:
        """Go on with other counts or another precision."""
        self.asked = asked
        self._write()

    def keep(self, played: Sequence[Replication]) -> None:
        """Append replications that just ended, their logs first. Raises UserError if it cannot."""
        try:
            for each in played:
                if each.log is not None:
                    log = self.folder / EVENTS / f"{each.number}.parquet"
                    write_parquet(as_array(Log(each.log)), log)
            with (self.folder / LINES).open("ab", buffering=0) as file:
                self._worth_keeping = True
                file.write(b"".join(map(_line, played)))
        except OSError as error:
            raise UserError(f"{self.folder} cannot be written: {error.strerror}.") from None
        self.finished |= {each.number: each for each in played}

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Whatever stops the block leaves the journal, if there is anything new in it.

        The end of a block that ends well removes it. Raises Interrupted, which says how to go on,
        for Ctrl-C and SIGTERM; a UserError says it too.
        """
        try:
            with _terminated_like_interrupted():
                yield
        except KeyboardInterrupt:
            if not self._worth_keeping:
                self.remove()
                raise
            raise Interrupted(self._how_to_go_on()) from None
        except UserError as error:
            if not self._worth_keeping:
                self.remove()
                raise
            raise UserError(f"{error}\n{self._how_to_go_on()}") from None
        self.remove()

    def remove(self) -> None:
        """Remove the folder, and those that were made for it alone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for parent in self._missing:
            with suppress(OSError):
                parent.rmdir()

    def _how_to_go_on(self) -> str:
        count = len(self.finished)
        return (
            f"{count} finished replication{'s are' if count > 1 else ' is'} kept. Go on with:\n"
            f"esfand simulate --resume {shlex.quote(str(self.folder))}"
        )

    def _write(self) -> None:
        write_text(self.folder / SCENARIO, dump(self.scenario))
        write_text(self.folder / LINES, b"".join(map(_line, self.finished.values())).decode())
        write_text(self.folder / HEAD, self.asked.model_dump_json(indent=2) + "\n")


def is_journal(folder: Path) -> bool:
    """Whether a folder is what a stopped run left."""
    return (folder / HEAD).is_file()


def _line(each: Replication) -> bytes:
    """A replication without its log; numbers keep every digit, and whether they are whole."""
    plain = {
        "number": each.number,
        "measures": each.measures,
        "hours": each.hours,
        "faults": each.faults,
    }
    return json.dumps(plain, default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's own."""
    return value.tolist()


def _replication(line: bytes) -> Replication:
    plain = json.loads(line)
    return Replication(
        value="",
        number=plain["number"],
        measures=plain["measures"],
        hours={name: np.array(column) for name, column in plain["hours"].items()},
        faults=tuple(plain["faults"]),
    )


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM, too, ends the block by a KeyboardInterrupt."""

    def interrupt(signum: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only that one may
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
