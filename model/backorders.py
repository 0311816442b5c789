"""Backorders: what was oversold is owed, and goods that come in fill it, the oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from model.carts import Line
from model.events import Kind, Log, Reason
from model.stock import Stock


class Backorders:
    """The lines of paid orders that the shop has no goods for yet."""

    __slots__ = ("owed", "queues", "record", "stock", "watch")

    def __init__(self, stock: Stock, log: Log) -> None:
        self.stock = stock
        self.record = log.add
        self.queues: dict[int, deque[Line]] = {}
        """The lines of each product, the oldest first."""
        self.owed: dict[int, int] = {}
        """How many lines of an order are missing, by its number."""
        self.watch: Callable[[int, float], None] | None = None
        """Told of an order that goods are missing for, and when."""

    def owe(self, line: Line, now: float) -> None:
        """A line was oversold."""
        self.queues.setdefault(line.product, deque()).append(line)
        number = line.cart.order_id
        self.owed[number] = self.owed.get(number, 0) + 1
        if self.watch is not None and self.owed[number] == 1:
            self.watch(number, now)

    def come_in(self, product: int, now: float) -> None:
        """Units may be taken again: give them to who has waited longest.

        No unit moves, since they were promised already. What is short is so for the latest.
        """
        queue = self.queues.get(product)
        if not queue:
            return
        missing = max(0, -self.stock.shelves[product].available)
        spare = sum(line.quantity for line in queue) - missing
        while queue and queue[0].quantity <= spare:
            line = queue.popleft()
            spare -= line.quantity
            self._settle(line, now)

    def forget(self, line: Line) -> bool:
        """An oversold line was given up; nothing happens if it is not owed. True if its order
        lacks nothing any more."""
        queue = self.queues.get(line.product)
        if queue is None or line not in queue:
            return False
        queue.remove(line)
        return not self._less(line)

    def take_out(self, line: Line, now: float) -> None:
        """A line is taken out of an order whose other lines stay."""
        if self.forget(line):
            cart = line.cart
            self.record(now, Kind.FILLED, cart.session, cart.order_id, reason=Reason.BY_OPERATOR)

    def _settle(self, line: Line, now: float) -> None:
        if not self._less(line):
            cart = line.cart
            self.record(now, Kind.FILLED, cart.session, cart.order_id)

    def _less(self, line: Line) -> int:
        """How many lines of its order are missing after one less."""
        number = line.cart.order_id
        left = self.owed[number] - 1
        if left:
            self.owed[number] = left
        else:
            del self.owed[number]
        return left
