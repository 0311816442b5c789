"""Live runs for tests: `esfand load` in a process of its own against a store that runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stores import ROOT

TOKEN = "only-for-tests-0123456789"
STORE = ("--scenario", "flash-sale")
WINDOW = ("--window", "00:00-00:01", "--speed", "20x")
"""658 sessions in 3 seconds."""
NO_HURRY = ("--max-lag", "60 s")
"""A busy machine is no reason for a test to fail."""


def command(url: str, out: Path, *options: str, scenario: str = "flash-sale") -> list[str]:
    return [
        sys.executable, str(ROOT / "esfand.py"), "load", scenario, "--target", "reference-store",
        "--host", url, "--out", str(out), "--language", "en", *NO_HURRY, *options,
    ]  # fmt: skip


def environment() -> dict[str, str]:
    return {**os.environ, "ESFAND_OPERATOR_TOKEN": TOKEN}


def load_test(url: str, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A whole run."""
    return subprocess.run(
        command(url, out, *options), capture_output=True, text=True, env=environment(),
        timeout=120, check=False,
    )  # fmt: skip


def begin(url: str, out: Path, *options: str) -> subprocess.Popen[str]:
    """A run that goes on; its spool lies beside `out`."""
    return subprocess.Popen(
        command(url, out, *options),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment(), "TMPDIR": str(out.parent)},
    )  # fmt: skip


def children(process: int) -> dict[int, str]:
    """The processes that a process has started, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if int(status[1]) == process:
            found[int(folder.name)] = words
    return found
