"""The made-up shopper who stands in the forms of a real shop: nobody lives there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scenarios.errors import UserError


@dataclass(frozen=True, slots=True)
class Address:
    """Where she would have her goods sent; codes as ISO 3166 has them."""

    country: str
    state: str
    city: str
    street: str
    postcode: str
    phone: str


ADDRESSES: Final = {
    "IR": Address("IR", "THR", "Tehran", "1 Valiasr", "1999999999", "02100000000"),
    "US": Address("US", "CA", "Los Angeles", "1 Main Street", "90001", "2025550100"),
}


def address_in(country: str) -> Address:
    """An address in a country. Raises UserError where nobody made one up."""
    if country not in ADDRESSES:
        raise UserError(
            f"country={country}: there is an address in {', '.join(ADDRESSES)} only. "
            "Write one into loadtests/targets/address.py."
        )
    return ADDRESSES[country]


def email_of(session: int) -> str:
    """Her address for mail, in a domain kept for examples, by which the books know her again."""
    return f"shopper-{session}@example.com"


def session_of(email: str) -> int:
    """The session of an address that `email_of` made; -1 for any other."""
    name, _, domain = email.partition("@")
    number = name.removeprefix("shopper-")
    return int(number) if domain == "example.com" and number.isdecimal() else -1
