"""All checks, on one core or several, and their joint verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sim.replication import on_workers
from sim.verification.check import Check, Counted, Finding
from sim.verification.checks import CHECKS

LEVEL = 0.001
"""If the engine is right, one seed of a thousand or fewer fails any of the checks."""
PARTS = 8
"""Of a check: so that no core idles for long while another does the last one."""


class Verification(NamedTuple):
    """What all the checks have found."""

    seed: int
    level: float
    """Of each check that is about chance: together they hold at `LEVEL` (Bonferroni)."""
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether all of them passed."""
        return all(finding.passed for finding in self.findings)


def verify(
    seed: int,
    jobs: int,
    checks: Sequence[Check] | None = None,
    on_done: Callable[[int], object] = lambda done: None,
) -> Verification:
    """Play every replication of the checks (None: of all), on up to `jobs` cores, and judge them.

    The result does not depend on `jobs`. `on_done` hears how many more replications are done.
    Raises UserError if a worker process dies.
    """
    checks = CHECKS if checks is None else checks
    level = LEVEL / sum(check.theory is not None for check in CHECKS)
    parts: dict[str, list[_Part]] = {check.name: [] for check in checks}
    for part in _parts(_tasks(checks, seed), jobs):
        parts[part.check].append(part)
        on_done(len(part.counted))
    return Verification(
        seed, level, tuple(_finding(check, parts[check.name], level) for check in checks)
    )


def replications() -> int:
    """How many are played for all the checks."""
    return sum(check.replications for check in CHECKS)


class _Task(NamedTuple):
    """Some replications of one check."""

    check: Check
    seed: int
    numbers: tuple[int, ...]


class _Part(NamedTuple):
    """What the replications of a task have counted, by their numbers."""

    check: str
    counted: dict[int, Counted]
    broken: str = ""


def _tasks(checks: Sequence[Check], seed: int) -> list[_Task]:
    return [
        _Task(check, seed, tuple(range(first, check.replications, PARTS)))
        for check in checks
        for first in range(min(PARTS, check.replications))
    ]


def _parts(tasks: Sequence[_Task], jobs: int) -> Iterator[_Part]:
    """In any order."""
    return on_workers(_play, tasks, jobs) if jobs > 1 else map(_play, tasks)


def _play(task: _Task) -> _Part:
    """An engine that breaks down over a check is a finding, not the end of the verification."""
    check, counted = task.check, {}
    try:
        for number in task.numbers:
            counted[number] = check.play(task.seed, number)
    except Exception as fault:
        return _Part(check.name, counted, f"replication {number}: {type(fault).__name__}: {fault}")
    return _Part(check.name, counted)


def _finding(check: Check, parts: Sequence[_Part], level: float) -> Finding:
    broken = sorted(part.broken for part in parts if part.broken)
    if broken:
        return check.broke(broken[0])
    counted = {number: each for part in parts for number, each in part.counted.items()}
    return check.judge([counted[number] for number in sorted(counted)], level)
