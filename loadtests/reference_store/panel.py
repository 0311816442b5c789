"""What an operator sees of the orders, and what she can do to many at once (ORD-13, ORD-15)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from model.events import Reason
from model.lifecycle import Life
from model.orders import Order, OrderState
from model.outcomes import Outcome, Refused
from model.payments import AttemptState
from model.shop import Shop

CAUSES: Final = {
    None: "not_tried",
    AttemptState.STARTED: "at_gateway",
    AttemptState.FAILED: "payment_failed",
    AttemptState.CAPTURED: "paid",
    AttemptState.REVERSED: "reversed",
    AttemptState.TAKEN: "not_verified",
    AttemptState.LAPSED: "on_its_way_back",
    AttemptState.RETURNED: "reversed",
}
"""Why an order stands where it does, by its latest attempt to pay (ORD-1 keeps them apart)."""

AGES: Final = {"ten_minutes": 600.0, "hour": 3600.0, "day": 86_400.0, "older": math.inf}
"""Groups of age, and the seconds below which an order belongs to each."""

BARS: Final = 24


class Row(NamedTuple):
    """One order as the panel lists it. `age` in seconds, `amount` in rial."""

    number: int
    state: str
    cause: str
    group: str
    age: float
    amount: int
    placed_at: float


@dataclass(frozen=True, slots=True)
class Filter:
    """Which orders are meant; an empty word leaves that side open."""

    state: str = ""
    cause: str = ""
    group: str = ""

    def takes(self, row: Row) -> bool:
        """Whether an order is meant."""
        return (
            (not self.state or row.state == self.state)
            and (not self.cause or row.cause == self.cause)
            and (not self.group or row.group == self.group)
        )


class Bar(NamedTuple):
    """Orders placed in one stretch of time, by their present state. `begins` in seconds."""

    begins: float
    orders: Counter[str]


class Done(NamedTuple):
    """What came of a deed."""

    deed: str
    changed: int
    refused: Sequence[str]
    """A sentence for each order that it could not be done to."""


def rows(shop: Shop, now: float) -> list[Row]:
    """Every order, the oldest first."""
    return [_row(shop, order, now) for order in shop.orders.orders]


def tally(of: Iterable[Row]) -> dict[tuple[str, str], Counter[str]]:
    """How many orders of each group of age there are, by state and cause."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in of:
        counts.setdefault((row.state, row.cause), Counter())[row.group] += 1
    order = [state.name.lower() for state in OrderState]
    return dict(sorted(counts.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def bars(of: Sequence[Row], now: float) -> list[Bar]:
    """The time since the first order in equal stretches, with the orders placed in each."""
    if not of:
        return []
    first = of[0].placed_at
    width = max(now - first, 1.0) / BARS
    chart = [Bar(first + n * width, Counter()) for n in range(BARS)]
    for row in of:
        chart[min(int((row.placed_at - first) / width), BARS - 1)].orders[row.state] += 1
    return chart


def in_bulk(shop: Shop, now: float, deed: str, numbers: Iterable[int]) -> Done:
    """Do one thing to many orders; one that refuses does not keep the others back."""
    do, changed, refused = DEEDS[deed], 0, []
    for number in numbers:
        try:
            if not 0 <= number < len(shop.orders.orders):
                raise Refused(f"there is no order {number}")
            do(shop, shop.orders.orders[number], now)
        except Refused as no:
            refused.append(str(no))
        else:
            changed += 1
    return Done(deed, changed, refused)


def sweep(shop: Shop, now: float) -> Done:
    """End every reservation that has run out, of carts too: the work of a manual regime (ORD-5)."""
    return Done("sweep", shop.orders.sweep(now, reason=Reason.BY_OPERATOR), ())


def _release(shop: Shop, order: Order, now: float) -> None:
    """End its reservation before its time; the order ends with it, unpaid."""
    held = order.cart.lines_in(Life.LIVE) or order.cart.lines_in(Life.SUSPENDED)
    if not held:
        raise Refused(f"order {order.number} has nothing reserved")
    shop.orders.expire(held[0], now, Reason.BY_OPERATOR)
    if held[0].life is not Life.ENDED:
        raise Refused(f"order {order.number} is kept: a payment for it is under way")


def _cancel(shop: Shop, order: Order, now: float) -> None:
    shop.orders.cancel(order, now, Reason.BY_OPERATOR)


def _resume(shop: Shop, order: Order, now: float) -> None:
    """Reserve its units once more, so that its shopper can pay."""
    if shop.orders.take_again(order.cart.session, now) is Outcome.OUT_OF_STOCK:
        raise Refused(f"order {order.number} cannot be resumed: its units are gone")


def _decide(shop: Shop, order: Order, now: float) -> None:
    """Fill an order whose money came late, or send the money back where units are missing."""
    shop.payments.decide_late(order, now)


DEEDS: Final[dict[str, Callable[[Shop, Order, float], None]]] = {
    "release": _release,
    "cancel": _cancel,
    "resume": _resume,
    "decide": _decide,
}


def _row(shop: Shop, order: Order, now: float) -> Row:
    attempt = shop.payments.attempts.get(order.number)
    age = now - order.placed_at
    return Row(
        order.number,
        order.state.name.lower(),
        CAUSES[None if attempt is None else attempt.state],
        next(group for group, below in AGES.items() if age < below),
        age,
        order.amount,
        order.placed_at,
    )
