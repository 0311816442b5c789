"""The reservation store as a textbook on SimPy would write it: the oracle for the fast engine.

One process for each session, a `Container` for each product, a `Resource` for the desk, and
conditions (`pay | expiry`, `request | patience`). It shares nothing with `model` and `sim` but the
shoppers' rows, and knows only the store of the scenario `benchmark-w1`: one unit of one product a
cart, one chat desk, immediate and certain payment.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from model.events import Kind, Log, Reason
from scenarios.columns import Shoppers
from scenarios.schema import Scenario

Process = Generator[simpy.Event, Any, None]


@dataclass
class Counts:
    """What happened in one season of the reservation store."""

    sessions: int = 0
    adds: int = 0
    stockouts: int = 0
    orders_paid: int = 0
    late_paid: int = 0
    late_lost: int = 0
    expired: int = 0
    contacts: int = 0
    served: int = 0
    gave_up: int = 0
    wait: float = 0.0
    """Seconds that all the served contacts waited, together."""

    def whole(self) -> dict[str, int]:
        """The counts, without the sum of waits."""
        return {name: value for name, value in vars(self).items() if name != "wait"}


def play_textbook(scenario: Scenario, shoppers: Shoppers) -> Counts:
    """Play the season with these shoppers."""
    environment = simpy.Environment()
    store = _Store(environment, scenario, shoppers)
    environment.process(store.arrivals())
    environment.run(until=scenario.season.duration)
    return store.counts


class _Store:
    def __init__(
        self, environment: simpy.Environment, scenario: Scenario, shoppers: Shoppers
    ) -> None:
        self.environment = environment
        self.shoppers = shoppers
        self.timeout = scenario.reservation.timeout
        self.counts = Counts(sessions=sum(shoppers.traffic))
        (goods,) = scenario.catalogue
        (desk,) = scenario.support.desks
        if goods.stock is None:
            raise ValueError("the textbook's store has its stock from the beginning")
        stock = goods.stock
        self.shelves = [simpy.Container(environment, stock, stock) for _ in range(goods.products)]
        self.desk = simpy.Resource(environment, desk.agents)

    def arrivals(self) -> Process:
        for row, arrival in enumerate(self.shoppers.arrival):
            yield self.environment.timeout(arrival - self.environment.now)
            session = self.ask if self.shoppers.asks_only[row] else self.shop
            self.environment.process(session(row))

    def shop(self, row: int) -> Process:
        environment, shoppers, counts = self.environment, self.shoppers, self.counts
        shelf = self.shelves[shoppers.product[shoppers.first_line[row]]]
        if shelf.level < 1:
            counts.stockouts += 1
            return
        yield shelf.get(1)
        counts.adds += 1
        expiry = environment.timeout(self.timeout)
        if not shoppers.ready[row]:
            yield expiry
            yield shelf.put(1)
            counts.expired += 1
            return
        pay = environment.timeout(shoppers.decide[row])
        yield pay | expiry
        if pay.processed:
            counts.orders_paid += 1
            return
        yield shelf.put(1)
        counts.expired += 1
        yield pay
        if shelf.level < 1:
            counts.late_lost += 1
            return
        yield shelf.get(1)
        counts.orders_paid += 1
        counts.late_paid += 1

    def ask(self, row: int) -> Process:
        environment, counts = self.environment, self.counts
        contact = self.shoppers.contacts[Reason.GENERAL]
        counts.contacts += 1
        came = environment.now
        with self.desk.request() as request:
            patience = environment.timeout(contact.patience[row])
            yield request | patience
            if not request.triggered:
                counts.gave_up += 1
                return
            counts.served += 1
            counts.wait += environment.now - came
            yield environment.timeout(contact.handling[row])


def counts_of(log: Log) -> Counts:
    """The same counts, from the event log of a played season."""
    counts = Counts()
    came: dict[int, float] = {}
    for event in log:
        match event.kind:
            case Kind.TRAFFIC:
                counts.sessions += event.quantity
            case Kind.ADDED:
                counts.adds += 1
            case Kind.REFUSED:
                counts.stockouts += 1
            case Kind.PAID:
                counts.orders_paid += 1
                counts.late_paid += event.reason == Reason.LATE
            case Kind.LATE_REFUSED:
                counts.late_lost += 1
            case Kind.RELEASED:
                counts.expired += 1
            case Kind.CONTACTED:
                counts.contacts += 1
                came[event.session] = event.t
            case Kind.ANSWERED:
                counts.served += 1
                counts.wait += event.t - came[event.session]
            case Kind.GAVE_UP:
                counts.gave_up += 1
    return counts
