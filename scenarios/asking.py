"""The part of a journey in which a shopper asks support before she buys (SUP-4)."""

from __future__ import annotations

from collections.abc import Generator

from model.outcomes import Outcome
from scenarios.intents import ContactSupport, Intent
from scenarios.support import PRE_SALE
from scenarios.support_draw import SupportDraw

ASK_FIRST = {int(topic): ContactSupport(topic) for topic in PRE_SALE}
"""By the code that `SupportDraw.asks_first` holds."""


def asking_first(
    draw: SupportDraw, row: int, ready: bool
) -> Generator[Intent, Outcome, tuple[bool, bool]]:
    """Ask, and wait for the answer: whether she stays, and whether she is ready to buy then.

    Who is in touch with support already (`DONE`) puts this question there too and goes on.
    """
    outcome = yield ASK_FIRST[draw.asks_first[row]]
    if outcome is Outcome.ANSWERED:
        return True, ready or draw.persuaded[row]
    return outcome is Outcome.DONE or not draw.leaves_unanswered[row], ready
