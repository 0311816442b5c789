"""Medusa 2 by its Store API: guests who pay through the provider that comes with it.

An order comes into being when its cart is completed with an authorised payment; stock is reserved
then and there. So to place is to fill in the forms here, and to pay is to complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from loadtests.targets.address import address_in, email_of
from loadtests.targets.conversation import Conversation, seen
from loadtests.targets.target import Answer, Client, Visitor
from model.outcomes import Outcome

CENTS: Final = 100
FATES: Final = {"DECLINED": Outcome.PAYMENT_FAILED, "GAVE_UP": Outcome.GAVE_UP}


class Medusa:
    """Medusa 2; products by the ids of their variants. `key`: the publishable key of the sales
    channel; `region` and `shipping`: ids, or empty for the first that the shop offers."""

    name = "medusa"

    def __init__(
        self,
        products: Sequence[str] = (),
        key: str = "",
        country: str = "IR",
        region: str = "",
        shipping: str = "",
        provider: str = "pp_system_default",
    ) -> None:
        self.products, self.provider = products, provider
        self.region, self.shipping = region, shipping
        self.headers = {"x-publishable-api-key": key}
        to = address_in(country)
        self.address = {
            "first_name": "Shopper", "address_1": to.street, "city": to.city,
            "postal_code": to.postcode, "country_code": to.country.lower(), "phone": to.phone,
        }  # fmt: skip

    def open(self, client: Client, visitor: Visitor) -> MedusaVisit:
        return MedusaVisit(client, visitor, self)


class MedusaVisit(Conversation[Medusa]):
    """A guest at Medusa."""

    _cart = _payment = ""

    def view(self, product: int) -> Outcome:
        return seen(self._get("view product", f"product-variants/{self.products[product]}"))

    def add(self, product: int, quantity: int) -> Outcome:
        if not self._cart:
            region = self.shop.region or self._first("list regions", "regions")
            cart = self._post("open cart", "carts", {"region_id": region})
            if not cart.ok:
                return Outcome.ERROR
            self._cart = cart.json()["cart"]["id"]
        line = {"variant_id": self.products[product], "quantity": quantity}
        answer = self._post("add to cart", f"carts/{self._cart}/line-items", line)
        return Outcome.ADDED if answer.ok else refusal(answer.json())

    def place(self) -> Outcome:
        """Address, shipping and the beginning of a payment; nothing is reserved by it."""
        cart = f"carts/{self._cart}"
        to = self.shop.address | {"last_name": str(self.visitor.session)}
        who = {"email": email_of(self.visitor.session), "shipping_address": to}
        shipping = self.shop.shipping or self._first(
            "list shipping", f"shipping-options?cart_id={self._cart}"
        )
        for step, path, body in (
            ("save address", cart, who | {"billing_address": to}),
            ("save shipping", f"{cart}/shipping-methods", {"option_id": shipping}),
            ("begin payment", "payment-collections", {"cart_id": self._cart}),
        ):
            answer = self._post(step, path, body)
            if not answer.ok:
                return refusal(answer.json())
        self._payment = answer.json()["payment_collection"]["id"]
        return Outcome.PLACED

    def pay(self, turn: int) -> Outcome:
        fate = self.fate(turn)
        session = f"payment-collections/{self._payment}/payment-sessions"
        answer = self._post("start payment", session, {"provider_id": self.shop.provider})
        if not answer.ok:
            return refusal(answer.json())
        self.at_bank(turn)
        if fate in FATES:
            return FATES[fate]
        answer = self._post("complete cart", f"carts/{self._cart}/complete")
        said = answer.json() or {}
        if not answer.ok or said.get("type") != "order":
            return refusal(said.get("error", said))
        order = said["order"]
        self.receipt.order, self.receipt.amount = order["id"], round(order["total"] * CENTS)
        self.receipt.charged.append(turn)
        return Outcome.PAID

    def _first(self, step: str, what: str) -> str:
        """The id of the first thing in a list; empty for none."""
        kind = what.partition("?")[0].replace("-", "_")
        said = self._get(step, what).json() or {}
        return next((each["id"] for each in said.get(kind, ())), "")

    def _get(self, step: str, what: str) -> Answer:
        return self.client.request("GET", f"/store/{what}", step=step, headers=self.shop.headers)

    def _post(self, step: str, what: str, body: Any = None) -> Answer:
        return self.client.request(
            "POST", f"/store/{what}", step=step, json=body or {}, headers=self.shop.headers
        )


def refusal(said: Any) -> Outcome:
    """What a no means, by Medusa's words for it."""
    words = f"{said.get('code')} {said.get('message')}" if isinstance(said, dict) else ""
    refused = "inventory" in words or "stock" in words
    return Outcome.OUT_OF_STOCK if refused else Outcome.ERROR
