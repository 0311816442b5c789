"""The event log's schema: what happened, when, to whom, and why.

The log is the contract between whoever runs a shop (the simulation, the reference store, a load
test) and whoever reads about it (the audit, the measures, the reports). An event is a fixed
record of nine fields, packed as it happens, so that a season of a million events stays small and
equal runs give equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple


class Kind(IntEnum):
    """What happened. One line of meaning each; movements of stock say what they move."""

    # traffic
    TRAFFIC = 1
    """`quantity` sessions arrived in the minute that begins now (browsing ones included)."""
    LEFT = 2
    """A shopper left a cart with something in it and did not buy; `reason` says why."""
    # carts and orders
    ADDED = 10
    """A line was put in a cart; `amount` is its price in rial."""
    REFUSED = 11
    """A line was asked for and there was not enough stock; `reason` says where the units are."""
    LATE_REFUSED = 12
    """A shopper came to pay after her reservation had died, and no unit was left."""
    CHECKED_OUT = 13
    """Checkout began; every line was checked again."""
    PLACED = 14
    """An order was placed, unpaid; `amount` in rial."""
    EXPIRED = 15
    """An unpaid order ended because its reservation did."""
    ON_HOLD = 16
    """An unpaid order's goods were put aside as suspended goods."""
    REOPENED = 17
    """An expired or suspended order lives again: its units were reserved once more."""
    PAID = 18
    """An order is paid and its units are allocated; reason LATE if a reservation had died."""
    CANCELLED = 19
    """An order was cancelled, by the operator or after a late payment that could not be filled."""
    AWAITING_STAFF = 20
    """A late payment waits for a person to decide."""
    FILLED = 22
    """Goods came in for all that a paid order lacked: it is no longer oversold."""
    AMENDED = 23
    """Lines were taken out of an order; `amount` is what it comes to now, in rial."""
    LINE_REDUCED = 24
    """`quantity` units of a line were taken out; `amount` is the number of the cart's line."""
    LINE_REPRICED = 25
    """A line has the catalogue's new price: `amount` in rial per unit; `quantity` is the number
    of the cart's line."""
    WAITLISTED = 26
    """A shopper waits for goods to come back; `session` is the one in which she would return."""
    VOUCHER = 27
    """Goods that came back are offered to who waited longest; `amount` is their price in rial."""
    # movements of stock: `quantity` units of `product`; `amount` is the number of the cart's line
    RECEIVED = 30
    """Goods arrived."""
    RESERVED = 31
    """Units were set aside for a cart's line."""
    RELEASED = 32
    """A reservation ended unsold; its units may be taken again."""
    SUSPENDED = 33
    """A reservation ran out; its units are kept apart as suspended goods."""
    RESUMED = 34
    """A shopper came back to her suspended units."""
    RESTORED = 35
    """Suspended units went back on the shelf."""
    ALLOCATED = 36
    """Reserved units now belong to a paid order."""
    OVERSOLD = 37
    """Units that the shop does not have were promised to a paid order."""
    DEALLOCATED = 38
    """A paid order was cancelled before it was shipped."""
    SHIPPED = 39
    """Units left the shop."""
    RETURNED = 40
    """A shopper sent units back, and they can be sold again."""
    ADJUSTED = 41
    """A count or damage changed what is on hand by the signed `quantity`."""
    EXTENDED = 42
    """A reservation lives longer; it moves nothing."""
    REPRICED = 43
    """The catalogue's price of a product changed to `amount` rial; it moves nothing."""
    # payments
    PAYMENT_STARTED = 50
    """A shopper was sent to the gateway; `quantity` is the attempt's turn, here and below."""
    PAYMENT_CAPTURED = 51
    """The gateway has the money."""
    PAYMENT_FAILED = 52
    """The bank declined, or the shopper gave up there."""
    PAYMENT_REVERSED = 53
    """Captured money went back to the shopper."""
    REFUNDED = 55
    """Money of a paid order, or part of it, was given back: `amount` in rial."""
    # support
    CONTACTED = 60
    """A shopper asked for help; `reason` is the topic."""
    ANSWERED = 61
    """An agent took the contact."""
    CLOSED = 62
    """The agent was done with it."""
    GAVE_UP = 63
    """The shopper lost patience and left without an answer."""
    # the back office
    OPERATOR_WORKED = 70
    """An operator handled one overdue cart, order or late payment; `quantity`: seconds of work."""
    CONFIRMED = 71
    """The back office confirmed a paid order; `quantity`: seconds of work."""
    # customers
    RECOGNISED = 110
    """A customer who bought before has come; `amount` is her number."""
    STAYED_AWAY = 111
    """A shopper did not come after all, because of what she had heard of the shop."""
    TURNED_AWAY = 112
    """A stranger asked for a product that only customers may order."""


class Reason(IntEnum):
    """Why it happened. One enum for the whole log, grouped by what it explains."""

    NONE = 0
    # a refusal for lack of stock: where the missing units are (ORD-12)
    GONE = 1
    UNPAID = 2
    IN_CARTS = 3
    SUSPENDED = 4
    # a shopper left
    NOT_READY = 10
    FORCED_REGISTRATION = 11
    CHECKOUT_STEPS = 12
    SLOW_SITE = 13
    PRICE_CHANGED = 14
    OUT_OF_STOCK = 15
    PAYMENT_FAILED = 16
    GAVE_UP_PAYING = 17
    RESERVATION_EXPIRED = 18
    NO_ANSWER = 19
    DELIVERY_PROMISE = 20
    # a reservation or an order ended
    TIMEOUT = 30
    BY_OPERATOR = 31
    SECOND_TIMEOUT = 32
    CANCELLED = 33
    BACKORDER = 34
    # payments
    DECLINED = 40
    SHOPPER_GAVE_UP = 41
    LATE = 42
    # topics of support contacts
    GENERAL = 50
    PAYMENT_TROUBLE = 51
    WHERE_IS_MY_ORDER = 52
    STOCK_QUESTION = 53
    # movements that are not a sale
    OPENING_STOCK = 60
    DELIVERY = 61
    DAMAGE = 62
    COUNT = 63
    # customers
    WORD_OF_MOUTH = 100
    CUSTOMERS_ONLY = 101


class Channel(IntEnum):
    """Through what: a support channel (SUP-1) or a way of paying (PAY-1)."""

    NONE = 0
    CHAT = 1
    EMAIL = 2
    PHONE = 3
    CHATBOT = 4
    WHATSAPP = 5
    SITE_COMMENTS = 6
    SOCIAL_COMMENTS = 7
    FAQ = 8
    GATEWAY = 20
    CASH_ON_DELIVERY = 21
    IN_STORE = 22
    # how a shopper came
    GUEST = 30
    ACCOUNT = 31


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

packed: Final = RECORD.pack
"""Nine fields as the bytes of one event; what the busiest commands append to the log's buffer,
since a call to `Log.add` would cost them as much as all the rest."""


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
