"""Which carrier would bring an order, and the day by which the shop promises it (FUL-2, FUL-3)."""

from __future__ import annotations

import datetime as dt
from math import isfinite
from typing import NamedTuple

from model.fulfilment import NO_PROMISE
from scenarios.calendar import Calendar
from scenarios.delivery_draw import Delivery
from scenarios.fulfilment import Carrier, Distance
from scenarios.working_days import WorkingDays


class Choice(NamedTuple):
    """What a shopper is offered."""

    carrier: Carrier
    due: int
    """The second by which it is promised, or `NO_PROMISE`."""


class Promises:
    """What the carriers promise, shopper by shopper; the same question has the same answer.

    Who promises a day comes before who does not; among equals the shopper's luck decides by their
    shares. The promised day is over at its midnight.
    """

    def __init__(
        self,
        carriers: tuple[Carrier, ...],
        drawn: Delivery,
        calendar: Calendar,
        days: WorkingDays,
    ) -> None:
        self.drawn = drawn
        self.days = days
        self.carriers = [carrier for carrier in carriers if carrier.share]
        self._pauses = {
            (carrier.name, distance): [
                (
                    calendar.seconds(_midnight(pause.last_orders, 1)),
                    calendar.seconds(_midnight(pause.resumes)),
                )
                for pause in carrier.pauses
                if distance in pause.distances
            ]
            for carrier in carriers
            for distance in carrier.days
        }

    def choice(self, session: int, now: float) -> Choice:
        """The carrier of an order that is placed now, and its promise."""
        row = self.drawn.row_of(session)
        distance = self.drawn.distance[row]
        going = [carrier for carrier in self.carriers if distance in carrier.days]
        promising = [carrier for carrier in going if self._promises(carrier, distance, now)]
        carrier = _pick(promising or going, self.drawn.carrier[row])
        if not promising:
            return Choice(carrier, NO_PROMISE)
        due = self.days.over(self.days.after(now, carrier.promise[distance]))
        return Choice(carrier, int(due) if isfinite(due) else NO_PROMISE)

    def _promises(self, carrier: Carrier, distance: Distance, now: float) -> bool:
        return distance in carrier.promise and not any(
            begins <= now < ends for begins, ends in self._pauses[carrier.name, distance]
        )


def _pick(carriers: list[Carrier], luck: float) -> Carrier:
    left = luck * sum(carrier.share for carrier in carriers)
    for carrier in carriers:
        left -= carrier.share
        if left < 0:
            return carrier
    return carriers[-1]


def _midnight(day: dt.date, later: int = 0) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=later), dt.time())
