"""The reference store as a target: its API speaks of intents and outcomes already.

The adapter is the gateway as well. It sends the callback of each attempt at once, and where the
store did not confirm one, again when the shopper asks for her money.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from loadtests.targets.conversation import Conversation, seen
from loadtests.targets.target import Answer, Client, Heard, Visitor
from model.events import Reason
from model.outcomes import Outcome
from scenarios.intents import ContactSupport

DELIVERIES: Final = 3
"""How often a gateway sends a callback again that nobody confirmed (assumption)."""
REPEATED: Final = "idempotent-replayed"
"""The header of an answer that was given before."""

HEARD: Final = {
    (False, False): Heard.AT_ONCE,
    (False, True): Heard.TWICE,
    (True, False): Heard.LATER,
    (True, True): Heard.UNSAID,
}
"""By whether the word was sent before, and whether the store says that it has heard it before."""


class ReferenceStore:
    """The reference store; its products have the numbers of the scenario's."""

    name = "reference-store"

    def __init__(self, products: Sequence[str] = ()) -> None:
        self.products = products

    def open(self, client: Client, visitor: Visitor) -> ReferenceVisit:
        """A visit under the session's own number; whom the store knows it recognises."""
        return ReferenceVisit(client, visitor, self)


class ReferenceVisit(Conversation[ReferenceStore]):
    """A shopper at the reference store."""

    def __init__(self, client: Client, visitor: Visitor, shop: ReferenceStore) -> None:
        super().__init__(client, visitor, shop)
        self._callbacks: dict[int, str] = {}
        """Where to call back for each attempt, by its turn."""
        if visitor.customer >= 0:  # she logs in, or her cookie says who she is
            self._post("recognise", "recognise", {"customer": visitor.customer})

    def view(self, product: int) -> Outcome:
        return seen(self.client.request("GET", f"/products/{product}", step="view product"))

    def add(self, product: int, quantity: int) -> Outcome:
        registered = self.visitor.registered
        line = {"product": product, "quantity": quantity, "registered": registered}
        return outcome_of(self._post("add to cart", "lines", line))

    def check_out(self) -> Outcome:
        return outcome_of(self._post("check out", "checkout"))

    def take_again(self) -> Outcome:
        return outcome_of(self._post("take again", "take-again"))

    def place(self) -> Outcome:
        answer = self._post("place order", "order", {"method": self.visitor.method.name})
        outcome = outcome_of(answer)
        if outcome is Outcome.PLACED or outcome is Outcome.ACCEPTED:
            said = answer.json()
            self.receipt.order, self.receipt.amount = str(said["order"]), said["amount"]
        return outcome

    def pay(self, turn: int) -> Outcome:
        heard = self._call_back_again()
        if heard is not None:
            return heard
        answer = self._post("start payment", "payment")
        outcome = outcome_of(answer)
        if outcome is not Outcome.DONE:
            return outcome
        said = answer.json()
        self._callbacks[said["turn"]] = said["callback"]
        self.at_bank(turn)
        fate = self.fate(turn)
        if fate == Outcome.PAID.name:
            self.receipt.charged.append(said["turn"])
        return self._call_back(said["turn"], fate)

    def await_money(self) -> Outcome:
        """The gateway tries again; then the shopper looks at her order."""
        heard = self._call_back_again()
        if heard is not None:
            return heard
        answer = self.client.request("GET", self._path(), step="view cart")
        order = (answer.json() or {}).get("order") if answer.ok else None
        paid = order is not None and order["state"] == Outcome.PAID.name
        return Outcome.PAID if paid else Outcome.PAYMENT_FAILED

    def contact(self, intent: ContactSupport) -> Outcome:
        topic = Reason(intent.topic).name
        answer = self._post("contact support", "contact", {"channel": "EMAIL", "topic": topic})
        return outcome_of(answer)

    def _call_back_again(self) -> Outcome | None:
        """Deliver what the store has not confirmed; what it says at last, None for nothing."""
        for turn, heard in self.receipt.heard.items():
            for _ in range(DELIVERIES if heard is Heard.NEVER else 0):
                outcome = self._call_back(turn, Outcome.PAID.name)
                if outcome is not Outcome.ERROR:
                    return outcome
        return None

    def _call_back(self, turn: int, fate: str) -> Outcome:
        """The gateway says how an attempt ended."""
        answer = self.client.request(
            "POST", self._callbacks[turn], step="call back", json={"result": fate}
        )
        outcome, heard = outcome_of(answer), self.receipt.heard
        if fate == Outcome.PAID.name:
            if outcome is Outcome.ERROR:
                heard[turn] = Heard.NEVER
            else:
                heard[turn] = HEARD[turn in heard, REPEATED in answer.headers]
        return outcome

    def _post(self, step: str, what: str, body: dict[str, Any] | None = None) -> Answer:
        return self.client.request("POST", self._path(what), step=step, json=body)

    def _path(self, *what: str) -> str:
        return "/".join(("/sessions", str(self.visitor.session), *what))


def outcome_of(answer: Answer) -> Outcome:
    """The outcome that an answer names; `ERROR` where it names none."""
    said = answer.json()
    word = said.get("outcome", "") if isinstance(said, dict) else ""
    return Outcome.__members__.get(word, Outcome.ERROR)
