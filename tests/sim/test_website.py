"""The site: M/M/c/K in closed form, drawn page by page, and what breaks at it.

Statistical tests have fixed seeds and a joint level of 0.1%.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from desk_run import DeskRun
from scipy import stats

from model.events import Event, Kind, Log, Reason
from model.outcomes import Outcome
from scenarios.calendar import Calendar
from scenarios.intents import AddToCart, CheckOut, Intent, Leave, Wait
from scenarios.schema import Scenario, Season
from scenarios.shoppers import Plan
from scenarios.website import Website
from scenarios.website_draw import Visits, luck
from scenarios.website_load import pages_per_second
from sim.environment import Environment
from sim.page_queue import PageQueue
from sim.verification.closed_forms import Queue, zero_mean_p
from sim.verification.cohort import HOUR, Window
from sim.website import Site
from sim.world import play

LEVEL = 0.001
QUEUES = [(0.5, 4, 8), (3.6, 4, 20), (6.0, 4, 12), (0.9, 1, 30), (28.0, 32, 512), (5.0, 4, 0)]
"""Load in workers, workers, room: quiet, strained, overloaded, one worker, a farm, no room."""
PAGE = 0.3


# the queue of pages -------------------------------------------------------------------------


@pytest.mark.parametrize(("load", "workers", "room"), QUEUES)
def test_the_queue_of_pages_is_m_m_c_k(load: float, workers: int, room: int) -> None:
    theory = Queue(load / PAGE, 1 / PAGE, workers, places=workers + room)
    pages = PageQueue(load, workers, room, PAGE)
    assert pages.refused == pytest.approx(theory.share_turned_away)
    assert pages.delayed * (1 - pages.refused) == pytest.approx(theory.share_waiting)
    assert pages.mean == pytest.approx(theory.mean_wait_of_served + PAGE)


@pytest.mark.parametrize(("load", "workers", "room"), QUEUES)
def test_drawn_pages_wait_as_long_and_as_often_as_theory_says(
    load: float, workers: int, room: int
) -> None:
    """Jointly: the whole time of a page, its wait, and how many pages wait at all."""
    pages = PageQueue(load, workers, room, PAGE)
    generator = np.random.default_rng(800)
    rows = []
    for _ in range(60):
        drawn = [pages.draw(*generator.random(2).tolist()) for _ in range(500)]
        waits = [pages.draw(each, 0.0) for each in generator.random(500).tolist()]
        delayed = sum(wait > 0 for wait in waits)
        rows.append((sum(drawn) - 500 * pages.mean, sum(waits) - 500 * pages.mean_wait))
        if pages.delayed > 0.01:
            rows[-1] += (delayed - 500 * pages.delayed,)
    beyond = np.array(rows)
    spread = beyond.std(axis=0) > 0
    assert zero_mean_p(beyond[:, spread]) > LEVEL


def test_pages_that_queue_one_by_one_on_the_engine_take_what_the_closed_form_says() -> None:
    """The engine's own queue with a waiting room, page by page: refused, delayed, waits."""
    workers, room, load = 10, 6, 11.0
    queue = Queue(load / 360, 1 / 360, workers, places=workers + room)
    pages = PageQueue(load, workers, room, 360.0)
    rows = []
    for seed in range(820, 850):
        seen = DeskRun(queue, Window(4 * HOUR, 20 * HOUR, 26 * HOUR), seed).cohort()
        taken = seen.came - seen.turned_away
        rows.append(
            (
                seen.turned_away - pages.refused * seen.came,
                seen.delayed - pages.delayed * taken,
                seen.waits.sum() - pages.mean_wait * taken,
            )
        )
    assert zero_mean_p(np.array(rows)) > LEVEL


def test_the_tail_of_a_wait_with_one_worker_is_exponential() -> None:
    """M/M/1 with so much room that it is never full: P(W > t) = load e^(-(1 - load) t / page)."""
    pages = PageQueue(0.8, 1, 400, PAGE)
    for seconds in (0.1, 1.0, 5.0, 10.0):
        exceeded = 0.8 * np.exp(-0.2 * seconds / PAGE)
        assert pages.draw(exceeded, 0.0) == pytest.approx(seconds, rel=2e-3)


def test_with_more_workers_no_page_takes_longer_for_anybody() -> None:
    few, many = PageQueue(5.0, 6, 50, PAGE), PageQueue(5.0, 8, 50, PAGE)
    for unlucky in np.linspace(0.001, 0.999, 97).tolist():
        assert many.draw(unlucky, 0.5) <= few.draw(unlucky, 0.5)


def test_a_shoppers_luck_is_uniform_and_another_for_each_page() -> None:
    keys = np.random.default_rng(830).integers(0, 2**63, 2_000).tolist()
    columns = np.array([[luck(key, number) for number in range(4)] for key in keys])
    assert stats.kstest(columns.ravel(), "uniform").pvalue > LEVEL
    correlations = np.corrcoef(columns.T)[np.triu_indices(4, 1)]
    assert np.abs(correlations).max() < 4.5 / np.sqrt(len(keys))


# the load -----------------------------------------------------------------------------------


def test_all_pages_of_all_sessions_are_asked_for_within_the_visits() -> None:
    rule = Website(pages=8, visit=250)
    per_second = pages_per_second([0, 60, 0, 0, 0, 0, 0, 0], rule)
    assert per_second.sum() * 60 == pytest.approx(60 * 8)
    assert np.flatnonzero(per_second).tolist() == [1, 2, 3, 4, 5, 6]


def test_a_sessions_pages_spread_over_the_minutes_of_its_visit() -> None:
    rule = Website(pages=8, visit=250)
    generator = np.random.default_rng(840)
    asked = generator.uniform(0, 60, 400_000) + generator.uniform(0, 250, 400_000)
    shares = np.bincount((asked // 60).astype(int), minlength=8) / len(asked)
    assert pages_per_second([1] + [0] * 7, rule) * 60 / 8 == pytest.approx(shares, abs=0.003)


# the site -----------------------------------------------------------------------------------


class Stand:
    """A site alone, with shoppers whose luck is middling and who bear so many seconds."""

    def __init__(self, rule: dict[str, Any], traffic: int = 0, bears: float = 60.0) -> None:
        self.environment, self.log = Environment(), Log()
        season = {"start": "1405-12-05", "duration": "3 d", "holidays": "none"}
        visits = Visits(key=list(range(1000)), bears=[bears] * 1000)
        self.site = Site(
            self.environment,
            self.log,
            Website.model_validate(rule),
            Calendar(Season.model_validate(season)),
            [traffic] * (3 * 24 * 60),
            visits,
        )

    def visit(self, at: float, row: int = 0) -> tuple[list[Intent], Outcome]:
        """What a shopper who adds something would do next at a time, and what she hears."""
        self.environment.run_until(at)
        heard: list[Outcome] = []

        def steps() -> Any:
            heard.append((yield AddToCart(0, 1)))
            yield Leave(None)

        journey = self.site.visit(row, steps())
        intents = [next(journey)]
        while not isinstance(intents[-1], Leave):
            added = isinstance(intents[-1], AddToCart)
            intents.append(journey.send(Outcome.ADDED if added else Outcome.DONE))
        return intents[:-1], heard[0]

    def of(self, *kinds: Kind) -> list[tuple[float, Kind]]:
        return [(event.t, Kind(event.kind)) for event in self.log if event.kind in kinds]


FOUND = (Kind.SITE_BROKEN, Kind.SITE_FOUND, Kind.SITE_MENDED)


def test_a_page_takes_its_time_before_the_step_is_taken() -> None:
    stand = Stand({})
    (wait, step), outcome = stand.visit(100.0)
    assert isinstance(wait, Wait)
    assert step == AddToCart(0, 1)
    assert outcome is Outcome.ADDED
    (page,) = [event for event in stand.log if event.kind == Kind.PAGE_TIME]
    assert page.amount == round(wait * 1000)


def test_who_bears_less_than_a_page_takes_closes_it_and_nothing_was_added() -> None:
    stand = Stand({}, bears=0.001)
    intents, outcome = stand.visit(100.0)
    assert intents == [Wait(0.001)]
    assert outcome is Outcome.NO_PAGE
    assert [kind for _, kind in stand.of(Kind.PAGE_LEFT)] == [Kind.PAGE_LEFT]


def test_while_a_site_is_down_every_page_is_an_error() -> None:
    down = {"start": "1405-12-05 01:00", "duration": "30 min"}
    stand = Stand({"breakdowns": [down]})
    heard = [stand.visit(at)[1] for at in (HOUR - 1, HOUR + 1, 1.5 * HOUR + 1)]
    assert heard == [Outcome.ADDED, Outcome.NO_PAGE, Outcome.ADDED]
    assert stand.of(*FOUND) == [(HOUR, Kind.SITE_BROKEN), (1.5 * HOUR, Kind.SITE_MENDED)]


def test_what_breaks_unseen_is_found_at_the_next_check_and_mended_after_that() -> None:
    rule = {
        "breakdowns": [{"start": "1405-12-05 10:00", "workers": "25%"}],
        "check": {"every": "1 d", "at": "08:00"},
        "mending": "2 h",
    }
    stand = Stand(rule)
    stand.environment.run_until(48 * HOUR)
    assert stand.of(*FOUND) == [
        (10 * HOUR, Kind.SITE_BROKEN),
        (32 * HOUR, Kind.SITE_FOUND),
        (34 * HOUR, Kind.SITE_MENDED),
    ]


def test_what_nobody_checks_stays_broken_until_the_staff_look_for_themselves() -> None:
    stand = Stand({"breakdowns": [{"start": "1405-12-05 10:00"}], "mending": "1 h"})
    stand.environment.run_until(40 * HOUR)
    assert stand.of(*FOUND) == [(10 * HOUR, Kind.SITE_BROKEN)]
    stand.site.check(40 * HOUR)
    stand.environment.run_until(42 * HOUR)
    assert stand.of(*FOUND)[1:] == [(40 * HOUR, Kind.SITE_FOUND), (41 * HOUR, Kind.SITE_MENDED)]


def test_what_broke_before_the_season_is_broken_at_its_start_unless_it_was_mended() -> None:
    before = [
        {"start": "1405-12-04 20:00", "duration": "1 h"},
        {"start": "1405-12-04 23:00", "duration": "3 h", "workers": "50%"},
    ]
    stand = Stand({"breakdowns": before})
    stand.environment.run_until(4 * HOUR)
    assert stand.of(*FOUND) == [(0.0, Kind.SITE_BROKEN), (2 * HOUR, Kind.SITE_MENDED)]


def test_of_two_breakdowns_the_worse_one_counts_and_both_must_be_mended() -> None:
    rule = {
        "workers": 8,
        "breakdowns": [
            {"start": "1405-12-05 01:00", "duration": "3 h", "workers": "50%"},
            {"start": "1405-12-05 02:00", "duration": "1 h", "workers": "25%"},
        ],
    }
    stand = Stand(rule)
    shares = []
    for hour in (1.5, 2.5, 3.5, 4.5):
        stand.environment.run_until(hour * HOUR)
        shares.append(stand.site.working)
    assert shares == [0.5, 0.25, 0.5, 1.0]
    assert stand.of(Kind.SITE_MENDED) == [(4 * HOUR, Kind.SITE_MENDED)]


def test_minutes_with_more_pages_than_the_workers_can_serve_are_overloaded() -> None:
    rule = {"workers": 3, "page_time": "1 s", "pages": 2, "visit": "1 min"}
    for traffic, overloaded in ((89, 0), (91, 59)):
        stand = Stand(rule, traffic)
        stand.environment.run_until(HOUR)
        assert len(stand.of(Kind.OVERLOADED)) == overloaded


def test_faults_appear_only_under_strain() -> None:
    rule = {"workers": 3, "page_time": "1 s", "pages": 2, "visit": "1 min", "faults": "30%"}
    shares = []
    for traffic in (40, 85):  # 44% and 94% of the capacity
        stand = Stand(rule, traffic)
        heard = [stand.visit(600.0, row)[1] for row in range(1000)]
        shares.append(heard.count(Outcome.NO_PAGE) / len(heard))
    assert shares[0] == 0
    assert stats.binomtest(round(shares[1] * 1000), 1000, 0.30).pvalue > LEVEL


def test_a_substitute_stands_on_the_page_that_says_no() -> None:
    stand = Stand({})

    def steps() -> Any:
        yield AddToCart(0, 1)
        yield AddToCart(1, 1)
        yield Wait(5.0)
        yield CheckOut()

    journey = stand.site.visit(0, steps())
    said = [type(journey.send(None))]
    for answer in (
        Outcome.DONE, Outcome.OUT_OF_STOCK, Outcome.ADDED, Outcome.DONE, Outcome.DONE,
    ):  # fmt: skip
        said.append(type(journey.send(answer)))
    assert said == [Wait, AddToCart, AddToCart, Wait, Wait, CheckOut]


# a whole shop -------------------------------------------------------------------------------

SHOP: dict[str, Any] = {
    "name": "slow",
    "season": {"start": "1405-12-05", "duration": "12 h", "holidays": "none"},
    "demand": {"sessions_per_day": 60_000, "engaged": "10%"},
    "catalogue": [{"name": "it", "share": "100%", "price": "1000 rial", "stock": 90_000}],
}


@cache
def seen(workers: int, page_time: str = "1 s") -> tuple[Event, ...]:
    rule = {"website": {"workers": workers, "page_time": page_time}}
    return tuple(play(Plan.of(Scenario.model_validate(SHOP | rule)), 12, 0).shop.log)


def sessions(events: tuple[Event, ...], kind: Kind, *why: Reason) -> set[int]:
    return {e.session for e in events if e.kind == kind and (not why or e.reason in why)}


def test_a_weaker_site_loses_all_that_a_stronger_one_loses_and_more() -> None:
    weak, strong = (sessions(seen(workers), Kind.PAGE_LEFT) for workers in (3, 4))
    assert strong < weak
    assert len(sessions(seen(3), Kind.PAID)) < len(sessions(seen(4), Kind.PAID))


def test_who_leaves_a_cart_at_a_slow_site_says_so() -> None:
    events = seen(3)
    lost = sessions(events, Kind.PAGE_LEFT)
    with_cart = sessions(events, Kind.ADDED) & lost
    assert with_cart
    assert sessions(events, Kind.LEFT, Reason.SLOW_SITE) == with_cart


def test_a_site_with_ample_workers_and_quick_pages_loses_nobody() -> None:
    assert not sessions(seen(400, "0.05 s"), Kind.PAGE_LEFT)
