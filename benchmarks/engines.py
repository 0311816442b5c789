"""The engines that are compared, each as a process of its own that plays a season per seed.

    python benchmarks/engines.py NAME

reads a seed a line and answers each with a line of JSON: the sessions of that season, and the CPU
seconds of every phase of playing it. Imports and a first season happen before the first answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import NamedTuple

HERE = Path(__file__).parent
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


class Stopwatch:
    """CPU seconds between one `lap` and the next."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = process_time()

    def lap(self, name: str) -> None:
        now = process_time()
        self.laps[name] = now - self._last
        self._last = now


# the engines, from within their processes ---------------------------------------------------

Engine = Callable[[int], Season]


def textbook() -> Engine:
    """A process for every session, on plain SimPy; draws its random numbers as it goes."""
    from textbook import play

    def season(seed: int) -> Season:
        watch = Stopwatch()
        store = play(seed)
        watch.lap("all")
        return Season(store.sessions, watch.laps)

    return season


def esfand() -> Engine:
    """A replication as `esfand simulate` plays it: drawn, played, audited, measured."""
    from scenarios.loader import load
    from scenarios.shoppers import Plan
    from sim.replication import replicate

    plan = Plan.of(load(SCENARIO))

    def season(seed: int) -> Season:
        watch = Stopwatch()
        played = replicate(plan, seed, 0)
        watch.lap("all")
        return Season(int(played.measures["sessions"]), watch.laps)

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
            watch = Stopwatch()
            played = replicate(plan, seed, 0, keep_log=True)
            assert played.log is not None
            write_parquet(as_array(Log(played.log)), Path(folder) / "0.parquet")
            watch.lap("all")
        return Season(int(played.measures["sessions"]), watch.laps)

    return season


def phases() -> Engine:
    """The replication step by step, for the table of phases."""
    from reports import books
    from reports.hours import by_hour
    from reports.log import as_array
    from reports.measures import measure
    from reports.sorted_log import SortedLog
    from scenarios.loader import load
    from scenarios.shoppers import Plan, draw
    from sim.world import play_shoppers

    plan = Plan.of(load(SCENARIO))

    def season(seed: int) -> Season:
        watch = Stopwatch()
        shoppers = draw(plan, seed, 0)
        watch.lap("draw")
        shop = play_shoppers(plan, shoppers).shop
        watch.lap("play")
        events = SortedLog(as_array(shop.log))
        faults = books.audit(events, plan.assortment.limit) + books.against_shop(events, shop)
        watch.lap("audit")
        measures = measure(events, plan.scenario)
        by_hour(events, plan)
        watch.lap("measures")
        assert not faults
        return Season(int(measures["sessions"]), watch.laps)

    return season


ENGINES = {
    "textbook": textbook,
    "esfand": esfand,
    "esfand-parquet": esfand_parquet,
    "phases": phases,
}

# the engines, from without ------------------------------------------------------------------


class Process:
    """An engine at work in a process of its own."""

    def __init__(self, *command: str | Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
    """One of the engines above."""

    def __init__(self, name: str) -> None:
        super().__init__(sys.executable, HERE / "engines.py", name)


class CppProcess(Process):
    """The program in C++, whose answers are columns of numbers."""

    def read(self, answer: str) -> Season:
        columns = answer.split()
        return Season(int(columns[0]), {"all": float(columns[-1])})


def main(name: str) -> None:
    """Answer seeds until there are no more."""
    season = ENGINES[name]()
    for line in sys.stdin:
        print(json.dumps(season(int(line))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
