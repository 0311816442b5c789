"""The load generator: begins each session of its share when it is due, whatever the shop does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import gevent
from gevent.event import Event
from gevent.pool import Group

from loadtests.arrivals import Start
from loadtests.recorder import Recorder

GRACE = 15.0
"""Seconds that requests under way may take after the end of the run."""


@dataclass(frozen=True)
class Share:
    """What one generator is to play."""

    starts: list[Start]
    ends: float
    """When those who are still shopping go home; seconds from the run's beginning."""
    most_open: int
    """Sessions at the same time; beyond that, one that is due is dropped."""


class Generator:
    """Walks its share of the schedule, a greenlet for every session."""

    def __init__(
        self,
        share: Share,
        play: Callable[[Start], None],
        recorder: Recorder,
        clock: Callable[[], float],
        closing: Event,
    ) -> None:
        self._share = share
        self._play = play
        self._recorder = recorder
        self._clock = clock
        self._closing = closing
        self._open = Group()

    @property
    def open(self) -> int:
        """Sessions under way."""
        return len(self._open)

    def run(self) -> None:
        """Play the share; returns when everybody is home."""
        for start in self._share.starts:
            ahead = start.due - self._clock()
            if self._closing.wait(ahead) if ahead > 0 else self._yield():
                break
            if len(self._open) >= self._share.most_open:
                self._recorder.dropped(start.row, start.due)
            else:
                self._recorder.begun(start.row, start.due, self._clock())
                self._open.spawn(self._play, start)
        self._let_shop_on()
        self._closing.set()
        if not self._open.join(timeout=GRACE):
            self._open.kill(block=True, timeout=1)

    def _yield(self) -> bool:
        """Let sessions go on though the next one is due already; whether the run is closing."""
        gevent.sleep(0)
        return self._closing.is_set()

    def _let_shop_on(self) -> None:
        """Until everybody is home, or the run is over."""
        while len(self._open) and not self._closing.is_set():
            rest = self._share.ends - self._clock()
            if rest <= 0:
                return
            self._open.join(timeout=min(rest, 0.1))
