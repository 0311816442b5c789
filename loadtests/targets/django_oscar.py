"""django-oscar by django-oscar-api: guests whose orders are accepted without payment.

A payment is the shop's own code there, so none is played. Needs OSCAR_ALLOW_ANON_CHECKOUT.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from loadtests.targets.address import address_in, email_of
from loadtests.targets.conversation import Conversation, seen
from loadtests.targets.target import Answer, Client, Visitor
from model.outcomes import Outcome

NOT_ACCEPTABLE: Final = 406
"""How django-oscar-api says no, with a reason in the language of the shop."""
CENTS: Final = 100


class DjangoOscar:
    """django-oscar 4 with django-oscar-api 3; products by their primary keys."""

    name = "django-oscar"

    def __init__(
        self, products: Sequence[str] = (), country: str = "IR", api: str = "/api"
    ) -> None:
        self.products, self.api = products, api
        to = address_in(country)
        self.address = {
            "first_name": "Shopper", "line1": to.street, "line4": to.city,
            "postcode": to.postcode, "country": f"{api}/countries/{to.country}/",
        }  # fmt: skip

    def open(self, client: Client, visitor: Visitor) -> DjangoOscarVisit:
        return DjangoOscarVisit(client, visitor, self)


class DjangoOscarVisit(Conversation[DjangoOscar]):
    """A guest at django-oscar; her basket goes with the cookie of her session."""

    _basket = ""

    def view(self, product: int) -> Outcome:
        return seen(self._ask("GET", "view product", f"products/{self.products[product]}/"))

    def add(self, product: int, quantity: int) -> Outcome:
        url = f"{self.shop.api}/products/{self.products[product]}/"
        line = {"url": url, "quantity": quantity}
        answer = self._ask("POST", "add to cart", "basket/add-product/", line)
        if answer.ok:
            self._basket = answer.json()["url"]
            return Outcome.ADDED
        return Outcome.OUT_OF_STOCK if answer.status == NOT_ACCEPTABLE else Outcome.ERROR

    def check_out(self) -> Outcome:
        answer = self._ask("GET", "check out", "basket/shipping-methods/")
        return Outcome.READY if answer.ok else Outcome.ERROR

    def place(self) -> Outcome:
        order = {
            "basket": self._basket,
            "guest_email": email_of(self.visitor.session),
            "shipping_address": self.shop.address | {"last_name": str(self.visitor.session)},
        }
        answer = self._ask("POST", "place order", "checkout/", order)
        said = answer.json()
        if answer.ok:
            self.receipt.order = said["number"]
            self.receipt.amount = int(Decimal(said["total_incl_tax"]) * CENTS)
            return Outcome.ACCEPTED
        refused = answer.status == NOT_ACCEPTABLE and "non_field_errors" in (said or {})
        return Outcome.OUT_OF_STOCK if refused else Outcome.ERROR

    def _ask(self, method: str, step: str, what: str, body: Any = None) -> Answer:
        return self.client.request(method, f"{self.shop.api}/{what}", step=step, json=body)
