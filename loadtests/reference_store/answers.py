"""What the store answers: an outcome with its HTTP status, or a sentence on what is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from model.outcomes import Outcome

STATUS: Final[dict[Outcome, int]] = {
    Outcome.DONE: 200,
    Outcome.ADDED: 201,
    Outcome.OUT_OF_STOCK: 409,
    Outcome.PARTIAL: 200,
    Outcome.PRICE_CHANGED: 409,
    Outcome.OVER_LIMIT: 409,
    Outcome.CUSTOMERS_ONLY: 409,
    Outcome.READY: 200,
    Outcome.PLACED: 201,
    Outcome.PAID: 200,
    Outcome.ACCEPTED: 200,
    Outcome.NO_PROMISE: 200,
    Outcome.PAYMENT_FAILED: 200,
    Outcome.GAVE_UP: 200,
    Outcome.EXPIRED: 409,
    Outcome.REVERSED: 409,
    Outcome.WAITING: 202,
    Outcome.ANSWERED: 200,
    Outcome.NO_ANSWER: 200,
    Outcome.NO_PAGE: 503,
    Outcome.REMINDED: 200,
    Outcome.BACK_IN_STOCK: 200,
    Outcome.ERROR: 500,
}
"""The status that goes with every outcome: 409 where the shop says no for a reason of business."""

BAD_REQUEST: Final = 400
NOT_FOUND: Final = 404
CONFLICT: Final = 409
TOO_LARGE: Final = 413
KEY_OF_ANOTHER: Final = 422
UNAVAILABLE: Final = 503
REPEATED: Final = "REPEATED"
"""What an answer is counted as that was given before."""
NO: Final[dict[int, str]] = {
    BAD_REQUEST: "MALFORMED",
    NOT_FOUND: "UNKNOWN",
    CONFLICT: "REFUSED",
    TOO_LARGE: "MALFORMED",
    KEY_OF_ANOTHER: "REFUSED",
}
"""What each way of saying no is counted as."""


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Unknown(Exception):  # noqa: N818 -- an answer
    """A session, an order or a product that the shop has never heard of; says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and its JSON."""

    status: int
    body: bytes
    word: str
    """What the metrics count it as: the outcome's name, or what kind of no it is."""


def with_outcome(outcome: Outcome, details: dict[str, Any]) -> Answer:
    """The answer to a command that the shop understood."""
    return Answer(STATUS[outcome], as_json({"outcome": outcome.name, **details}), outcome.name)


def with_sentence(status: int, sentence: str) -> Answer:
    """The answer to a request that makes no sense."""
    return Answer(status, as_json({"error": sentence}), NO[status])


def broken(sentence: str, status: int = STATUS[Outcome.ERROR]) -> Answer:
    """The answer of a store that broke."""
    return Answer(
        status, as_json({"outcome": Outcome.ERROR.name, "error": sentence}), Outcome.ERROR.name
    )


def as_json(value: Any) -> bytes:
    """Compact JSON, with Persian left readable."""
    return _encode(value).encode()
