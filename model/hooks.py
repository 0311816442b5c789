"""Hooks: how a department hears of what happens in another, and how several do.

A hook is a plain attribute that is None while nobody listens, which costs the busy commands least.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


def both(first: Callable[P, None] | None, second: Callable[P, None]) -> Callable[P, None]:
    """One listener that tells both, in this order; the second alone if there is no first."""
    if first is None:
        return second

    def tell(*args: P.args, **kwargs: P.kwargs) -> None:
        first(*args, **kwargs)
        second(*args, **kwargs)

    return tell
