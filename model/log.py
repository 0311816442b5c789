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
"""Whether mypyc compiled this (`make compile`)."""

if COMPILED:
    from librt.strings import BytesWriter, write_f64_le, write_i32_le, write_i64_le

    _record: Final = BytesWriter()


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


def packed(
    t: float,
    kind: u8,
    session: i32,
    order: i32,
    product: i32,
    quantity: i32,
    amount: i64,
    channel: u8,
    reason: u8,
) -> bytes:
    """Nine fields as the bytes of one event; what the busiest commands append to the log's buffer,
    since a call to `Log.add` would cost them as much as all the rest."""
    _record.truncate(0)
    write_f64_le(_record, t)
    _record.append(kind)
    write_i32_le(_record, session)
    write_i32_le(_record, order)
    write_i32_le(_record, product)
    write_i32_le(_record, quantity)
    write_i64_le(_record, amount)
    _record.append(channel)
    _record.append(reason)
    return _record.getvalue()


if not COMPILED:
    # In plain Python `struct` is fastest; compiled, its numbers would have to become objects first,
    # which takes five times as long.
    globals()["packed"] = RECORD.pack


class Log:
    """An append-only log of packed events.

    `buffer` is the log itself; `reports.log` reads it as a table without copying.
    """

    __slots__ = ("buffer",)

    def __init__(self, buffer: bytes = b"") -> None:
        self.buffer = bytearray(buffer)

    def add(
        self,
        t: float,
        kind: int,
        session: int = -1,
        order: int = -1,
        product: int = -1,
        quantity: int = 0,
        amount: int = 0,
        channel: int = 0,
        reason: int = 0,
    ) -> None:
        """Append one event at `t` seconds since the start; `amount` in rial."""
        self.buffer += packed(t, kind, session, order, product, quantity, amount, channel, reason)

    def __len__(self) -> int:
        return len(self.buffer) // RECORD.size

    def __iter__(self) -> Iterator[Event]:
        for fields in RECORD.iter_unpack(self.buffer):
            yield Event(*fields)
