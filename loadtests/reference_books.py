"""The books of the reference store, from its journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from loadtests.books import Books, Sale, Standing, Stock
from loadtests.reference_store.databases import open_journal
from model.events import Event, Kind
from reports.books import audit, levels
from reports.log import EVENT, Events, as_array
from scenarios.errors import UserError

COMES_IN: Final = (Kind.RECEIVED, Kind.ADJUSTED)
SELLS: Final[dict[int, int]] = {
    Kind.ALLOCATED: 1,
    Kind.OVERSOLD: 1,
    Kind.DEALLOCATED: -1,
    Kind.RETURNED: -1,
}
"""What a movement adds to the units of its order."""


def journal_books(url: str, since: int | None = None) -> Books:
    """The books of a store that has stopped, from the journal at `url`. Raises UserError."""
    journal = open_journal(url)
    try:
        past = journal.read()
    finally:
        journal.close()
    if past is None:
        raise UserError(f"{journal.shown}: no store has ever opened there.")
    events = as_array(past.log)
    return books_of(events, _products(events), since)


def live_books(
    fetch: Callable[[str], bytes], available: Callable[[], Sequence[int]], since: int | None = None
) -> Books:
    """The books of a store that is open, from its operator's journal and what it counts.

    `fetch` gets a path of the operator's, `available` asks for the level of every product. Both are
    asked until nothing happens in between.
    """
    while True:
        counted = list(available())
        events = np.frombuffer(fetch("/operator/journal"), EVENT)
        if counted == list(available()):
            return books_of(events, len(counted), since, counted)


def books_of(
    events: Events, products: int, since: int | None = None, counted: Sequence[int] | None = None
) -> Books:
    """The books of a log.

    `since`: how many events it had when the run began; None: the run began when the shop opened,
    with its first deliveries on the shelf. `counted`: units for sale as the shop itself counts
    them, shape (products,).
    """
    first = _opening(events) if since is None else since
    run, begun, ended = events[first:], levels(events[:first], products), levels(events, products)
    after = list(map(int, ended.available)) if counted is None else counted
    came_in, backordered = _units(run, *COMES_IN), _units(run, Kind.OVERSOLD)
    aside = (ended.reserved + ended.suspended - begun.reserved - begun.suspended).tolist()
    return Books(
        stock={
            product: Stock(
                before=int(begun.available[product]) + came_in[product],
                after=after[product],
                set_aside=aside[product],
                backordered=backordered[product],
            )
            for product in range(products)
        },
        sales=list(_sales(run).values()),
        carts=_carts(run),
        faults=audit(events),
    )


def _opening(events: Events) -> int:
    """How many deliveries came before anything else happened."""
    other = np.flatnonzero(events["kind"] != Kind.RECEIVED)
    return int(other[0]) if len(other) else len(events)


def _products(events: Events) -> int:
    return int(events["product"].max(initial=-1)) + 1


def _units(events: Events, *kinds: Kind) -> Counter[int]:
    units: Counter[int] = Counter()
    for event in map(Event._make, events[np.isin(events["kind"], kinds)].tolist()):
        units[event.product] += event.quantity
    return units


def _carts(events: Events) -> dict[int, Counter[int]]:
    carts: dict[int, Counter[int]] = defaultdict(Counter)
    for event in map(Event._make, events[events["kind"] == Kind.ADDED].tolist()):
        carts[event.session][event.product] += event.quantity
    return dict(carts)


# orders, event by event ---------------------------------------------------------------------------


def _sales(events: Events) -> dict[int, Sale]:
    """Every order that was placed in a stretch of the log, by its number."""
    sales: dict[int, Sale] = {}
    money: dict[int, _Money] = defaultdict(_Money)
    for event in map(Event._make, events[events["order"] >= 0].tolist()):
        number = event.order
        if event.kind == Kind.PLACED:
            sales[number] = Sale(str(number), event.session, amount=event.amount)
        sale = sales.get(number)
        if sale is None:
            continue
        if event.kind in STANDING:
            sale.standing, sale.prepaid = STANDING[event.kind], event.kind == Kind.PAID
        elif event.kind in SELLS:
            units = event.quantity * SELLS[event.kind]
            sale.units[event.product] = sale.units.get(event.product, 0) + units
        elif event.kind == Kind.AMENDED:
            sale.amount = event.amount
        else:
            money[number].hear(event)
    for number, sale in sales.items():
        money[number].write(sale)
    return sales


STANDING: Final = {
    int(Kind.ON_HOLD): Standing.OPEN,
    int(Kind.REOPENED): Standing.OPEN,
    int(Kind.AWAITING_STAFF): Standing.UNDECIDED,
    int(Kind.PAID): Standing.SOLD,
    int(Kind.ACCEPTED): Standing.SOLD,
    int(Kind.EXPIRED): Standing.ENDED,
    int(Kind.CANCELLED): Standing.ENDED,
}
HEARS: Final = (Kind.PAYMENT_TAKEN, Kind.PAYMENT_CAPTURED, Kind.PAYMENT_FAILED)


class _Money:
    """The attempts to pay one order, by turn."""

    def __init__(self) -> None:
        self._began: dict[int, float] = {}
        self._waits: dict[int, float] = {}
        self._captured: dict[int, int] = {}
        self._refunded = 0

    def hear(self, event: Event) -> None:
        turn, kind = event.quantity, event.kind
        if kind == Kind.PAYMENT_STARTED:
            self._began[turn] = event.t
        elif kind in HEARS and turn in self._began:
            self._waits.setdefault(turn, event.t - self._began[turn])
        if kind == Kind.PAYMENT_CAPTURED:
            self._captured[turn] = event.amount
        elif kind == Kind.PAYMENT_REVERSED:
            self._captured.pop(turn, None)
        elif kind == Kind.REFUNDED:
            self._refunded += event.amount

    def write(self, sale: Sale) -> None:
        sale.captured = list(self._captured.values())
        sale.refunded = self._refunded
        sale.waits = self._waits
