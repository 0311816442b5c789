"""The shoppers of one replication, column by column, as a loop reads them fastest."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from model.events import Reason
from scenarios.customers_draw import Identity
from scenarios.delivery_draw import Delivery
from scenarios.notices_draw import News, Reach
from scenarios.payment_draw import PayingDraw
from scenarios.support_draw import SupportDraw
from scenarios.waiting_draw import Waiting
from scenarios.website_draw import Visits

SUCCEEDS: Final = 0
DECLINED: Final = 1
GAVE_UP: Final = 2


@dataclass(frozen=True)
class ContactDraw:
    """Whether, where and how each shopper would contact support about one topic; shape (n,)."""

    wants: list[bool]
    delay: list[float]
    """From the cause to the contact; 0 where shoppers ask at once."""
    desk: list[int]
    patience: list[float]
    handling: list[float]


@dataclass(frozen=True)
class Shoppers:
    """One replication's shoppers; row i is the i-th arrival. Times in seconds, lists of length n.

    Baskets are flat: the lines of row i are `product[first_line[i] : first_line[i + 1]]`, and so
    for `quantity`, `substitute` and `browse` (the wait before the line).
    """

    arrival: list[float]
    traffic: list[int]
    """All sessions of each minute, shape (minutes,)."""
    asks_only: list[bool]
    """Comes only to ask support something."""
    registered: list[bool]
    first_line: list[int]
    product: list[int]
    quantity: list[int]
    browse: list[float]
    substitute: list[int]
    substitutes: list[bool]
    ready: list[bool]
    dawdle: list[float]
    decide: list[float]
    leaves_checkout: list[int]
    """The `Reason` for which she gives up in the checkout, or 0: she does not."""
    fill_in: list[float]
    goes_to_pay: list[bool]
    before_paying: list[float]
    tries_again: list[bool]
    fate: list[list[int]]
    """Of each attempt to pay: `SUCCEEDS`, `DECLINED` or `GAVE_UP`; one list per attempt."""
    at_gateway: list[list[float]]
    retries: list[list[bool]]
    before_retry: list[list[float]]
    contacts: dict[Reason, ContactDraw]
    leaves_on_new_price: list[bool] = field(default_factory=list)
    """Of those who are asked to agree to one; nothing is drawn where no shop asks."""
    waiting: Waiting | None = None
    """None where the shop has no waiting list."""
    identity: Identity | None = None
    """None where all shoppers are alike and new to the shop."""
    support: SupportDraw | None = None
    """None where support is plain."""
    paying: PayingDraw | None = None
    """What payments need beyond a plain gateway."""
    delivery: Delivery | None = None
    """What their parcels go through; None where the scenario ends with the payment."""
    reach: Reach | None = None
    """The addresses that shoppers leave; None where the scenario has no messages."""
    news: News | None = None
    """Whom a message calls back; None where no message does that."""
    visits: Visits | None = None
    """How shoppers meet the site; None where it takes no time."""

    def __len__(self) -> int:
        return len(self.arrival)

    @property
    def can_wait_for_stock(self) -> bool:
        """Whether shoppers have any way to wait for what is out of stock."""
        return self.waiting is not None or self.news is not None

    def row_of(self, session: int) -> int:
        """The shopper of a session: its number, unless she came back with a voucher (ORD-10)."""
        return session % len(self.arrival)


def forget(columns: Any) -> None:
    """Empty all lists in a draw that no one needs any more, however deep they stand.

    A world that was played refers to itself; until the garbage collector finds that, it would
    look through every value of every column.
    """
    if isinstance(columns, list):
        if columns and isinstance(columns[0], list):
            for column in columns:
                forget(column)
        columns.clear()
    elif isinstance(columns, dict):
        for column in columns.values():
            forget(column)
    elif is_dataclass(columns):
        for each in fields(columns):
            forget(getattr(columns, each.name))
