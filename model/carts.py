"""Carts: the lines a shopper gathered, and what stands behind each of them."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from model.events import Kind
from model.lifecycle import Life


class CartState(IntEnum):
    """The states of a cart."""

    OPEN = 0
    """Lines may be added."""
    CHECKING_OUT = 1
    """Its lines were checked again and the shopper fills in the forms."""
    ORDERED = 2
    """An order was placed with it."""


CART_LIFE: Final[dict[int, dict[int, CartState]]] = {
    CartState.OPEN: {
        Kind.ADDED: CartState.OPEN,
        Kind.CHECKED_OUT: CartState.CHECKING_OUT,
        Kind.PLACED: CartState.ORDERED,  # a checkout of one page
    },
    CartState.CHECKING_OUT: {
        Kind.ADDED: CartState.OPEN,
        Kind.CHECKED_OUT: CartState.CHECKING_OUT,
        Kind.PLACED: CartState.ORDERED,
    },
    CartState.ORDERED: {},
}


OPEN: Final = CartState.OPEN
NONE: Final = Life.NONE


class Line:
    """So many units of one product at the price when they were added, and their reservation."""

    __slots__ = (
        "cart", "expires_at", "life", "made_at", "number", "ordered", "price", "product",
        "quantity",
    )  # fmt: skip

    def __init__(self, cart: Cart, product: int, quantity: int, price: int) -> None:
        self.cart = cart
        self.number = len(cart.lines) + cart.taken_out
        """The cart's first line is 0."""
        self.product = product
        self.quantity = quantity
        self.price = price
        """Rial per unit."""
        self.life: Life = NONE
        self.made_at = self.expires_at = 0.0
        """When the present reservation was made, and when its clock runs out."""
        self.ordered = False
        """Whether a placed order, rather than a cart, holds the units."""


class Cart:
    """What one session gathered."""

    __slots__ = (
        "late", "lines", "order_id", "registered", "session", "state", "taken_out", "timeout",
    )  # fmt: skip

    def __init__(self, session: int, registered: bool) -> None:
        self.session = session
        self.registered = registered
        self.lines: list[Line] = []
        self.state = OPEN
        self.order_id = -1
        """The order's number, or -1 while there is none."""
        self.late = False
        """Whether a reservation of it died and had to be taken again."""
        self.taken_out = 0
        """Lines that were taken out of it."""
        self.timeout: float | None = None
        """Where the cart's reservations do not live as long as the policy says: seconds."""

    @property
    def amount(self) -> int:
        """Rial."""
        amount = 0
        for line in self.lines:
            amount += line.price * line.quantity
        return amount

    def lines_in(self, life: Life) -> list[Line]:
        """Its lines whose reservation is in the given state."""
        return [line for line in self.lines if line.life is life]

    def units(self, product: int) -> int:
        """Units of one product in the cart."""
        return sum(line.quantity for line in self.lines if line.product == product)

    def line(self, number: int) -> Line | None:
        """The line of a number, if it is still there."""
        lines = self.lines
        if number < len(lines) and lines[number].number == number:
            return lines[number]
        return next((line for line in lines if line.number == number), None)

    def reduce(self, line: Line, units: int) -> None:
        """Take units out of one of its lines, for which nothing is reserved; the last ones with
        the line itself."""
        line.quantity -= units
        if not line.quantity:
            self.lines.remove(line)
            self.taken_out += 1


class Voucher(Cart):
    """What a shopper on the waiting list finds ready when she comes back (ORD-10)."""

    __slots__ = ()

    def __init__(self, session: int, timeout: float) -> None:
        super().__init__(session, registered=False)
        self.timeout = timeout
