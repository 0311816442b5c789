"""The engines that are compared, each as a process of its own that plays a season per seed.

    python benchmarks/engines.py NAME

reads a seed a line and answers each with a line of JSON: the sessions of that season, and the CPU
seconds of every phase of playing it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
SCENARIO = "benchmark-w1"


class Season(NamedTuple):
    """What an engine says of one season."""

    sessions: int
    cpu: dict[str, float]
    """CPU seconds of each phase; most engines have only one."""

    @property
    def rate(self) -> float:
        """Sessions per CPU second."""
        return self.sessions / sum(self.cpu.values())


# the engines, from within their processes ---------------------------------------------------

Engine = Callable[[int], Season]


def textbook() -> Engine:
    """A process for every session, on plain SimPy; draws its random numbers as it goes."""
    from textbook import play

    def season(seed: int) -> Season:
        began = process_time()
        store = play(seed)
        return Season(store.sessions, {"all": process_time() - began})

    return season


def esfand() -> Engine:
    """A replication as `esfand simulate` plays it: drawn, played, audited, measured."""
    from scenarios.loader import load
    from scenarios.shoppers import Plan
    from sim.replication import replicate

    plan = Plan.of(load(SCENARIO))

    def season(seed: int) -> Season:
        began = process_time()
        played = replicate(plan, seed, 0)
        spent = process_time() - began
        return Season(int(played.measures["sessions"]), {"all": spent})

    return season


def esfand_parquet() -> Engine:
    """The same, and its event log written as Parquet."""
    from model.events import Log
    from reports.log import as_array, write_parquet
    from scenarios.loader import load
    from scenarios.shoppers import Plan
    from sim.replication import replicate

    plan = Plan.of(load(SCENARIO))

    def season(seed: int) -> Season:
        with tempfile.TemporaryDirectory() as folder:
            began = process_time()
            played = replicate(plan, seed, 0, keep_log=True)
            assert played.log is not None
            write_parquet(as_array(Log(played.log)), Path(folder) / "0.parquet")
            spent = process_time() - began
        return Season(int(played.measures["sessions"]), {"all": spent})

    return season


def phases() -> Engine:
    """The same, with a stopwatch in each of the functions that a replication consists of."""
    from reports import books
    from scenarios.loader import load
    from scenarios.shoppers import Plan
    from sim import replication

    plan = Plan.of(load(SCENARIO))
    spent: dict[str, float] = {}

    def watch(owner: Any, name: str, phase: str) -> None:
        function = getattr(owner, name)

        def watched(*arguments: Any) -> Any:
            began = process_time()
            result = function(*arguments)
            spent[phase] = spent.get(phase, 0.0) + process_time() - began
            return result

        setattr(owner, name, watched)

    watch(replication, "draw", "draw the shoppers")
    watch(replication, "play_shoppers", "play the season")
    watch(books, "audit", "audit the books")
    watch(books, "against_count", "audit the books")
    watch(replication, "measure", "measure")
    watch(replication, "by_hour", "measure")

    def season(seed: int) -> Season:
        spent.clear()
        began = process_time()
        played = replication.replicate(plan, seed, 0)
        rest = process_time() - began - sum(spent.values())
        return Season(int(played.measures["sessions"]), {**spent, "the rest": rest})

    return season


ENGINES = {
    "textbook": textbook,
    "esfand": esfand,
    "esfand-parquet": esfand_parquet,
    "phases": phases,
}

# the engines, from without ------------------------------------------------------------------


class Process:
    """An engine at work in a process of its own; it has played one season already."""

    def __init__(self, *command: str | Path, **environment: str) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        self.play(0)

    def play(self, seed: int) -> Season:
        """Have it play one season."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(seed, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self._process.args!r} ended before it answered")
        return self.read(answer)

    def read(self, answer: str) -> Season:
        """Understand its answer."""
        return Season(*json.loads(answer))

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class PythonProcess(Process):
    """One of the engines above, on the copy of the project in a folder."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(sys.executable, HERE / "engines.py", name, PYTHONPATH=str(folder))


class CppProcess(Process):
    """The program in C++, whose answers are columns of numbers."""

    def read(self, answer: str) -> Season:
        columns = answer.split()
        return Season(int(columns[0]), {"all": float(columns[-1])})


def copy_project(folder: Path) -> Path:
    """The project once more, without compiled files, in a new folder."""
    for name in ("model", "scenarios", "sim", "reports"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.so"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def compile_project(folder: Path) -> Path:
    """Compile the busiest modules of such a copy."""
    command = (sys.executable, HERE / "compile.py", folder)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def main(name: str) -> None:
    """Answer seeds until there are no more."""
    season = ENGINES[name]()
    for line in sys.stdin:
        print(json.dumps(season(int(line))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
