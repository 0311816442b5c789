"""The API in one table: each intent with its path, what it takes, and what may come of it.

The HTTP routes and the OpenAPI description are both made from this table. Another intent is a
function in `commands`, a body here if it takes one, and a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from loadtests.reference_store import commands, views
from loadtests.reference_store.commands import Result
from model.outcomes import Outcome

BIGGEST: Final = 2**31 - 1
"""Numbers are four bytes in the event log."""


def _whole(value: Any) -> Any:
    """JSON has one sort of number: 2.0 is the integer 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Number = Annotated[int, Field(ge=0, le=BIGGEST, strict=True), BeforeValidator(_whole)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000, strict=True), BeforeValidator(_whole)]


class Body(BaseModel):
    """What a request says; a field that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Recognition(Body):
    """Who has come."""

    customer: Number
    """Her number, which says nothing about the person."""


class NewLine(Body):
    """What to put in the cart."""

    product: Number
    quantity: Quantity = 1
    registered: Annotated[bool, Field(strict=True)] = False
    """Whether the shopper has an account; a cart remembers what its first line says."""


class NewOrder(Body):
    """How an order is to be paid."""

    method: Literal[
        "GATEWAY", "LINK", "PERSONAL_LINK", "COD", "IN_STORE", "CARD_TRANSFER"
    ] = "GATEWAY"  # fmt: skip
    """Of a link or a transfer the shop hears like of a gateway, by a callback."""


class GatewaysWord(Body):
    """How an attempt ended at the gateway."""

    result: Literal["PAID", "DECLINED", "GAVE_UP"]


class Question(Body):
    """What a shopper asks, and through what."""

    channel: Literal[
        "CHAT", "EMAIL", "PHONE", "CHATBOT", "WHATSAPP", "SITE_COMMENTS", "SOCIAL_COMMENTS", "FAQ"
    ]
    topic: Literal[
        "GENERAL", "PAYMENT_TROUBLE", "WHERE_IS_MY_ORDER", "STOCK_QUESTION", "RESERVATION_EXPIRED",
        "PAYMENT_OPTIONS", "IS_IT_SAFE", "TESTS_SUPPORT", "RETURN_QUESTION", "LATE_PARCEL",
        "MISSING_CONFIRMATION", "MISSING_TRACKING",
    ] = "GENERAL"  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """An intent that may change the shop: a POST, acknowledged when it is durable."""

    name: str
    path: str
    run: Callable[..., Result]
    outcomes: tuple[Outcome, ...]
    body: type[Body] | None = None
    once: bool = False
    """Whether the path names something that happens once: who says it again hears the same."""


@dataclass(frozen=True, slots=True)
class View:
    """Something to look at: a GET."""

    name: str
    path: str
    run: Callable[..., dict[str, Any]]


def _outcomes(names: str) -> tuple[Outcome, ...]:
    return tuple(Outcome[name] for name in names.split())


CART: Final = "/sessions/{session}"

COMMANDS: Final = (
    Command(
        "add", f"{CART}/lines", commands.add,
        _outcomes("ADDED OUT_OF_STOCK OVER_LIMIT CUSTOMERS_ONLY"), NewLine,
    ),
    Command(
        "check-out", f"{CART}/checkout", commands.check_out,
        _outcomes("READY EXPIRED OUT_OF_STOCK"),
    ),
    Command(
        "take-again", f"{CART}/take-again", commands.take_again, _outcomes("READY OUT_OF_STOCK")
    ),
    Command(
        "place", f"{CART}/order", commands.place,
        _outcomes("PLACED ACCEPTED EXPIRED OUT_OF_STOCK"), NewOrder,
    ),
    Command(
        "start-payment", f"{CART}/payment", commands.start_payment,
        _outcomes("DONE EXPIRED OUT_OF_STOCK PAID ACCEPTED WAITING REVERSED"),
    ),
    Command(
        "call-back", "/payments/{order}/{turn}/callback", commands.call_back,
        _outcomes("PAID ACCEPTED WAITING REVERSED EXPIRED OUT_OF_STOCK PAYMENT_FAILED GAVE_UP"),
        GatewaysWord, once=True,
    ),
    Command("cancel", f"{CART}/cancel", commands.cancel, _outcomes("DONE")),
    Command("recognise", f"{CART}/recognise", commands.recognise, _outcomes("DONE"), Recognition),
    Command("contact", f"{CART}/contact", commands.contact_support, _outcomes("DONE"), Question),
    Command("answer", f"{CART}/contact/answer", commands.answer_contact, _outcomes("DONE")),
    Command("close", f"{CART}/contact/close", commands.close_contact, _outcomes("ANSWERED")),
    Command("give-up", f"{CART}/contact/give-up", commands.give_up_contact, _outcomes("NO_ANSWER")),
)  # fmt: skip

VIEWS: Final = (
    View("view-product", "/products/{product}", views.product),
    View("view-cart", CART, views.cart),
    View("list-products", "/products", views.products),
    View("view-stock", "/stock", views.stock),
)
