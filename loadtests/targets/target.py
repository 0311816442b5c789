"""What an adapter of a shop software is: an intent to HTTP, an answer to an outcome.

An adapter is a `Target`. It opens a `Visit` for each shopper, and the visit turns what the shopper
means to do into requests of that software's own, sent through the `Client` that it was given. The
client keeps the shopper's cookies and measures each request; an adapter measures nothing. Most
adapters build on `conversation.Conversation`, which leaves them the requests alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Protocol

from model.events import Channel
from model.outcomes import Outcome
from scenarios.intents import Intent


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request; `status` 0 if nothing did."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case."""

    @property
    def ok(self) -> bool:
        """It is a success of HTTP's; whether of the shop's, the body says."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Client(Protocol):
    """A shopper's browser: a connection with her cookies."""

    def request(
        self,
        method: str,
        path: str,
        *,
        step: str,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and wait for its answer; redirects are not followed.

        `step` names the request in statistics (`add to cart`), so that paths with numbers do not
        explode them. A failure of the network is an `Answer` of status 0, never an exception.
        """
        ...

    def wait(self, seconds: float) -> None:
        """Be elsewhere for a while, as at the bank; the wait is no part of any request."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """What an adapter may know of a shopper."""

    session: int
    """Her number in the run, which the shop sees in her made-up name and address."""
    registered: bool
    customer: int = -1
    """The number of a customer whom the shop knows; -1: it knows nobody by her."""
    method: Channel = Channel.GATEWAY
    """How she pays, for shops that have several ways; adapters of shops that are given one take
    that."""
    fates: tuple[str, ...] = ("PAID",)
    """How each attempt to pay ends at the bank, in turn: `PAID`, `DECLINED` or `GAVE_UP`."""
    at_gateway: tuple[float, ...] = ()
    """Seconds that she is at the bank each time; empty: its word comes at once."""


class Heard(Enum):
    """How a shop took the gateway's word that the bank has the money."""

    AT_ONCE = auto()
    """Confirmed when it was first sent."""
    TWICE = auto()
    """Confirmed when it was first sent, as a word that had come before."""
    LATER = auto()
    """Confirmed only when it was sent again."""
    UNSAID = auto()
    """First answered by an error; sent again, it turned out to have been heard."""
    NEVER = auto()
    """Not confirmed, however often it was sent."""


@dataclass(slots=True)
class Receipt:
    """What a shopper holds in her hand in the end; the audit lays it beside the shop's books."""

    session: int
    cart: dict[int, int] = field(default_factory=dict)
    """Units by product that she was told are in her cart, and then in her order."""
    order: str = ""
    """The shop's name for her order; empty while it told her none."""
    amount: int | None = None
    """What the order costs as the shop told her, in the smallest coin of its currency."""
    told: Outcome | None = None
    """What she heard last of her order: `PLACED`, `ACCEPTED`, `PAID` ...; None: she placed none."""
    charged: list[int] = field(default_factory=list)
    """Turns at which her bank took the money."""
    heard: dict[int, Heard] = field(default_factory=dict)
    """How the shop took the gateway's word on each of these, by turn; empty where an adapter does
    not play the gateway."""
    at_bank: list[float] = field(default_factory=list)
    """Seconds that she was at the bank, each time she was."""
    errors: list[str] = field(default_factory=list)
    """Her intents that were answered by `ERROR`, by their names."""


class Visit(Protocol):
    """One shopper's conversation with the shop."""

    receipt: Receipt

    def view(self, product: int) -> Outcome:
        """Look at a product's page: `DONE`, or `NO_PAGE`."""
        ...

    def play(self, intent: Intent) -> Outcome:
        """Do what she means to do, at any number of requests. Waits never come here.

        Answers `ERROR` for what is no answer of this software's, a 5xx or a dead connection.
        """
        ...


class Target(Protocol):
    """An adapter."""

    name: str
    """As `--target` says it."""

    def open(self, client: Client, visitor: Visitor) -> Visit:
        """A visit that begins."""
        ...
