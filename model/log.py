"""The event log: an append-only list of packed records.

An event is a fixed record of nine fields, packed as it happens, so that a season of a million
events stays small and equal runs give equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if TYPE_CHECKING:
    from mypy_extensions import i32, i64, u8

COMPILED: Final = not __file__.endswith(".py")
"""Whether mypyc compiled this (`make compile`)."""

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


class Packed:
    """An event on its way into a journal: in plain Python its bytes; in compiled code its nine
    numbers, always in the same object."""

    def __init__(self) -> None:
        self.t = 0.0
        self.kind: u8 = 0
        self.session: i32 = 0
        self.order: i32 = 0
        self.product: i32 = 0
        self.quantity: i32 = 0
        self.amount: i64 = 0
        self.channel: u8 = 0
        self.reason: u8 = 0


_event: Final = Packed()


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
) -> Packed:
    """Nine fields as one event, to be appended to the log's journal at once; the busiest commands
    do that, since a call to `Log.add` would cost them as much as all the rest."""
    event = _event
    event.t = t
    event.kind = kind
    event.session = session
    event.order = order
    event.product = product
    event.quantity = quantity
    event.amount = amount
    event.channel = channel
    event.reason = reason
    return event


if not COMPILED:
    # In plain Python `struct` is fastest; compiled, its numbers would have to become objects first,
    # which takes five times as long.
    globals()["packed"] = RECORD.pack


class Journal:
    """Where packed events are appended, with `+=`. Compiled code gathers them natively until
    someone looks at the log; in plain Python a journal is the log's buffer itself."""

    __slots__ = ("_buffer", "_gathered")

    def __init__(self, buffer: bytearray) -> None:
        self._buffer = buffer
        self._gathered = BytesWriter()

    def __iadd__(self, event: Packed) -> Journal:
        gathered = self._gathered
        write_f64_le(gathered, event.t)
        gathered.append(event.kind)
        write_i32_le(gathered, event.session)
        write_i32_le(gathered, event.order)
        write_i32_le(gathered, event.product)
        write_i32_le(gathered, event.quantity)
        write_i64_le(gathered, event.amount)
        gathered.append(event.channel)
        gathered.append(event.reason)
        return self

    def flush(self) -> None:
        """Hand what was gathered over to the buffer."""
        self._buffer += self._gathered.getvalue()
        self._gathered.truncate(0)


class Log:
    """An append-only log of packed events; the busiest commands write to its `journal`."""

    __slots__ = ("_buffer", "journal")

    def __init__(self, buffer: bytes = b"") -> None:
        self._buffer = bytearray(buffer)
        self.journal = Journal(self._buffer) if COMPILED else cast(Journal, self._buffer)

    @property
    def buffer(self) -> bytearray:
        """The log itself; `reports.log` reads it as a table without copying."""
        if COMPILED:
            self.journal.flush()
        return self._buffer

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
        self.journal += packed(t, kind, session, order, product, quantity, amount, channel, reason)

    def __len__(self) -> int:
        return len(self.buffer) // RECORD.size

    def __iter__(self) -> Iterator[Event]:
        for fields in RECORD.iter_unpack(self.buffer):
            yield Event(*fields)
