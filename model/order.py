"""An order: its states, what may happen in each, and how it is to be paid (ORD-1)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from model.carts import Cart
from model.events import Channel, Kind


class OrderState(IntEnum):
    """The states of an order."""

    UNPAID = 0
    """Placed, and waiting for its payment."""
    EXPIRED = 1
    """Its reservation ran out before it was paid; unlike a cancelled order nobody decided so."""
    ON_HOLD = 2
    """Its reservation ran out and its goods are suspended."""
    AWAITING_STAFF = 3
    """Its money came late and a person will decide."""
    PAID = 4
    """Paid; its units are allocated."""
    CANCELLED = 5
    """Ended by a decision."""
    ACCEPTED = 6
    """Its money comes later, at the door or in the store; its units are allocated."""


ORDER_LIFE: Final[dict[int, dict[int, OrderState]]] = {
    OrderState.UNPAID: {
        Kind.PAID: OrderState.PAID,
        Kind.ACCEPTED: OrderState.ACCEPTED,
        Kind.EXPIRED: OrderState.EXPIRED,
        Kind.ON_HOLD: OrderState.ON_HOLD,
        Kind.CANCELLED: OrderState.CANCELLED,
    },
    OrderState.EXPIRED: {
        Kind.REOPENED: OrderState.UNPAID,
        Kind.PAID: OrderState.PAID,
        Kind.AWAITING_STAFF: OrderState.AWAITING_STAFF,
        Kind.CANCELLED: OrderState.CANCELLED,
    },
    OrderState.ON_HOLD: {
        Kind.REOPENED: OrderState.UNPAID,
        Kind.EXPIRED: OrderState.EXPIRED,
        Kind.CANCELLED: OrderState.CANCELLED,
    },
    OrderState.AWAITING_STAFF: {
        Kind.PAID: OrderState.PAID,
        Kind.CANCELLED: OrderState.CANCELLED,
    },
    OrderState.PAID: {Kind.CANCELLED: OrderState.CANCELLED},
    OrderState.CANCELLED: {},
    OrderState.ACCEPTED: {
        Kind.COD_COLLECTED: OrderState.PAID,
        Kind.CANCELLED: OrderState.CANCELLED,
    },
}
"""The state machine: what may happen in each state, and the state after it."""


UNPAID: Final = OrderState.UNPAID
EXPIRED: Final = OrderState.EXPIRED
ON_HOLD: Final = OrderState.ON_HOLD


class Order:
    """A placed order. `amount` in rial."""

    __slots__ = ("amount", "cart", "method", "number", "placed_at", "state")

    def __init__(
        self, number: int, cart: Cart, placed_at: float, method: int = Channel.GATEWAY
    ) -> None:
        self.number = number
        self.cart = cart
        self.placed_at = placed_at
        self.amount = cart.amount
        self.method = method
        """How it is to be paid, a `Channel`; `GATEWAY` stands for all gateways."""
        self.state = UNPAID

    @property
    def may_be_amended(self) -> bool:
        """Whether lines may still be taken out of it."""
        return self.state in (UNPAID, OrderState.PAID)
