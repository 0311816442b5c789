"""Locust with shoppers: an open workload under Locust's web page, masters and workers.

    locust -f loadtests/locustfile.py --scenario flash-sale --target reference-store \\
        --window 00:00-00:10 --host http://127.0.0.1:8000

Locust's own users do nothing here: it counts users who wait for answers, which is a closed workload
and hides what a stalled shop does to its shoppers. Sessions begin by their schedule instead.
"""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import gevent
from locust import LoadTestShape, User, constant, events, task
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

from loadtests.auditing import Auditor
from loadtests.conductor import Conductor, Player
from loadtests.options import OPTIONS
from loadtests.rehearsal import Rehearsal
from loadtests.spool import REHEARSAL, Spool
from scenarios.errors import UserError


class Idle(User):
    """Locust wants a user."""

    wait_time = constant(3600)

    @task
    def wait(self) -> None:
        """Do nothing."""


class Run:
    """One Locust process: as conductor, as player, or as both."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        runner = environment.runner
        conducts, plays = (
            isinstance(runner, LocalRunner | MasterRunner),
            not isinstance(runner, MasterRunner),
        )
        self.conductor = Conductor(environment) if conducts else None
        self.player = Player(environment) if plays else None
        self.spool: Path | None = None
        environment.events.test_start.add_listener(self.begin)
        environment.events.test_stopping.add_listener(self.stopping)
        environment.events.test_stop.add_listener(self.stopped)

    @property
    def options(self) -> Any:
        return self.environment.parsed_options

    def begin(self, **_: Any) -> None:
        """Locust starts a test: on the master first, then on every worker."""
        if self.conductor is not None:
            try:
                rehearsal = self._rehearsal()
                spool = self._spool(rehearsal)
            except UserError as error:
                logging.error(str(error))
                self.environment.process_exit_code = 2
                gevent.spawn_later(0, self.environment.runner.quit)  # type: ignore[union-attr]
                return
            self.spool = spool.folder
            shares = self.conductor.begin(spool)
            # Locust sends these with each worker's orders.
            self.options.rehearsal_text, self.options.shards = rehearsal.as_json(), shares
        if self.player is not None:
            rehearsal = Rehearsal.from_json(self.options.rehearsal_text)
            self.player.begin(rehearsal, self.options.shards)

    def stopping(self, **_: Any) -> None:
        """Before Locust tells its workers to stop."""
        if self.conductor is not None:
            self.conductor.close()
        elif self.player is not None:
            self.player.close()

    def stopped(self, **_: Any) -> None:
        """Under plain Locust the run folder is written here, by a process of its own."""
        if self.spool is None or self.options.spool:
            return
        command = [sys.executable, "-m", "loadtests.afterwards", str(self.spool)]
        command += ["--command-line", shlex.join(["locust", *sys.argv[1:]])]
        if self.options.out:
            command += ["--out", self.options.out]
        self.environment.process_exit_code = subprocess.run(command, check=False).returncode

    def _rehearsal(self) -> Rehearsal:
        options = self.options
        if options.spool:
            return Rehearsal.from_json((Path(options.spool) / REHEARSAL).read_text("utf-8"))
        if not options.scenario or not options.target:
            raise UserError("Name what to play and against what: --scenario NAME --target NAME.")
        names = [option.name.removeprefix("--").replace("-", "_") for option in OPTIONS]
        given = {name: getattr(options, name) or None for name in names}
        settings = options.set.split(";") if options.set else []
        host = self.environment.host or ""
        return Rehearsal.of(options.scenario, settings, host, given)

    def _spool(self, rehearsal: Rehearsal) -> Spool:
        if self.options.spool:
            return Spool(Path(self.options.spool), rehearsal)
        before = Auditor.before(rehearsal).since
        spool = Spool(Path(tempfile.mkdtemp(prefix="esfand-load-")), rehearsal)
        spool.state.events_before = before
        return spool


RUNS: list[Run] = []


class UntilOver(LoadTestShape):
    """Ends Locust's test when all sessions have been played."""

    def tick(self) -> tuple[int, float] | None:
        """One idle user for each worker, until the run is over."""
        conductor = RUNS[0].conductor if RUNS else None
        if conductor is not None and conductor.over:
            return None
        workers = max(getattr(self.runner, "worker_count", 1), 1)
        return workers, float(workers)


@events.init_command_line_parser.add_listener
def add_options(parser: Any, **_: Any) -> None:
    """The options of `esfand load`."""
    parser.add_argument("--scenario", default="", help="Name or file of the scenario.")
    parser.add_argument("--set", default="", help="Fields to change: FIELD=VALUE;FIELD=VALUE")
    parser.add_argument("--out", default="", help="The run folder.")
    for option in OPTIONS:
        parser.add_argument(option.name, default=option.default or "", help=_quoted(option.help))
    parser.add_argument("--spool", default="", include_in_web_ui=False, help="Of esfand load.")
    parser.set_defaults(web_host="127.0.0.1")


@events.init.add_listener
def set_up(environment: Environment, **_: Any) -> None:
    """Locust knows now which part this process has."""
    RUNS[:] = [Run(environment)]
    if os.environ.get("ESFAND_PARENT"):
        gevent.spawn(_end_with_parent, environment, int(os.environ["ESFAND_PARENT"]))
    if isinstance(environment.runner, WorkerRunner):
        logging.getLogger("locust.runners").setLevel(logging.WARNING)


def _end_with_parent(environment: Environment, parent: int) -> None:
    """A load that nobody watches any more must not go on."""
    while os.getppid() == parent:
        gevent.sleep(0.5)
    if environment.runner is not None:
        environment.runner.quit()
    os._exit(1)


def _quoted(text: str) -> str:
    """argparse fills percent signs in."""
    return text.replace("%", "%%")
