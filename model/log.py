"""The event log: an append-only list of packed records.

An event is a fixed record of nine fields, packed as it happens, so that a season of a million
events stays small and equal runs give equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from mypy_extensions import i32, i64, u8

COMPILED: Final = not __file__.endswith(".py")
"""Whether mypyc compiled this (`make compile`); then numbers become bytes without `struct`, which
takes a fifteenth of the time. In plain Python `struct` is fastest."""

if COMPILED:
    from librt.strings import BytesWriter, write_f64_le, write_i32_le, write_i64_le


class Event(NamedTuple):
    """One record of the log. `t`: seconds since the scenario's start; -1: none.

    `amount` is rial, but the number of the cart's line where a reservation moves.
    """

    t: float
    kind: int
    session: int
    order: int
    product: int
    quantity: int
    amount: int
    channel: int
    reason: int


RECORD: Final = struct.Struct("<dBiiiiqBB")
"""The packed record, little endian, without padding: `Event`'s fields in their order."""
_packed: Final = RECORD.pack


class Log:
    """An append-only log of packed events."""

    __slots__ = ("_latest", "_written")

    def __init__(self, buffer: bytes = b"") -> None:
        self._written = bytearray(buffer)
        if COMPILED:
            self._latest = BytesWriter()

    @property
    def buffer(self) -> bytearray:
        """The log itself; `reports.log` reads it as a table without copying."""
        if COMPILED and len(self._latest):
            self._written += self._latest.getvalue()
            self._latest.truncate(0)
        return self._written

    def add(
        self,
        t: float,
        kind: u8,
        session: i32 = -1,
        order: i32 = -1,
        product: i32 = -1,
        quantity: i32 = 0,
        amount: i64 = 0,
        channel: u8 = 0,
        reason: u8 = 0,
    ) -> None:
        """Append one event at `t` seconds since the start; `amount` in rial."""
        if COMPILED:
            latest = self._latest
            write_f64_le(latest, t)
            latest.append(kind)
            write_i32_le(latest, session)
            write_i32_le(latest, order)
            write_i32_le(latest, product)
            write_i32_le(latest, quantity)
            write_i64_le(latest, amount)
            latest.append(channel)
            latest.append(reason)
        else:
            self._written += _packed(
                t, kind, session, order, product, quantity, amount, channel, reason
            )

    def extend(self, records: bytes) -> None:
        """Append events that are packed already."""
        self.buffer.extend(records)

    def __len__(self) -> int:
        return len(self.buffer) // RECORD.size

    def __iter__(self) -> Iterator[Event]:
        for fields in RECORD.iter_unpack(self.buffer):
            yield Event(*fields)
