"""Office hours on the virtual clock: whoever keeps them waits for the next opening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from typing import Any

from scenarios.calendar import Calendar
from sim.environment import Environment


class OfficeHours:
    """From one local time of day to another, on business days."""

    def __init__(
        self, environment: Environment, calendar: Calendar, opens: dt.time, closes: dt.time
    ) -> None:
        self.environment = environment
        self.calendar = calendar
        self.opens = opens
        self.closes = closes

    def wait(self) -> Generator[Any, Any, None]:
        """Pass the time until the office is open; none if it is."""
        moment = self.calendar.moment(self.environment.now)
        day = moment.date()
        if self.opens <= moment.time() < self.closes and self.calendar.is_business_day(day):
            return
        if moment.time() >= self.opens:
            day += dt.timedelta(days=1)
        while not self.calendar.is_business_day(day):
            day += dt.timedelta(days=1)
        opening = self.calendar.seconds(dt.datetime.combine(day, self.opens))
        yield self.environment.timeout(opening - self.environment.now)
