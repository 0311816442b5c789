"""The event log as a table: a NumPy view of the packed records, a pandas frame, a Parquet file."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Log, Reason
from scenarios.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Events = NDArray[np.void]
"""Events in the order in which they happened; dtype `EVENT`, shape (events,)."""

EVENT = np.dtype(
    [
        ("t", "<f8"),
        ("kind", "u1"),
        ("session", "<i4"),
        ("order", "<i4"),
        ("product", "<i4"),
        ("quantity", "<i4"),
        ("amount", "<i8"),
        ("channel", "u1"),
        ("reason", "u1"),
    ]
)
"""One packed record of `model.events.RECORD`, field by field and without padding."""

COLUMNS = tuple(EVENT.fields or ())
_NAMED: dict[str, type[IntEnum]] = {"kind": Kind, "channel": Channel, "reason": Reason}
"""The columns that hold codes, and what the codes stand for."""


def as_array(log: Log) -> Events:
    """The log's records as a read-only array, without a copy.

    A bytearray that is looked at cannot be resized: while the array, or a slice of it, is alive,
    `log.add` raises BufferError, or where the log is compiled the next look at it does. For a log
    that goes on growing, take `as_array(log).copy()`.
    """
    events = np.frombuffer(log.buffer, EVENT)
    events.flags.writeable = False  # the log is append-only
    return events


def as_frame(events: Events) -> pd.DataFrame:
    """A frame with one row per event; kind, channel and reason are categories in lower case.

    `t` is in seconds since the start, `amount` in rial; -1 stands for no session, order, product.
    """
    import pandas as pd

    columns: dict[str, Any] = {name: events[name].copy() for name in COLUMNS}
    for name in _NAMED:
        places = _places(name)[columns[name]]
        columns[name] = pd.Categorical.from_codes(places, categories=pd.Index(_names(name)))
    return pd.DataFrame(columns)


def write_parquet(events: Events, path: Path) -> None:
    """Write the events as Parquet; equal events give equal bytes.

    The file appears whole or not at all: it is written beside `path` first, then renamed. Raises
    ValueError for a code that stands for nothing.
    """
    import pyarrow as pa
    from pyarrow import parquet

    columns = []
    for name in COLUMNS:
        column = pa.array(events[name].copy())
        if name in _NAMED:
            places = _places(name)[events[name]]
            if len(places) and places.min() < 0:
                raise ValueError(f"no {name} has the code {events[name][places.argmin()]}")
            column = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(_names(name)))
        columns.append(column)
    table = pa.table(columns, names=COLUMNS)
    new = path.with_name(f".{path.name}.new")
    try:
        parquet.write_table(table, new, compression="zstd", use_dictionary=list(_NAMED))
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def read_parquet(path: Path) -> Events:
    """Read what `write_parquet` wrote. Raises UserError for a file that is no event log."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
        events = np.empty(len(table), EVENT)
        for name in COLUMNS:
            column = table.column(name).combine_chunks()
            events[name] = _codes(name, column) if name in _NAMED else column.to_numpy()
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"{path} cannot be read as an event log: {error}\n"
            f"Expected a Parquet file with the columns {', '.join(COLUMNS)}, "
            "as `esfand simulate` writes it."
        ) from None
    return events


def _codes(name: str, column: pa.Array) -> NDArray[np.uint8]:
    """The codes of a dictionary column. Raises KeyError for a name that is not in the enum."""
    of = {member.name.lower(): member.value for member in _NAMED[name]}
    codes = np.array([of[word] for word in column.dictionary.to_pylist()], np.uint8)
    return codes[column.indices.to_numpy()]


def _names(name: str) -> list[str]:
    return [member.name.lower() for member in _NAMED[name]]


def _places(name: str) -> NDArray[np.int8]:
    """Place of each code among the names, shape (256,); -1 (missing) for a code without one."""
    places = np.full(256, -1, np.int8)
    places[list(_NAMED[name])] = range(len(_NAMED[name]))
    return places
