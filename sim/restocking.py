"""Restocking on the virtual clock: a person looks through the shelves and orders what is short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from math import ceil
from typing import Any

import numpy as np

from model.stock import Stock
from scenarios.schema import Restocking, SupplyFault
from scenarios.shoppers import Plan
from sim.environment import Environment

DAY = 86400.0


class Restocker:
    """Every so often, orders each restocked product up to its cover; goods come a lead time later.

    What counts is the stock position: on hand, less what is promised to paid orders, plus what is
    on its way. Reserved units count as there, since most reservations end unsold. Best sellers
    come first, by the demand that is expected of them.
    """

    def __init__(self, environment: Environment, stock: Stock, plan: Plan, rule: Restocking):
        self.environment = environment
        self.stock = stock
        self.rule = rule
        self.calendar = plan.calendar
        self.entry = plan.assortment.entry
        daily = plan.assortment.daily_units
        covered = np.flatnonzero(plan.assortment.restocked)
        best_first = covered[np.argsort(-daily[covered], kind="stable")].tolist()
        days = 1 / DAY
        self.target = {p: ceil(daily[p] * rule.cover * days) for p in best_first}
        self.point = self.target
        if rule.reorder_point is not None:
            self.point = {p: ceil(daily[p] * rule.reorder_point * days) for p in best_first}
        self.lot = dict.fromkeys(best_first, 1)
        if rule.lot is not None:
            self.lot = {p: ceil(daily[p] * rule.lot * days) for p in best_first}
        self.on_order = dict.fromkeys(best_first, 0)
        environment.process(self._check(_first_check(plan, rule)))

    def _check(self, first: float) -> Generator[Any, Any, None]:
        yield self.environment.timeout(first)
        while True:
            today = self.calendar.moment(self.environment.now).date()
            if not self.rule.business_days or self.calendar.is_business_day(today):
                self._order_what_is_short(self.environment.now)
            yield self.environment.timeout(self.rule.every)

    def _order_what_is_short(self, now: float) -> None:
        ordered = 0
        for product, point in self.point.items():
            shelf = self.stock.shelves[product]
            position = shelf.on_hand - shelf.allocated + self.on_order[product]
            if position < point:
                self._order(product, self.target[product] - position, now)
                ordered += 1
                if ordered == self.rule.at_most:
                    return

    def _order(self, product: int, short: int, now: float) -> None:
        lot = self.lot[product]
        quantity = lot * ceil(short / lot)
        fault = self._fault(product, now)
        late = fault.late if fault else 0.0
        sent = quantity - round(quantity * fault.missing) if fault else quantity
        self.on_order[product] += quantity
        arrives = now + self.rule.lead_time + late
        self.environment.at(arrives, self._arrive, (product, quantity, sent))

    def _fault(self, product: int, now: float) -> SupplyFault | None:
        """What the supplier does to an order of this product that is sent now."""
        for fault in self.rule.faults:
            begins = self.calendar.seconds(fault.start)
            concerned = fault.entry is None or fault.entry == self.entry[product]
            if concerned and begins <= now < begins + fault.duration:
                return fault
        return None

    def _arrive(self, delivery: tuple[int, int, int], now: float) -> None:
        product, ordered, sent = delivery
        self.on_order[product] -= ordered
        if sent:
            self.stock.receive(product, sent, now)


def _first_check(plan: Plan, rule: Restocking) -> float:
    start = plan.scenario.season.start
    moment = dt.datetime.combine(start.date(), rule.at)
    if moment < start:
        moment += dt.timedelta(days=1)
    return plan.calendar.seconds(moment)
