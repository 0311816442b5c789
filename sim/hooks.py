"""Departments call each other by plain attributes, None where nobody listens; here one joins."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

P = ParamSpec("P")


def both(first: Callable[P, None] | None, second: Callable[P, None]) -> Callable[P, None]:
    """One listener that tells two, the first one first; the second alone where there is no first.

    `orders.on_paid = both(orders.on_paid, desk.hear)`.
    """
    if first is None:
        return second

    def tell(*args: P.args, **kwargs: P.kwargs) -> None:
        first(*args, **kwargs)
        second(*args, **kwargs)

    return tell
