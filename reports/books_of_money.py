"""What must hold in the books of money: payments, accepted orders, and settlement.

Each rule takes the sorted log and yields faults: their places in the log, a number each, and the
sentence of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind
from reports.arrays import group_sums, is_among
from reports.paid_orders import worth
from reports.sorted_log import SortedLog
from reports.spells import Positions

Faults = tuple[Positions, NDArray[Any], Callable[[Any, int], str]]
BY_TURN = ("order", "quantity")


def captured(log: SortedLog) -> Iterator[Faults]:
    """Captured money is that of paid orders, what went back, and what awaits a decision.

    A refund may be of money that bought nothing, or of goods that came back; so of a paid order
    anything between nothing and all may have been refunded, of a cancelled one all of it. A paid
    order of which lines were taken out is worth what it then came to.
    """
    cancelled = log.rows(Kind.CANCELLED)["order"]
    decided = np.concatenate([cancelled, log.rows(Kind.PAID)["order"]])
    nothing = cancelled[:0]
    at, numbers, kept, paid, refunded = [], [], [], [], []
    for kind, sign, but_not in (
        (Kind.PAYMENT_CAPTURED, 1, nothing),
        (Kind.PAYMENT_REVERSED, -1, nothing),
        (Kind.PAID, 0, cancelled),
        (Kind.AWAITING_STAFF, -1, decided),
        (Kind.REFUNDED, 0, log.rows(Kind.COD_COLLECTED)["order"]),
    ):
        rows = log.rows(kind)
        rial = worth(log, (kind,)) if kind == Kind.PAID else rows["amount"]
        amount = np.where(is_among(rows["order"], but_not), 0, rial)
        at.append(log.at(kind))
        numbers.append(rows["order"])
        kept.append(sign * amount)
        paid.append(amount if kind == Kind.PAID else 0 * amount)
        refunded.append(amount if kind == Kind.REFUNDED else 0 * amount)
    places = np.concatenate(at)
    orders = np.concatenate(numbers)
    amounts = np.array([np.concatenate(part) for part in (kept, paid, refunded)])
    last, (rest, bought, back) = group_sums(amounts, orders)
    excess = np.where(rest < bought, rest - bought, np.maximum(rest - bought - back, 0))
    wrong = np.flatnonzero(excess)
    yield places[last[wrong]], excess[wrong], _unbalanced
    over = np.flatnonzero((excess == 0) & (back > rest))
    yield (
        places[last[over]],
        (back - rest)[over],
        lambda event, rial: (
            f"order {event['order']} was refunded {rial:,} rial more than the shop had of it"
        ),
    )


def attempts(log: SortedLog) -> Iterator[Faults]:
    """Money that a bank took is captured or lapses, once; only lapsed money comes back."""
    if not log.count(Kind.PAYMENT_TAKEN) and not log.count(Kind.PAYMENT_LAPSED):
        return
    for begins, ends, what in (
        (Kind.PAYMENT_TAKEN, (Kind.PAYMENT_CAPTURED, Kind.PAYMENT_LAPSED), "taken"),
        (Kind.PAYMENT_LAPSED, (Kind.MONEY_BACK,), "lapsed"),
        (Kind.PAYMENT_CAPTURED, (Kind.PAYMENT_REVERSED,), "captured"),
    ):
        strays = log.spells((begins,), ends, BY_TURN).strays
        yield strays, strays, _stray(what)


def collected(log: SortedLog) -> Iterator[Faults]:
    """Money is collected for accepted orders, once, and not more than they come to."""
    if not log.count(Kind.ACCEPTED) and not log.count(Kind.COD_COLLECTED):
        return
    strays = log.spells((Kind.ACCEPTED,), (Kind.COD_COLLECTED,), ("order",)).strays
    yield (
        strays,
        strays,
        lambda event, _: f"money was collected for order {event['order']}, which was not accepted",
    )
    at = log.at(Kind.ACCEPTED, Kind.COD_COLLECTED)
    rows = log.rows(Kind.ACCEPTED, Kind.COD_COLLECTED)
    sign = np.where(rows["kind"] == Kind.ACCEPTED, -1, 1)
    last, excess = group_sums(sign * rows["amount"], rows["order"])
    wrong = np.flatnonzero(excess > 0)
    yield (
        at[last[wrong]],
        excess[wrong],
        lambda event, rial: f"order {event['order']} brought {rial:,} rial more than it came to",
    )


def settled(log: SortedLog) -> Iterator[Faults]:
    """A cut settles all that a till took; what the bank credits is that, less fees."""
    for channel in np.unique(log.rows(Kind.SETTLED)["channel"]).tolist():
        cuts, gross = _of(log, Kind.SETTLED, channel)
        taken = np.zeros(len(cuts) + 1, np.int64)
        for kind, sign in (
            (Kind.PAYMENT_CAPTURED, 1),
            (Kind.COD_COLLECTED, 1),
            (Kind.PAYMENT_REVERSED, -1),
        ):
            at, amount = _of(log, kind, channel)
            np.add.at(taken, np.searchsorted(cuts, at), sign * amount)
        excess = gross - taken[:-1]
        wrong = np.flatnonzero(excess)
        yield cuts[wrong], excess[wrong], _wrong_cut
        _, fees = _of(log, Kind.FEES_TAKEN, channel)
        credits, net = _of(log, Kind.DEPOSITED, channel)
        least = min(len(gross), len(fees), len(net))
        wrong = np.flatnonzero(net[:least] != (gross[:least] - fees[:least]))
        yield credits[wrong], (net[:least] - gross[:least] + fees[:least])[wrong], _wrong_deposit
        yield credits[least:], net[least:], _wrong_deposit


def _of(log: SortedLog, kind: Kind, channel: int) -> tuple[Positions, NDArray[np.int64]]:
    """Places and amounts of the events of one kind and channel."""
    rows = log.rows(kind)
    ours = np.flatnonzero(rows["channel"] == channel)
    return log.at(kind)[ours], rows["amount"][ours]


# the words ------------------------------------------------------------------------------------


def _unbalanced(event: Any, rial: int) -> str:
    more = "more" if rial > 0 else "less"
    return (
        f"order {event['order']} ended with {abs(rial):,} rial {more} captured than it "
        "was paid with, sent back, or keeps until a decision"
    )


def _stray(what: str) -> Callable[[Any, int], str]:
    def say(event: Any, _: int) -> str:
        done = Kind(event["kind"]).name.lower().replace("_", " ")
        return (
            f"{done} for attempt {event['quantity']} of order {event['order']}, which was not "
            f"{what}"
        )

    return say


def _wrong_cut(event: Any, rial: int) -> str:
    more = "more" if rial > 0 else "less"
    return f"{_till(event)} was settled with {abs(rial):,} rial {more} than it had taken"


def _wrong_deposit(event: Any, rial: int) -> str:
    more = "more" if rial > 0 else "less"
    return f"{_till(event)} was credited {abs(rial):,} rial {more} than was settled, less fees"


def _till(event: Any) -> str:
    return f"the till of {Channel(event['channel']).name.lower()}"
