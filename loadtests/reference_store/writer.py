"""Group commit: one task makes durable what has gathered, many commands at a time.

Commands change the shop at once, one after the other, and then wait here. While one commit is on
its way to the disk the next one gathers, so the number of commits follows the disk and not the
number of shoppers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from loadtests.reference_store.journal import Commit, Journal, SavedAnswer
from model.events import Log


class Broken(Exception):  # noqa: N818 -- a state of the store
    """The journal failed. The shop in memory is ahead of it, so the store answers nobody any more;
    a restart goes on from what is durable."""


class Gathering:
    """What waits for the next commit, and those who wait for it."""

    __slots__ = ("answers", "commands", "done")

    def __init__(self) -> None:
        self.answers: list[SavedAnswer] = []
        self.commands = 0
        self.done = asyncio.Event()


class Writer:
    """The only one who writes to the journal."""

    def __init__(self, journal: Journal, log: Log, sessions: int = 0) -> None:
        self._journal = journal
        self._log = log
        self._taken = len(log.buffer)
        """Bytes of the log that are durable, or on their way there."""
        self.sessions = self._sessions_taken = sessions
        """Session numbers given out; every commit says how many."""
        self._gathering = Gathering()
        self._under_way: Gathering | None = None
        self._wanted = asyncio.Event()
        self._closing = False
        self._thread = ThreadPoolExecutor(1, "journal")
        self.broken: Broken | None = None
        self.watch: Callable[[int, float], None] = lambda commands, seconds: None
        """Told of every commit: how many commands waited for it, and how long it took."""
        self.on_break: Callable[[], None] = lambda: None
        """Called once, when the writer breaks off."""

    def save(self, answer: SavedAnswer) -> None:
        """Make an answer durable together with the events of its command."""
        self._gathering.answers.append(answer)

    async def durable(self) -> None:
        """Wait until everything that has happened so far is durable. Raises `Broken`."""
        if self.broken:
            raise self.broken
        if self._has_gathered():
            waits_for = self._gathering
            waits_for.commands += 1
            self._wanted.set()
        elif self._under_way:
            waits_for = self._under_way
        else:
            return
        await waits_for.done.wait()
        if self.broken:
            raise self.broken

    async def run(self) -> None:
        """Commit what gathers, until `close` or until the journal fails."""
        while True:
            if not self._has_gathered():
                if self._closing:
                    return
                await self._wanted.wait()
                self._wanted.clear()
            if self.broken:
                return
            if self._has_gathered():
                await self._commit()

    def break_off(self, why: str) -> None:
        """Answer nobody any more; those who wait hear `Broken`."""
        self.broken = Broken(why)
        self.on_break()
        self._gathering.done.set()
        self._wanted.set()

    async def close(self) -> None:
        """Commit what is left and give the database back; `run` ends."""
        self._closing = True
        self._wanted.set()
        while not self.broken and (self._under_way or self._has_gathered()):
            await (self._under_way or self._gathering).done.wait()
        self._thread.submit(self._journal.close)
        self._thread.shutdown()

    def _has_gathered(self) -> bool:
        return bool(
            len(self._log.buffer) > self._taken
            or self._gathering.answers
            or self.sessions > self._sessions_taken
        )

    async def _commit(self) -> None:
        gathered, self._gathering = self._gathering, Gathering()
        self._under_way = gathered
        commit = Commit(bytes(self._log.buffer[self._taken :]), gathered.answers, self.sessions)
        self._taken += len(commit.events)
        self._sessions_taken = commit.sessions
        began = time.perf_counter()
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._journal.append, commit)
        except Exception as error:  # whatever it is, what is in memory is not in the journal
            self.break_off(f"the journal failed ({type(error).__name__}: {error})")
        else:
            self.watch(gathered.commands, time.perf_counter() - began)
        finally:
            self._under_way = None
            gathered.done.set()
