"""The audit: whether the books balance, replayed from the event log alone.

A wrong figure from a fast engine is worse than none, so every replication and every live run is
audited. A fault is a full sentence that names the time and the product, order or session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.events import Channel, Kind, Reason
from reports import books_of_money, books_of_parcels
from reports.arrays import distinct, group_sums, is_among, stable_order
from reports.log import Events
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT, OF_NOTICE, OF_RESERVATION, OF_TICKET, Positions

MOST_LISTED = 20
Pairs = tuple[tuple[int, ...], tuple[int, ...]]
"""Kinds that begin something, and kinds that end it."""
_UNKNOWN = tuple(sorted(set(range(256)) - set(Kind)))
"""Codes that stand for no kind of event."""


class Levels(NamedTuple):
    """Units of every product, shape (products,) each."""

    on_hand: NDArray[np.int64]
    reserved: NDArray[np.int64]
    suspended: NDArray[np.int64]
    allocated: NDArray[np.int64]

    @property
    def available(self) -> NDArray[np.int64]:
        """What a shopper may still take; below zero when oversold."""
        return self.on_hand - self.reserved - self.suspended - self.allocated


class _Faults(NamedTuple):
    """Faults of one sort: their places in the log, a number each, and what to say of one."""

    at: Positions
    numbers: NDArray[Any]
    say: Callable[[Any, int], str]
    """The event at the place and the number -> a sentence that follows on the time."""


class Exempt(NamedTuple):
    """What no timer may release (ORD-6)."""

    products: frozenset[int]
    methods: frozenset[int]
    """Ways of paying as the channel of `Kind.PLACED` has them."""


def audit(
    events: Events | SortedLog, limits: ArrayLike | None = None, exempt: Exempt | None = None
) -> list[str]:
    """What does not add up, in sentences and in order of time; empty if the books balance.

    `limits`: most units of each product that one customer may have, shape (products,), if that is
    to be checked too; `exempt`: what must never run out, likewise. At most 20 faults are listed; a
    last line says how many more there are.
    """
    log = SortedLog.of(events)
    checks = (
        _clock, _kinds, _quantities, _levels, _spells, _once, _amended, _money, _units, _parcels,
        _messages,
    )  # fmt: skip
    found = [faults for check in checks for faults in check(log)]
    if limits is not None:
        found.append(_limits(log, np.asarray(limits)))
    if exempt is not None and any(exempt):
        found.append(_never_ran_out(log, exempt))
    listed = [
        (place, faults.say(log.events[place], int(faults.numbers[n])))
        for faults in found
        for n, place in _first(faults.at)
    ]
    sentences = [f"At {log.events['t'][place]:,.3f} s {said}." for place, said in sorted(listed)]
    return _shortened(sentences, sum(len(faults.at) for faults in found))


def levels(events: Events | SortedLog, products: int) -> Levels:
    """The levels at the end of the log. Raises ValueError for a product that there is not."""
    ledger = SortedLog.of(events).ledger
    moved = ledger.products
    if len(moved) and not 0 <= moved[0] <= moved[-1] < products:
        raise ValueError(f"the log moves products {moved[0]} to {moved[-1]}, of {products}")
    at_end = np.zeros((4, products), np.int64)
    at_end[:, moved] = ledger.levels[:, ledger.ends]
    return Levels(*at_end)


def against_count(events: Events | SortedLog, counted: Mapping[str, Sequence[int]]) -> list[str]:
    """Where the levels that a shop counts itself are not what its log says, in sentences.

    `counted` has the levels of all products by the names of `Levels`, and `available`.
    """
    replayed = levels(events, len(counted["available"]))
    faults = []
    for name, by_shop in counted.items():
        by_log = getattr(replayed, name)
        faults += [
            f"Product {product} ends with {by_log[product]} {name.replace('_', ' ')} by the log, "
            f"but with {by_shop[product]} by the shop's shelf."
            for product in np.flatnonzero(by_log != np.asarray(by_shop)).tolist()
        ]
    return _shortened(faults, len(faults))


def _first(at: Positions) -> Iterator[tuple[int, int]]:
    """The first faults as (row, place)."""
    rows = np.argsort(at, kind="stable")[:MOST_LISTED]
    return zip(rows.tolist(), at[rows].tolist(), strict=True)


def _shortened(sentences: list[str], count: int) -> list[str]:
    if count <= MOST_LISTED:
        return sentences
    return [*sentences[:MOST_LISTED], f"and {count - MOST_LISTED:,} more"]


# the rules ------------------------------------------------------------------------------------


def _clock(log: SortedLog) -> Iterator[_Faults]:
    """Time never goes back."""
    t = log.events["t"].copy()
    forward = np.isfinite(t)
    forward[1:] &= t[1:] >= t[:-1]
    back = np.flatnonzero(~forward)
    yield _Faults(back, back, lambda event, place: f"event {place} lies before the one before it")


def _kinds(log: SortedLog) -> Iterator[_Faults]:
    """Nothing happens that has no name."""
    at = log.at(*_UNKNOWN)
    yield _Faults(
        at, at, lambda event, place: f"event {place} is of kind {event['kind']}, which is unknown"
    )


def _quantities(log: SortedLog) -> Iterator[_Faults]:
    """What moves is at least one unit; only a count goes both ways."""
    ledger = log.ledger
    quantity = ledger.rows["quantity"]
    wrong = np.flatnonzero((quantity <= 0) & (ledger.kind != Kind.ADJUSTED))
    yield _Faults(ledger.at[wrong], quantity[wrong], lambda event, _: _moved(event))


def _levels(log: SortedLog) -> Iterator[_Faults]:
    """No level falls below zero, and nothing is reserved that is not available.

    More is promised than there is only after overselling or a count, and that is no fault.
    Reserved and suspended units stay above zero as long as `_spells` finds nothing.
    """
    ledger = log.ledger
    for level, name, lowered_by in (
        (ledger.on_hand, "on hand", (Kind.SHIPPED, Kind.ADJUSTED)),
        (ledger.allocated, "allocated", (Kind.SHIPPED, Kind.DEALLOCATED)),
        (ledger.available, "available", (Kind.RESERVED,)),
    ):
        below = np.flatnonzero(level < 0)
        below = below[np.isin(ledger.kind[below], lowered_by)]
        yield _Faults(ledger.at[below], level[below], partial(_left, name))


def _spells(log: SortedLog) -> Iterator[_Faults]:
    """What ends had begun, and ends once: reservations, suspensions, waits, conversations."""
    live: Pairs = (
        (Kind.RESERVED, Kind.RESUMED),
        (Kind.ALLOCATED, Kind.RELEASED, Kind.SUSPENDED),
    )
    aside: Pairs = (Kind.SUSPENDED,), (Kind.RESUMED, Kind.RESTORED)
    for (begins, ends), state in ((live, "reserved"), (aside, "suspended")):
        strays = log.spells(begins, ends, OF_RESERVATION).strays
        yield _Faults(strays, strays, partial(_without, state))
    waits: Pairs = (Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP)
    conversations: Pairs = (Kind.ANSWERED,), (Kind.CLOSED, Kind.CANNED_ENDING)
    for begins, ends in (waits, conversations):
        strays = log.spells(begins, ends, OF_CONTACT).strays
        yield _Faults(strays, strays, _contact)
    written: Pairs = (Kind.TICKET_OPENED, Kind.TICKET_REOPENED), (Kind.TICKET_ANSWERED,)
    answered: Pairs = (Kind.TICKET_ANSWERED,), (Kind.TICKET_SOLVED,)
    for begins, ends in (written, answered):
        strays = log.spells(begins, ends, OF_TICKET).strays
        yield _Faults(strays, strays, _ticket)


def _once(log: SortedLog) -> Iterator[_Faults]:
    """An order is placed once, and paid once at most, after it was placed."""
    for kind in (Kind.PLACED, Kind.PAID):
        numbers = log.rows(kind)["order"]
        if distinct(numbers) == len(numbers):
            continue
        order = stable_order(numbers)
        again = order[1:][numbers[order[1:]] == numbers[order[:-1]]]
        yield _Faults(log.at(kind)[again], numbers[again], partial(_again, kind.name.lower()))
    strays = log.spells((Kind.PLACED,), (Kind.PAID,), ("order",)).strays
    yield _Faults(strays, strays, lambda event, _: f"order {event['order']} was paid, not placed")


def _amended(log: SortedLog) -> Iterator[_Faults]:
    """An order from which a line is taken out has its new amount noted, each time."""
    reduced = log.at(Kind.LINE_REDUCED)
    reduced = reduced[log.events["order"][reduced] >= 0]  # the others were still carts
    noted = log.at(Kind.AMENDED)
    places = np.concatenate([reduced, noted])
    sign = np.repeat((1, -1), (len(reduced), len(noted)))
    last, missing = group_sums(sign, log.events["order"][places])
    wrong = np.flatnonzero(missing)
    yield _Faults(
        places[last[wrong]],
        missing[wrong],
        lambda event, lines: (
            f"order {event['order']} ended with {abs(lines)} {_more(lines)} lines taken out than "
            "new amounts noted"
        ),
    )


def _money(log: SortedLog) -> Iterator[_Faults]:
    """The books of money balance."""
    rules = (
        books_of_money.captured,
        books_of_money.attempts,
        books_of_money.collected,
        books_of_money.settled,
    )
    for rule in rules:
        for faults in rule(log):
            yield _Faults(*faults)


def _units(log: SortedLog) -> Iterator[_Faults]:
    """A paid or accepted order has exactly its units allocated, and nobody else has any."""
    sold = log.rows(Kind.PAID, Kind.ACCEPTED)
    kept = ~is_among(sold["order"], log.rows(Kind.CANCELLED)["order"])
    buyers = sold["session"][kept]
    at = [
        log.at(kind)[is_among(log.rows(kind)["session"], buyers)]
        for kind in (Kind.ADDED, Kind.VOUCHER, Kind.LINE_REDUCED)
    ]
    at += [log.at(kind) for kind in (Kind.ALLOCATED, Kind.OVERSOLD, Kind.DEALLOCATED)]
    sign = np.repeat((-1, -1, 1, 1, 1, -1), [len(part) for part in at])
    places = np.concatenate(at)
    session, product, quantity = (
        log.events[name][places] for name in ("session", "product", "quantity")
    )
    last, excess = group_sums(sign * quantity, session, product)
    wrong = np.flatnonzero(excess)
    yield _Faults(
        places[last[wrong]],
        excess[wrong],
        lambda event, units: (
            f"session {event['session']} ended with {_units_of(abs(units), event)} "
            f"{_more(units)} allocated than in its paid order"
        ),
    )


def _parcels(log: SortedLog) -> Iterator[_Faults]:
    """The books of parcels balance."""
    for rule in (books_of_parcels.parcels, books_of_parcels.units):
        for faults in rule(log):
            yield _Faults(*faults)


def _messages(log: SortedLog) -> Iterator[_Faults]:
    """A message that is sent was due, and is sent once."""
    strays = log.spells((Kind.NOTICE_DUE,), (Kind.NOTICE_SENT,), OF_NOTICE).strays
    yield _Faults(strays, strays, _message)


def _limits(log: SortedLog, limits: NDArray[Any]) -> _Faults:
    """Nobody has more of a product than one customer may."""
    added = log.rows(Kind.ADDED)
    last, units = group_sums(added["quantity"].astype(np.int64), added["session"], added["product"])
    over = np.flatnonzero(units > limits[added["product"][last]])
    return _Faults(
        log.at(Kind.ADDED)[last[over]],
        units[over],
        lambda event, had: (
            f"session {event['session']} had {_units_of(had, event)} in its cart, of which a "
            f"customer may have {limits[event['product']]}"
        ),
    )


def _never_ran_out(log: SortedLog, exempt: Exempt) -> _Faults:
    """What is exempt ends by decision, never for want of time."""
    at = log.at(Kind.RELEASED, Kind.SUSPENDED)
    rows = log.events.take(at)
    placed = log.rows(Kind.PLACED)
    spared = placed["order"][np.isin(placed["channel"], list(exempt.methods))]
    is_exempt = np.isin(rows["product"], list(exempt.products)) | np.isin(rows["order"], spared)
    wrong = at[is_exempt & (rows["reason"] == Reason.TIMEOUT)]
    return _Faults(wrong, wrong, lambda event, _: f"{_moved(event)} for want of time, but exempt")


# the words ------------------------------------------------------------------------------------


_CONTACT = {
    Kind.ANSWERED: "was answered by {channel} without waiting there",
    Kind.GAVE_UP: "gave up on {channel} without waiting there",
    Kind.CLOSED: "was done with {channel} without having been answered",
    Kind.CANNED_ENDING: "was sent away by {channel} without having been answered",
}
_TICKET = {
    Kind.TICKET_ANSWERED: "was answered without the shopper having written",
    Kind.TICKET_SOLVED: "was solved without having been answered",
}


def _contact(event: Any, _: int) -> str:
    channel = Channel(event["channel"]).name.lower()
    return f"session {event['session']} {_CONTACT[event['kind']].format(channel=channel)}"


def _ticket(event: Any, _: int) -> str:
    return f"ticket {event['quantity']} {_TICKET[event['kind']]}"


def _message(event: Any, _: int) -> str:
    topic = Reason(event["reason"]).name.lower()
    return f"session {event['session']} was sent a message ({topic}) that was not due"


def _moved(event: Any) -> str:
    was = "was" if event["quantity"] == 1 else "were"
    whose = f" for session {event['session']}" if event["session"] >= 0 else ""
    done = Kind(event["kind"]).name.lower()
    return f"{_units_of(event['quantity'], event)} {was} {done}{whose}"


def _left(level: str, event: Any, units: int) -> str:
    return f"{_moved(event)}, which left {units} {level}"


def _without(state: str, event: Any, _: int) -> str:
    return f"{_moved(event)} without being {state}"


def _again(done: str, event: Any, order: int) -> str:
    return f"order {order} was {done} once more"


def _units_of(count: int, event: Any) -> str:
    return f"{count} unit{'' if count == 1 else 's'} of product {event['product']}"


def _more(excess: int) -> str:
    return "more" if excess > 0 else "less"
