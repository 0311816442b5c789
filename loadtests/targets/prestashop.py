"""PrestaShop 8 by the pages of its classic theme: guests who pay at the door.

Its checkout is one page that shows its next step after each form. It looks at the stock when that
page opens, and not when the order is made. Which page came is told by the name in its `body`,
since the addresses are translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from loadtests.targets.address import address_in, email_of
from loadtests.targets.conversation import Conversation, seen
from loadtests.targets.target import Answer, Client, Visitor
from model.outcomes import Outcome

TOKEN: Final = re.compile(rb'"static_token":"(\w+)"')
ADDRESS_TOKEN: Final = re.compile(rb'name="token" value="(\w+)"')
DELIVERY: Final = re.compile(rb'name="(delivery_option\[\d+\])"[^>]*value="([^"]+)"')
ORDER: Final = re.compile(r"id_order=(\d+)")
CHECKOUT: Final = b'<body id="checkout"'
MOST_REDIRECTS: Final = 5
REDIRECTS: Final = (301, 302, 303)


class PrestaShop:
    """PrestaShop 8. `country_id` and `state_id` are the shop's own numbers for them."""

    name = "prestashop"

    def __init__(
        self,
        products: Sequence[str] = (),
        country: str = "IR",
        country_id: str = "111",
        state_id: str = "",
        payment: str = "ps_cashondelivery",
    ) -> None:
        self.products, self.payment = products, payment
        to = address_in(country)
        self.form = {
            "firstname": "Shopper", "lastname": "Esfand", "address1": to.street, "city": to.city,
            "postcode": to.postcode, "phone": to.phone, "id_country": country_id,
            "id_state": state_id, "saveAddress": "delivery", "use_same_address": "1",
            "submitAddress": "1", "confirm-addresses": "1",
        }  # fmt: skip

    def open(self, client: Client, visitor: Visitor) -> PrestaShopVisit:
        return PrestaShopVisit(client, visitor, self)


class PrestaShopVisit(Conversation[PrestaShop]):
    """A guest at PrestaShop."""

    _token = ""

    def view(self, product: int) -> Outcome:
        number = self.products[product]
        answer = self._get("view product", f"controller=product&id_product={number}")
        self._token = _found(TOKEN, answer)
        return seen(answer)

    def add(self, product: int, quantity: int) -> Outcome:
        if not self._token and self.view(product) is not Outcome.DONE:
            return Outcome.NO_PAGE
        line = {
            "token": self._token, "id_product": self.products[product], "qty": str(quantity),
            "id_customization": "0", "add": "1", "action": "update", "ajax": "1",
        }  # fmt: skip
        said = self._post("add to cart", "controller=cart", line).json()
        if not isinstance(said, dict):
            return Outcome.ERROR
        return Outcome.OUT_OF_STOCK if said.get("hasError") else Outcome.ADDED

    def check_out(self) -> Outcome:
        return _at_checkout(self._get("check out", "controller=order"))

    def place(self) -> Outcome:
        name = {"firstname": "Shopper", "lastname": "Esfand", "password": ""}
        consent = {"customer_privacy": "1", "psgdpr": "1", "submitCreate": "1", "continue": "1"}
        email = {"email": email_of(self.visitor.session)}
        answer = self._submit("save person", name | email | consent)
        token = {"token": _found(ADDRESS_TOKEN, answer)}
        answer = self._submit("save address", self.shop.form | token)
        delivery = DELIVERY.search(answer.body)
        if delivery is None:
            outcome = _at_checkout(answer)
            return Outcome.ERROR if outcome is Outcome.READY else outcome
        option = {delivery[1].decode(): delivery[2].decode(), "confirmDeliveryOption": "1"}
        outcome = _at_checkout(self._submit("save delivery", option))
        if outcome is not Outcome.READY:
            return outcome
        what = f"fc=module&module={self.shop.payment}&controller=validation"
        answer = self._post("place order", what, {})
        order = ORDER.search(answer.headers.get("location", ""))
        if order is None:
            return Outcome.OUT_OF_STOCK if answer.status in REDIRECTS else Outcome.ERROR
        self.receipt.order = order[1]
        return Outcome.ACCEPTED

    def _submit(self, step: str, form: Mapping[str, Any]) -> Answer:
        """Send a form of the checkout; the page that shows what is next."""
        answer = self._post(step, "controller=order", form)
        redirected = answer.status in REDIRECTS
        return self._get("check out", "controller=order") if redirected else answer

    def _get(self, step: str, query: str) -> Answer:
        answer = self.client.request("GET", f"/index.php?{query}", step=step)
        for _ in range(MOST_REDIRECTS):
            if answer.status not in REDIRECTS:
                break
            _, _, path, query, _ = urlsplit(answer.headers.get("location", "/"))
            answer = self.client.request("GET", f"{path}?{query}", step=step)
        return answer

    def _post(self, step: str, query: str, form: Mapping[str, Any]) -> Answer:
        return self.client.request("POST", f"/index.php?{query}", step=step, form=form)


def _at_checkout(answer: Answer) -> Outcome:
    """Whether the checkout is what came; who has too many in her cart is sent back to it."""
    if not answer.ok:
        return Outcome.ERROR
    return Outcome.READY if CHECKOUT in answer.body else Outcome.OUT_OF_STOCK


def _found(pattern: re.Pattern[bytes], answer: Answer) -> str:
    found = pattern.search(answer.body)
    return found[1].decode() if found else ""
