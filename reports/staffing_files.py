"""A staffing for those who plan shifts: staffing.csv for machines, staffing.xlsx for people."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.formats import RIAL_PER_TOMAN
from reports.staffing import StaffingTables
from reports.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from reports.notations import Language
    from reports.staffing_result import StaffCell, Staffing

CSV, XLSX = "staffing.csv", "staffing.xlsx"
_COLUMNS = (
    "desk", "days", "hour", "now", "erlang", "recommended", "contacts", "level", "low", "high",
    "given_up", "occupancy", "cost",
)  # fmt: skip
_NO_TIME = dt.datetime(2000, 1, 1)
"""Of its making: else no two books would be equal."""
_SHARES = ("level", "low", "high", "given_up", "occupancy")


def write_staffing(folder: Path, staffing: Staffing, languages: Sequence[Language]) -> None:
    """Write both files into a run folder. Equal staffings give equal files."""
    table(staffing).to_csv(
        folder / CSV, index=False, encoding="utf-8-sig", lineterminator="\n"
    )  # as spreadsheets like it
    _write_book(folder / XLSX, staffing, languages)


def table(staffing: Staffing) -> pd.DataFrame:
    """One row per desk, class of days and hour; the columns are the fields of `StaffCell`."""
    import pandas as pd

    return pd.DataFrame(cell.model_dump() for cell in staffing.cells)


def _write_book(path: Path, staffing: Staffing, languages: Sequence[Language]) -> None:
    """Two sheets in each language: the plan, desks by hours; and the table behind it."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": _NO_TIME})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        percent = book.add_format({"num_format": "0.0%"})
        money = book.add_format({"num_format": "#,##0"})
        for language in languages:
            words = Words(language)
            for title, rows in sheets(staffing, words).items():
                sheet = book.add_worksheet(title)
                if words.right_to_left:
                    sheet.right_to_left()
                sheet.freeze_panes(1, 2)
                sheet.set_column(0, 1, 18)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row, bold if number == 0 else None)
                if len(rows[0]) == len(_COLUMNS):
                    for column, key in enumerate(_COLUMNS):
                        if key in _SHARES:
                            sheet.set_column(column, column, 11, percent)
                    sheet.set_column(len(_COLUMNS) - 1, len(_COLUMNS) - 1, 16, money)


def sheets(staffing: Staffing, words: Words) -> dict[str, list[list[Any]]]:
    """Rows of both sheets in one language by their titles; the first row holds the heads."""
    tables = StaffingTables(staffing, words)
    return {
        str(words("staff.sheet_plan")): _plan(staffing, words, tables),
        str(words("staff.sheet_table")): _table(staffing, words, tables),
    }


def _plan(staffing: Staffing, words: Words, tables: StaffingTables) -> list[list[Any]]:
    """A row for each desk and class of days, with its days and a column for every hour."""
    hours = [f"{hour:02d}:00" for hour in range(24)]
    heads = [str(words(f"staff.column_{key}").striptags()) for key in ("desk", "days", "dates")]
    rows: list[list[Any]] = [[*heads, *hours]]
    dates = dict(tables.classes())
    for channel in staffing.channels:
        for days in staffing.days:
            agents = [
                str(words("staff.closed")) if cell.closed_by(cell.agents) else cell.agents
                for cell in staffing.cells
                if (cell.channel, cell.days) == (channel, days.name)
            ]
            name = tables.days(days)
            spans = dates[name].striptags()
            rows.append([tables.desk(channel).striptags(), name.striptags(), spans, *agents])
    return rows


def _table(staffing: Staffing, words: Words, tables: StaffingTables) -> list[list[Any]]:
    """A row for each desk, class of days and hour; shares as fractions, money in toman."""
    days = {each.name: tables.days(each).striptags() for each in staffing.days}
    heads = [str(words(f"staff.column_{key}").striptags()) for key in _COLUMNS]
    return [heads] + [
        [tables.desk(cell.channel).striptags(), days[cell.days], *_numbers(cell)]
        for cell in staffing.cells
    ]


def _numbers(cell: StaffCell) -> list[Any]:
    numbers = [
        cell.present, cell.erlang, cell.agents, cell.contacts, cell.service_level,
        cell.service_low, cell.service_high, cell.given_up, cell.occupancy,
        cell.cost_rial / RIAL_PER_TOMAN,
    ]  # fmt: skip
    return [f"{cell.hour:02d}:00", *(None if math.isnan(each) else each for each in numbers)]
