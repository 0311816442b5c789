"""Who joins a waiting list, and who comes back for her voucher (ORD-10)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """What each shopper would do if she got nothing; lists of length n."""

    joins: list[bool]
    returns: list[bool]
    """Of those whose goods came back: whether she comes for them."""
    after: list[float]
    """Seconds from the news to coming back."""
