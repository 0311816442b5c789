"""What a run comes to, for machines: the object that `--json` prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reports.comparison import differences_of
from reports.estimates import Estimates
from reports.precision import reaches
from reports.thresholds import evaluate, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reports.intervals import Interval
    from reports.run_folder import Comparison, Run


def as_object(run: Run) -> dict[str, Any]:
    """The run as plain values; null where a measure has no value or no width.

    For a tune, `measures` and `thresholds` are those at the recommended value, `tune` is the
    decision, and `curve` has the measures at every value. For a compare, `measures` and
    `thresholds` are those of the best scenario, `compare` says which that is, and `differences`
    has every measure of every scenario but the first, minus that of the first.
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
    if manifest.unmeasured:
        outcome["unmeasured"] = list(manifest.unmeasured)
    if manifest.load:
        outcome["load"] = manifest.load.model_dump(mode="json")
    if manifest.precision:
        outcome["precision"] = [
            {
                "target": each.target.text,
                "measure": each.target.measure,
                "half_width": _number(each.found.half_width),
                "wanted": _number(each.target.wanted(each.found.mean)),
                "reached": each.done,
                "state": each.state,
                "exceptions_at_most": each.exceptions,
            }
            for each in reaches(run)
        ]
    if run.staffing:
        outcome["staff"] = run.staffing.model_dump(mode="json", exclude={"confidence", "best"})
        outcome["staff"]["kept"] = run.staffing.kept
    elif run.comparison:
        outcome["compare"] = run.comparison.model_dump(mode="json")
    if run.comparison:
        outcome["differences"] = _differences(run, run.comparison)
    if run.sensitivity:
        outcome["sensitivity"] = run.sensitivity.model_dump(mode="json")
    elif run.tuned:
        outcome["tune"] = run.tuned.model_dump(mode="json")
    if run.backtest:
        outcome["backtest"] = run.backtest.model_dump(mode="json")
        outcome["backtest"]["agrees"] = run.backtest.agrees
    if result:
        outcome["curve"] = {value: _measures(estimates.at(value)) for value in run.values}
    return outcome


def keeps_its_thresholds(run: Run) -> bool:
    """Whether every rule holds for the mean of its measure, at the recommended value of a tune.

    A staffing has to keep its targets surely, and a tune's value the limits of the choice too. A
    backtest is judged by the real days alone.
    """
    if run.staffing:
        return run.staffing.kept
    if run.backtest:
        return run.backtest.agrees
    if run.tuned and run.tuned.misses(run.tuned.best):
        return False
    at = Estimates(run).at(run.result.best if run.result else "")
    return all(each.passed for each in evaluate([parse(t) for t in run.manifest.thresholds], at))


def _differences(run: Run, comparison: Comparison) -> dict[str, Any]:
    differences = differences_of(run, comparison)
    return {
        other: {
            name: {
                **_interval(found.change),
                "relative": _interval(found.relative),
                "told_apart": found.apart,
            }
            for name, found in differences.of(other).items()
        }
        for other in differences.others
    }


def _measures(at: Mapping[str, Interval]) -> dict[str, Any]:
    return {name: _interval(interval) for name, interval in at.items()}


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "mean": _number(interval.mean),
        "half_width": _number(interval.half_width),
        "low": _number(interval.low),
        "high": _number(interval.high),
        "n": interval.n,
    }


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None
