"""Finished runs side by side on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.console import Row, table
from reports.console_tune import plain
from reports.side_by_side import SideBySide
from reports.side_by_side_page import Told
from reports.words import Words

_WIDTH = 100


def side_by_side_lines(found: SideBySide, pages: Sequence[Path]) -> Iterator[str]:
    """Finished runs side by side."""
    told = Told(found, Words("en"))
    for side in found.sides:
        yield f"{side.name}  {side.run.folder}{f' at {side.value}' if side.value else ''}"
    for sentence in (*told.sentences(), *told.methods(), *told.warnings()):
        yield ""
        yield from textwrap.wrap(plain(sentence), _WIDTH)
    yield ""
    heads = [f"{other.name} - {found.first.name}" for other in found.others]
    rows: list[Row] = [("", "", *(side.name for side in found.sides), *heads)]
    for row in told.chosen():
        mark = "≠" if any(state == "apart" for *_, state in row["changes"]) else ""
        changes = (change for change, *_ in row["changes"])
        unit = f", {row['unit']}" if row["unit"] else ""
        cells = map(plain, (*row["cells"], *changes))
        rows.append((mark, plain(row["label"]) + unit, *cells))
    yield from table(rows)
    yield ""
    yield f"Reports: {', '.join(map(str, pages))}"
