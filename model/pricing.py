"""Which price a cart pays when the catalogue's has changed since a line was added (ORD-8).

A placed order keeps its prices, whatever the rule: shopper and shop have agreed on them.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.carts import Line
from model.events import Kind, Log
from model.lifecycle import Life
from model.outcomes import Outcome
from model.policy import Price
from model.stock import Stock


class Pricing:
    """The rule of a shop whose carts do not simply keep the price of their first moment."""

    __slots__ = ("keeps_held", "must_confirm", "record", "stock")

    def __init__(self, stock: Stock, rule: Price, log: Log) -> None:
        self.stock = stock
        self.record = log.add
        self.keeps_held = rule is Price.FROZEN_WHILE_HELD
        self.must_confirm = rule is Price.CONFIRM_IF_CHANGED

    def renew(self, lines: Iterable[Line], now: float) -> Outcome | None:
        """Give a cart's lines the catalogue's price; `PRICE_CHANGED` if the shopper must agree."""
        changed = False
        for line in lines:
            price = self.stock.shelves[line.product].price
            if price == line.price or (self.keeps_held and line.life is Life.LIVE):
                continue
            changed = True
            line.price = price
            cart = line.cart
            self.record(now, Kind.LINE_REPRICED, cart.session, -1, line.product, line.number, price)
        return Outcome.PRICE_CHANGED if changed and self.must_confirm else None
