"""What must hold in the books of fulfilment: parcels, and the units in them.

Each rule takes the sorted log and yields faults: their places in the log, a number each, and the
sentence of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.arrays import group_sums
from reports.sorted_log import SortedLog
from reports.spells import Positions

Faults = tuple[Positions, NDArray[Any], Callable[[Any, int], str]]
Kinds = tuple[Kind, ...]
STEPS: tuple[tuple[Kinds, Kinds], ...] = (
    ((Kind.PAID, Kind.ACCEPTED), (Kind.PARCEL_OPENED,)),
    ((Kind.PARCEL_OPENED,), (Kind.PICKED,)),
    ((Kind.PICKED,), (Kind.PACKED,)),
    ((Kind.PACKED,), (Kind.DISPATCHED,)),
    ((Kind.DISPATCHED,), (Kind.DELIVERED, Kind.REFUSED_AT_DOOR)),
    ((Kind.DELIVERED,), (Kind.SENT_BACK,)),
    ((Kind.SENT_BACK, Kind.REFUSED_AT_DOOR), (Kind.INSPECTED,)),
)
"""What a parcel must have been through before each step, once for each time."""


def parcels(log: SortedLog) -> Iterator[Faults]:
    """A parcel takes one step after the other; so what was shipped was delivered, refused, or is
    under way, and only that comes back."""
    if not log.count(Kind.PARCEL_OPENED) and not log.count(Kind.DISPATCHED):
        return
    for begins, ends in STEPS:
        strays = log.spells(begins, ends, ("order",)).strays
        yield strays, strays, partial(_out_of_turn, begins)


def units(log: SortedLog) -> Iterator[Faults]:
    """Every shipped unit was allocated to its order, and every returned one was shipped to it."""
    allocated = {Kind.ALLOCATED: 1, Kind.OVERSOLD: 1, Kind.DEALLOCATED: -1}
    yield from _beyond(log, allocated, Kind.SHIPPED, "allocated")
    yield from _beyond(log, {Kind.SHIPPED: 1}, Kind.RETURNED, "shipped")


def _beyond(log: SortedLog, into: dict[Kind, int], out: Kind, state: str) -> Iterator[Faults]:
    """More units of a product left a session's state than had entered it."""
    if not log.count(out):
        return
    signs = into | {out: -1}
    at = [log.at(kind) for kind in signs]
    places = np.concatenate(at)
    session, product, quantity = (
        log.events[name][places] for name in ("session", "product", "quantity")
    )
    sign = np.repeat(list(signs.values()), [len(part) for part in at])
    last, left = group_sums(sign * quantity, session, product)
    wrong = np.flatnonzero(left < 0)
    yield places[last[wrong]], -left[wrong], partial(_too_many, out, state)


def _out_of_turn(begins: Kinds, event: Any, _: int) -> str:
    before = " or ".join(_words(kind) for kind in begins)
    return f"order {event['order']} had {_words(event['kind'])} without {before} before it"


def _too_many(out: Kind, state: str, event: Any, units: int) -> str:
    return (
        f"session {event['session']} ended with more units of product {event['product']} "
        f"{_words(out)} than {state}: {units} too many"
    )


def _words(kind: int) -> str:
    return Kind(kind).name.lower().replace("_", " ")
