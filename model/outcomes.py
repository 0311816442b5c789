"""What an actor hears back from a shop: a closed set, the same from a model and over HTTP."""

from __future__ import annotations

from enum import Enum, auto


class Outcome(Enum):
    """The answer to an intent. A refusal for lack of stock is an outcome, never an error."""

    DONE = auto()
    """The wait is over, or the step went through with nothing more to say."""
    ADDED = auto()
    """The line is in the cart (and reserved, where the policy reserves there)."""
    PARTIAL = auto()
    """Fewer units than asked for are in the cart; at a step of the checkout: look again, and
    repeat the step to go on with them."""
    PRICE_CHANGED = auto()
    """A price in the cart has changed; repeat the step to go on with it."""
    OUT_OF_STOCK = auto()
    """Not enough units are available."""
    OVER_LIMIT = auto()
    """The customer may not have so many units of it."""
    CUSTOMERS_ONLY = auto()
    """The product is offered to customers who bought before, and she is none."""
    READY = auto()
    """Checkout may go on: every line was checked again."""
    PLACED = auto()
    """The order is placed and waits for its payment."""
    PAID = auto()
    """The order is paid."""
    ACCEPTED = auto()
    """The order is accepted; its money comes later, at the door or in the store."""
    PAYMENT_FAILED = auto()
    """The bank said no, or the shopper typed a wrong password."""
    GAVE_UP = auto()
    """The shopper gave up at the bank's page."""
    EXPIRED = auto()
    """A reservation had died before this step."""
    REVERSED = auto()
    """The money went back: it came too late, no units were left, or the order was cancelled."""
    WAITING = auto()
    """The money came late and a person will decide."""
    NO_PROMISE = auto()
    """It would be sent, but no carrier says by when."""
    ANSWERED = auto()
    """Support answered and the contact is closed."""
    NO_ANSWER = auto()
    """The shopper gave up waiting for support."""
    ERROR = auto()
    """The shop broke; money may have been taken all the same."""
    NO_PAGE = auto()
    """The site gave no page, or too late for her to see it; nothing was done."""
    REMINDED = auto()
    """A reminder called the shopper back before her wait was over."""
    BACK_IN_STOCK = auto()
    """A message that her product is there again called her back."""


class Refused(Exception):  # noqa: N818 -- what the shop does, not what went wrong
    """A command that makes no sense in the present state; says why in a full sentence."""
