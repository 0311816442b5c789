"""A support desk alone on the engine: its contacts are drawn here, and nobody else is there."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from model.events import Kind, Log, Reason
from model.support import Support
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Season
from sim.environment import Environment
from sim.support_desk import SupportDesk
from sim.verification.closed_forms import Queue
from sim.verification.cohort import Cohort, Window, cohort

ENDLESS = 1e12


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
