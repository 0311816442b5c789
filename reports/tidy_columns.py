"""What the columns of a run's tidy frames are: data, from which docs/frames.md is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TableOf:
    """A frame: what a row is, and its columns in their order, each with unit and meaning."""

    row: str
    columns: Mapping[str, tuple[str, str]]


_VALUE = {"value": ("word", "The varied value or the scenario's letter; empty for `simulate`.")}
_REPLICATION = {"replication": ("whole", "From 0 on: the same number met the same shoppers.")}
_MEASURE = {
    "unit": ("word", "`count`, `share` (of one), `rial`, `s`, `h` or `d`."),
    "better": ("word", "Which way a shop wants it to go: `up`, `down` or `neither`."),
    "channel": ("word", "Of support's measures by channel; else empty."),
    "step": ("word", "Of a live run's requests by step; else empty."),
    "definition": ("text", "One sentence: who is counted, and what becomes of what is open."),
}
_INTERVAL = {
    "mean": ("the measure's", "Over the replications."),
    "low": ("the measure's", "Lower end of its confidence interval; none of one replication."),
    "high": ("the measure's", "Upper end."),
    "half_width": ("the measure's", "Half of the interval."),
    "n": ("count", "Replications in which the measure has a value."),
}

TABLES: Mapping[str, TableOf] = {
    "measures": TableOf(
        "A measure of a replication at a value.",
        _VALUE
        | _REPLICATION
        | {
            "measure": ("word", "Its name."),
            "number": ("the measure's", "What was measured; none where there was nothing."),
        }
        | _MEASURE,
    ),
    "estimates": TableOf(
        "A measure at a value, over all replications.",
        _VALUE | {"measure": ("word", "Its name.")} | _INTERVAL | _MEASURE,
    ),
    "differences": TableOf(
        "Of a compare: a measure of a scenario beside the first scenario's.",
        {
            "scenario": ("word", "Its letter."),
            "against": ("word", "The first scenario's letter."),
            "measure": ("word", "Its name."),
            "first_mean": ("the measure's", "Of the first scenario."),
            "mean": ("the measure's", "Of the scenario."),
            "difference": ("the measure's", "The scenario's minus the first's, in the mean."),
            "low": ("the measure's", "Lower end of the difference's interval."),
            "high": ("the measure's", "Upper end."),
            "relative": ("share", "The difference, of the first's."),
            "relative_low": ("share", "Lower end."),
            "relative_high": ("share", "Upper end."),
            "pairs": ("count", "Replications that both have."),
            "told_apart": ("0 or 1", "Whether the difference is more than chance, jointly."),
        },
    ),
    "hours": TableOf(
        "A local hour of day of a replication at a value.",
        _VALUE
        | _REPLICATION
        | {
            "hour": ("whole", "From 0 to 23."),
            "days": ("count", "How often the hour came; one that was cut off counts as its part."),
            "sessions": ("count", "That came in the hour, over the season."),
            "carts": ("count", "By when their first line was added."),
            "orders_paid": ("count", "By when they were paid."),
            "stockouts": ("count", "Requests that were refused."),
            "support_contacts": ("count", "By when they came in."),
            "support_backlog_mean": ("count", "Contacts waiting, averaged over the time."),
        },
    ),
    "events": TableOf(
        "An event of the first replication, in the order of time.",
        {
            "t": ("s", "Since the season's start."),
            "kind": ("word", "What happened."),
            "session": ("whole", "The shopper's session; -1 for none."),
            "order": ("whole", "-1 for none."),
            "product": ("whole", "-1 for none."),
            "quantity": ("count", "Units; of some kinds another count."),
            "amount": ("rial", "Money; 0 for none."),
            "channel": ("word", "Of support, payment or message; `none` for none."),
            "reason": ("word", "Why; `none` for none."),
        },
    ),
    "transactions": TableOf(
        "An attempt to pay, or a collection at the door, of the first replication.",
        {
            "time": ("time", "Local, Gregorian."),
            "day": ("day", "Jalali."),
            "method": ("word", "How it was paid."),
            "gateway": ("word", "Empty for other methods."),
            "order": ("whole", "The order's number."),
            "attempt": ("whole", "From 1 on."),
            "amount_rial": ("rial", "What was to be paid."),
            "outcome": ("word", "What became of it."),
            "reason": ("word", "Why it failed; else empty."),
            "fee_rial": ("rial", "The gateway's."),
            "settlement_date": ("day", "Gregorian; empty where nothing is settled."),
            "settlement_day": ("day", "The same in Jalali."),
        },
    ),
    "transactions_by_day": TableOf(
        "A day, method and gateway.",
        {
            "date": ("day", "Gregorian."),
            "day": ("day", "Jalali."),
            "method": ("word", "How it was paid."),
            "gateway": ("word", "Empty for other methods."),
            "attempts": ("count", "That began on the day."),
            "paid": ("count", "Of these, paid in the end."),
            "paid_rial": ("rial", "Their amounts."),
            "fee_rial": ("rial", "The gateway's."),
            "reversed_rial": ("rial", "Amounts that went back to the shopper."),
        },
    ),
}
"""By the name of the attribute."""


def document() -> str:
    """The page docs/frames.md."""
    lines = [
        "# A run as pandas frames",
        "",
        "```python",
        "from reports import tidy",
        "",
        'run = tidy.open("runs/demo")',
        "run.measures",
        "```",
        "",
        "Every table has one row for each observation. Numbers are in the base of their unit: "
        "seconds, rial,",
        "shares of one. A table that the run does not have is empty, with its columns. "
        "`run.run` is the run",
        "folder as `reports.run_folder` reads it, `run.events_of(3)` the log of another "
        "replication that was",
        "kept, and `run.breakdowns` a frame for each of the [breakdowns](breakdowns.md) by its "
        "name.",
        "",
        "    esfand report runs/demo --export tables",
        "",
        "writes every table that has rows into a new folder, as CSV (UTF-8 with a byte order "
        "mark) and as",
        "Parquet, with `columns.csv`, which says what the columns are. Events are written as "
        "Parquet alone.",
        "In CSV, text that a spreadsheet would take for a formula has an apostrophe in front.",
        "",
        "This page is written by `python -m reports.tidy_columns > docs/frames.md`.",
    ]
    for name, table in TABLES.items():
        lines += ["", f"## `{name}`", "", table.row, ""]
        lines += ["| Column | Unit | Meaning |", "| --- | --- | --- |"]
        lines += [
            f"| `{column}` | {unit} | {said} |" for column, (unit, said) in table.columns.items()
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(document(), end="")
