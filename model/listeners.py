"""Listeners: how a department hears of what happens in another, and how several do.

A hook is a plain attribute that is None while nobody listens, which costs the busy commands least.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[T, float], None]
"""Hears of something, and of the time in seconds."""


def also(before: Callable[P, None] | None, listener: Callable[P, None]) -> Callable[P, None]:
    """Who listened before (nobody: None) hears first, then the new listener."""
    if before is None:
        return listener

    def both(*what: P.args, **named: P.kwargs) -> None:
        before(*what, **named)
        listener(*what, **named)

    return both
