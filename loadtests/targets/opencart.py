"""OpenCart 4.1 by the requests of its own checkout page: guests who pay at the door.

It speaks in pages and in JSON that is always answered 200. A cart takes any number of units; only
the checkout looks at the stock, and sends who asks for too many back to her cart. Guests are not
told the number of their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loadtests.targets.address import address_in, email_of
from loadtests.targets.conversation import Conversation, seen
from loadtests.targets.target import Answer, Client, Visitor
from model.outcomes import Outcome


class OpenCart:
    """OpenCart 4.1. `country_id` and `zone_id` are the shop's own numbers for them; `shipping` and
    `payment` are codes of an extension and its offer."""

    name = "opencart"

    def __init__(
        self,
        products: Sequence[str] = (),
        country: str = "IR",
        country_id: str = "101",
        zone_id: str = "1538",
        customer_group_id: str = "1",
        shipping: str = "flat.flat",
        payment: str = "cod.cod",
    ) -> None:
        self.products = products
        self.shipping, self.payment = shipping, payment
        to = address_in(country)
        place = {
            "firstname": "Shopper", "address_1": to.street, "city": to.city,
            "postcode": to.postcode, "country_id": country_id, "zone_id": zone_id,
        }  # fmt: skip
        self.form = {
            "customer_group_id": customer_group_id, "firstname": "Shopper",
            "telephone": to.phone, "address_match": "0",
        }  # fmt: skip
        for use in ("payment", "shipping"):
            self.form |= {f"{use}_{name}": value for name, value in place.items()}

    def open(self, client: Client, visitor: Visitor) -> OpenCartVisit:
        return OpenCartVisit(client, visitor, self)


class OpenCartVisit(Conversation[OpenCart]):
    """A guest at OpenCart."""

    def view(self, product: int) -> Outcome:
        what = f"product/product&product_id={self.products[product]}"
        return seen(self._get("view product", what))

    def add(self, product: int, quantity: int) -> Outcome:
        line = {"product_id": self.products[product], "quantity": quantity}
        said = self._post("add to cart", "checkout/cart.add", line)
        return Outcome.ADDED if "success" in said else Outcome.ERROR

    def check_out(self) -> Outcome:
        answer = self._get("check out", "checkout/checkout")
        if answer.status == 302:  # back to the cart
            return Outcome.OUT_OF_STOCK
        return Outcome.READY if answer.ok else Outcome.ERROR

    def place(self) -> Outcome:
        """The forms of the checkout one after the other; each looks at the stock again."""
        number, shop = str(self.visitor.session), self.shop
        names = {"lastname": number, "payment_lastname": number, "shipping_lastname": number}
        who = shop.form | names | {"email": email_of(self.visitor.session)}
        forms: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
            ("save address", "checkout/register.save", who),
            ("quote shipping", "checkout/shipping_method.quote", {}),
            (
                "save shipping", "checkout/shipping_method.save",
                {"shipping_method": shop.shipping},
            ),
            ("list payments", "checkout/payment_method.getMethods", {}),
            ("save payment", "checkout/payment_method.save", {"payment_method": shop.payment}),
        )  # fmt: skip
        for step, route, form in forms:
            said = self._post(step, route, form)
            if "redirect" in said:
                return Outcome.OUT_OF_STOCK
            if not said or "error" in said:
                return Outcome.ERROR
        if not self._get("confirm order", "checkout/confirm.confirm").ok:
            return Outcome.ERROR
        extension = shop.payment.partition(".")[0]
        said = self._post("place order", f"extension/opencart/payment/{extension}.confirm", {})
        if "success" in str(said.get("redirect", "")):
            return Outcome.ACCEPTED
        return Outcome.OUT_OF_STOCK if "order" in str(said.get("error", "")) else Outcome.ERROR

    def _get(self, step: str, what: str) -> Answer:
        return self.client.request("GET", f"/index.php?route={what}", step=step)

    def _post(self, step: str, route: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON of an answer; empty where it is none."""
        path = f"/index.php?route={route}"
        answer = self.client.request("POST", path, step=step, form=form)
        said = answer.json() if answer.ok else None
        return said if isinstance(said, dict) else {}
