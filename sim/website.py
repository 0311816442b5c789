"""The website on the virtual clock: minute by minute its load, what breaks, and who closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from functools import lru_cache
from math import inf
from typing import Any

from model.events import Kind, Log, Reason
from model.outcomes import Outcome
from scenarios.calendar import Calendar
from scenarios.intents import AddToCart, Away, CheckOut, Journey, Pay, PlaceOrder, TakeAgain, Wait
from scenarios.website import Breakdown, SiteCheck, Website
from scenarios.website_draw import Visits
from scenarios.website_load import MINUTE, pages_per_second
from sim.environment import Environment
from sim.page_queue import PageQueue

STEPS = 200
"""The load is taken in so many steps of the capacity: finer than the chance in a minute's count."""
PAGES = (AddToCart, CheckOut, PlaceOrder, Pay, TakeAgain)
"""Intents for which a shopper asks the site for a page."""


class Site:
    """The shop's site: how long its pages take now, and whether there are any."""

    def __init__(
        self,
        environment: Environment,
        log: Log,
        rule: Website,
        calendar: Calendar,
        traffic: Sequence[int],
        visits: Visits,
    ) -> None:
        self.environment = environment
        self.log = log
        self.rule = rule
        self.visits = visits
        self.pages = pages_per_second(traffic, rule)
        self.open: list[Breakdown] = []
        """What is broken, the oldest first."""
        self.found: list[Breakdown] = []
        """What of it is being mended."""
        self._load = 0.0
        self._faults = 0.0
        self._queue: PageQueue | None = None
        self._settle()
        for breakdown in rule.breakdowns:
            self._expect(breakdown, calendar.seconds(breakdown.start))
        environment.process(self._count_pages())
        if rule.check is not None:
            first = _first_check(calendar, rule.check)
            environment.process(self._keep_checking(first, rule.check.every))

    # shoppers -----------------------------------------------------------------------------

    def visit(self, session: int, steps: Journey) -> Journey:
        """The same journey through the site: each page takes its time, and may be the last.

        A page that says no offers something else: who takes it asks for no other page.
        """
        bears = self.visits.bears[self.visits.row_of(session)]
        number = 0
        says_no = False
        outcome: Outcome | None = None
        while True:
            intent = steps.send(outcome)  # type: ignore[arg-type]  # None begins one
            if isinstance(intent, Wait | Away):
                says_no = False
            if not isinstance(intent, PAGES) or (says_no and isinstance(intent, AddToCart)):
                outcome = yield intent
                continue
            seconds = self._serve(session, number)
            number += 1
            if seconds is not None and seconds <= bears:
                yield Wait(seconds)
                outcome = yield intent
                says_no = outcome is Outcome.OUT_OF_STOCK
                continue
            if seconds is not None:
                yield Wait(bears)
            outcome = Outcome.NO_PAGE
            self.log.add(self.environment.now, Kind.PAGE_LEFT, session, reason=Reason.SLOW_SITE)

    def _serve(self, session: int, number: int) -> float | None:
        """Seconds that a shopper's page takes, or None if it fails."""
        queue = self._queue
        if queue is None:
            self._fail(session, Reason.SITE_DOWN)
            return None
        row = self.visits.row_of(session)
        luck = self.visits.luck(row, 2 * number)
        for share, why in ((queue.refused, Reason.SITE_FULL), (self._faults, Reason.SITE_FAULT)):
            if luck < share:
                self._fail(session, why)
                return None
            luck = (luck - share) / (1 - share)
        seconds = queue.draw(luck, self.visits.luck(row, 2 * number + 1))
        milliseconds = round(seconds * 1000)
        self.log.add(self.environment.now, Kind.PAGE_TIME, session, amount=milliseconds)
        return seconds

    def _fail(self, session: int, why: Reason) -> None:
        self.log.add(self.environment.now, Kind.PAGE_FAILED, session, reason=why)

    # the load -----------------------------------------------------------------------------

    @property
    def working(self) -> float:
        """Share of the workers that work."""
        return min((breakdown.workers for breakdown in self.open), default=1.0)

    def _count_pages(self) -> Generator[Any, Any, None]:
        for per_second in self.pages.tolist():
            self._load = per_second * self.rule.page_time
            self._settle()
            if self._load > self._workers():
                asked = round(per_second * MINUTE)
                self.log.add(self.environment.now, Kind.OVERLOADED, quantity=asked)
            yield self.environment.timeout(MINUTE)

    def _workers(self) -> int:
        return int(self.rule.workers * self.working)

    def _settle(self) -> None:
        """What pages meet at the present load, with the workers that are left."""
        workers = self._workers()
        strained = self._load > self.rule.strained_above * workers
        self._faults = self.rule.faults if strained else 0.0
        if workers:
            steps = round(self._load / workers * STEPS)
            self._queue = page_queue(steps, workers, self.rule.room, self.rule.page_time)
        else:
            self._queue = None

    # what breaks --------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """Somebody looks whether the site works (SUP-7); what is found broken is mended."""
        for breakdown in self.open:
            if breakdown.duration is None and breakdown not in self.found:
                self.found.append(breakdown)
                self.log.add(now, Kind.SITE_FOUND)
                self.environment.at(now + self.rule.mending, self._mend, breakdown)

    def _expect(self, breakdown: Breakdown, begins: float) -> None:
        """Something will break, or broke before the season began; unless it was mended by then."""
        ends = inf if breakdown.duration is None else begins + breakdown.duration
        if ends <= 0:
            return
        self.environment.at(max(begins, 0.0), self._break, breakdown)
        if ends < inf:
            self.environment.at(ends, self._mend, breakdown)

    def _break(self, breakdown: Breakdown, now: float) -> None:
        self.open.append(breakdown)
        self._settle()
        self.log.add(now, Kind.SITE_BROKEN, quantity=round(self.working * 100))

    def _mend(self, breakdown: Breakdown, now: float) -> None:
        self.open.remove(breakdown)
        if breakdown in self.found:
            self.found.remove(breakdown)
        self._settle()
        if not self.open:
            self.log.add(now, Kind.SITE_MENDED)

    def _keep_checking(self, first: float, every: float) -> Generator[Any, Any, None]:
        yield self.environment.timeout(first)
        while True:
            self.check(self.environment.now)
            yield self.environment.timeout(every)


@lru_cache(maxsize=4096)
def page_queue(steps: int, workers: int, room: int, page_time: float) -> PageQueue:
    """The queue at a load of so many steps of its workers' capacity."""
    return PageQueue(steps / STEPS * workers, workers, room, page_time)


def _first_check(calendar: Calendar, check: SiteCheck) -> float:
    start = calendar.season.start
    moment = dt.datetime.combine(start.date(), check.at)
    if moment < start:
        moment += dt.timedelta(days=1)
    return calendar.seconds(moment)
