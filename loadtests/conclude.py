"""From a spool to a run folder: measures, audit, validity, reports.

Runs in a process of its own, after the load: what it needs (pandas, charts) has no place beside a
generator.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadtests.audit import Finding
from loadtests.receipts import RECEIPTS, read_receipts, write_receipts
from loadtests.recorder import REQUEST as REQUEST_ROW
from loadtests.recorder import START as START_ROW
from loadtests.rehearsal import Rehearsal
from loadtests.spool import (
    CRASHES,
    EVENTS,
    REHEARSAL,
    REQUESTS,
    STARTS,
    STEPS,
    State,
    read_state,
)
from loadtests.targets.target import Receipt
from model.events import RECORD, Kind
from reports import requests as tables
from reports import run_folder
from reports.breakdowns import break_down
from reports.breakdowns import file as breakdowns
from reports.hours import by_hour
from reports.html import write_report
from reports.log import EVENT, Events, write_parquet
from reports.measures import measure
from reports.measures.load import known_from_outside, values
from reports.notations import USUAL, Language
from reports.requests import REQUEST, START, Traffic
from reports.run_folder import HOUR_COLUMNS, Books, Load, Manifest, RunSeason
from reports.sorted_log import SortedLog
from reports.thresholds import sort_out
from reports.versions import fingerprint, versions
from scenarios.demand import MINUTE
from scenarios.shoppers import Plan


@dataclass(frozen=True)
class Gathered:
    """Everything that the generators of a run handed over."""

    events: Events
    traffic: Traffic
    receipts: list[Receipt]
    state: State
    crashes: list[str]
    """Mistakes in code that ended sessions, one line each."""


def gather(spool: Path) -> Gathered:
    """Put the parts of a spool together, each sort of row in order of time."""
    state = read_state(spool)
    folders = sorted(folder for folder in spool.iterdir() if folder.is_dir())
    steps: dict[str, int] = {}
    requests = []
    for folder in folders:
        rows = _rows(folder / REQUESTS, REQUEST, REQUEST_ROW.size)
        names = json.loads((folder / STEPS).read_text(encoding="utf-8"))
        numbers = [steps.setdefault(name, len(steps)) for name in names]
        if len(rows):
            rows["step"] = np.array(numbers, np.uint16)[rows["step"]]
        requests.append(rows)
    starts = _in_order(
        [_rows(folder / STARTS, START, START_ROW.size) for folder in folders], START, "due"
    )
    told = _in_order([_rows(folder / EVENTS, EVENT, RECORD.size) for folder in folders], EVENT, "t")
    traffic = Traffic(_in_order(requests, REQUEST, "sent"), list(steps), starts, state.planned)
    return Gathered(
        _in_order([_counted(traffic), told], EVENT, "t"),
        traffic,
        [receipt for folder in folders for receipt in read_receipts(folder / RECEIPTS)],
        state,
        [
            line
            for folder in folders
            for line in (folder / CRASHES).read_text(encoding="utf-8").splitlines()
        ],
    )


def conclude(
    spool: Path,
    folder: Path,
    command_line: str,
    findings: Sequence[Finding] = (),
    audited: str = "",
    gathered: Gathered | None = None,
    languages: tuple[Language, ...] = USUAL,
) -> Path:
    """Write the run folder of a spool, with what the audit found; returns the folder."""
    import pandas as pd

    rehearsal = Rehearsal.from_json((spool / REHEARSAL).read_text(encoding="utf-8"))
    found = gathered or gather(spool)
    scenario = rehearsal.resolved
    plan = Plan.of(scenario)
    log = SortedLog(found.events)
    measures = known_from_outside(measure(log, plan.scenario)) | values(found.traffic)
    hours: dict[str, NDArray[Any]] = by_hour(log, plan)
    hours["support_backlog_mean"] = np.full(len(hours["hour"]), np.nan)  # nobody sees the queue
    row: dict[str, Any] = {"value": "", "replication": 0}
    manifest = _manifest(rehearsal, found, command_line, measures, findings, audited, plan)
    manifest = manifest.model_copy(update={"languages": languages})
    with run_folder.replacing(folder) as new:
        run_folder.write(
            new,
            manifest=manifest,
            scenario=rehearsal.scenario,
            measures=pd.DataFrame([row | measures]),
            hours=pd.DataFrame(row | hours)[list(HOUR_COLUMNS)],
            logs={"0.parquet": partial(write_parquet, found.events)},
            breakdowns=breakdowns.writer(
                [breakdowns.Part("", 0, break_down(log, plan, live=True))]
            ),
        )
        tables.write(found.traffic, new)
        write_receipts(found.receipts, new)
        write_report(new)
    return folder


def _manifest(
    rehearsal: Rehearsal,
    found: Gathered,
    command_line: str,
    measures: dict[str, float],
    findings: Sequence[Finding],
    audited: str,
    plan: Plan,
) -> Manifest:
    scenario, season, state = rehearsal.resolved, plan.scenario.season, found.state
    faults = tuple(finding.sentence for finding in findings if finding.breaks)
    judged, unmeasured = sort_out(scenario.thresholds, measures)
    seconds = max(state.ended - state.began, 0.0) if state.began else 0.0
    return Manifest(
        command="load",
        command_line=command_line,
        scenario=scenario.name,
        title={str(language): title for language, title in scenario.title.items()},
        summary=scenario.summary,
        source="live",
        seed=scenario.seed,
        replications=1,
        season=RunSeason(start=season.start, seconds=season.duration, timezone=season.timezone),
        versions=versions(),
        created=dt.date.today(),
        seconds=round(seconds, 1),
        books=Books(balanced=not faults, faults=faults),
        thresholds=judged,
        unmeasured=unmeasured,
        scenario_hash=fingerprint(scenario),
        load=Load(
            host=rehearsal.host,
            target=rehearsal.target,
            planned=state.planned,
            seconds=round(seconds, 3),
            generators=len(state.parts),
            interrupted=state.interrupted,
            lost=tuple(_lost(state, found.traffic)),
            crashes=len(found.crashes),
            invalid=(*invalid(rehearsal, found.traffic, measures), *_crashed(found.crashes)),
            withstood=tuple(finding.sentence for finding in findings if not finding.breaks),
            audited=audited,
            most_lag_s=rehearsal.most_lag,
            most_dropped=rehearsal.most_dropped,
            numbers_from=rehearsal.numbers_from,
        ),
    )


def invalid(rehearsal: Rehearsal, traffic: Traffic, measures: dict[str, float]) -> Iterator[str]:
    """Why the load was not the one that was planned, in sentences."""
    lag = measures["scheduler_lag_p99_s"]
    if lag > rehearsal.most_lag:
        yield (
            f"Sessions began late: {lag * 1000:,.1f} ms at the 99th percentile, where "
            f"{rehearsal.most_lag * 1000:,.0f} ms are allowed. The generator was too busy: use "
            "more processes or machines."
        )
    if not traffic.planned:
        yield "No session was ever planned: the run ended before its schedule was drawn."
    elif traffic.dropped > rehearsal.most_dropped * traffic.planned:
        share = traffic.dropped / traffic.planned
        yield (
            f"{traffic.dropped:,} of {traffic.planned:,} planned sessions ({share:.1%}) never "
            f"began, where {rehearsal.most_dropped:.1%} are allowed."
        )


def _crashed(crashes: Sequence[str]) -> Iterator[str]:
    if crashes:
        yield (
            f"{len(crashes):,} sessions ended by a mistake in the code that plays them, the first "
            f"by {crashes[0]}."
        )


def _lost(state: State, traffic: Traffic) -> Iterator[str]:
    for name, part in state.parts.items():
        if not part.done:
            yield (
                f"Generator {name} ({part.number + 1} of {part.of}) was heard of no more: what it "
                "played in its last second, and the sessions it was still to begin, are missing."
            )


def _counted(traffic: Traffic) -> Events:
    """How many sessions really began, by the minute in which they were due."""
    minutes = (traffic.begun["due"] // MINUTE).astype(int)
    counts = np.bincount(minutes)
    events = np.zeros(len(counts), EVENT)
    events["t"], events["kind"], events["quantity"] = (
        np.arange(len(counts)) * MINUTE, Kind.TRAFFIC, counts,
    )  # fmt: skip
    for name in ("session", "order", "product"):
        events[name] = -1
    return events


def _rows(file: Path, dtype: np.dtype[Any], size: int) -> NDArray[np.void]:
    """The whole rows of a file; a last one that was cut off is left out."""
    content = file.read_bytes()
    return np.frombuffer(content[: len(content) // size * size], dtype).copy()


def _in_order(parts: list[NDArray[np.void]], dtype: np.dtype[Any], by: str) -> NDArray[np.void]:
    rows = np.concatenate(parts) if parts else np.empty(0, dtype)
    return rows[np.argsort(rows[by], kind="stable")]
