"""Pages and verdicts of made-up runs as a reader sees them, and runs that differ in one thing."""

import dataclasses
import math
import re

import made_up_run
import pandas as pd

from reports.estimates import Estimates
from reports.html import render
from reports.run_folder import Run
from reports.verdict import Conclusion, conclude
from reports.words import Words


def page(run: Run, language: str = "en") -> str:
    return render(run, Estimates(run), Words(language))


def conclusion(run: Run, language: str = "en") -> str:
    """The verdict's sentences alone."""
    said = conclude(run, Estimates(run), Words(language))
    return text(" ".join((said.headline, *said.details, *said.warnings)))


def conclude_of(run: Run) -> Conclusion:
    return conclude(run, Estimates(run), Words("en"))


def text(page: str) -> str:
    """The page as a reader sees it: without markup, on one line, with common spaces."""
    body = re.sub(r"<(svg|head)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))


def with_result(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, result=made_up_run.result(**changes))


def with_manifest(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, manifest=run.manifest.model_copy(update=changes))


def with_flat_hours(run: Run) -> Run:
    """Stockouts that differ by chance alone from hour to hour."""
    noise = (run.hours["hour"] * 7 + run.hours["replication"] * 11) % 13
    return dataclasses.replace(run, hours=run.hours.assign(stockouts=noise))


def with_quiet_best(run: Run) -> Run:
    """No stockouts at the best value."""
    stockouts = run.hours["stockouts"].where(run.hours["value"] != "20 min", 0)
    return dataclasses.replace(run, hours=run.hours.assign(stockouts=stockouts))


def with_same_crowds(run: Run) -> Run:
    """A queue that the replication moves far more than the value."""
    minutes = run.measures["value"].str.split().str[0].astype(float)
    peak = minutes + 1_000 * run.measures["replication"]
    return dataclasses.replace(run, measures=run.measures.assign(support_backlog_peak=peak))


def with_precision(run: Run) -> Run:
    """Precisions that are reached and not, and measures without spread in enough replications."""
    measures = pd.concat([run.measures] * 4, ignore_index=True)
    measures["replication"] = range(len(measures))
    measures["late_paid"] = [1.0, *[math.nan] * (len(measures) - 1)]
    wanted = ("orders_paid: 50%", "stockouts: 1", "oversold_units: 1", "refunds_rial: 1 toman",
              "late_paid: 1")  # fmt: skip
    return dataclasses.replace(with_manifest(run, precision=wanted), measures=measures)


def comparisons(run: Run) -> list[Run]:
    """The made-up comparison, and others that say what it does not."""
    first, second, *_ = run.comparison.scenarios
    third = first.model_copy(update={"season_s": 5000.0, "drawn_apart": ("seed",)})
    turned = {"A": "B", "B": "A", "C": "C"}
    back = dataclasses.replace(
        run, measures=run.measures.assign(value=run.measures["value"].map(turned))
    )
    same = run.measures[run.measures["value"] == "A"]
    return [
        run,
        back,
        with_comparison(run, scenarios=(first, second, third.model_copy(update={"name": "C"}))),
        with_comparison(back, scenarios=(first, third.model_copy(update={"name": "B"}))),
        with_comparison(run, scenarios=(first, third.model_copy(update={"name": "B"}))),
        dataclasses.replace(run, measures=pd.concat(same.assign(value=each) for each in "ABC")),
        dataclasses.replace(
            run, measures=run.measures[run.measures["replication"] == 0].assign(sessions=1)
        ),
        dataclasses.replace(run, measures=run.measures.assign(support_wait_p95_s=60.0)),
        with_manifest(run, thresholds=("stockouts < 10",)),
    ]


def with_comparison(run: Run, **changes: object) -> Run:
    return dataclasses.replace(run, result=run.comparison.model_copy(update=changes))
