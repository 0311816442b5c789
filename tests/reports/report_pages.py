"""Pages and verdicts of made-up runs as a reader sees them, and runs that differ in one thing."""

import dataclasses
import re

import made_up_run

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
