"""The store: one shop, its clock and its journal, and the rule that durable comes before said.

Everything runs on one event loop, so a command is never interrupted: it changes the shop, then
waits until the journal holds it. Looking waits too: nobody sees what a power cut could undo.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from loadtests.reference_store import answers
from loadtests.reference_store.answers import Answer, Unknown
from loadtests.reference_store.clock import Clock
from loadtests.reference_store.commands import Result
from loadtests.reference_store.journal import Journal, SavedAnswer
from loadtests.reference_store.keeper import Keeper
from loadtests.reference_store.operations import Command, View
from loadtests.reference_store.writer import Broken, Writer
from model.outcomes import Refused
from model.shop import Shop

FIRST_ISSUED: Final = 1_000_000_000
"""Sessions that the store numbers begin here; smaller numbers are the client's to choose."""


class Store:
    """A shop that is open for requests."""

    def __init__(
        self,
        name: str,
        shop: Shop,
        clock: Clock,
        journal: Journal,
        saved: dict[str, SavedAnswer] | None = None,
        sessions: int = 0,
    ) -> None:
        self.name = name
        """Of its scenario."""
        self.shop = shop
        self.clock = clock
        self.journal = journal
        self.writer = Writer(journal, shop.log, sessions)
        self.keeper = Keeper(shop, clock, self.writer)
        self._saved = saved if saved is not None else {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to commit, and to keep reservations to their time."""
        self._tasks = [
            asyncio.create_task(self.writer.run()),
            asyncio.create_task(self.keeper.run()),
        ]

    async def stop(self) -> None:
        """Commit what is left and close the journal."""
        commits, keeps = self._tasks
        keeps.cancel()
        await self.writer.close()
        await asyncio.gather(commits, keeps, return_exceptions=True)

    async def execute(
        self, command: Command, arguments: dict[str, Any], key: str = "", request: str = ""
    ) -> Answer:
        """Execute a command and answer when it is durable; with a `key` at most once.

        `request` is a digest that tells one request from another with the same key.
        """
        answer = self._remembered(command, key, request)
        if answer is None:
            answer = self._act(command, arguments, key, request)
        return await self._when_durable(answer)

    async def look(self, view: View, arguments: dict[str, Any]) -> Answer:
        """What there is to see, when it is durable."""
        try:
            seen = view.run(self.shop, self.clock(), **arguments)
            answer = Answer(200, answers.as_json(seen), "SEEN")
        except Unknown as unknown:
            answer = answers.with_sentence(answers.NOT_FOUND, str(unknown))
        return await self._when_durable(answer)

    async def open_session(self) -> int:
        """A session number that was never given out before."""
        number = FIRST_ISSUED + self.writer.sessions
        self.writer.sessions += 1
        await self.writer.durable()
        return number

    async def act(self, deed: Callable[[Shop, float], Any]) -> Any:
        """Something that the operator does; returned when it is durable."""
        done = self._decide(deed)
        await self.writer.durable()
        return done

    # how a command is executed ------------------------------------------------------------

    def _run(self, command: Command, now: float, arguments: dict[str, Any]) -> Result:
        return command.run(self.shop, now, **arguments)

    def _act(self, command: Command, arguments: dict[str, Any], key: str, request: str) -> Answer:
        try:
            outcome, details = self._decide(lambda shop, now: self._run(command, now, arguments))
        except Refused as refused:
            return answers.with_sentence(answers.CONFLICT, str(refused))
        except Unknown as unknown:
            return answers.with_sentence(answers.NOT_FOUND, str(unknown))
        answer = answers.with_outcome(outcome, details)
        if key:
            saved = SavedAnswer(key, request, answer.status, answer.body)
            self._saved[key] = saved
            self.writer.save(saved)
        return answer

    def _decide(self, deed: Callable[[Shop, float], Any]) -> Any:
        """Change the shop at its present time.

        Raises `Refused` or `Unknown` where nothing has changed, and `Broken` after any other
        failure: the shop may then be half changed, so nothing of it is kept.
        """
        if self.writer.broken:
            raise self.writer.broken
        try:
            now = self.clock()
            self.keeper.keep_time(now)
            return deed(self.shop, now)
        except (Refused, Unknown):
            raise
        except Exception as error:
            self.writer.break_off(f"a command failed ({type(error).__name__}: {error})")
            raise self.writer.broken or Broken from error

    def _remembered(self, command: Command, key: str, request: str) -> Answer | None:
        """The answer that was given before, for who asks the same thing again."""
        saved = self._saved.get(key) if key else None
        if saved is None:
            return None
        if saved.request == request:
            return Answer(saved.status, saved.body, answers.REPEATED)
        if command.once:
            return answers.with_sentence(answers.CONFLICT, "it ended before, and in another way")
        return answers.with_sentence(
            answers.KEY_OF_ANOTHER, "this idempotency key belongs to another request"
        )

    async def _when_durable(self, answer: Answer) -> Answer:
        await self.writer.durable()
        return answer
