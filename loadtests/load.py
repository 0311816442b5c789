"""`esfand load`: a window of a scenario against a live shop, from first checks to the run folder.

Locust runs in processes of its own. They end with this one, and stop when it is interrupted; what
had been played by then is reported all the same.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadtests.auditing import Auditor
from loadtests.generator import GRACE
from loadtests.recorder import START
from loadtests.rehearsal import Rehearsal
from loadtests.spool import STARTS, Spool, read_state
from reports import run_folder
from reports.measures import LOAD_MEASURES, MEASURES
from reports.notations import USUAL, Language
from reports.thresholds import parse
from scenarios.errors import UserError

NEEDS: Final = "esfand load needs more packages: pip install '.[load]' in Esfand's folder"
LOCUSTFILE: Final = Path(__file__).with_name("locustfile.py")
LOCUST_LOG: Final = "locust.log"
JOINING: Final = 60
"""Seconds that workers have to come."""
EVERY: Final = 0.5
"""Seconds between two looks at how far the run is."""


@dataclass(frozen=True)
class Loaded:
    """What came of a live run."""

    folder: Path
    interrupted: bool


def load_shop(
    rehearsal: Rehearsal,
    processes: int,
    folder: Path,
    command_line: str,
    say: Callable[[str], None],
    languages: tuple[Language, ...] = USUAL,
) -> Loaded:
    """Play a rehearsal, audit the shop and write the run folder.

    `say` hears how far it is. Raises UserError before the first request for what cannot be played,
    and where Locust ended without having begun.
    """
    try:
        from importlib.util import find_spec

        if find_spec("locust") is None:
            raise ImportError(name="locust")
        from loadtests.conclude import conclude, gather
        from loadtests.targets.registry import make_target
    except ImportError as error:
        raise UserError(f"{NEEDS} ({error.name} is missing)") from None
    run_folder.check_target(folder)
    for text in rehearsal.resolved.thresholds:
        parse(text, MEASURES | LOAD_MEASURES)
    make_target(rehearsal.target, rehearsal.products, dict(rehearsal.target_options))
    planned = _planned(rehearsal)
    auditor = Auditor.before(rehearsal)
    with tempfile.TemporaryDirectory(prefix="esfand-load-") as name:
        spool = Path(name)
        Spool(spool, rehearsal).close()
        interrupted = _play(spool, rehearsal, processes, planned, say)
        if not read_state(spool).began:
            if interrupted:
                raise KeyboardInterrupt
            raise UserError(f"Locust ended before the run began:\n{_last_words(spool)}")
        gathered = gather(spool)
        findings, audited = auditor.after(gathered.receipts)
        conclude(spool, folder, command_line, findings, audited, gathered, languages)
    return Loaded(folder, interrupted)


def command_line(words: Sequence[str]) -> str:
    """What repeats the run, for a shell."""
    return shlex.join(("esfand", "load", *words))


def _planned(rehearsal: Rehearsal) -> int:
    from loadtests.arrivals import Schedule

    sessions = len(Schedule.of(rehearsal.resolved))
    rehearsal.check_size(sessions)
    return sessions


def _play(
    spool: Path, rehearsal: Rehearsal, processes: int, planned: int, say: Callable[[str], None]
) -> bool:
    """Run Locust to its end; whether somebody interrupted it."""
    with ExitStack() as stack:
        log = stack.enter_context((spool / LOCUST_LOG).open("wb"))
        first, *_ = [
            stack.enter_context(_Locust(words, log))
            for words in _commands(spool, rehearsal, processes)
        ]
        left = rehearsal.seconds
        try:
            while first.running:
                time.sleep(EVERY)
                begun = _begun(spool)
                left -= EVERY if begun else 0
                minutes, seconds = divmod(max(0, round(left)), 60)
                say(f"{begun:,} of {planned:,} sessions begun, {minutes}:{seconds:02} left")
        except KeyboardInterrupt:
            first.interrupt()
            return True
    return False


def _commands(spool: Path, rehearsal: Rehearsal, processes: int) -> list[list[str]]:
    """The command lines of one Locust, or of a master and its workers."""
    locust = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE)]
    headless = [
        "--headless", "--only-summary", "--exit-code-on-error", "0", "--spool", str(spool),
        "--host", rehearsal.host,
    ]  # fmt: skip
    if processes == 1:
        return [[*locust, *headless]]
    port = str(_free_port())
    master = [
        "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
        "--expect-workers", str(processes), "--expect-workers-max-wait", str(JOINING),
    ]  # fmt: skip
    worker = [*locust, "--worker", "--master-host", "127.0.0.1", "--master-port", port]
    return [[*locust, *headless, *master], *([worker] * processes)]


class _Locust:
    """A process of Locust's that ends with this one."""

    def __init__(self, words: list[str], log: object) -> None:
        self._words, self._log = words, log

    def __enter__(self) -> _Locust:
        environment = {**os.environ, "ESFAND_PARENT": str(os.getpid())}
        self._process = subprocess.Popen(
            self._words,
            stdout=self._log,  # type: ignore[call-overload]
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for this process, which passes it on once
        )
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.wait(GRACE + 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def interrupt(self) -> None:
        """Ask it to end; it waits for requests under way."""
        self._process.send_signal(signal.SIGINT)


def _begun(spool: Path) -> int:
    """Sessions that have begun so far, from the size of what was written down."""
    return sum(file.stat().st_size for file in spool.glob(f"*/{STARTS}")) // START.size


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _last_words(spool: Path) -> str:
    lines = (spool / LOCUST_LOG).read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line for line in lines[-12:] if line.strip())
