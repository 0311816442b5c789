"""A crew: people who do one kind of work, one piece each at a time, in the order of arrival."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from sim.environment import Environment

Piece = TypeVar("Piece")


class Crew(Generic[Piece]):
    """Workers with one queue before them; who goes home finishes what she has begun.

    A deque and the environment's agenda do what a `simpy.Resource` would, and let the crew change
    its size with the shifts.
    """

    def __init__(
        self,
        environment: Environment,
        begin: Callable[[Piece, float], bool],
        done: Callable[[Piece, float], None],
    ) -> None:
        """`begin(piece, now)` says whether there is still work to do on it, and `done(piece, now)`
        hears when it is done."""
        self.environment = environment
        self.begin = begin
        self.done = done
        self.size = 0
        self.busy = 0
        self._waiting: deque[tuple[Piece, float]] = deque()

    def take(self, piece: Piece, seconds: float, now: float) -> None:
        """A piece of so many seconds' work comes in."""
        self._waiting.append((piece, seconds))
        self._go_on(now)

    def resize(self, size: int, now: float) -> None:
        """From now on so many people are at work."""
        self.size = size
        self._go_on(now)

    def _go_on(self, now: float) -> None:
        while self._waiting and self.busy < self.size:
            piece, seconds = self._waiting.popleft()
            if self.begin(piece, now):
                self.busy += 1
                self.environment.at(now + seconds, self._finish, piece)

    def _finish(self, piece: Piece, now: float) -> None:
        self.busy -= 1
        self.done(piece, now)
        self._go_on(now)
