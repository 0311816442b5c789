"""What a chapter of the report is made of; one template shows them all."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts import Chart
from reports.download import Download


@dataclass(frozen=True)
class Cell:
    """What stands in a table, and the plain number by which a column is sorted."""

    text: Markup
    number: float = math.nan

    @property
    def value(self) -> str:
        """The number for a machine; empty without one."""
        return "" if math.isnan(self.number) else f"{self.number:.10g}"


@dataclass(frozen=True)
class Head:
    """The head of a column with the unit of its cells; empty where they carry their own."""

    label: Markup
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """A row: what it is about, then a cell for each further column."""

    label: Markup
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table with a sentence that says what it shows; `head` names the rows' column first."""

    title: Markup
    caption: Markup
    head: tuple[Head, ...]
    rows: tuple[Row, ...]
    data: Download | None = None
    folded: bool = False
    """A long one, which is opened by a click."""

    def file(self, name: str) -> Download:
        """The data behind it, or else what it shows: numbers in rial, seconds and fractions."""
        import pandas as pd

        columns = [str(head.label.striptags()) for head in self.head]
        rows = (
            [row.label.striptags(), *(c.value or c.text.striptags() for c in row.cells)]
            for row in self.rows
        )
        return self.data or Download.of(name, pd.DataFrame(rows, columns=columns))

    def is_of_words(self, column: int) -> bool:
        """Whether no cell of a column, counted from 0 after the rows' own, has a number."""
        return not any(row.cells[column].value for row in self.rows)


@dataclass(frozen=True)
class Chapter:
    """A chapter: sentences, then figures, then tables. `name` is its address within the page."""

    name: str
    title: Markup
    lead: tuple[Markup, ...]
    figures: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
