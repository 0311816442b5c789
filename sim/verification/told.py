"""What a verification has found, for people and for machines."""

from __future__ import annotations

from typing import Any

from reports.console import table
from sim.verification.check import Finding, Row
from sim.verification.run import LEVEL, Verification


def as_text(verification: Verification) -> str:
    """A table of every figure, check by check, and the verdict."""
    lines = [
        f"The engine against theory, seed {verification.seed}. A check fails where its p, over all "
        "its figures",
        f"together, is below {verification.level:.5f}; a right engine fails any of them at one "
        f"seed in {1 / LEVEL:,.0f}.",
    ]
    figures = iter(
        table(
            cells
            for finding in verification.findings
            for cells in (_HEAD, *map(_cells, finding.rows))
        )
    )
    for finding in verification.findings:
        lines += ["", f"{'✓' if finding.passed else '✗'} {finding.title}{_how_sure(finding)}"]
        if finding.broken:
            lines.append(f"  The engine broke down: {finding.broken}")
        lines += [next(figures) for _ in range(len(finding.rows) + 1)]
    failed = [finding.check for finding in verification.findings if not finding.passed]
    passed = f"All {len(verification.findings)} checks passed."
    return "\n".join([*lines, "", f"Failed: {', '.join(failed)}." if failed else passed])


def as_object(verification: Verification) -> dict[str, Any]:
    """The same, with the names of the fields as they are in the code."""
    return {
        "seed": verification.seed,
        "level": LEVEL,
        "level_of_each": verification.level,
        "passed": verification.passed,
        "checks": [
            finding._asdict() | {"rows": [row._asdict() for row in finding.rows]}
            for finding in verification.findings
        ],
    }


_HEAD = ("", "theory", "simulated", "", "p")


def _how_sure(finding: Finding) -> str:
    chance = any(row.half_width for row in finding.rows)
    return f" (p = {_chance(finding.p)})" if chance else ""


def _cells(row: Row) -> tuple[str, ...]:
    theory, simulated = _number(row.theory), _number(row.simulated)
    if not row.half_width:
        return row.figure, theory, simulated, "", "equal" if row.p else "not equal"
    return row.figure, theory, simulated, f"± {row.half_width:.2g}", _chance(row.p)


def _number(number: float) -> str:
    """Five digits, or all those before the point."""
    return f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:.5g}"


def _chance(p: float) -> str:
    return f"{p:.2f}" if p >= 0.005 else f"{p:.1g}"
