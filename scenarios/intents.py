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
class Away:
    """Be away for so many seconds, or until a message calls back. Answer: `DONE`, or `heeds`."""

    seconds: float
    heeds: Outcome
    """`REMINDED` or `BACK_IN_STOCK`: the only call that she listens to."""
    why: Reason | None = None
    """She has left her cart, and this is why; None: she means to come back by herself."""


@dataclass(slots=True)
class Leave:
    """Go, and do nothing more: the last word of every journey. There is no answer."""

    why: Reason | None
    """Why she left her cart; None if she bought, or never had one."""


@dataclass(slots=True)
class SignUp:
    """Leave an address, to be told when a product is there again. Answer: `DONE`."""

    product: int


@dataclass(slots=True)
class AddToCart:
    """Put units of a product in the cart. Answer: `ADDED`, `PARTIAL` or `OUT_OF_STOCK`.

    This and every other step at the shop may be answered by `ERROR` or `NO_PAGE` as well.
    """

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
    """Send the checkout's forms. Answer: `PLACED`, `ACCEPTED` if the money comes later, `PARTIAL`,
    `PRICE_CHANGED`, `EXPIRED` or `OUT_OF_STOCK`."""


@dataclass(slots=True)
class ChooseDelivery:
    """See by when the order would come. Answer: `READY` or `NO_PROMISE`."""


@dataclass(slots=True)
class Pay:
    """Go to the gateway, for the `turn`-th time (from 0).

    Answer: `PAID`, `PAYMENT_FAILED`, `GAVE_UP`, `EXPIRED`, `OUT_OF_STOCK`, `REVERSED`, `WAITING`;
    or `ERROR`: the shop broke, and she does not know what has become of her money.
    """

    turn: int


@dataclass(slots=True)
class AwaitMoney:
    """Wait to hear what has become of money after an `ERROR`. Answer: as to `Pay`, but no `ERROR`
    any more, and `PAYMENT_FAILED` if the money goes back."""


@dataclass(slots=True)
class ContactSupport:
    """Ask support about a topic, and wait. Answer: `ANSWERED` or `NO_ANSWER`; `DONE` for who
    wrote a message and goes on."""

    topic: Reason


Intent = (
    Wait
    | AddToCart
    | JoinWaitingList
    | CheckOut
    | TakeAgain
    | ChooseDelivery
    | PlaceOrder
    | Pay
    | AwaitMoney
    | ContactSupport
    | Away
    | SignUp
    | Leave
)
Journey = Generator[Intent, Outcome, None]
"""Yields intents and is sent outcomes; ends with `Leave`, so that nobody needs to ask for more."""
