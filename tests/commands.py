"""Commands as tests give them, and a season small enough to be played in every test."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import esfand

ROOT = Path(__file__).parents[1]
SETTINGS = (
    "season.duration=2 h",
    "demand.sessions_per_day=60_000",
    "catalogue.goods.stock=3",
    "support.desks.chat.agents=12",
)
SET = tuple(word for setting in SETTINGS for word in ("--set", setting))
SMALL = (*SET, "--replications", "3")
HERE = ("--jobs", "1")
"""In this very process: no other has to start first."""
SIMULATE = ("simulate", "benchmark-w1", *SMALL, *HERE)
TUNE_ANYWHERE = ("tune", "benchmark-w1", "--vary", "reservation.timeout=2min,30min,2h", *SMALL)
TUNE = (*TUNE_ANYWHERE, *HERE)
REPORTS = ("report.en.html", "report.fa.html")


def invoke(*arguments: str | Path) -> Result:
    """The command within this process; its exceptions are those of the test."""
    return CliRunner().invoke(esfand.cli, list(map(str, arguments)), catch_exceptions=False)


@contextmanager
def without_pages() -> Iterator[None]:
    """Runs without their reports, which follow from the folder and take longer than its rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.experiments.record.write_report", lambda folder: None)
        yield


def refused(folder: Path, *arguments: str | Path) -> str:
    """What a mistake is told, the command given in a folder: exit code 2, and nothing is written
    there or printed besides."""
    before = sorted(folder.rglob("*"))
    out, error = io.StringIO(), io.StringIO()
    with (
        chdir(folder), redirect_stdout(out), redirect_stderr(error),
        pytest.raises(SystemExit) as end,
    ):  # fmt: skip
        esfand.main(list(map(str, arguments)))
    assert (end.value.code, out.getvalue()) == (2, "")
    assert "Traceback" not in error.getvalue()
    assert sorted(folder.rglob("*")) == before
    return error.getvalue()


def shell(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as people run it, in a folder."""
    return subprocess.run(
        [sys.executable, str(ROOT / "esfand.py"), *map(str, arguments)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
