"""A third-party logistics provider on the virtual clock: a day's capacity at a reliable time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from model.fulfilment import Fulfilment, Parcel
from scenarios.calendar import Calendar
from scenarios.fulfilment import ThirdParty
from scenarios.working_days import WorkingDays
from sim.environment import Environment


class ThirdPartyWarehouse:
    """Once on each of its days, has packed what came in by then, up to its capacity (FUL-1).

    First come, first packed; an order whose goods are not there yet lets the others pass.
    """

    def __init__(
        self,
        environment: Environment,
        fulfilment: Fulfilment,
        rule: ThirdParty,
        calendar: Calendar,
        ready: Callable[[Parcel, float], None],
    ) -> None:
        self.environment = environment
        self.fulfilment = fulfilment
        self.rule = rule
        self.ready = ready
        self.waiting: list[Parcel] = []
        environment.process(self._pack_day_by_day(WorkingDays(calendar, rule.works_holidays)))

    def take(self, parcel: Parcel, now: float) -> None:
        """An order may be packed."""
        self.waiting.append(parcel)

    def _pack_day_by_day(self, days: WorkingDays) -> Generator[Any, Any, None]:
        for number in range(len(days)):
            moment = days.at(number, self.rule.packs_at)
            if moment >= self.environment.now:
                yield self.environment.timeout(moment - self.environment.now)
                self._pack(self.environment.now)

    def _pack(self, now: float) -> None:
        waiting, self.waiting = self.waiting, []
        packed = 0
        for parcel in waiting:
            if not self.fulfilment.is_wanted(parcel, now):
                continue
            if packed < self.rule.capacity and self.fulfilment.has_goods(parcel):
                packed += 1
                self.fulfilment.pick(parcel, now)
                self.fulfilment.pack(parcel, now)
                self.ready(parcel, now)
            else:
                self.waiting.append(parcel)
