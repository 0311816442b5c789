"""Commands as tests give them, and a season small enough to be played in every test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

import esfand

ROOT = Path(__file__).parents[1]
SMALL = (
    "--set", "season.duration=2 h",
    "--set", "demand.sessions_per_day=60_000",
    "--set", "catalogue.goods.stock=3",
    "--set", "support.desks.chat.agents=12",
    "--replications", "3",
)  # fmt: skip
SIMULATE = ("simulate", "benchmark-w1", *SMALL)
TUNE = ("tune", "benchmark-w1", "--vary", "reservation.timeout=2min,30min,2h", *SMALL)
REPORTS = ("report.en.html", "report.fa.html")


def invoke(*arguments: str | Path) -> Result:
    """The command within this process; its exceptions are those of the test."""
    return CliRunner().invoke(esfand.cli, list(map(str, arguments)), catch_exceptions=False)


def shell(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as people run it, in a folder."""
    return subprocess.run(
        [sys.executable, str(ROOT / "esfand.py"), *map(str, arguments)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
