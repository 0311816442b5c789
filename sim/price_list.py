"""The price list on the virtual clock: the scenario's price changes, at their moments (ORD-8)."""

from __future__ import annotations

from model.stock import Stock
from scenarios.assortment import round_price
from scenarios.shoppers import Plan
from sim.environment import Environment

Change = tuple[range, float]
"""The products of an entry, and the factor on their first prices."""


class PriceList:
    """Reprices the products of every entry whose price changes."""

    def __init__(self, environment: Environment, stock: Stock, plan: Plan) -> None:
        self.stock = stock
        self.products = plan.assortment.products
        first = 0
        for entry in plan.scenario.catalogue:
            products = range(first, first + entry.products)
            for change in entry.price_changes:
                moment = max(plan.calendar.seconds(change.at), 0.0)  # before a window: by then
                environment.at(moment, self._reprice, (products, change.factor))
            first += entry.products

    def _reprice(self, change: Change, now: float) -> None:
        products, factor = change
        for product in products:
            price = round_price(self.products[product].price * factor)
            self.stock.reprice(product, price, now)
