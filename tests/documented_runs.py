"""Commands of the docs, run as people run them in a folder: what they need, and small seasons.

A command is run as it is shown, but for its size: seasons have few sessions, there are few
replications, reports have one language, and a minute of load is over in seconds. The port 8000
becomes a free one.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from documented import ROOT, words_of
from documented_inputs import INPUTS

FEW_SESSIONS = ("--set", "demand.sessions_per_day=400")
SEASONS = ("simulate", "compare", "tune", "staff", "sensitivity")
"""Commands that play seasons of a scenario, and so can play smaller ones."""
SMALLER = {
    "simulate": ("--replications", "2"),
    "compare": ("--replications", "2"),
    "tune": ("--replications", "2"),
    "staff": ("--replications", "4"),
    "sensitivity": ("--replications", "1", "--trajectories", "1", "--sobol", "0"),
    "calibrate": ("--replications", "2"),
    "backtest": ("--replications", "39"),
    "load": ("--window", "00:00-00:02", "--speed", "8x", "--drain", "0 s", "--max-lag", "60 s"),
}
"""What is put behind a command; of an option that stands twice, the last one counts."""
LESS = {
    "--search": ("--search", "10", "--replications", "5"),
    "--precision": ("--replications", "10", "--max-replications", "12"),
    "--certainty": ("--replications", "10", "--max-replications", "12"),
}
"""What is put behind a command that has this option."""
WITH_REPORTS = (*SEASONS, "backtest", "load")
"""Commands that write reports; most of the time of a small season is that of its pages."""
FEW_INPUTS = ("--only", "shoppers.tries_again", "--only", "payment.succeeds")
RUNS = {
    "runs/my-run": "esfand simulate benchmark-w1 --keep-logs all --out runs/my-run",
    "runs/demo": "esfand tune nowruz --vary reservation.timeout=10min,30min --out runs/demo",
    "runs/last-week": "esfand simulate benchmark-w1 --out runs/last-week",
    "runs/this-week": "esfand simulate benchmark-w1 --set demand.engaged=12% --out runs/this-week",
    "runs/simulated": "esfand simulate runs/live/scenario.yaml --out runs/simulated",
    "runs/live": "esfand load flash-sale --host http://127.0.0.1:8000 --target reference-store "
    "--window 00:00-00:01 --out runs/live",
    "runs/flash-sale-load": "esfand load flash-sale --host http://127.0.0.1:8000 "
    "--target reference-store --window 00:00-00:01",
}
"""How a run that a command names, and that is not there, comes about."""
FINE = (0, 1)
"""Exit codes of a command that did what it should; 1 says that a threshold was missed."""


def written_by(words: list[str]) -> set[str]:
    """What a command writes to."""
    return {words[at + 1] for at, word in enumerate(words[:-1]) if word == "--out"}


def smaller(words: list[str]) -> list[str]:
    """The command of `esfand`, of the same meaning and of a small size."""
    program, command, *rest = words
    if "--resume" in rest or "--load-run" in rest or "--help" in rest:
        return words
    of_runs = any(word.startswith("runs/") for word in set(rest) - written_by(words))
    before: tuple[str, ...] = FEW_SESSIONS if command in SEASONS and not of_runs else ()
    behind: tuple[str, ...] = SMALLER.get(command, ())
    if command in WITH_REPORTS and "--language" not in rest:
        behind += ("--language", "en")
    if command == "compare" and of_runs:
        behind = ()
    behind += tuple(word for option in LESS if option in rest for word in LESS[option])
    if command == "sensitivity" and "--only" not in rest:
        behind += FEW_INPUTS
    return [program, command, *before, *rest, *behind]


class Desk:
    """A folder in which commands are run one after another, and a store that may run beside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: subprocess.Popen[str] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        beside = Path(sys.executable).parent
        self.environment = os.environ | {"PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}

    def run(self, command: str) -> None:
        """Run it as it is shown; raises AssertionError with what it said where it goes wrong."""
        command = command.replace(".venv/bin/", "").replace("8000", self.port)
        if command.startswith("make "):
            self._check(["make", "--dry-run", "--directory", str(ROOT), *words_of(command)[1:]])
        elif "esfand serve" in command:
            self._serve(command)
        else:
            words = words_of(command)
            assert words[0] == "esfand", f"nobody runs {words[0]} here: {command}"
            self._provide(words)
            self._check(smaller(words))

    def python(self, code: str) -> None:
        """Run a block of Python."""
        self._provide(re.findall(r'"([^"\s]+)"', code))
        self._check([sys.executable, "-c", code])

    def _check(self, words: list[str]) -> None:
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        said = f"{shlex.join(words)}\nexit code {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode in FINE, said
        assert "Traceback" not in done.stderr, said

    def _provide(self, words: list[str]) -> None:
        """Put there what a command takes: exports, a scenario, runs, a store."""
        for word in words:
            if word in written_by(words) or (self.folder / word).exists():
                continue
            if word in INPUTS:
                INPUTS[word](self.folder / word)
            for run, command in RUNS.items():
                if word == run or word.startswith(f"{run}/"):
                    self.run(command)
        if words[:2] == ["esfand", "load"] and self.store is None:
            self._serve(f"esfand serve --port {self.port} --scenario {words[2]}")

    def _serve(self, command: str) -> None:
        """Start a store, and wait until it serves."""
        self._stop()
        if "--port" not in command:
            command += f" --port {self.port}"
        self.store = subprocess.Popen(
            ["bash", "-c", f"exec {command}" if command.startswith("esfand") else command],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert self.store.stdout is not None
        assert self.store.stdout.readline().startswith("Serving"), command

    def _stop(self) -> None:
        if self.store is not None:
            assert self.store.stdout is not None
            os.killpg(self.store.pid, 15)
            self.store.wait(30)
            self.store.stdout.close()
            self.store = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()
