"""Opens an export (CSV, Excel, Parquet) as a header and rows of text with their line numbers."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.errors import UserError

_DELIMITERS = ",;\t"
_SAYS_DELIMITER = re.compile(r'"?sep=([,;\t])"?\r?\n', re.IGNORECASE)
"""A first line by which Excel is told; it is no header."""
_DAMAGED = 0.01
"""Of the characters beyond ASCII: with no more unreadable ones it is UTF-8 that was cut somewhere,
by a database that counts bytes; Windows-1256 read as UTF-8 has nothing else."""
_TEXT = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_EXCEL = (".xlsx", ".xlsm")
_PARQUET = (".parquet",)
JSON = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
"""Endings of JSON, one value or one a line; only exports of orders come so."""


class Unreadable(list[str]):
    """A row that has no cells, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """A header and the rows below it. `rows` yields (line number in the file, cells) once."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]


def open_table(path: Path) -> Table:
    """The table in a `.csv`, `.tsv` (either may end in `.gz`), `.xlsx` or `.parquet` file.

    CSV: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1256. Excel: the first sheet. Blank rows
    are skipped. Raises UserError for a file that is missing, empty or no table.
    """
    check_ending(path)
    content = content_of(path)
    if path.name.lower().endswith(_EXCEL):
        rows = _excel_rows(path, content)
    elif path.name.lower().endswith(_PARQUET):
        rows = _parquet_rows(path, content)
    else:
        rows = _csv_rows(path, content)
    filled = ((line, row) for line, row in rows if any(cell.strip() for cell in row))
    header = tuple(cell.strip() for cell in next(filled, (0, []))[1])
    if len(header) < 2:
        raise UserError(
            f"{path}: not a table: the first line has {len(header)} column(s).\n"
            f"Expected a header whose columns stand apart by comma, semicolon or tab."
        )
    return Table(header, filled)


def content_of(path: Path) -> bytes:
    """What is in an export, unpacked; UserError for a file that is missing, empty or damaged."""
    try:
        content = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            content = gzip.decompress(content)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise UserError(f"{path}: not a whole gzip file; compress it again.") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).") from None
    if not content:
        raise UserError(f"{path}: the file is empty; expected a header line and rows below it.")
    return content


def check_ending(path: Path, also: tuple[str, ...] = ()) -> None:
    """Raise UserError for a file whose name is not that of an export."""
    if not path.name.lower().endswith(_TEXT + _EXCEL + _PARQUET + also):
        known = ", ".join(_TEXT + _EXCEL[:1] + (*also[:2],))
        raise UserError(
            f"{path}: an export ends in {known} or .parquet.\n"
            f"Save it as CSV (UTF-8) or as an Excel workbook and try again."
        )


def _csv_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(path, content)
    line = 1
    if said := _SAYS_DELIMITER.match(text):
        delimiter, text, line = said[1], text[said.end() :], 2
    else:
        delimiter = max(_DELIMITERS, key=text.split("\n", 1)[0].count)
    taken: list[str] = []  # the lines of the row that is being read

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line
        taken.append("")  # a row that asks for more than there is has an open quotation mark

    # "excel" doubles its quotes, as spreadsheets and shop platforms do.
    reader = csv.reader(lines(), delimiter=delimiter)
    above, width = line - 1, 0
    try:
        for row in reader:
            width = width or len(row)
            if len(taken) > 1 and (len(row) != width or not _is_well_quoted(taken, delimiter)):
                raise _open_quotation_mark(path, line, above + reader.line_num)
            yield line, row
            line += len(taken)
            taken.clear()
    except csv.Error as error:
        if len(taken) > 1:  # the cell grew beyond what the reader takes
            raise _open_quotation_mark(path, line, above + reader.line_num) from None
        raise UserError(f"{path}, line {line}: not CSV ({error}).") from None


def _is_well_quoted(lines: list[str], delimiter: str) -> bool:
    """Whether every quotation mark in a row that runs over several lines is closed as it should.

    A forgotten one is closed by the next that comes, amid another cell's text; only strict
    reading minds that.
    """
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _open_quotation_mark(path: Path, line: int, last: int) -> UserError:
    swallowed = f", so that the row runs on to line {last}" if last > line else ""
    return UserError(
        f"{path}, line {line}: a quotation mark is opened and not closed{swallowed}.\n"
        f"Close it; one that belongs to the text is doubled, in a cell within quotation marks."
    )


def _decode(path: Path, content: bytes) -> str:
    """Persian spreadsheets save UTF-8, with or without a mark, UTF-16 ("Unicode text") or
    Windows-1256."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:4096]:
        raise UserError(
            f"{path}: not a CSV file: it holds binary data.\n"
            f"Save the export as CSV (UTF-8), or give it its real ending, for example .xlsx."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("utf-8-sig", "replace")
    unreadable = text.count("\N{REPLACEMENT CHARACTER}")
    beyond_ascii = sum(not letter.isascii() for letter in text)
    return text if unreadable <= _DAMAGED * beyond_ascii else content.decode("cp1256")


def _excel_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise CalamineError("it is not a zip archive")
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: not an Excel workbook ({error}); save it again.") from None
    return ((line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=1))


def _parquet_rows(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The names of the columns, then the rows; the first row counts as line 2, as in a CSV file."""
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(io.BytesIO(content))
    except pyarrow.ArrowException as error:
        raise UserError(f"{path}: not a Parquet file ({str(error).splitlines()[0]}).") from None
    return _arrow_rows(table)


def _arrow_rows(table: Any) -> Iterator[tuple[int, list[str]]]:
    yield 1, [str(name) for name in table.column_names]
    line = 2
    for batch in table.to_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield line, [_text(cell) for cell in row]
            line += 1


def _text(cell: Any) -> str:
    """A cell as CSV would say it: whole numbers without a decimal point, nothing for none."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
