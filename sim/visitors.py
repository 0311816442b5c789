"""Who really comes: customers are recognised at the door, and bad news keeps some people away.

Both look at the drawn shoppers only; where a scenario says nothing about its customers, shoppers
go straight to the driver.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from model.events import Kind, Reason
from model.listeners import also
from model.shop import Shop
from reports.log import EVENT
from scenarios.customers_draw import Identity
from scenarios.schema import WordOfMouth
from scenarios.shoppers import Plan
from sim.agenda import Handler
from sim.environment import Environment

BAD_NEWS = (
    Kind.REFUSED, Kind.LATE_REFUSED, Kind.GAVE_UP, Kind.UNREACHED, Kind.PAYMENT_REVERSED,
    Kind.OVERDUE,
)  # fmt: skip
"""Events of the log that a shopper tells her friends about."""
HARD_CHECKOUT = (Reason.CHECKOUT_STEPS, Reason.FORCED_REGISTRATION)
"""So does she who left for one of these reasons."""
LISTENS_EVERY = 3600.0
"""Seconds between two looks at what went wrong; news needs that long to get around."""


class Visitors:
    """Lets shoppers in, one by one as they arrive."""

    def __init__(self, shop: Shop, identity: Identity, news: News | None, let_in: Handler) -> None:
        self.customers = shop.customers
        self.record = shop.log.add
        self.identity = identity
        self.news = news
        self.let_in = let_in
        shop.orders.on_paid = also(shop.orders.on_paid, shop.customers.count_purchase)

    def arrive(self, row: int, now: float) -> None:
        """The shopper of a row comes, or stays away."""
        if self.news is not None and self.identity.hears[row] < self.news.keeps_away:
            self.record(now, Kind.STAYED_AWAY, row, reason=Reason.WORD_OF_MOUTH)
            return
        customer = self.identity.customer[row]
        if customer >= 0:
            self.customers.recognise(row, customer, now)
        self.let_in(row, now)


class News:
    """How much of what went wrong keeps people away (CUS-5).

    Each bad experience of the last `lasts` seconds keeps `tells x stays_away` shoppers from
    coming, spread evenly over `lasts`; so the share that stays away now is their number over the
    shoppers expected in the same time.
    """

    def __init__(self, environment: Environment, shop: Shop, rule: WordOfMouth, plan: Plan) -> None:
        self.keeps_away = 0.0
        """Share of the arriving shoppers who stay away at present."""
        self.rule = rule
        self.log = shop.log
        demand = plan.scenario.demand
        self.touching = demand.engaged + demand.support_only
        self.edges, self.expected = plan.rate.edges, plan.rate.cumulative()
        self._read = 0
        self._bad: list[tuple[float, int]] = []
        environment.process(self._listen(environment))

    def _listen(self, environment: Environment) -> Generator[Any, Any, None]:
        while True:
            yield environment.timeout(LISTENS_EVERY)
            now = environment.now
            self._bad.append((now, self._sessions_with_bad_news()))
            while self._bad[0][0] <= now - self.rule.lasts:
                del self._bad[0]
            lost = self.rule.tells * self.rule.stays_away * sum(count for _, count in self._bad)
            expected = self._expected(now)
            self.keeps_away = min(lost / expected, 1.0) if expected else 0.0

    def _sessions_with_bad_news(self) -> int:
        """Sessions in the events since the last look to which something bad happened."""
        events = np.frombuffer(bytes(self.log.buffer[self._read :]), EVENT)
        self._read = len(self.log.buffer)
        was_bad = np.isin(events["kind"], BAD_NEWS)
        was_bad |= (events["kind"] == Kind.LEFT) & np.isin(events["reason"], HARD_CHECKOUT)
        return len(np.unique(events["session"][was_bad]))

    def _expected(self, now: float) -> float:
        """Shoppers that `lasts` seconds bring at the rate that the scenario expects ahead."""
        until = min(now + self.rule.lasts, self.edges[-1])
        begins, ends = np.interp([now, until], self.edges, self.expected)
        rate = (ends - begins) / (until - now) if until > now else 0.0
        return float(rate * self.rule.lasts * self.touching)
