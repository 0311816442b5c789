"""The reservation store W1 as SimPy's own documentation would have one write it.

A process for every session, browsing ones included; each draws its luck as it goes. Times in
minutes. This is what the ratios of `run.py` are ratios to.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from itertools import accumulate
from math import log
from typing import Any

import simpy

SEASON, SESSIONS = 720.0, 200_000
CARTS, SUPPORT, READY = 0.10, 0.05, 0.60
DECIDE_MEDIAN, DECIDE_SIGMA, TIMEOUT = 6.0, 1.0, 30.0
HANDLING, PATIENCE, AGENTS = 6.0, 10.0, 75
PRODUCTS, STOCK = range(200), 60
POPULARITY = list(accumulate(1 / (rank + 1) for rank in PRODUCTS))

Process = Generator[simpy.Event, Any, None]


class Store:
    """Shelves, a support desk, and what happened there."""

    def __init__(self, environment: simpy.Environment, seed: int) -> None:
        self.environment = environment
        self.random = random.Random(seed)
        self.shelves = [simpy.Container(environment, STOCK, STOCK) for _ in PRODUCTS]
        self.desk = simpy.Resource(environment, AGENTS)
        self.sessions = self.stockouts = self.paid = self.late_lost = self.expired = 0
        self.served = self.gave_up = 0
        self.wait = 0.0

    def arrivals(self) -> Process:
        while True:
            yield self.environment.timeout(self.random.expovariate(SESSIONS / SEASON))
            self.sessions += 1
            self.environment.process(self.session())

    def session(self) -> Process:
        luck = self.random.random()
        if luck < CARTS:
            yield from self.shop()
        elif luck < CARTS + SUPPORT:
            yield from self.ask()

    def shop(self) -> Process:
        (product,) = self.random.choices(PRODUCTS, cum_weights=POPULARITY)
        shelf = self.shelves[product]
        if shelf.level < 1:
            self.stockouts += 1
            return
        yield shelf.get(1)
        expiry = self.environment.timeout(TIMEOUT)
        if self.random.random() >= READY:
            yield expiry
            yield shelf.put(1)
            self.expired += 1
            return
        decide = self.random.lognormvariate(log(DECIDE_MEDIAN), DECIDE_SIGMA)
        pay = self.environment.timeout(decide)
        yield pay | expiry
        if not pay.processed:
            yield shelf.put(1)
            self.expired += 1
            yield pay
            if shelf.level < 1:
                self.late_lost += 1
                return
            yield shelf.get(1)
        self.paid += 1

    def ask(self) -> Process:
        came = self.environment.now
        with self.desk.request() as request:
            patience = self.environment.timeout(self.random.expovariate(1 / PATIENCE))
            yield request | patience
            if not request.triggered:
                self.gave_up += 1
                return
            self.served += 1
            self.wait += self.environment.now - came
            yield self.environment.timeout(self.random.expovariate(1 / HANDLING))


def play(seed: int) -> Store:
    """Play one season."""
    environment = simpy.Environment()
    store = Store(environment, seed)
    environment.process(store.arrivals())
    environment.run(until=SEASON)
    return store
