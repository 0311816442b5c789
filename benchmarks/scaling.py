"""Measure how far one machine goes, and what handing replications out costs.

    python benchmarks/scaling.py [--rounds N] [--write]

Every measurement runs in a process of its own. Rates on several processes are by the clock, the
fastest of the rounds, since others may use the machine; so are the costs of handing out. All else
is CPU time or memory. Plain against compiled: benchmarks/run.py.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engines import HERE, ROOT

RESULTS = HERE / "RESULTS-scaling.md"
SCENARIOS = ("benchmark-w1", "nowruz")
SEASONS = {"benchmark-w1": 8, "nowruz": 2}
"""Played per measurement of a rate."""
CROWDS = (1, 4, 16)
"""Times the sessions, the stock and the agents of W1."""
TASKS = 400
"""Handed out to see what handing out costs."""
MB = 1 << 20


# what a process of its own measures ---------------------------------------------------------


def tasks_of(name: str, count: int, settings: Sequence[str] = ()) -> list[Any]:
    """Replications of a scenario."""
    from scenarios.loader import load
    from sim.replication import Task

    scenario = load(name, settings)
    return [Task(scenario.seed, number, (("", scenario),)) for number in range(count)]


def peak() -> float:
    """Of this process's memory, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def seasons(name: str, rounds: int) -> dict[str, list[float]]:
    """Seasons per minute of CPU time, and by the clock on one and two processes; each round."""
    from sim.replication import run

    tasks = tasks_of(name, SEASONS[name])
    rates: dict[str, list[float]] = {"cpu": [], "1": [], "2": []}
    run(tasks[:1], jobs=1)
    run(tasks, jobs=2)  # the workers start, and play one season at least
    for _ in range(rounds):
        for jobs in (1, 2):
            began, cpu = time.perf_counter(), time.process_time()
            run(tasks, jobs=jobs)
            rates[str(jobs)].append(60 * len(tasks) / (time.perf_counter() - began))
            if jobs == 1:
                rates["cpu"].append(60 * len(tasks) / (time.process_time() - cpu))
    return rates


def memory(name: str, count: int) -> dict[str, float]:
    """Peak memory after the imports, after one season and after all, in MB."""
    from sim.replication import as_they_end

    tasks = tasks_of(name, count)
    found = {"before": peak()}
    for number, _ in enumerate(as_they_end(tasks, jobs=1), start=1):
        if number == 1:
            found["one"] = peak()
    return found | {"all": peak()}


def crowd(times: int) -> dict[str, float]:
    """One season of W1 with so many times the sessions: and the memory, in MB."""
    from sim.replication import run

    settings = (
        f"demand.sessions_per_day={400_000 * times}",
        f"catalogue.goods.stock={60 * times}",
        f"support.desks.chat.agents={75 * times}",
    )
    (task,) = tasks_of("benchmark-w1", 1, settings)
    before = peak()
    began = time.process_time()
    (played,) = run([task], jobs=1)
    spent = time.process_time() - began
    sessions = played.measures["sessions"]
    return {"sessions": sessions, "seconds": spent, "before": before, "peak": peak()}


def sizes(name: str) -> dict[str, float]:
    """Bytes of a task, of its result, and of its event log, as they travel."""
    from dataclasses import replace

    from sim.replication import run

    (task,) = tasks_of(name, 1)
    (played,) = run([replace(task, keep_log=True)], jobs=1)
    assert played.log is not None
    bare = replace(played, log=None)
    return {
        "task": len(pickle.dumps(task)),
        "result": len(pickle.dumps([bare])),
        "log": len(played.log),
    }


def echo(task: Any) -> Any:
    """A task that is no work: it comes back as a result of its size."""
    return [(task.number, _ECHO)]


_ECHO = bytes(6000)


def joblib_overhead() -> dict[str, float]:
    """Seconds until two workers have answered first, then milliseconds a task."""
    from joblib import Parallel, delayed

    return _overhead(
        lambda tasks: Parallel(n_jobs=2, batch_size=1, return_as="generator_unordered")(
            delayed(echo)(task) for task in tasks
        )
    )


def dask_overhead() -> dict[str, float]:
    """The same of two workers of a cluster on this machine, which are there already."""
    from sim import cluster

    with two_workers() as address:
        os.environ[cluster.ADDRESS] = address
        return _overhead(lambda tasks: cluster.results(echo, tasks))


def _overhead(play: Any) -> dict[str, float]:
    tasks = tasks_of("nowruz", TASKS)
    first = _seconds(play, tasks[:2])
    few = min(_seconds(play, tasks[:2]) for _ in range(3))
    many = min(_seconds(play, tasks) for _ in range(3))
    return {"first": first, "again": few, "task_ms": 1000 * (many - few) / (len(tasks) - 2)}


def _seconds(play: Any, tasks: Sequence[Any]) -> float:
    began = time.perf_counter()
    assert len(list(play(tasks))) == len(tasks)
    return time.perf_counter() - began


@contextmanager
def two_workers() -> Iterator[str]:
    """Address of a scheduler with two workers of one thread, on loopback."""
    sys.path.insert(0, str(ROOT / "tests" / "sim"))
    clusters = __import__("clusters")
    with (
        tempfile.TemporaryDirectory() as folder,
        clusters.cluster(Path(folder), workers=2) as started,
    ):
        yield started.address


PARTS = {
    "seasons": seasons,
    "memory": memory,
    "crowd": crowd,
    "sizes": sizes,
    "joblib": joblib_overhead,
    "dask": dask_overhead,
}


# the whole ----------------------------------------------------------------------------------


def ask(part: str, *arguments: Any) -> Any:
    """One measurement, in a process of its own."""
    command = [sys.executable, __file__, "--part", json.dumps([part, *arguments])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    print(part, *arguments, answer.stdout.decode().strip(), file=sys.stderr)
    return json.loads(answer.stdout)


def report(rounds: int) -> str:
    """All tables, as Markdown."""
    bench = runpy.run_path(str(HERE / "run.py"))
    return "\n".join(
        [
            f"{rounds} rounds on {bench['cpu']()}, Python {platform.python_version()}; load of "
            f"the machine when it began: {os.getloadavg()[0]:.1f} (others used it too).",
            "",
            *rates(rounds),
            "",
            *memories(),
            "",
            *crowds(),
            "",
            *travel(),
            "",
            *overheads(),
        ]
    )


def rates(rounds: int) -> list[str]:
    rows = []
    for name in SCENARIOS:
        found = ask("seasons", name, rounds)
        cpu, one, two = (f"{max(found[each]):.3g}" for each in ("cpu", "1", "2"))
        rows.append(f"| {name} | {cpu} | {one} | {two} |")
    return [
        "| scenario | seasons a minute of CPU time | a minute by the clock, one process "
        "| two processes |",
        "|---|---:|---:|---:|",
        *rows,
    ]


def memories() -> list[str]:
    rows = []
    for name, count in (("benchmark-w1", 30), ("nowruz", 3)):
        found = ask("memory", name, count)
        before, one, all_ = (round(found[each]) for each in ("before", "one", "all"))
        rows.append(f"| {name} | {before} | {one} | {all_} ({count}) |")
    return [
        "| scenario | MB of a process before it plays | at most in the first season "
        "| in all seasons (how many) |",
        "|---|---:|---:|---:|",
        *rows,
    ]


def crowds() -> list[str]:
    rows = []
    for times in CROWDS:
        found = ask("crowd", times)
        sessions = found["sessions"]
        each = (found["peak"] - found["before"]) * MB / sessions
        rows.append(
            f"| {sessions:,.0f} | {found['seconds']:.1f} | {found['peak']:,.0f} | {each:,.0f} |"
        )
    return [
        "| sessions in one season of W1 | CPU seconds | MB at most | bytes a session |",
        "|---:|---:|---:|---:|",
        *rows,
    ]


def travel() -> list[str]:
    rows = []
    for name in SCENARIOS:
        found = ask("sizes", name)
        rows.append(
            f"| {name} | {found['task'] / 1000:.1f} | {found['result'] / 1000:.1f} "
            f"| {found['log'] / MB:.1f} |"
        )
    return [
        "| scenario | KB of a task | KB of its result | MB of its event log, if it is kept |",
        "|---|---:|---:|---:|",
        *rows,
    ]


def overheads() -> list[str]:
    rows = []
    for part, label in (("joblib", "processes (joblib)"), ("dask", "Dask, on loopback")):
        found = ask(part)
        rows.append(
            f"| {label} | {found['first']:.2f} | {found['again']:.2f} | {found['task_ms']:.1f} |"
        )
    return [
        "| two workers | seconds, first two tasks | two tasks later | milliseconds a task |",
        "|---|---:|---:|---:|",
        *rows,
    ]


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="of each rate [5]")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULTS.name}")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        name, *rest = json.loads(arguments.part)
        print(json.dumps(PARTS[name](*rest)))
        return
    tables = report(arguments.rounds)
    print(tables)
    if arguments.write:
        RESULTS.write_text(
            "# Results: scaling\n\nWritten by `python benchmarks/scaling.py --write`; what it "
            f"comes to: [docs/scaling.md](../docs/scaling.md).\n\n{tables}\n"
        )


if __name__ == "__main__":
    main()
