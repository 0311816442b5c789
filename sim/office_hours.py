"""Office hours on the virtual clock: when somebody who keeps them is next at work."""

from __future__ import annotations

import datetime as dt

from scenarios.calendar import Calendar


def at_work(calendar: Calendar, opens: dt.time, closes: dt.time, now: float) -> float:
    """`now` if it lies within the hours of a business day, else the next opening; in seconds."""
    moment = calendar.moment(now)
    day, clock = moment.date(), moment.time()
    if calendar.is_business_day(day) and opens <= clock < closes:
        return now
    if clock >= opens:
        day += dt.timedelta(days=1)
    while not calendar.is_business_day(day):
        day += dt.timedelta(days=1)
    return calendar.seconds(dt.datetime.combine(day, opens))
