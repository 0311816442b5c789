"""A run folder's `breakdowns.parquet`: all breakdowns of all replications in one file.

The file has the columns of all breakdowns; a row has those of its own and no others. Each
breakdown has row groups of its own, so that reading one leaves the rest on the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from reports.breakdowns import BREAKDOWNS, Breakdown, Broken
from scenarios.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NAME = "breakdowns.parquet"
TABLE, VALUE, REPLICATION = "breakdown", "value", "replication"


class Part(NamedTuple):
    """The breakdowns of one replication."""

    value: str
    """Of the varied field; empty where none is varied."""
    replication: int
    broken: Broken


def write(parts: Sequence[Part], folder: Path) -> None:
    """Write the file into a run folder; equal parts give equal bytes."""
    from pyarrow import parquet

    schema = _schema()
    with parquet.ParquetWriter(folder / NAME, schema, compression="zstd") as writer:
        for breakdown in BREAKDOWNS.values():
            rows = _rows(breakdown, [part for part in parts if breakdown.name in part.broken])
            if rows:
                writer.write_table(_table(rows, schema))


def read(folder: Path, name: str) -> pd.DataFrame:
    """One breakdown of a run: `value`, `replication`, its keys, its numbers; a row for each key.

    Empty where the run has none of it, or is older than breakdowns. Raises UserError for a file
    that cannot be read, and KeyError for a breakdown that there is not.
    """
    import pyarrow as pa
    from pyarrow import parquet

    breakdown, path = BREAKDOWNS[name], folder / NAME
    columns = (VALUE, REPLICATION, *breakdown.columns)
    if not path.exists():
        return _empty(breakdown)
    try:
        there = parquet.read_schema(path).names
        if any(column not in there for column in columns):  # written before there was such a one
            return _empty(breakdown)
        table = parquet.read_table(path, columns=list(columns), filters=[(TABLE, "==", name)])
    except (OSError, pa.ArrowException) as error:
        raise UserError(
            f"{path} cannot be read: {error}\nRun the command again: it replaces the folder."
        ) from None
    return _typed(breakdown, table.to_pandas())


def parts(folder: Path) -> list[Part]:
    """What was written, replication by replication, to be written once more with others."""
    found: dict[Any, Broken] = {}
    for breakdown in BREAKDOWNS.values():
        rows = read(folder, breakdown.name)
        for (value, number), group in rows.groupby([VALUE, REPLICATION], sort=False):
            columns = {name: group[name].to_numpy() for name in breakdown.columns}
            found.setdefault((value, number), {})[breakdown.name] = columns
    return [Part(value, number, broken) for (value, number), broken in found.items()]


def writer(of: Iterable[Part]) -> partial[None]:
    """What writes these parts into a folder, for `run_folder.write`."""
    return partial(write, list(of))


def _rows(breakdown: Breakdown, parts: Sequence[Part]) -> Mapping[str, Any]:
    """The columns of one breakdown for all replications, one under the other."""
    if not parts:
        return {}
    tables = [part.broken[breakdown.name] for part in parts]
    lengths = [len(table[breakdown.columns[0]]) for table in tables]
    return {
        TABLE: np.repeat(breakdown.name, sum(lengths)),
        VALUE: np.repeat([part.value for part in parts], lengths),
        REPLICATION: np.repeat([part.replication for part in parts], lengths),
        **{
            name: np.concatenate([np.asarray(table[name]) for table in tables])
            for name in breakdown.columns
        },
    }


def _table(rows: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    length = len(rows[TABLE])
    arrays = []
    for column in schema:
        if column.name not in rows:
            arrays.append(pa.nulls(length, column.type))
            continue
        plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        array = pa.array(rows[column.name], plain)
        arrays.append(array.dictionary_encode() if plain is not column.type else array)
    return pa.table(arrays, schema=schema)


def _schema() -> pa.Schema:
    """Every column of any breakdown; those of one name are of one type."""
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    types = {TABLE: word, VALUE: word, REPLICATION: pa.int32()}
    for breakdown in BREAKDOWNS.values():
        types |= {key.name: word if key.kind == "word" else pa.int32() for key in breakdown.keys}
        types |= {number.name: pa.float64() for number in breakdown.numbers}
    return pa.schema(types)


def _empty(breakdown: Breakdown) -> pd.DataFrame:
    import pandas as pd

    return _typed(breakdown, pd.DataFrame(columns=[VALUE, REPLICATION, *breakdown.columns]))


def _typed(breakdown: Breakdown, frame: pd.DataFrame) -> pd.DataFrame:
    kinds: dict[str, Any] = {VALUE: str, REPLICATION: np.int64}
    kinds |= {key.name: str if key.kind == "word" else np.int64 for key in breakdown.keys}
    kinds |= {number.name: np.float64 for number in breakdown.numbers}
    return frame.astype(kinds)
