"""WooCommerce by its Store API: guests who pay by transfer or at the door.

The cart is known by its token, so there are no cookies. Since 9.2 stock is reserved by the POST to
the checkout alone, which also accepts the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from loadtests.targets.address import address_in, email_of
from loadtests.targets.conversation import Conversation, seen
from loadtests.targets.target import Answer, Client, Visitor
from model.outcomes import Outcome

API: Final = "/wp-json/wc/store/v1"
ACCEPTED: Final = ("on-hold", "processing", "completed")
"""States of an order whose goods are promised."""


class WooCommerce:
    """WooCommerce 9.2 or later, with pretty permalinks. `payment`: `bacs`, `cod` or `cheque`."""

    name = "woocommerce"

    def __init__(
        self, products: Sequence[str] = (), country: str = "IR", payment: str = "bacs"
    ) -> None:
        self.products = products
        self.address = address_in(country)
        self.payment = payment

    def open(self, client: Client, visitor: Visitor) -> WooCommerceVisit:
        return WooCommerceVisit(client, visitor, self)


class WooCommerceVisit(Conversation[WooCommerce]):
    """A guest at WooCommerce."""

    _token = ""

    def view(self, product: int) -> Outcome:
        path = f"{API}/products/{self.products[product]}"
        return seen(self.client.request("GET", path, step="view product"))

    def add(self, product: int, quantity: int) -> Outcome:
        if not self._token:
            cart = self._ask("GET", "open cart", "cart")
            self._token = cart.headers.get("cart-token", "")
        line = {"id": int(self.products[product]), "quantity": quantity}
        answer = self._ask("POST", "add to cart", "cart/add-item", line)
        if answer.ok:
            self.receipt.amount = int(answer.json()["totals"]["total_price"])
        return Outcome.ADDED if answer.ok else refusal(answer)

    def check_out(self) -> Outcome:
        answer = self._ask("GET", "check out", "checkout")
        return Outcome.READY if answer.ok else refusal(answer)

    def place(self) -> Outcome:
        to = self.shop.address
        billing = {
            "first_name": "Shopper", "last_name": str(self.visitor.session),
            "address_1": to.street, "city": to.city, "state": to.state, "postcode": to.postcode,
            "country": to.country, "email": email_of(self.visitor.session), "phone": to.phone,
        }  # fmt: skip
        body = {"billing_address": billing, "payment_method": self.shop.payment}
        answer = self._ask("POST", "place order", "checkout", body)
        if not answer.ok:
            return refusal(answer)
        said = answer.json()
        self.receipt.order = str(said["order_id"])
        return Outcome.ACCEPTED if said["status"] in ACCEPTED else Outcome.PLACED

    def pay(self, turn: int) -> Outcome:
        """A gateway of somebody else's is not played."""
        return Outcome.PAYMENT_FAILED

    def _ask(self, method: str, step: str, what: str, body: Any = None) -> Answer:
        headers = {"Cart-Token": self._token} if self._token else {}
        return self.client.request(method, f"{API}/{what}", step=step, json=body, headers=headers)


def refusal(answer: Answer) -> Outcome:
    """What a no means, by WooCommerce's code for it."""
    said = answer.json()
    code = str(said.get("code", "")) if isinstance(said, dict) else ""
    if answer.status >= 500 or not code:
        return Outcome.ERROR
    if "stock" in code:
        return Outcome.OUT_OF_STOCK
    if "quantity" in code or "purchasable" in code:
        return Outcome.OVER_LIMIT
    return Outcome.EXPIRED if code.endswith("cart_empty") else Outcome.ERROR
