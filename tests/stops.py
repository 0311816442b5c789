"""Stopping runs in tests, and holding what came of them against runs that never stopped."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from commands import ROOT, invoke

from sim import replication
from sim.replication import Replication, Task


def stop_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Ctrl-C as soon as so many replications are finished."""
    play, played = replication._play, 0

    def until(task: Task) -> list[Replication]:
        nonlocal played
        if played == count:
            raise KeyboardInterrupt
        played += 1
        return play(task)

    monkeypatch.setattr(replication, "_play", until)


def assert_same_run(one: Path, other: Path) -> None:
    """Every file but the pages, which follow from them, and but for the time that the run took."""
    names = _files(one)
    assert names == _files(other)
    for name in names - {"manifest.json"}:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    first, second = (
        json.loads((each / "manifest.json").read_text().replace(str(each), "RUN"))
        for each in (one, other)
    )
    assert first | {"seconds": 0} == second | {"seconds": 0}


def _files(folder: Path) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".html")
    return {str(path.relative_to(folder)) for path in paths}


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def wait_for_lines(path: Path, count: int) -> None:
    wait_until(lambda: path.exists() and path.read_bytes().count(b"\n") >= count)


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command as people run it, on one core."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "esfand.py"), *arguments, "--jobs", "1"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def shown_to_the_end(terminal: int) -> bytes:
    """What is still to be read from a terminal until the process at its other end is gone."""
    shown = b""
    with suppress(OSError):  # so Linux says that the other end is closed
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    return shown


def killed_at_random(folder: Path, seed: str, command: Sequence[str]) -> Path:
    """The run of a command that was killed up to eight times, gone on with each time."""
    luck = random.Random(seed)
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
    run = folder / "run"

    def words() -> Sequence[str]:
        left = (folder / "run.unfinished").exists()
        return (command[0], "--resume", str(run)) if left else (*command, "--out", str(run))

    for _ in range(8):
        if run.exists():
            return run
        with started(folder, *words()) as process:
            time.sleep(luck.uniform(0.5, 4))
            os.kill(process.pid, luck.choice(signals))
            process.communicate(timeout=60)
    if not run.exists():
        invoke(*words())
    return run
