"""Settlement on the virtual clock: tills are cut before each business day and credited on it.

What was sold since the last business day began is settled on the next one: Thursday's and Friday's
sales on Saturday, and what is sold over holidays after them (PAY-5). A midnight that ends a month
is the last at which sales count towards that month's volume.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from typing import Any

from model.events import Kind
from model.settlement import Settlement
from scenarios.calendar import Calendar, begins_month
from scenarios.office_hours import ONE_DAY, business_days_after
from scenarios.payment import Payment
from sim.environment import Environment


class SettlementClock:
    """Cuts every till at the midnight before a business day, and has its money credited."""

    def __init__(
        self,
        environment: Environment,
        settlement: Settlement,
        payment: Payment,
        calendar: Calendar,
    ) -> None:
        self.environment = environment
        self.settlement = settlement
        self.days = payment.days()
        self.months = payment.months()
        self.hours = payment.settlement
        self.calendar = calendar
        environment.process(self._cut())

    def _cut(self) -> Generator[Any, Any, None]:
        environment, day = self.environment, self.calendar.season.start.date()
        while True:
            day += ONE_DAY
            midnight = self.calendar.seconds(dt.datetime.combine(day, dt.time()))
            yield environment.timeout(midnight - environment.now)
            if self.calendar.is_business_day(day):
                for channel, days in self.days.items():
                    self._settle(channel, business_days_after(self.calendar, day, days - 1))
            for channel, kind in self.months.items():
                if begins_month(day, kind):
                    self.settlement.begin_month(channel, environment.now)

    def _settle(self, channel: int, on: dt.date) -> None:
        batch = self.settlement.cut(channel, self.environment.now)
        if batch is not None:
            instructed, credited = (
                self.calendar.seconds(dt.datetime.combine(on, clock))
                for clock in (self.hours.instructed_at, self.hours.credited_at)
            )
            self.environment.at(instructed, self._instruct, (channel, batch.net))
            self.environment.at(credited, self._credit, channel)

    def _instruct(self, what: tuple[int, int], now: float) -> None:
        channel, net = what
        self.settlement.record(now, Kind.INSTRUCTED, amount=net, channel=channel)

    def _credit(self, channel: int, now: float) -> None:
        self.settlement.deposit(channel, now)
