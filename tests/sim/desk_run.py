"""A support desk alone on the engine, and what became of a cohort of its contacts."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

import numpy as np
from closed_forms import Queue

from model.events import Kind, Log, Reason
from model.support import Support
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Season
from sim.environment import Environment
from sim.support_desk import SupportDesk

MINUTE, HOUR = 60.0, 3600.0
ENDLESS = 1e12
W1_DESK = Queue(
    arrivals=200_000 * 0.05 / (12 * HOUR),
    service=1 / (6 * MINUTE),
    agents=75,
    giving_up=1 / (10 * MINUTE),
)
"""The desk of the scenario `benchmark-w1`."""


class Window(NamedTuple):
    """The part of a run that counts: what comes before has filled the queue, what comes after
    has ended its waits. Seconds."""

    begins: float
    ends: float
    stops: float

    @property
    def length(self) -> float:
        return self.ends - self.begins


class Cohort(NamedTuple):
    """The contacts that came within the window, and what became of them."""

    came: int
    turned_away: int
    delayed: int
    gave_up: int
    waits: np.ndarray
    """Of the served, in seconds."""


class DeskRun:
    """A support desk alone, with Poisson arrivals and exponential handling and patience."""

    def __init__(self, queue: Queue, window: Window, seed: int, sample_every: float = inf) -> None:
        generator = np.random.default_rng(seed)
        gaps = generator.exponential(1 / queue.arrivals, int(queue.arrivals * window.stops * 1.5))
        times = np.cumsum(gaps)
        self.times = times[times < window.stops].tolist()
        n = len(self.times)
        self.handling = generator.exponential(1 / queue.service, n).tolist()
        patience = generator.exponential(1 / queue.giving_up, n) if queue.giving_up else None
        self.patience = [ENDLESS] * n if patience is None else patience.tolist()
        self.queue, self.window = queue, window
        self.log = Log()
        self.support = Support(self.log)
        self.turned_away: list[float] = []
        self.samples: list[tuple[int, int]] = []
        """Contacts in service, and waiting, as seen by somebody who looks now and then."""
        self.environment = Environment()
        season = Season(start="1405-12-05", duration="1 d", holidays="none")
        desk = Desk(channel="chat", agents=queue.agents)
        self.desk = SupportDesk(self.environment, self.support, desk, Calendar(season))
        if sample_every < inf:
            self.environment.process(self._look(generator.uniform(0, sample_every), sample_every))
        self.environment.play(zip(self.times, range(n), strict=True), self._arrive)
        self.environment.run_until(window.stops)

    def _arrive(self, row: int, now: float) -> None:
        if len(self.support.open) >= self.queue.places:
            self.turned_away.append(now)
        else:
            self.desk.ask(row, Reason.GENERAL, self.patience[row], self.handling[row], None, now)

    def _look(self, first: float, every: float) -> Iterator[object]:
        yield self.environment.timeout(self.window.begins + first)
        while self.environment.now < self.window.ends:
            self.samples.append((self.desk.busy, len(self.support.open) - self.desk.busy))
            yield self.environment.timeout(every)

    def cohort(self) -> Cohort:
        turned_away = sum(self.window.begins <= t < self.window.ends for t in self.turned_away)
        return cohort(self.log, self.window, turned_away)

    def time_waited(self) -> float:
        """Seconds that all contacts waited inside the window, together."""
        begins, ends = self.window.begins, self.window.ends
        came: dict[int, float] = {}
        total = 0.0
        for event in self.log:
            if event.kind == Kind.CONTACTED:
                came[event.session] = event.t
            elif event.kind in (Kind.ANSWERED, Kind.GAVE_UP):
                since = max(came[event.session], begins)
                total += max(min(event.t, ends) - since, 0.0)
        return total


def cohort(log: Log, window: Window, turned_away: int = 0) -> Cohort:
    """Read a cohort from an event log; all of them were served or had given up at its end."""
    came: dict[int, float] = {}
    waits, gave_up = [], 0
    for event in log:
        if event.kind == Kind.CONTACTED and window.begins <= event.t < window.ends:
            came[event.session] = event.t
        elif event.kind == Kind.ANSWERED and event.session in came:
            waits.append(event.t - came[event.session])
        elif event.kind == Kind.GAVE_UP and event.session in came:
            gave_up += 1
    assert len(waits) + gave_up == len(came)
    delayed = sum(wait > 0 for wait in waits) + gave_up
    return Cohort(len(came) + turned_away, turned_away, delayed, gave_up, np.array(waits))


def against(queue: Queue, sample: list[Cohort], length: float) -> np.ndarray:
    """What each replication counts beyond what theory expects of it; every mean is zero."""
    return np.array(
        [
            (
                each.came - queue.arrivals * length,
                each.delayed - queue.share_waiting * each.came,
                each.waits.sum() - queue.mean_wait_of_served * len(each.waits),
            )
            for each in sample
        ]
    )
