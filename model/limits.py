"""How many units of a product one customer may have, over all her orders (ORD-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.lifecycle import Life

if TYPE_CHECKING:
    from model.carts import Cart
    from model.customers import Customers

HERS = (Life.LIVE, Life.SUSPENDED, Life.CONVERTED, Life.SHIPPED)
"""What stands behind a line that is hers, or may become so."""


class CustomerLimits:
    """Counts what each known customer has in other sessions."""

    __slots__ = ("carts", "customers", "sessions")

    def __init__(self, carts: Mapping[int, Cart], customers: Customers) -> None:
        self.carts = carts
        self.customers = customers
        self.sessions: dict[int, list[int]] = {}

    def know(self, session: int) -> None:
        """A session has a cart now."""
        customer = self.customers.customer_of(session)
        if customer is not None:
            self.sessions.setdefault(customer, []).append(session)

    def elsewhere(self, session: int, product: int) -> int:
        """Units of a product that the session's customer has in her other sessions.

        Those that were released, cancelled or sent back are not hers any more; where nothing is
        reserved before the payment, only paid ones count.
        """
        customer = self.customers.customer_of(session)
        others = () if customer is None else self.sessions.get(customer, ())
        return sum(
            line.quantity
            for other in others
            if other != session and other in self.carts
            for line in self.carts[other].lines
            if line.product == product and line.life in HERS
        )
