"""The website in play against M/M/c/K, and against Little's law."""

from __future__ import annotations

from collections.abc import Generator
from math import inf

import numpy as np

from model.events import Kind, Log
from model.outcomes import Outcome
from reports.log import as_array
from scenarios.calendar import Calendar
from scenarios.intents import AddToCart, Intent, Leave
from scenarios.schema import Season, Website
from scenarios.website_draw import Visits
from sim.environment import Environment
from sim.verification.check import Counted
from sim.verification.closed_forms import Queue
from sim.verification.cohort import MINUTE
from sim.website import Site

SITE = Website(workers=4, page_time=0.3, room=12, pages=8)
SESSIONS_A_MINUTE = 95
PAGES_A_SECOND = SESSIONS_A_MINUTE * SITE.pages / MINUTE
QUEUE = Queue(PAGES_A_SECOND, 1 / SITE.page_time, SITE.workers, places=SITE.workers + SITE.room)
"""Workers that are asked for 95% of what they can do."""
BEGINS, ENDS = 7 * MINUTE, 27 * MINUTE
"""All visits of the first minute are over when it begins: from then on the load is even."""
LOOK_EVERY = 1.0


def pages() -> dict[str, float]:
    """M/M/c/K."""
    in_time = PAGES_A_SECOND * (1 - QUEUE.share_turned_away)
    mean = QUEUE.mean_wait_of_served + SITE.page_time
    return {
        "pages a second": PAGES_A_SECOND,
        "pages refused": QUEUE.share_turned_away,
        "mean time of a page, s": mean,
        "pages under way (Little)": in_time * mean,
    }


def play_pages(seed: int, number: int) -> Counted:
    """Shoppers come to a site of even load at random, and each asks for one page."""
    generator = np.random.default_rng([seed, number])
    count = generator.poisson(PAGES_A_SECOND * ENDS)
    times = np.sort(generator.uniform(0, ENDS, count)).tolist()
    visits = Visits(generator.integers(0, 2**63, count).tolist(), [inf] * count)
    environment, log = Environment(), Log()
    calendar = Calendar(Season(start="1405-12-05", duration="1 d", holidays="none"))
    site = Site(environment, log, SITE, calendar, [SESSIONS_A_MINUTE] * 24 * 60, visits)
    under_way = 0

    def come(row: int, now: float) -> None:
        nonlocal under_way
        seconds = next(site.visit(row, _one_page()), None)
        if isinstance(seconds, float):
            under_way += 1
            environment.at(now + seconds, leave, row)

    def leave(_row: int, _now: float) -> None:
        nonlocal under_way
        under_way -= 1

    environment.play(zip(times, range(count), strict=True), come)
    seen = []
    for moment in np.arange(BEGINS, ENDS, LOOK_EVERY).tolist():
        environment.run_until(moment)
        seen.append(under_way)
    environment.run_until(ENDS)
    events = as_array(log)
    events = events[events["t"] >= BEGINS]
    served = events["amount"][events["kind"] == Kind.PAGE_TIME] / 1000
    refused = int((events["kind"] == Kind.PAGE_FAILED).sum())
    return [
        (len(served) + refused, ENDS - BEGINS),
        (refused, len(served) + refused),
        (float(served.sum()), len(served)),
        (float(np.mean(seen)), 1),
    ]


def _one_page() -> Generator[Intent, Outcome, None]:
    yield AddToCart(0, 1)
    yield Leave(None)
