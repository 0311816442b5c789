"""What a shopper means to do: the words that a journey speaks to whoever plays it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from model.events import Reason
from model.outcomes import Outcome

Wait = float
"""Do nothing for so many seconds; a wait is their number, since it is said so often.

Answer: `DONE`.
"""


@dataclass(slots=True)
class AddToCart:
    """Put units of a product in the cart. Answer: `ADDED`, `PARTIAL` or `OUT_OF_STOCK`."""

    product: int
    quantity: int


@dataclass(slots=True)
class JoinWaitingList:
    """Wait for units of a product that were refused. Answer: `DONE`."""

    product: int
    quantity: int


@dataclass(slots=True)
class CheckOut:
    """Begin checkout. Answer: `READY`, `PARTIAL`, `PRICE_CHANGED`, `EXPIRED` or
    `OUT_OF_STOCK`."""


@dataclass(slots=True)
class TakeAgain:
    """Reserve again what a dead reservation lost. Answer: `READY` or `OUT_OF_STOCK`."""


@dataclass(slots=True)
class PlaceOrder:
    """Send the checkout's forms. Answer: `PLACED`, `PARTIAL`, `PRICE_CHANGED`, `EXPIRED` or
    `OUT_OF_STOCK`."""


@dataclass(slots=True)
class Pay:
    """Go to the gateway, for the `turn`-th time (from 0).

    Answer: `PAID`, `PAYMENT_FAILED`, `GAVE_UP`, `EXPIRED`, `OUT_OF_STOCK`, `REVERSED` or `WAITING`.
    """

    turn: int


@dataclass(slots=True)
class ContactSupport:
    """Ask support about a topic, and wait. Answer: `ANSWERED` or `NO_ANSWER`."""

    topic: Reason


Intent = (
    Wait | AddToCart | JoinWaitingList | CheckOut | TakeAgain | PlaceOrder | Pay | ContactSupport
)
Journey = Generator[Intent, Outcome, Reason | None]
"""Yields intents, is sent outcomes, returns why the shopper left her cart (or None)."""
