"""Hooks between departments: several listeners to one event, as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Listener = Callable[[T, float], None]
"""Hears of something, and of the time in seconds."""


def also(before: Listener[T] | None, listener: Listener[T]) -> Listener[T]:
    """Who listened before (nobody: None) hears first, then the new listener."""
    if before is None:
        return listener

    def both(what: T, now: float) -> None:
        before(what, now)
        listener(what, now)

    return both
