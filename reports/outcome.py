"""What a run comes to, for machines: the object that `--json` prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reports.estimates import Estimates
from reports.thresholds import evaluate, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.intervals import Interval
    from reports.run_folder import Run


def as_object(run: Run) -> dict[str, Any]:
    """The run as plain values; null where a measure has no value or no width.

    For a tune, `measures` and `thresholds` are those at the recommended value, `tune` is the
    decision, and `curve` has the measures at every value.
    """
    manifest, result = run.manifest, run.result
    estimates = Estimates(run)
    at = estimates.at(result.best if result else "")
    verdicts = evaluate([parse(text) for text in manifest.thresholds], at)
    outcome: dict[str, Any] = {
        "run": str(run.folder),
        "scenario": manifest.scenario,
        "source": manifest.source,
        "seed": manifest.seed,
        "replications": manifest.replications,
        "measures": _measures(at),
        "thresholds": [
            {"rule": each.rule, "value": _number(each.value), "passed": each.passed}
            for each in verdicts
        ],
        "books": {"balanced": manifest.books.balanced, "faults": list(manifest.books.faults)},
    }
    if result:
        outcome["tune"] = result.model_dump(mode="json")
        outcome["curve"] = {value: _measures(estimates.at(value)) for value in run.values}
    return outcome


def keeps_its_thresholds(run: Run) -> bool:
    """Whether every rule holds for the mean of its measure, at the recommended value of a tune."""
    at = Estimates(run).at(run.result.best if run.result else "")
    return all(each.passed for each in evaluate([parse(t) for t in run.manifest.thresholds], at))


def _measures(at: Mapping[str, Interval]) -> dict[str, Any]:
    return {
        name: {
            "mean": _number(interval.mean),
            "half_width": _number(interval.half_width),
            "low": _number(interval.low),
            "high": _number(interval.high),
            "n": interval.n,
        }
        for name, interval in at.items()
    }


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None
