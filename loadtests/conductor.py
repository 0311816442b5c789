"""The two sides of a live run within Locust: the conductor (master) and its players (workers).

The conductor draws nothing and sends no request. It names each player's share by the player's own
name, waits until all of them have drawn the schedule, gives the beat (one moment for all), takes
down their rows, and notices who falls silent. Alone in one process, Locust hands their messages
over directly.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any, Final

import gevent
from gevent.event import Event
from locust.env import Environment
from locust.runners import STATE_MISSING, LocalRunner, MasterRunner

from loadtests.arrivals import Schedule
from loadtests.client import Browser, remember_addresses
from loadtests.driver import Driver, pause_until
from loadtests.generator import GRACE, Generator, Share
from loadtests.recorder import Recorder
from loadtests.rehearsal import Rehearsal
from loadtests.spool import Part, Spool
from loadtests.targets.registry import make_target

READY, GO, ROWS, CLOSE = "esfand-ready", "esfand-go", "esfand-rows", "esfand-close"
HAND_OVER_EVERY: Final = 1.0
"""Seconds; what a player loses at most if it is killed."""
HEADSTART: Final = 0.5
"""Seconds from the beat to the run's beginning, for the message to arrive."""
ALONE: Final = "local"
"""Locust's name for the only process there is."""


class Conductor:
    """The side that knows of all players."""

    def __init__(self, environment: Environment) -> None:
        self.over = False
        """All are done, or lost."""
        self.interrupted = False
        self._environment = environment
        self._spool: Spool | None = None
        self._waiting: set[str] = set()
        """Players who have not drawn the schedule yet."""
        runner = self._runner
        runner.register_message(READY, self._on_ready)
        runner.register_message(ROWS, self._on_rows)

    @property
    def _runner(self) -> Any:
        return self._environment.runner

    def begin(self, spool: Spool) -> dict[str, list[int]]:
        """Name the shares: player -> [its number, of so many]."""
        runner = self._runner
        names = [ALONE]
        if isinstance(runner, MasterRunner):
            there = runner.clients.ready + runner.clients.running + runner.clients.spawning
            names = sorted(client.id for client in there)
        shares = {name: [number, len(names)] for number, name in enumerate(names)}
        spool.state.parts = {name: Part(number, of) for name, (number, of) in shares.items()}
        self._spool, self._waiting, self.over = spool, set(names), False
        gevent.spawn(self._watch, spool)
        return shares

    def close(self) -> None:
        """End the run now, and wait for what players still have to say."""
        spool = self._spool
        if spool is None:
            return
        if not self.over:
            self.interrupted = spool.state.interrupted = True
            self._runner.send_message(CLOSE)
            deadline = time.monotonic() + GRACE + 5
            while not self.over and time.monotonic() < deadline:
                gevent.sleep(0.05)
        spool.close()
        self._spool, self.over = None, False

    def _on_ready(self, environment: Environment, msg: Any, **_: Any) -> None:
        if self._spool is None:
            return
        self._spool.state.planned = msg.data["planned"]
        self._waiting.discard(msg.node_id)
        self._beat()

    def _beat(self) -> None:
        """When all have drawn, everybody begins."""
        assert self._spool is not None
        if self._waiting or self._spool.state.began:
            return
        self._spool.state.began = time.time() + HEADSTART
        self._spool.save()
        self._runner.send_message(GO, {"began": self._spool.state.began})

    def _on_rows(self, environment: Environment, msg: Any, **_: Any) -> None:
        if self._spool is None or msg.node_id not in self._spool.state.parts:
            return
        self._spool.add(msg.node_id, msg.data["rows"])
        if msg.data["done"]:
            part = self._spool.state.parts[msg.node_id]
            part.done, part.lost = True, False
            self._settle()

    def _watch(self, spool: Spool) -> None:
        """Notice players that fall silent."""
        while isinstance(self._runner, MasterRunner):
            gevent.sleep(HAND_OVER_EVERY)
            if self.over or self._spool is not spool:
                return
            clients = self._runner.clients
            for name, part in spool.state.parts.items():
                gone = name not in clients or clients[name].state == STATE_MISSING
                if gone and not part.done and not part.lost:
                    part.lost = True
                    self._waiting.discard(name)
                    self._settle()
                    if not self.over:
                        self._beat()

    def _settle(self) -> None:
        assert self._spool is not None
        state = self._spool.state
        if all(part.done or part.lost for part in state.parts.values()):
            state.ended = time.time()
            self.over = True
        self._spool.save()


class Player:
    """The side that plays a share."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._go = Event()
        self._began = 0.0
        self._closing = Event()
        runner: Any = environment.runner
        runner.register_message(GO, self._on_go)
        runner.register_message(CLOSE, self._on_close)

    def begin(self, rehearsal: Rehearsal, shares: dict[str, list[int]]) -> None:
        """Play one's share, if one has any: who joins during a run has none."""
        runner: Any = self._environment.runner
        name = ALONE if isinstance(runner, LocalRunner) else runner.client_id
        if name in shares:
            self._go.clear()
            self._closing.clear()
            gevent.spawn(self._play, rehearsal, *shares[name])

    def close(self) -> None:
        """Whoever waits goes home."""
        self._closing.set()
        self._go.set()

    def _on_go(self, environment: Environment, msg: Any, **_: Any) -> None:
        self._began = msg.data["began"]
        self._go.set()

    def _on_close(self, environment: Environment, msg: Any, **_: Any) -> None:
        self.close()

    def _play(self, rehearsal: Rehearsal, number: int, of: int) -> None:
        runner: Any = self._environment.runner
        pool = gevent.get_hub().threadpool  # a heartbeat must not wait for a draw
        schedule: Schedule = pool.apply(Schedule.of, (rehearsal.resolved,))
        starts = list(schedule.shard(number, of))
        gc.collect()
        gc.freeze()
        remember_addresses()
        runner.send_message(READY, {"planned": len(schedule)})
        self._go.wait()
        recorder, clock = Recorder(), clock_from(self._began)
        share = Share(starts, rehearsal.seconds, rehearsal.most_open)
        driver = self._driver(rehearsal, schedule, recorder, clock)
        generator = Generator(share, driver.play, recorder, clock, self._closing)
        playing = gevent.spawn(generator.run)
        while not playing.ready():
            playing.join(timeout=HAND_OVER_EVERY)
            runner.send_message(ROWS, {"rows": recorder.take(), "done": playing.ready()})

    def _driver(
        self,
        rehearsal: Rehearsal,
        schedule: Schedule,
        recorder: Recorder,
        clock: Callable[[], float],
    ) -> Driver:
        observer = self._environment.events.request
        pause = pause_until(self._closing)

        def browser(session: int) -> Browser:
            return Browser(
                rehearsal.host, session, recorder, clock, rehearsal.timeout, pause, observer
            )

        return Driver(
            schedule,
            make_target(rehearsal.target, rehearsal.products, dict(rehearsal.target_options)),
            browser,
            recorder,
            clock,
            self._closing,
            rehearsal.numbers_from,
        )


def clock_from(began: float) -> Callable[[], float]:
    """Seconds since a Unix time, by the steady clock from now on."""
    origin = time.perf_counter() - (time.time() - began)
    return lambda: time.perf_counter() - origin
