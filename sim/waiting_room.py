"""The waiting list on the virtual clock: goods came back, and some come back for them (ORD-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.listeners import also
from model.shop import Shop
from scenarios.columns import Shoppers
from scenarios.waiting_draw import Waiting
from sim.environment import Environment


class WaitingRoom:
    """Serves the waiting list as soon as there is something to give.

    Not in the midst of the command that gave the goods back, but at the same instant after it.
    A shopper waits under a session of her own, of her row plus the number of shoppers: the one
    in which she returns.
    """

    def __init__(
        self, environment: Environment, shop: Shop, shoppers: Shoppers, draw: Waiting
    ) -> None:
        self.environment = environment
        self.list = shop.orders.waiting_list
        self.stock = shop.stock
        self.shoppers = shoppers
        self.draw = draw
        self.welcome: Callable[[Any, float], None] = _nobody
        """Hears of a shopper who comes back: her session, and when."""
        self.tell = self.hear
        """How a shopper learns of her voucher: her session, the product, and when it was given."""
        self.on_left: Callable[[int, float], None] | None = None
        """Told of a product of which units are left when all vouchers for it were given."""
        shop.stock.on_available = also(shop.stock.on_available, self._goods_are_back)

    def join(self, row: int, product: int, quantity: int, now: float) -> None:
        """A shopper who got nothing waits."""
        self.list.sign_up(len(self.shoppers) + row, product, quantity, now)

    def hear(self, session: int, product: int, now: float) -> None:
        """A shopper learns of her voucher; she may come back for it."""
        row = self.shoppers.row_of(session)
        if self.draw.returns[row]:
            self.environment.at(now + self.draw.after[row], self.welcome, session)

    def _goods_are_back(self, product: int, now: float) -> None:
        if self.list.wishes.get(product) or self.on_left is not None:
            self.environment.at(now, self._serve, product)

    def _serve(self, product: int, now: float) -> None:
        for wish in self.list.serve(product, now):
            self.tell(wish.session, product, now)
        if self.on_left is not None and self.stock.shelves[product].available > 0:
            self.on_left(product, now)


def _nobody(session: int, now: float) -> None:
    """Nobody listens until a driver does."""
