"""Plays journeys on the wall clock against a live shop, a greenlet for each session.

The journeys are those of the simulation, and so is all luck: what happens at the bank stands in
the shopper's row. Where a rehearsal has no people, it takes the least: support answers at once and
talks for as long as was drawn, and no message calls anybody back.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gevent.event import Event

from loadtests.arrivals import Schedule, Start
from loadtests.client import Browser
from loadtests.receipts import as_plain
from loadtests.recorder import Recorder
from loadtests.targets.target import Target, Visit, Visitor
from loadtests.witness import PAGES, Witness
from model.events import Channel
from model.outcomes import Outcome
from scenarios.columns import DECLINED, GAVE_UP, SUCCEEDS, Shoppers
from scenarios.intents import AddToCart, Away, ContactSupport, Intent, Leave, Pay
from scenarios.journeys import journey
from scenarios.methods import by_channel, chosen, first_live

FATES: Final = {SUCCEEDS: "PAID", DECLINED: "DECLINED", GAVE_UP: "GAVE_UP"}
"""What a drawn fate is called before a target."""


class Closing(Exception):  # noqa: N818 -- what happens, not what went wrong
    """The run ends: whoever waits goes home."""


def pause_until(closing: Event) -> Callable[[float], None]:
    """A wait that ends with the run: then it raises `Closing`."""

    def pause(seconds: float) -> None:
        if closing.wait(seconds):
            raise Closing

    return pause


class Driver:
    """Opens a visit for each session and plays it to its end, or to that of the run."""

    def __init__(
        self,
        schedule: Schedule,
        target: Target,
        browser: Callable[[int], Browser],
        recorder: Recorder,
        clock: Callable[[], float],
        closing: Event,
        numbers_from: int = 0,
    ) -> None:
        """`browser` opens one for a session; `clock` has seconds from the run's beginning.

        Sessions have numbers from `numbers_from` on before the shop, in the schedule's order.
        """
        self._shoppers: Shoppers = schedule.shoppers
        self._scenario = schedule.plan.scenario
        self._methods = by_channel(self._scenario.payment)
        self._first_live = first_live(self._scenario.payment, schedule.plan.calendar)
        self._catalogue = schedule.plan.assortment.products
        self._target = target
        self._open_browser = browser
        self._recorder = recorder
        self._clock = clock
        self._closing = closing
        self._numbers_from = numbers_from

    def play(self, start: Start) -> None:
        """Play one session, which was due when its start says."""
        browser = self._open_browser(start.row)
        browser.intended = start.due
        try:
            if start.page >= 0:
                self._browse(start, browser)
            else:
                self._shop(start, browser)
        except Closing:
            pass
        except Exception as mistake:
            self._recorder.crashes.append(_told(mistake))
        finally:
            browser.close()

    def _browse(self, start: Start, browser: Browser) -> None:
        """Look at one page, or at as many as the scenario's website says of a visit."""
        visit = self._target.open(browser, Visitor(self._numbers_from + start.place, False))
        website = self._scenario.website
        pages = max(round(website.pages), 1) if website else 1
        for page in range(pages):
            if page and website:
                browser.wait(website.visit / pages)
            visit.view(start.page)

    def _shop(self, start: Start, browser: Browser) -> None:
        shoppers, row = self._shoppers, start.row
        witness = Witness(self._recorder.log, row, self._catalogue)
        visitor = Visitor(
            self._numbers_from + start.place,
            shoppers.registered[row],
            -1 if shoppers.identity is None else shoppers.identity.customer[row],
            self._method_of(row),
            tuple(FATES[turn[row]] for turn in shoppers.fate),
            tuple(turn[row] for turn in shoppers.at_gateway),
        )
        visit = self._target.open(browser, visitor)
        try:
            self._play(row, visit, browser, witness)
        finally:
            self._recorder.receipts.append(as_plain(visit.receipt))

    def _method_of(self, row: int) -> Channel:
        """How she pays: by her luck, among what is on offer when she comes."""
        paying = self._shoppers.paying
        if paying is None:
            return Channel.GATEWAY
        live = self._first_live <= self._clock()
        return chosen(self._methods, paying.method[row], live, paying.prefers[row])

    def _play(self, row: int, visit: Visit, browser: Browser, witness: Witness) -> None:
        steps = journey(self._shoppers, row)
        outcome: Outcome | None = None
        while not self._closing.is_set():
            intent = steps.send(outcome)  # type: ignore[arg-type]  # None begins one
            if isinstance(intent, Leave):
                if intent.why is not None:
                    witness.left(intent.why, self._clock())
                return
            if isinstance(intent, float):
                browser.wait(intent)
                outcome = None
            elif isinstance(intent, Away):
                if intent.why is not None:
                    witness.left(intent.why, self._clock())
                browser.wait(intent.seconds)
                outcome = Outcome.DONE
            elif isinstance(intent, ContactSupport):
                outcome = self._contact(row, intent, visit, browser, witness)
            else:
                outcome = self._step(row, intent, visit, browser, witness)

    def _step(
        self, row: int, intent: Intent, visit: Visit, browser: Browser, witness: Witness
    ) -> Outcome:
        asked, spent = self._clock(), browser.spent
        product = intent.product if isinstance(intent, AddToCart) else -1
        held = visit.receipt.cart.get(product, 0)
        try:
            outcome = visit.play(intent)
        except Closing:
            if isinstance(intent, Pay):
                witness.at_bank(intent, asked)
            raise
        now, took = self._clock(), browser.spent - spent
        units = visit.receipt.cart.get(product, 0) - held
        witness.told(intent, outcome, asked, now, took, units)
        visits = self._shoppers.visits
        if visits is not None and isinstance(intent, PAGES) and took > visits.bears[row]:
            witness.closed_page(now)
            return Outcome.NO_PAGE
        return outcome

    def _contact(
        self, row: int, intent: ContactSupport, visit: Visit, browser: Browser, witness: Witness
    ) -> Outcome:
        channel, handling = self._desk_of(row, intent)
        witness.contacted(intent.topic, channel, self._clock())
        outcome = visit.play(intent)
        if outcome is not Outcome.DONE:
            return outcome
        browser.wait(handling)
        return Outcome.ANSWERED

    def _desk_of(self, row: int, intent: ContactSupport) -> tuple[Channel, float]:
        """Where she asks, and for how long she would be talked to."""
        doors, contact = self._scenario.support.doors, self._shoppers.contacts.get(intent.topic)
        if contact is not None:
            return doors[contact.desk[row]].code, contact.handling[row]
        support = self._shoppers.support
        if support is None:
            return Channel.NONE, 0.0
        door = support.door[row]
        return doors[door].code, support.handling[door][row]


def _told(mistake: Exception) -> str:
    """A mistake in one line, with the place in the code that made it."""
    place = traceback.extract_tb(mistake.__traceback__)[-1]
    what = " ".join(str(mistake).split())
    return f"{type(mistake).__name__}: {what} ({Path(place.filename).name}, line {place.lineno})"
