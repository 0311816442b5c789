"""A run as an Excel workbook in one language: numbers as numbers, nothing that computes."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.formats import RIAL_PER_TOMAN, Unit
from reports.sheets import Cell, Quantity, Sheet, Table, sheets_of

if TYPE_CHECKING:
    from reports.run_folder import Run
    from reports.words import Words

_WIDTHS = (10, 46)
"""The narrowest and the widest column, in characters."""
_ACROSS = 6
"""Columns that a sentence may take."""
_SENTENCE = 105
"""Characters of a sentence in one line of so many columns."""
_LINE = 16
"""Height of a line, in points."""
_FORMATS = {
    Unit.COUNT: "#,##0.00",
    Unit.SHARE: "0.0%",
    Unit.POINTS: "0.00",
    Unit.RIAL: "#,##0",
    Unit.SECONDS: "#,##0.0",
    Unit.HOURS: "#,##0.0",
    Unit.DAYS: "#,##0.0",
}
_WHOLE = "#,##0"
_SCALES = {Unit.POINTS: 100.0, Unit.RIAL: 1 / RIAL_PER_TOMAN}
"""What a number is multiplied by; a share is shown in percent by its format."""


def write_workbook(run: Run, words: Words) -> Path:
    """Write `report.LANGUAGE.xlsx` into the run's folder; returns its path.

    Text is never read as a formula or a link, whatever it begins with. Equal runs give equal
    bytes.
    """
    import xlsxwriter

    path = run.folder / f"report.{words.language}.xlsx"
    new = path.with_name(f".{path.name}.new")
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(new, plain) as book:
            created = dt.datetime.combine(run.manifest.created, dt.time())
            book.set_properties({"title": run.manifest.scenario, "created": created})
            writer = _Writer(book, words.right_to_left)
            for sheet in sheets_of(run, words):
                writer.write(sheet)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return path


class _Writer:
    """Lays sheets out in a workbook."""

    def __init__(self, book: Any, right_to_left: bool) -> None:
        self._book = book
        self._right_to_left = right_to_left
        direction = {"reading_order": 2 if right_to_left else 1}
        self._text = book.add_format({**direction, "valign": "top"})
        self._sentence = book.add_format({**direction, "valign": "top", "text_wrap": True})
        self._title = book.add_format({**direction, "bold": True, "font_size": 14})
        self._head = book.add_format(
            {**direction, "bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        self._numbers = {
            unit: book.add_format({"num_format": shown}) for unit, shown in _FORMATS.items()
        }
        self._whole = book.add_format({"num_format": _WHOLE})

    def write(self, content: Sheet) -> None:
        """One sheet; a table alone has its head frozen and can be filtered."""
        sheet = self._book.add_worksheet(content.name)
        if self._right_to_left:
            sheet.right_to_left()
        row = self._sentences(sheet, content)
        for table in content.tables:
            if not table.rows:
                continue
            row = self._table(sheet, table, row)
            if len(content.tables) == 1:
                head = row - len(table.rows) - 1
                sheet.freeze_panes(head + 1, 0)
                sheet.autofilter(head, 0, row - 1, len(table.head) - 1)
            row += 1
        for column, width in enumerate(_widths(content)):
            sheet.set_column(column, column, width)

    def _sentences(self, sheet: Any, content: Sheet) -> int:
        """The first with large letters; returns the row below them."""
        for row, sentence in enumerate(content.sentences):
            style = self._sentence if row else self._title
            sheet.merge_range(row, 0, row, _ACROSS, "", style)
            sheet.write_string(row, 0, sentence, style)
            if row:
                sheet.set_row(row, _LINE * math.ceil(len(sentence) / _SENTENCE))
        return len(content.sentences) + bool(content.sentences)

    def _table(self, sheet: Any, table: Table, row: int) -> int:
        """Returns the row below it."""
        if table.title:
            sheet.write_string(row, 0, table.title, self._title)
            row += 1
        for column, head in enumerate(table.head):
            sheet.write_string(row, column, head, self._head)
        for cells in table.rows:
            row += 1
            for column, cell in enumerate(cells):
                self._cell(sheet, row, column, cell)
        return row + 1

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self._text)
        elif math.isfinite(cell.number):
            sheet.write_number(row, column, *self._number(cell))

    def _number(self, cell: Quantity) -> tuple[float, Any]:
        number = cell.number * _SCALES.get(cell.unit, 1.0)
        if cell.unit is Unit.COUNT and number == round(number):
            return number, self._whole
        return number, self._numbers[cell.unit]


def _widths(content: Sheet) -> list[float]:
    """Of each column: as wide as its longest text, within reason."""
    least, most = _WIDTHS
    longest: dict[int, int] = {}
    for table in content.tables:
        for cells in ((head[:18] for head in table.head), *table.rows):
            for column, cell in enumerate(cells):
                length = len(cell) if isinstance(cell, str) else 14
                longest[column] = max(longest.get(column, 0), length)
    return [min(max(longest[column] + 2, least), most) for column in sorted(longest)]
