"""When sessions begin: the window's schedule, drawn before the run and shared out to generators.

It is an open workload: a session begins when the schedule says so, whatever the shop does. The
schedule is that of the simulation: the same seed and replication 0 give the same shoppers at the
same moments, and between them the sessions that only browse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.columns import Shoppers
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from scenarios.streams import stream
from scenarios.window import browsing_times, cut_shoppers

REPLICATION = 0
"""The one that a load test plays."""


class Start(NamedTuple):
    """A session that is to begin."""

    place: int
    """In the schedule, from 0 on."""
    due: float
    """Seconds from the beginning of the run."""
    row: int
    """Of the draw; from `len(shoppers)` on, a session that only browses."""
    page: int
    """The product that a browsing session looks at; -1 for a shopper with a row."""


@dataclass(frozen=True)
class Schedule:
    """All sessions of a window in the order in which they begin; arrays of one length."""

    due: NDArray[np.float64]
    row: NDArray[np.int64]
    page: NDArray[np.int64]
    shoppers: Shoppers
    plan: Plan

    @classmethod
    def of(cls, scenario: Scenario) -> Schedule:
        """Draw the season and cut its window out. The scenario must have one."""
        plan = Plan.of(scenario)
        assert plan.whole is not None
        seed = scenario.seed
        season = draw(plan.whole, seed, REPLICATION)
        shoppers = cut_shoppers(scenario, season, seed, REPLICATION)
        arrival = np.array(shoppers.arrival)
        engaged = np.flatnonzero(np.isfinite(arrival))
        browsing = browsing_times(scenario, season, seed, REPLICATION)
        pages = plan.assortment.pick(stream(seed, REPLICATION, "browsed"), len(browsing))
        due = np.concatenate((arrival[engaged], browsing))
        order = np.argsort(due, kind="stable")
        row = np.concatenate((engaged, len(arrival) + np.arange(len(browsing))))
        page = np.concatenate((np.full(len(engaged), -1), pages))
        return cls(due[order], row[order], page[order], shoppers, plan)

    def __len__(self) -> int:
        return len(self.due)

    def shard(self, number: int, of: int) -> Iterator[Start]:
        """Every `of`-th session from the `number`-th on: what one of so many generators plays."""
        places = range(number, len(self), of)
        columns = (column[number::of].tolist() for column in (self.due, self.row, self.page))
        for start in zip(places, *columns, strict=True):
            yield Start(*start)
