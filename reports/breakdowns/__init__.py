"""Breakdowns: the figures of a run by reason, product, hour and day, one small table each.

`reports.measures` says how many; these say which, where and when. Each is declared as data, read
from the event log in one pass over arrays, and kept in the run folder's `breakdowns.parquet`.
"""

from __future__ import annotations

import numpy as np

from reports.breakdowns import (
    carts,
    forecast,
    messages,
    orders,
    parcels,
    payments,
    stockouts,
    support,
    website,
)  # fmt: skip
from reports.breakdowns.breakdown import Breakdown, Columns
from reports.log import Events
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan

__all__ = ["BREAKDOWNS", "Breakdown", "Broken", "break_down", "document"]

SUBJECTS: dict[str, tuple[Breakdown, ...]] = {
    "Carts": carts.BREAKDOWNS,
    "Stockouts": stockouts.BREAKDOWNS,
    "Orders": orders.BREAKDOWNS,
    "Support": support.BREAKDOWNS,
    "Payments": payments.BREAKDOWNS,
    "Fulfilment": parcels.BREAKDOWNS,
    "Messages": messages.BREAKDOWNS,
    "Website": website.BREAKDOWNS,
    "Forecast": forecast.BREAKDOWNS,
}
BREAKDOWNS: dict[str, Breakdown] = {
    each.name: each for breakdowns in SUBJECTS.values() for each in breakdowns
}
"""Every breakdown by its name."""

Broken = dict[str, Columns]
"""The tables of one replication by the name of the breakdown; those without rows are left out."""


def break_down(
    events: Events | SortedLog, plan: Plan, replication: int = 0, live: bool = False
) -> Broken:
    """All breakdowns of one replication; of a `live` run, those that can be known from outside."""
    log = SortedLog.of(events)
    tables: Broken = {}
    for each in BREAKDOWNS.values():
        if (each.only_first and replication) or (each.inside and live):
            continue
        if not each.may_have_rows(log):
            continue
        table = each.of(log, plan)
        if rows := len(table[each.columns[0]]):
            unknown = [number.name for number in each.numbers if number.inside and live]
            tables[each.name] = {**table, **{name: np.full(rows, np.nan) for name in unknown}}
    return tables


def document() -> str:
    """The page docs/breakdowns.md: every breakdown with its columns."""
    lines = [
        "# Breakdowns",
        "",
        "A run folder's `breakdowns.parquet` holds the figures behind the report's chapters, by "
        "reason, product,",
        "hour and day. Every breakdown is a table with one row per varied value (`value`, empty "
        "for `simulate`),",
        "replication (`replication`, from 0) and its keys:",
        "",
        "```python",
        "from pathlib import Path",
        "",
        "from reports.breakdowns.file import read",
        "",
        'read(Path("runs/demo"), "carts_left")  # a pandas frame',
        "```",
        "",
        "A row that is not there counts as nothing. A shop in which something never happens has "
        "no rows of it.",
        "",
        "This page is written by `python -m reports.breakdowns > docs/breakdowns.md`.",
    ]
    for subject, breakdowns in SUBJECTS.items():
        lines += ["", f"## {subject}"]
        for each in breakdowns:
            first = " Of the first replication alone." if each.only_first else ""
            lines += ["", f"### `{each.name}`", "", each.meaning + first, ""]
            lines += ["| Column | Unit | Meaning |", "| --- | --- | --- |"]
            lines += [f"| `{key.name}` | {_KINDS[key.kind]} | {key.meaning} |" for key in each.keys]
            lines += [f"| `{n.name}` | {n.unit} | {n.meaning} |" for n in each.numbers]
    return "\n".join(lines) + "\n"


_KINDS = {"word": "key, a word", "whole": "key, a whole number"}
