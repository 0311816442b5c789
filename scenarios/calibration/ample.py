"""What shoppers do where stock is ample: who of them pays, and how long after she came.

An order export shows paid orders; a scenario is about the sessions behind them. The bridge is the
scenario's own behaviour: its journeys are played here one by one against a shop that never runs
out, so that whatever a journey does (browsing, coming back tomorrow, finding the reservation dead,
retrying a payment) is counted just as the simulation will play it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from model.events import Reason
from model.outcomes import Outcome
from model.payments import Attempt
from model.policy import ReleasedBy
from model.shop import Shop
from scenarios import columns
from scenarios import shoppers as draws
from scenarios.errors import UserError
from scenarios.expected import paid_share, payment_share
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    Away,
    CheckOut,
    ChooseDelivery,
    ContactSupport,
    JoinWaitingList,
    Leave,
    Pay,
    PlaceOrder,
    SignUp,
    TakeAgain,
    Wait,
)
from scenarios.journeys import journey
from scenarios.schema import (
    CatalogueEntry,
    Demand,
    Payment,
    Reservation,
    Scenario,
    Season,
    Shoppers,
)

PLAYED = 20_000
"""Shoppers played: the share that pays is then known to about 0.3 %."""
_PRODUCTS = 500
"""At least, so that large baskets find different products."""
_AMPLE = 10**9
"""Units of each."""


@dataclass(frozen=True)
class Ample:
    """Where stock is ample: how many of the engaged sessions pay, and when."""

    paid_share: float
    """Of the engaged sessions."""
    lines: dict[int, float]
    """Products per basket, of all engaged sessions."""
    delays: NDArray[np.float64]
    """Seconds from arrival to the paid order, of shoppers who pay; shape (n,)."""
    weights: NDArray[np.float64]
    """How much each of them stands for; shape (n,), sums to one."""
    pays: Mapping[int, float]
    """Products -> share that pays of those who mean to buy so many."""

    def wanted(self, paid_lines: Mapping[int, float]) -> dict[int, float]:
        """Products per basket, shares of the engaged sessions behind orders of `paid_lines`."""
        baskets = {lines: count / self.pays[lines] for lines, count in paid_lines.items()}
        total = sum(baskets.values())
        return {lines: share / total for lines, share in baskets.items()}

    def kernel(self, bin_seconds: float) -> NDArray[np.float64]:
        """Paid orders per arrival, by how many bins later; arrivals are even within their bin.

        Shape (longest delay in bins + 2,); sums to `paid_share`.
        """
        whole = np.floor(self.delays / bin_seconds).astype(np.int64)
        part = self.delays / bin_seconds - whole
        # An arrival at a random moment of its bin passes one more edge with probability `part`.
        mass = np.zeros(whole.max() + 2)
        np.add.at(mass, whole, self.weights * (1 - part))
        np.add.at(mass, whole + 1, self.weights * part)
        return mass * self.paid_share

    def quantile(self, share: float) -> float:
        """Seconds after which this share of those who pay have paid."""
        order = np.argsort(self.delays)
        reached = int(np.searchsorted(np.cumsum(self.weights[order]), share))
        return float(self.delays[order[min(reached, len(order) - 1)]])


def ample(
    paid_lines: Mapping[int, float],
    shoppers: Shoppers,
    payment: Payment,
    reservation: Reservation,
) -> Ample:
    """Play shoppers of this behaviour, alone, in a shop of this reservation policy.

    `paid_lines`: products per paid order, shares. Who fills a large basket takes longer and finds
    her reservation dead more often, so baskets are larger than orders. A sweeper or an operator
    who comes late is not seen: a reservation is dead once its time is over. Deterministic.
    """
    # Who means to buy and gets as far as the gateway is known in closed form; playing only those
    # leaves the sampling error to what is not known: dead reservations and retries. Large baskets
    # are rare and played more often than they come.
    even = 1 / len(paid_lines)
    willing = shoppers.model_copy(
        update={
            "ready": 1.0,
            "finishes_checkout": 1.0,
            "goes_to_pay": 1.0,
            "lines": {lines: (share + even) / 2 for lines, share in paid_lines.items()},
        }
    )
    size, paid_after = _play(_quiet_scenario(willing, payment, reservation))
    paid = np.isfinite(paid_after)
    pays = {lines: float(paid[size == lines].mean()) for lines in paid_lines}
    if never := [lines for lines, share in pays.items() if share == 0]:
        raise UserError(
            f"the export has orders of {never[0]} products, but with the assumed behaviour and "
            f"reservations nobody with so many ever pays.\nAssume a longer reservation.timeout, "
            f"or more shoppers who pay."
        )
    baskets = {lines: share / pays[lines] for lines, share in paid_lines.items()}
    total = sum(baskets.values())
    played = {lines: int((paid & (size == lines)).sum()) for lines in paid_lines}
    return Ample(
        paid_share=paid_share(shoppers, payment) / payment_share(payment) / total,
        lines={lines: share / total for lines, share in baskets.items()},
        delays=paid_after[paid],
        weights=np.array([paid_lines[lines] / played[lines] for lines in size[paid]]),
        pays=pays,
    )


def _play(scenario: Scenario) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Products in the basket, and seconds from arrival to payment (or infinite), per shopper."""
    plan = draws.Plan.of(scenario)
    policy = scenario.policy()
    # Nobody rings here: the shop notices a dead reservation when its shopper comes back to it.
    lazy = replace(policy, reservation=replace(policy.reservation, released_by=ReleasedBy.LAZY))
    shop = Shop(plan.assortment.products, lazy)
    shop.open()
    rows = draws.draw(plan, scenario.seed, replication=0)
    paid_after = [_paid_after(shop, rows, row) for row in range(len(rows))]
    return np.diff(rows.first_line), np.array(paid_after)


def _quiet_scenario(shoppers: Shoppers, payment: Payment, reservation: Reservation) -> Scenario:
    """A day of engaged sessions in a shop with all one can want, and nobody to ask."""
    choice = max(_PRODUCTS, 4 * max(shoppers.lines))
    shelf = CatalogueEntry(name="shelf", products=choice, share=1, zipf=0, price=1, stock=_AMPLE)
    return Scenario(
        name="ample",
        season=Season(start="1405-01-01", duration=86400.0, holidays="none"),
        demand=Demand(sessions_per_day=PLAYED, engaged=1.0),
        catalogue=(shelf,),
        shoppers=shoppers,
        payment=payment.plain(),
        reservation=reservation,
    )


def _paid_after(shop: Shop, rows: columns.Shoppers, row: int) -> float:
    """Seconds from arrival until the shopper's order is paid; infinite if it never is."""
    now, outcome = 0.0, None
    steps = journey(rows, row)
    # A late payment that waits for a person is filled: there is stock.
    while outcome is not Outcome.PAID and outcome is not Outcome.WAITING:
        intent = steps.send(outcome)  # type: ignore[arg-type]
        if isinstance(intent, Leave):
            return math.inf
        if isinstance(intent, Pay):
            now, outcome = _pay(shop, rows, row, intent.turn, now)
        elif isinstance(intent, Wait):
            now, outcome = now + intent, Outcome.DONE
        elif isinstance(intent, Away):
            now, outcome = now + intent.seconds, Outcome.DONE  # and nobody calls her back
        else:
            outcome = _command(shop, rows.registered[row], row, intent, now)
    return now


def _command(
    shop: Shop,
    registered: bool,
    row: int,
    intent: AddToCart
    | JoinWaitingList
    | CheckOut
    | TakeAgain
    | ChooseDelivery
    | PlaceOrder
    | AwaitMoney
    | ContactSupport
    | SignUp,
    now: float,
) -> Outcome:
    """Give the shop a shopper's command that takes no time."""
    match intent:
        case AddToCart(product, quantity):
            return shop.orders.add(row, product, quantity, now, registered)
        case CheckOut():
            return shop.orders.check_out(row, now)
        case TakeAgain():
            return shop.orders.take_again(row, now)
        case ChooseDelivery():
            return Outcome.READY  # every day is promised
        case PlaceOrder():
            return shop.orders.place(row, now)
        case ContactSupport() | SignUp() | JoinWaitingList():
            return Outcome.DONE  # nobody is there to ask or to tell her, and she goes on
        case AwaitMoney():
            return Outcome.PAYMENT_FAILED  # a plain gateway leaves nobody in doubt
        case _:
            assert_never(intent)


def _pay(
    shop: Shop, rows: columns.Shoppers, row: int, turn: int, now: float
) -> tuple[float, Outcome]:
    """When the shopper comes back from the gateway, and with what."""
    attempt = shop.payments.start(shop.orders.of_session(row), now)
    if not isinstance(attempt, Attempt):
        return now, attempt
    now += rows.at_gateway[turn][row]
    match rows.fate[turn][row]:
        case columns.SUCCEEDS:
            return now, shop.payments.capture(attempt, now)
        case columns.DECLINED:
            shop.payments.fail(attempt, now, Reason.DECLINED)
            return now, Outcome.PAYMENT_FAILED
        case _:
            shop.payments.fail(attempt, now, Reason.SHOPPER_GAVE_UP)
            return now, Outcome.GAVE_UP
