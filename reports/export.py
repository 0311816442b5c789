"""`esfand report --export`: a run's tables as CSV and Parquet files in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reports import whole_files
from reports.breakdowns import BREAKDOWNS
from reports.tidy import Tidy
from reports.tidy_columns import TABLES
from scenarios.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = "columns"
_PARQUET_ALONE = frozenset({"events"})
"""Tables too long for a spreadsheet."""
_FORMULA = r"^(?=[=+\-@\t\r])"
"""How text begins that a spreadsheet would compute."""


def check_target(folder: Path) -> None:
    """Raise UserError unless a folder of that name can be made anew."""
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UserError(
            f"--export {folder}: it is there already, and nothing in it is written over.\n"
            "Name a new folder."
        )


def export(run: Tidy, folder: Path) -> list[str]:
    """Write the tables that have rows; returns the names of the files.

    The folder is there whole or not at all. Raises UserError like `check_target`.
    """
    check_target(folder)
    with whole_files.replacing(folder) as new:
        tables = run.tables()
        for name, table in tables.items():
            table.to_parquet(new / f"{name}.parquet", index=False, compression="zstd")
            if name not in _PARQUET_ALONE:
                write_csv(table, new / f"{name}.csv")
        write_csv(_columns(tables), new / f"{COLUMNS}.csv")
        return sorted(path.name for path in new.iterdir())


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """As spreadsheets like it, and without a formula in it."""
    words = table.select_dtypes(["object", "string", "category"]).columns
    table.assign(**{name: _harmless(table[name]) for name in words}).to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n"
    )


def _harmless(words: pd.Series) -> pd.Series:
    return words.astype(str).str.replace(_FORMULA, "'", regex=True).where(words.notna())


def _columns(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What every column of these is."""
    import pandas as pd

    rows = [each for name in tables for each in _columns_of(name)]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def _columns_of(name: str) -> Iterator[tuple[str, str, str, str]]:
    if name in TABLES:
        for column, (unit, meaning) in TABLES[name].columns.items():
            yield name, column, unit, meaning
        return
    for column in ("value", "replication"):
        unit, meaning = TABLES["measures"].columns[column]
        yield name, column, unit, meaning
    for key in BREAKDOWNS[name].keys:
        yield name, key.name, key.kind, key.meaning
    for number in BREAKDOWNS[name].numbers:
        yield name, number.name, number.unit, number.meaning
