"""Vendure 3 by its Shop API (GraphQL): guests who pay by a payment method of the shop's.

A refusal is an answer of a type of its own. Stock is checked when a line is added and when the
order goes on to its payment, and taken when it is paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from loadtests.targets.address import address_in, email_of
from loadtests.targets.conversation import Conversation
from loadtests.targets.target import Client, Visitor
from model.outcomes import Outcome


def _mutation(takes: str, does: str, more: str = "") -> str:
    """A mutation of the active order: what it takes, what it does, and more to ask of it."""
    return f"""mutation {takes} {{ {does} {{ __typename ... on Order {{ code state totalWithTax }}
      ... on ErrorResult {{ errorCode message }} {more} }} }}"""


VIEW: Final = "query ($id: ID!) { product(id: $id) { name variants { priceWithTax stockLevel } } }"
SHIPPINGS: Final = "{ eligibleShippingMethods { id } }"
ADD: Final = _mutation(
    "($id: ID!, $n: Int!)",
    "addItemToOrder(productVariantId: $id, quantity: $n)",
    "... on InsufficientStockError { quantityAvailable }",
)
WHO: Final = _mutation("($in: CreateCustomerInput!)", "setCustomerForOrder(input: $in)")
WHERE: Final = _mutation("($in: CreateAddressInput!)", "setOrderShippingAddress(input: $in)")
SHIPPING: Final = _mutation("($in: [ID!]!)", "setOrderShippingMethod(shippingMethodId: $in)")
ARRANGE: Final = _mutation(
    "",
    'transitionOrderToState(state: "ArrangingPayment")',
    "... on OrderStateTransitionError { transitionError }",
)
PAY: Final = _mutation("($in: PaymentInput!)", "addPaymentToOrder(input: $in)")
PAID: Final = ("PaymentAuthorized", "PaymentSettled")


class Vendure:
    """Vendure 3; products as `PRODUCT/VARIANT`, by their ids. `payment`: the code of a method made
    with the dummy handler, which declines where it is told to."""

    name = "vendure"

    def __init__(
        self,
        products: Sequence[str] = (),
        country: str = "IR",
        payment: str = "dummy",
        api: str = "/shop-api",
    ) -> None:
        self.products, self.payment, self.api = products, payment, api
        to = address_in(country)
        self.address = {
            "fullName": "Shopper", "streetLine1": to.street, "city": to.city,
            "postalCode": to.postcode, "countryCode": to.country, "phoneNumber": to.phone,
        }  # fmt: skip

    def open(self, client: Client, visitor: Visitor) -> VendureVisit:
        return VendureVisit(client, visitor, self)


class VendureVisit(Conversation[Vendure]):
    """A guest at Vendure; her order goes with the cookie of her session."""

    def view(self, product: int) -> Outcome:
        number, _, _ = self.products[product].partition("/")
        return Outcome.DONE if self._ask("view product", VIEW, id=number) else Outcome.NO_PAGE

    def add(self, product: int, quantity: int) -> Outcome:
        _, _, variant = self.products[product].partition("/")
        said = self._ask("add to cart", ADD, id=variant, n=quantity)
        there, cart = said.get("quantityAvailable", 0), self.receipt.cart
        if there:  # so many were added
            cart[product] = cart.get(product, 0) + there
            return Outcome.PARTIAL
        return Outcome.ADDED if "code" in said else refusal(said)

    def place(self) -> Outcome:
        name = {"firstName": "Shopper", "lastName": str(self.visitor.session)}
        offers = self._ask("list shipping", SHIPPINGS) or [{"id": ""}]
        for step, query, what in (
            ("save person", WHO, name | {"emailAddress": email_of(self.visitor.session)}),
            ("save address", WHERE, self.shop.address),
            ("save shipping", SHIPPING, [offers[0]["id"]]),
            ("arrange payment", ARRANGE, None),
        ):
            said = self._ask(step, query, **({"in": what} if what else {}))
            if "code" not in said:
                return refusal(said)
        self.receipt.order, self.receipt.amount = said["code"], said["totalWithTax"]
        return Outcome.PLACED

    def pay(self, turn: int) -> Outcome:
        fate = self.fate(turn)
        self.at_bank(turn)
        if fate == "GAVE_UP":
            return Outcome.GAVE_UP
        declines = {"shouldDecline": fate == "DECLINED"}
        payment = {"method": self.shop.payment, "metadata": declines}
        said = self._ask("pay", PAY, **{"in": payment})
        if said.get("state") in PAID:
            self.receipt.charged.append(turn)
            return Outcome.PAID
        return refusal(said)

    def _ask(self, step: str, query: str, **variables: Any) -> Any:
        """The one field of the answer; empty where there is none."""
        body = {"query": query, "variables": variables}
        said = self.client.request("POST", self.shop.api, step=step, json=body).json()
        data = said.get("data") if isinstance(said, dict) else None
        return next(iter((data or {}).values()), None) or {}


def refusal(said: Any) -> Outcome:
    """What a no means, by the names of Vendure's errors."""
    if said.get("errorCode") == "PAYMENT_DECLINED_ERROR":
        return Outcome.PAYMENT_FAILED
    words = f"{said.get('errorCode')} {said.get('transitionError')}".lower()
    return Outcome.OUT_OF_STOCK if "stock" in words else Outcome.ERROR
