"""What a command was asked to do, and the command line that does it again."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from reports import run_folder
from reports.notations import USUAL, Language
from reports.precision import Target
from scenarios.errors import UserError
from scenarios.schema import Scenario
from sim.replication import at_once

RUNS = Path("runs")
Command = run_folder.Simulated


class How(TypedDict):
    """How an experiment is to be run: what all commands take alike."""

    replications: int
    jobs: int | None
    """Processes at the same time; None for one per core."""
    out: Path | None
    """The run folder; None for one under `runs/`."""
    quiet: bool
    """No progress."""
    languages: NotRequired[tuple[Language, ...] | None]
    """Those of the reports; without any, the usual ones."""


@dataclass(frozen=True)
class Experiment:
    """A scenario, how often to play it, and where the run folder goes."""

    scenario: Scenario
    replications: int
    jobs: int
    folder: Path
    command: Command
    command_line: str
    """What repeats it, for a shell: every choice that makes a difference to the run folder."""
    quiet: bool = False
    targets: tuple[Target, ...] = ()
    """The precision asked for: then `replications` is the first batch."""
    languages: tuple[Language, ...] = USUAL
    """Those of the reports."""

    @classmethod
    def of(
        cls,
        command: Command,
        words: Sequence[str],
        scenario: Scenario,
        how: How,
        folder: Path | None = None,
    ) -> Experiment:
        """`words` of the command line made `scenario`, and say what else makes a difference.

        `folder` is where a run that is gone on with stands, whatever its command line says.
        Raises UserError for a folder that cannot be written, and a cluster that cannot be reached:
        better now than after the run.
        """
        words = ["esfand", command, *words, "--replications", str(how["replications"])]
        if how["out"]:
            words += ["--out", str(how["out"])]
        languages = how.get("languages") or USUAL
        if languages != USUAL:
            words += ["--language", ",".join(languages)]
        folder = folder or how["out"] or RUNS / f"{scenario.name}-{command}"
        _check_folder(folder)
        return cls(
            scenario=scenario,
            replications=how["replications"],
            jobs=at_once(how["jobs"]),
            folder=folder,
            command=command,
            command_line=shlex.join(words),
            quiet=how["quiet"],
            languages=languages,
        )

    @property
    def seed(self) -> int:
        """All randomness comes from it."""
        return self.scenario.seed


def as_options(settings: Sequence[str]) -> list[str]:
    """Settings as words of a command line."""
    return [word for setting in settings for word in ("--set", setting)]


def _check_folder(folder: Path) -> None:
    run_folder.check_target(folder)
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    try:
        tempfile.TemporaryDirectory(prefix=".esfand.", dir=parent).cleanup()
    except OSError as error:
        raise UserError(f"--out {folder}: cannot write to {parent}: {error.strerror}.") from None
