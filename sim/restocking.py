"""Restocking on the virtual clock: a person looks through the shelves and orders what is short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from math import ceil
from typing import Any

from model.stock import Stock
from scenarios.schema import Restocking
from scenarios.shoppers import Plan
from sim.environment import Environment

DAY = 86400.0


class Restocker:
    """Every so often, orders each restocked product up to its cover; goods come a lead time later.

    What counts is the stock position: on hand, less what is promised to paid orders, plus what is
    on its way. Reserved units count as there, since most reservations end unsold.
    """

    def __init__(self, environment: Environment, stock: Stock, plan: Plan, rule: Restocking):
        self.environment = environment
        self.stock = stock
        self.rule = rule
        assortment = plan.assortment
        daily = assortment.daily_units.tolist()
        self.target = {
            product: ceil(daily[product] * rule.cover / DAY)
            for product, covered in enumerate(assortment.restocked.tolist())
            if covered
        }
        self.on_order = dict.fromkeys(self.target, 0)
        environment.process(self._check(_first_check(plan, rule)))

    def _check(self, first: float) -> Generator[Any, Any, None]:
        yield self.environment.timeout(first)
        while True:
            for product, target in self.target.items():
                shelf = self.stock.shelves[product]
                position = shelf.on_hand - shelf.allocated + self.on_order[product]
                if position < target:
                    self.on_order[product] += target - position
                    arrives = self.environment.now + self.rule.lead_time
                    self.environment.at(arrives, self._arrive, (product, target - position))
            yield self.environment.timeout(self.rule.every)

    def _arrive(self, delivery: tuple[int, int], now: float) -> None:
        product, quantity = delivery
        self.on_order[product] -= quantity
        self.stock.receive(product, quantity, now)


def _first_check(plan: Plan, rule: Restocking) -> float:
    start = plan.scenario.season.start
    moment = dt.datetime.combine(start.date(), rule.at)
    if moment < start:
        moment += dt.timedelta(days=1)
    return plan.calendar.seconds(moment)
