"""The shop's own warehouse on the virtual clock: orders are picked, packed, and wait on a dock."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from model.fulfilment import Fulfilment, Parcel
from model.listeners import also
from scenarios.calendar import Calendar
from scenarios.delivery_draw import Delivery
from scenarios.fulfilment import Warehouse
from scenarios.warehouse_staff import crews_over_time
from sim.crew import Crew
from sim.environment import Environment

Ready = Callable[[Parcel, float], None]
"""Hears of a parcel that its carrier may have, and when."""


class OwnWarehouse:
    """Pickers, then packers, by the shifts of the working days (FUL-1).

    An order whose goods were oversold stands aside until they come, and is then the last in line.
    """

    def __init__(
        self,
        environment: Environment,
        fulfilment: Fulfilment,
        rule: Warehouse,
        calendar: Calendar,
        drawn: Delivery,
        ready: Ready,
    ) -> None:
        self.environment = environment
        self.fulfilment = fulfilment
        self.rule = rule
        self.drawn = drawn
        self.ready = ready
        self.pickers = Crew[Parcel](environment, self._pick, self._picked)
        self.packers = Crew[Parcel](environment, fulfilment.is_wanted, self._packed)
        self.short: list[Parcel] = []
        """Parcels whose goods were not there when their turn came."""
        fulfilment.stock.on_received = also(fulfilment.stock.on_received, self._look_again)
        environment.process(self._keep_shifts(calendar))

    def take(self, parcel: Parcel, now: float) -> None:
        """An order may be packed."""
        seconds = self.drawn.picking[self._row(parcel)] * len(parcel.lines)
        self.pickers.take(parcel, seconds, now)

    def _row(self, parcel: Parcel) -> int:
        """Where the luck of a parcel's shopper stands."""
        return self.drawn.row_of(parcel.order.cart.session)

    def _pick(self, parcel: Parcel, now: float) -> bool:
        if not self.fulfilment.is_wanted(parcel, now):
            return False
        if not self.fulfilment.has_goods(parcel):
            self.short.append(parcel)
            return False
        self.fulfilment.pick(parcel, now)
        return True

    def _picked(self, parcel: Parcel, now: float) -> None:
        self.packers.take(parcel, self.drawn.packing[self._row(parcel)], now)

    def _packed(self, parcel: Parcel, now: float) -> None:
        if self.fulfilment.is_wanted(parcel, now):
            self.fulfilment.pack(parcel, now)
            self.ready(parcel, now)

    def _look_again(self, product: int, now: float) -> None:
        """Units of a product came in: the parcels that lacked it stand in line again."""
        short = self.short
        self.short = []
        for parcel in short:
            if any(line.product == product for line in parcel.lines):
                self.take(parcel, now)
            else:
                self.short.append(parcel)

    def _keep_shifts(self, calendar: Calendar) -> Generator[Any, Any, None]:
        for crews in crews_over_time(self.rule, calendar):
            if crews.since > self.environment.now:
                yield self.environment.timeout(crews.since - self.environment.now)
            self.pickers.resize(crews.pickers, self.environment.now)
            self.packers.resize(min(crews.packers, self.rule.stations), self.environment.now)
