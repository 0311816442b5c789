"""Carriers on the virtual clock: they collect at their cut-off, deliver, and bring things back."""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import pairwise
from math import ceil
from typing import Any

from model.events import Channel
from model.fulfilment import Fulfilment, Parcel
from scenarios.delivery_draw import Delivery
from scenarios.fulfilment import Carrier, Returns
from scenarios.section import Distribution
from scenarios.working_days import WorkingDays
from sim.environment import Environment

DAY = 86400.0


class Carriers:
    """All carriers of a shop.

    What is on a dock at a carrier's cut-off on a working day is collected then; a way of k days
    ends on the k-th working day after it.
    """

    def __init__(
        self,
        environment: Environment,
        fulfilment: Fulfilment,
        carriers: tuple[Carrier, ...],
        returns: Returns,
        drawn: Delivery,
        days: WorkingDays,
        pays_at_the_door: Callable[[Parcel], bool],
    ) -> None:
        self.environment = environment
        self.fulfilment = fulfilment
        self.returns = returns
        self.drawn = drawn
        self.days = days
        self.pays_at_the_door = pays_at_the_door
        self.by_code = {carrier.code: carrier for carrier in carriers}
        self.docks: dict[Channel, list[Parcel]] = {carrier.code: [] for carrier in carriers}
        for carrier in carriers:
            environment.process(self._collect(carrier))

    def take(self, parcel: Parcel, now: float) -> None:
        """A packed parcel is put on its carrier's dock."""
        self.docks[parcel.carrier].append(parcel)

    def _collect(self, carrier: Carrier) -> Generator[Any, Any, None]:
        for number in range(len(self.days)):
            moment = self.days.at(number, carrier.cut_off)
            if moment < self.environment.now:
                continue
            yield self.environment.timeout(moment - self.environment.now)
            parcels, self.docks[carrier.code] = self.docks[carrier.code], []
            for parcel in parcels:
                if self.fulfilment.is_wanted(parcel, moment):
                    self._set_out(parcel, carrier, number)

    def _set_out(self, parcel: Parcel, carrier: Carrier, collected: int) -> None:
        self.fulfilment.dispatch(parcel, self.environment.now)
        arrives = collected + self._days(parcel, carrier, self.drawn.transit)
        opens = self.days.at(arrives, carrier.delivers_from)
        closes = self.days.at(arrives, carrier.delivers_until)
        luck = self.drawn.hour[self._row(parcel)]
        self.environment.at(opens + luck * (closes - opens), self._ring, parcel)

    def _days(self, parcel: Parcel, carrier: Carrier, luck: list[float]) -> int:
        """Working days of a way between the shop and the shopper."""
        row = self._row(parcel)
        return by_luck(carrier.days[self.drawn.distance[row]], luck[row])

    def _row(self, parcel: Parcel) -> int:
        """Where the luck of a parcel's shopper stands."""
        return self.drawn.row_of(parcel.order.cart.session)

    # at the door --------------------------------------------------------------------------

    def _ring(self, parcel: Parcel, now: float) -> None:
        row = self._row(parcel)
        refused = self.returns.refused
        if self.pays_at_the_door(parcel):
            refused = between(self.returns.refused_on_cash, (now - parcel.order.placed_at) / DAY)
        if self.drawn.refuses[row] < refused:
            self.fulfilment.refuse(parcel, now)
            self._bring_back(parcel, now)
            return
        self.fulfilment.deliver(parcel, now)
        if self.drawn.withdraws[row]:
            wait = ceil(self.drawn.withdrawal[row] * self.returns.within) or 1
            carrier = self.by_code[parcel.carrier]
            posts = self.days.at(self.days.after(now, wait), carrier.delivers_from)
            self.environment.at(posts, self._send_back, parcel)

    def _send_back(self, parcel: Parcel, now: float) -> None:
        self.fulfilment.send_back(parcel, now)
        self._bring_back(parcel, now)

    def _bring_back(self, parcel: Parcel, now: float) -> None:
        carrier = self.by_code[parcel.carrier]
        way = self._days(parcel, carrier, self.drawn.way_back)
        arrives = self.days.at(self.days.after(now, way), carrier.delivers_from)
        self.environment.at(arrives + self.returns.inspection, self._inspect, parcel)

    def _inspect(self, parcel: Parcel, now: float) -> None:
        self.fulfilment.inspect(parcel, self.drawn.as_new[self._row(parcel)], now)


def by_luck(shares: Distribution, luck: float) -> int:
    """The number at which the shares of the smaller ones, and its own, pass the luck."""
    left = luck
    for number in sorted(shares):
        left -= shares[number]
        if left < 0:
            return number
    return max(shares)


def between(points: dict[int, float], at: float) -> float:
    """The curve through some points, straight between them and flat outside."""
    known = sorted(points)
    if at <= known[0]:
        return points[known[0]]
    for left, right in pairwise(known):
        if at < right:
            share = (at - left) / (right - left)
            return points[left] + share * (points[right] - points[left])
    return points[known[-1]]
