"""What a scenario dates outside its season, and what therefore never happens.

No mistake, since a season may be shortened for one run; but a year that was mistyped must not be
passed over in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from scenarios.schema import Scenario
from scenarios.units import format_day

DAY = dt.timedelta(days=1)
MIDNIGHT = dt.time()


class Span(NamedTuple):
    """When something happens that a scenario names, in local time."""

    field: str
    begins: dt.datetime
    ends: dt.datetime
    """Without a length: the last moment that there is."""


def unplayed(scenario: Scenario) -> str:
    """A sentence that names the fields which lie wholly outside the season; or nothing."""
    season = scenario.season
    start = season.start
    last_arrival = start + dt.timedelta(seconds=season.duration)
    end = start + dt.timedelta(seconds=season.end)
    outside = [
        *_outside(_of_demand(scenario), start, last_arrival),
        *_outside(_of_the_shop(scenario), start, end),
    ]
    if not outside:
        return ""
    return (
        f"never played, since the season lasts from {format_day(start.date())} to "
        f"{format_day(end.date())}: {', '.join(outside)}"
    )


def _outside(spans: Iterator[Span], start: dt.datetime, end: dt.datetime) -> Iterator[str]:
    for span in spans:
        if span.ends <= start or span.begins >= end:
            yield f"{span.field} ({format_day(span.begins.date())})"


def _of_demand(scenario: Scenario) -> Iterator[Span]:
    for number, period in enumerate(scenario.demand.periods):
        yield _days(f"demand.periods.{number}", period.first, period.last)
    for number, burst in enumerate(scenario.demand.bursts):
        yield _span(f"demand.bursts.{number}", burst.start, burst.duration)


def _of_the_shop(scenario: Scenario) -> Iterator[Span]:
    for entry in scenario.catalogue:
        for number, change in enumerate(entry.price_changes):
            yield _span(f"catalogue.{entry.name}.price_changes.{number}", change.at, None)
    for number, supply in enumerate(scenario.restocking.faults if scenario.restocking else ()):
        yield _span(f"restocking.faults.{number}", supply.start, supply.duration)
    for number, fault in enumerate(scenario.payment.faults):
        begins = fault.begins or scenario.season.start
        yield _span(f"payment.faults.{number}", begins, fault.duration)
    for carrier in scenario.fulfilment.carriers if scenario.fulfilment else ():
        for number, pause in enumerate(carrier.pauses):
            field = f"fulfilment.carriers.{carrier.name}.pauses.{number}"
            yield _days(field, pause.last_orders + DAY, pause.resumes - DAY)
    for number, broken in enumerate(scenario.website.breakdowns if scenario.website else ()):
        yield _span(f"website.breakdowns.{number}", broken.start, broken.duration)
    if scenario.notices is not None:
        for name, provider in (("sms", scenario.notices.sms), ("email", scenario.notices.email)):
            for number, outage in enumerate(provider.outages):
                yield _span(f"notices.{name}.outages.{number}", outage.start, outage.duration)


def _span(field: str, begins: dt.datetime, seconds: float | None) -> Span:
    if seconds is None:
        return Span(field, begins, dt.datetime.max)
    return Span(field, begins, begins + dt.timedelta(seconds=seconds))


def _days(field: str, first: dt.date, last: dt.date) -> Span:
    return Span(
        field, dt.datetime.combine(first, MIDNIGHT), dt.datetime.combine(last + DAY, MIDNIGHT)
    )
