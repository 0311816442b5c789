"""Crowds for tests: real shoppers at a real shop, all at the same moment."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from browsers import Browser

from loadtests.targets.target import Receipt, Target, Visit, Visitor
from model.outcomes import Outcome
from scenarios.intents import AddToCart, AwaitMoney, CheckOut, Intent, Pay, PlaceOrder

BUY: tuple[Intent, ...] = (CheckOut(), PlaceOrder(), Pay(0))


def crowd(
    target: Target,
    url: str,
    sessions: Iterable[int],
    product: int = 0,
    together_at: type[Intent] = AddToCart,
    units: int = 1,
    fates: tuple[str, ...] = ("PAID",),
    hears_again: bool = True,
) -> list[Receipt]:
    """Everybody wants the same, and all of them take the step `together_at` at once.

    `hears_again`: who is answered by an error when she pays waits to hear of her money.
    """
    numbers = list(sessions)
    gate = Barrier(len(numbers))

    def shop(session: int) -> Receipt:
        visit = target.open(Browser(url), Visitor(session, False, fates=fates))
        buy(visit, AddToCart(product, units), together_at, gate)
        if hears_again and visit.receipt.charged and visit.receipt.told is Outcome.ERROR:
            visit.play(AwaitMoney())
        return visit.receipt

    with ThreadPoolExecutor(len(numbers)) as shoppers:
        return list(shoppers.map(shop, numbers))


def buy(visit: Visit, first: AddToCart, together_at: type[Intent], gate: Barrier) -> None:
    """Go on for as long as the shop does."""
    waits = True
    for intent in (first, *BUY):
        if isinstance(intent, together_at):
            gate.wait(60)
            waits = False
        outcome = visit.play(intent)
        if outcome not in (Outcome.ADDED, Outcome.READY, Outcome.PLACED):
            break
    if waits:
        gate.wait(60)
