"""The website in a scenario: what it can serve, what breaks, and what shoppers bear (SEA-4)."""

from __future__ import annotations

from pydantic import Field

from scenarios.section import Section
from scenarios.units import Clock, Duration, Moment, PositiveDuration, Share, parse_clock


class Breakdown(Section):
    """Something breaks at the site: it is down, or slow for want of workers."""

    start: Moment
    """Its first moment, local time."""
    duration: PositiveDuration | None = None
    """How long it lasts; without it, until somebody finds and mends it."""
    workers: Share = 0.0
    """Of the workers, those that still work: with 0% every page is an error."""


class SiteCheck(Section):
    """Somebody looks at the site and goes through a purchase, to see whether all works (SUP-7)."""

    every: PositiveDuration = 86400.0
    """Time between two checks."""
    at: Clock = parse_clock("08:00")
    """Local time of the first check."""


class Website(Section):
    """The shop's site under load. Without this section pages cost no time and never fail."""

    workers: int = Field(default=32, ge=1, le=10_000)
    """Pages that it works on at the same time."""
    page_time: PositiveDuration = 0.3
    """Work on one page, on average (exponential): the response time of an idle site."""
    room: int = Field(default=512, ge=0, le=10_000)
    """Pages that may wait for a worker; one more is refused, and an error to who asked."""
    pages: float = Field(default=5.0, gt=0)
    """Pages of a session, browsing ones included."""
    visit: PositiveDuration = 300.0
    """The pages of a session spread evenly over this, from its arrival."""
    unnoticed: Duration = 2.0
    """A page that takes no longer loses nobody."""
    lost_per_second: Share = Field(default=0.07, lt=1)
    """Of the shoppers, lost by each further second of a page."""
    strained_above: Share = 0.90
    """Pages fail besides, as `faults` says, while so much of the site's capacity is asked for."""
    faults: Share = 0.0
    """Of the pages asked for meanwhile."""
    breakdowns: tuple[Breakdown, ...] = ()
    """What breaks, and when."""
    check: SiteCheck | None = None
    """Who finds what broke; without it nobody does, unless the staff's own rounds do."""
    mending: Duration = 3600.0
    """From finding what broke until it works again."""
