"""Compare Esfand with textbook SimPy and with C++ on the reservation store W1.

    python benchmarks/run.py [--rounds N] [--write]

Before each season of an engine textbook SimPy plays one, and a ratio is one between these
neighbours: a machine that slows down slows both. CPU time; one process an engine.
"""

from __future__ import annotations

import argparse
import platform
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median

from engines import (
    HERE,
    CppProcess,
    Process,
    PythonProcess,
    Season,
    compile_project,
    copy_project,
)

LABELS = {
    "esfand": "Esfand: a replication, audited and measured",
    "esfand-parquet": "the same, its event log written as Parquet",
    "esfand, compiled": "Esfand after `make compile`: a replication, audited and measured",
    "cpp": "C++, `std::priority_queue`, g++ -O2: no log, no books",
}
RESULTS = HERE / "RESULTS.md"


@dataclass
class Contest:
    """Seasons of one engine, each beside one of textbook SimPy."""

    seasons: list[Season] = field(default_factory=list)
    textbook: list[Season] = field(default_factory=list)

    def ratios(self) -> list[float]:
        """How many times the sessions per second of textbook SimPy, pair by pair."""
        pairs = zip(self.seasons, self.textbook, strict=True)
        return [season.rate / textbook.rate for season, textbook in pairs]

    def ratio_of_totals(self) -> float:
        """The same of all seasons together."""
        return rate(self.seasons) / rate(self.textbook)


def compare(rounds: int) -> dict[str, Contest]:
    """Play so many rounds; in each, every engine beside textbook SimPy."""
    with processes() as (textbook, engines):
        contests = {name: Contest() for name in engines}
        for seed in range(1, rounds + 1):
            for name, engine in engines.items():
                contests[name].textbook.append(textbook.play(seed))
                contests[name].seasons.append(engine.play(seed))
            if sys.stderr.isatty():
                print(f"round {seed} of {rounds}", end="\r", file=sys.stderr)
        return contests


@contextmanager
def processes() -> Iterator[tuple[Process, dict[str, Process]]]:
    """Textbook SimPy, and the engines by name; what needs a compiler only where there is one."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        plain = copy_project(folder / "plain")
        textbook = PythonProcess("textbook", plain)
        engines: dict[str, Process] = {
            name: PythonProcess(name, plain) for name in ("esfand", "esfand-parquet", "phases")
        }
        if can_compile():
            copy = compile_project(copy_project(folder / "compiled"))
            engines["esfand, compiled"] = PythonProcess("esfand", copy)
            engines["phases, compiled"] = PythonProcess("phases", copy)
        if (program := compiled(folder)) is not None:
            engines["cpp"] = CppProcess(program)
        try:
            yield textbook, engines
        finally:
            for process in (textbook, *engines.values()):
                process.close()


def can_compile() -> bool:
    """Whether Esfand can be compiled here; says what is missing if not."""
    missing = runpy.run_path(str(HERE / "compile.py"))["why_not"]()
    if missing is not None:
        print(missing, "The compiled engine is left out.")
    return missing is None


def compiled(folder: Path) -> Path | None:
    """The program in C++, or None without a compiler."""
    compiler = shutil.which("g++")
    if compiler is None:
        print("No g++ here: the limit in C++ is left out.")
        return None
    program = folder / "w1"
    source = HERE / "w1.cpp"
    subprocess.run([compiler, "-O2", "-std=c++17", "-o", program, source], check=True)
    return program


def report(contests: dict[str, Contest], rounds: int) -> str:
    """Both tables, as Markdown."""
    textbook = [season for contest in contests.values() for season in contest.textbook]
    lines = [
        f"{rounds} rounds on {cpu()}, Python {platform.python_version()}, "
        f"SimPy {version('simpy')}, NumPy {version('numpy')}.",
        "",
        "| engine | sessions per CPU second | times textbook SimPy (range) | in total |",
        "|---|---:|---:|---:|",
        f"| textbook SimPy | {thousands(textbook)} | 1 | 1 |",
    ]
    for name, label in LABELS.items():
        if name not in contests:
            continue
        contest = contests[name]
        low, middle, high = (f(contest.ratios()) for f in (min, median, max))
        lines.append(
            f"| {label} | {thousands(contest.seasons)} "
            f"| **{middle:.1f}** ({low:.1f} to {high:.1f}) | {contest.ratio_of_totals():.1f} |"
        )
    for name in ("phases", "phases, compiled"):
        if name in contests:
            lines += ["", *phase_table(name, contests[name].seasons)]
    return "\n".join(lines)


def phase_table(name: str, seasons: list[Season]) -> list[str]:
    """How long each phase of a replication took, as Markdown."""
    means = {phase: mean(season.cpu[phase] for season in seasons) for phase in seasons[0].cpu}
    total = sum(means.values())
    compiled = name.partition(", ")[2]
    title = f"phase of a replication{', ' * bool(compiled)}{compiled}"
    rows = [f"| {p} | {1000 * spent:.1f} | {spent / total:.0%} |" for p, spent in means.items()]
    return [f"| {title} | CPU ms | share |", "|---|---:|---:|", *rows]


def rate(seasons: list[Season]) -> float:
    """Sessions per CPU second of all seasons together."""
    cpu_seconds = sum(sum(season.cpu.values()) for season in seasons)
    return sum(season.sessions for season in seasons) / cpu_seconds


def thousands(seasons: list[Season]) -> str:
    """The rate, to the thousand."""
    return f"{rate(seasons) / 1000:,.0f} k"


def cpu() -> str:
    """What the machine calls its processor."""
    info = Path("/proc/cpuinfo")
    names = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in names if line.startswith("model name")]
    return f"{models[0]} ({len(models)} cores)" if models else platform.machine()


def main() -> None:
    """Parse, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="seasons of each engine [9]")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULTS.name}")
    arguments = parser.parse_args()
    tables = report(compare(arguments.rounds), arguments.rounds)
    print(tables)
    if arguments.write:
        RESULTS.write_text(
            "# Results\n\nWritten by `python benchmarks/run.py --write`; "
            f"what it measures: [README.md](README.md).\n\n{tables}\n"
        )


if __name__ == "__main__":
    main()
