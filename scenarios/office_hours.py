"""Business days on the clock: when an office is open next, and when a gateway goes live."""

from __future__ import annotations

import datetime as dt

from scenarios.calendar import Calendar
from scenarios.gateways import Onboarding

ONE_DAY = dt.timedelta(days=1)


def next_opening(calendar: Calendar, now: float, opens: dt.time, closes: dt.time) -> float:
    """`now` if an office with these hours is open; else when it opens next. Seconds."""
    moment = calendar.moment(now)
    day = moment.date()
    if calendar.is_business_day(day) and opens <= moment.time() < closes:
        return now
    if moment.time() >= opens:
        day += ONE_DAY
    while not calendar.is_business_day(day):
        day += ONE_DAY
    return calendar.seconds(dt.datetime.combine(day, opens))


def business_days_after(calendar: Calendar, day: dt.date, count: int) -> dt.date:
    """The `count`-th business day after a day; the day itself for 0."""
    while count:
        day += ONE_DAY
        count -= calendar.is_business_day(day)
    return day


def onboarding_days(onboarding: Onboarding, calendar: Calendar) -> dict[str, dt.date]:
    """The last day of each step towards a gateway, from the request to the installation."""
    day = onboarding.requested.date()
    days = {"requested": day}
    for step in ("documents", "identity_check", "granting", "installation"):
        days[step] = day = business_days_after(calendar, day, getattr(onboarding, step))
    return days


def live_at(onboarding: Onboarding, calendar: Calendar) -> float:
    """When the gateway goes live, in seconds since the season's start; perhaps before it."""
    last = onboarding_days(onboarding, calendar)["installation"]
    return calendar.seconds(dt.datetime.combine(last + ONE_DAY, dt.time()))
