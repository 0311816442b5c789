"""What all visits have in common: each intent is a step, and every answer goes on the receipt.

An adapter overrides the steps that its software has. Those it does not have are answered as a shop
answers that has no such thing: delivery is promised, messages are taken and nothing comes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from loadtests.targets.target import Answer, Client, Receipt, Visitor
from model.outcomes import Outcome
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    CheckOut,
    ChooseDelivery,
    ContactSupport,
    Intent,
    Pay,
    PlaceOrder,
    TakeAgain,
)


class Catalogue(Protocol):
    """What every adapter knows of its shop."""

    products: Sequence[str]
    """The shop's own name of each product, in the scenario's order."""


Shop = TypeVar("Shop", bound=Catalogue)


class Conversation(Generic[Shop]):
    """A visit in steps."""

    def __init__(self, client: Client, visitor: Visitor, shop: Shop) -> None:
        self.client = client
        self.visitor = visitor
        self.shop = shop
        self.products = shop.products
        self.receipt = Receipt(visitor.session)

    def play(self, intent: Intent) -> Outcome:
        """Do what she means to do, and keep on the receipt what she is told.

        A step that answers `PARTIAL` writes on the receipt itself how many units it got.
        """
        outcome = self._step(intent)
        receipt = self.receipt
        if outcome is Outcome.ERROR:
            receipt.errors.append(type(intent).__name__)
        if isinstance(intent, AddToCart):
            if outcome is Outcome.ADDED:
                held = receipt.cart.get(intent.product, 0)
                receipt.cart[intent.product] = held + intent.quantity
        elif isinstance(intent, PlaceOrder | Pay | AwaitMoney):
            receipt.told = outcome
        return outcome

    def fate(self, turn: int) -> str:
        """How the `turn`-th attempt to pay ends at the bank; all later ones end as the last."""
        return self.visitor.fates[min(turn, len(self.visitor.fates) - 1)]

    def at_bank(self, turn: int) -> None:
        """Keep her at the bank for as long as her `turn`-th attempt takes."""
        if self.visitor.at_gateway:
            seconds = self.visitor.at_gateway[min(turn, len(self.visitor.at_gateway) - 1)]
            self.receipt.at_bank.append(seconds)
            self.client.wait(seconds)

    def _step(self, intent: Intent) -> Outcome:
        match intent:
            case AddToCart(product, quantity):
                return self.add(product, quantity)
            case CheckOut():
                return self.check_out()
            case TakeAgain():
                return self.take_again()
            case ChooseDelivery():
                return self.choose_delivery()
            case PlaceOrder():
                return self.place()
            case Pay(turn):
                return self.pay(turn)
            case AwaitMoney():
                return self.await_money()
            case ContactSupport():
                return self.contact(intent)
        return Outcome.DONE

    # the steps --------------------------------------------------------------------------------

    def view(self, product: int) -> Outcome:
        """See `Visit.view`."""
        raise NotImplementedError

    def add(self, product: int, quantity: int) -> Outcome:
        """See `AddToCart`."""
        raise NotImplementedError

    def check_out(self) -> Outcome:
        """See `CheckOut`; nothing happens where the checkout is one page."""
        return Outcome.READY

    def take_again(self) -> Outcome:
        """See `TakeAgain`; where carts reserve nothing, nothing is lost."""
        return Outcome.READY

    def choose_delivery(self) -> Outcome:
        """See `ChooseDelivery`."""
        return Outcome.READY

    def place(self) -> Outcome:
        """See `PlaceOrder`."""
        raise NotImplementedError

    def pay(self, turn: int) -> Outcome:
        """See `Pay`; where an order is accepted when it is placed, nobody comes to pay."""
        return Outcome.PAID

    def await_money(self) -> Outcome:
        """See `AwaitMoney`; where nothing more is heard, the money goes back."""
        return Outcome.PAYMENT_FAILED

    def contact(self, intent: ContactSupport) -> Outcome:
        """See `ContactSupport`; a message that nobody of the shop will read."""
        return Outcome.DONE


def seen(answer: Answer) -> Outcome:
    """What came of looking at a page."""
    return Outcome.DONE if answer.ok else Outcome.NO_PAGE
