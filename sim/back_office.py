"""The back office on the virtual clock: clerks confirm paid orders, past the half-finished ones.

Half-finished orders that nobody clears away make every confirmation slower (ORD-11).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any

from model.events import Kind
from model.listeners import Listener, also
from model.orders import Order, OrderState
from model.shop import Shop
from scenarios.back_office import BackOffice
from scenarios.calendar import Calendar
from scenarios.office_hours import next_opening
from sim.environment import Environment

STANDS_UNPAID = (OrderState.UNPAID, OrderState.ON_HOLD)
LOOKS_EVERY = 60.0
"""Seconds after which a clerk who had nothing to do looks again."""


class Confirmation:
    """The clerks' queue of paid orders."""

    def __init__(
        self, environment: Environment, shop: Shop, rule: BackOffice, calendar: Calendar
    ) -> None:
        self.environment = environment
        self.orders = shop.orders
        self.record = shop.log.add
        self.rule = rule
        self.calendar = calendar
        self.queue: deque[Order] = deque()
        self.unpaid: set[int] = set()
        """Numbers of the orders that stand unpaid; looked through once a minute."""
        self._counted_at = 0.0
        self.on_handled: Listener[Order] | None = None
        """Hears of an order that a clerk has confirmed, or found cancelled, and when."""
        shop.orders.on_placed = also(shop.orders.on_placed, self._clutter_more)
        shop.orders.on_paid = also(shop.orders.on_paid, self._wait_in_line)
        for _ in range(rule.clerks):
            environment.process(self._confirm())

    def seconds(self) -> float:
        """How long the next confirmation takes, with the orders that stand unpaid now."""
        if self.environment.now >= self._counted_at + LOOKS_EVERY:
            self._counted_at = self.environment.now
            orders = self.orders.orders
            self.unpaid = {each for each in self.unpaid if orders[each].state in STANDS_UNPAID}
        return self.rule.confirmation * (1 + self.rule.clutter * len(self.unpaid) / 100)

    def _clutter_more(self, order: Order, _now: float) -> None:
        self.unpaid.add(order.number)

    def _wait_in_line(self, order: Order, _now: float) -> None:
        self.queue.append(order)

    def _confirm(self) -> Generator[Any, Any, None]:
        while True:
            now = self.environment.now
            opening = next_opening(self.calendar, now, self.rule.opens, self.rule.closes)
            if opening > now:
                yield self.environment.timeout(opening - now)
            if not self.queue:
                yield self.environment.timeout(LOOKS_EVERY)
                continue
            order = self.queue.popleft()
            if order.state is not OrderState.CANCELLED:
                work = self.seconds()
                yield self.environment.timeout(work)
                now, session = self.environment.now, order.cart.session
                self.record(now, Kind.CONFIRMED, session, order.number, quantity=round(work))
            if self.on_handled is not None:
                self.on_handled(order, self.environment.now)
