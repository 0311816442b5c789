"""A shop counter for tests: one product, an order manager, and commands at given times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.catalogue import Product
from model.events import Kind, Reason
from model.outcomes import Outcome
from model.payments import Attempt
from model.policy import Policy, ReservationPolicy
from model.shop import Shop
from scenarios.calendar import Calendar
from scenarios.schema import Season
from sim.environment import Environment
from sim.order_manager import OrderManager

Command = Callable[[float], Any]


class Counter:
    """A shop with one product, its order manager, and shoppers who come at given times.

    Midnight of Wednesday, 1405-12-05, is time 0; Friday is the weekend. Commands are given in
    order of time, and all before the first `run`.
    """

    def __init__(
        self,
        stock: int = 100,
        start: str = "1405-12-05 00:00",
        season: dict[str, Any] | None = None,
        **policy: Any,
    ) -> None:
        self.environment = Environment()
        switches = Policy(ReservationPolicy(**policy))
        self.shop = Shop([Product("tea", 100_000, stock)], switches)
        self.shop.open()
        fields = {"start": start, "duration": "30 d", "holidays": "none", **(season or {})}
        self.calendar = Calendar(Season.model_validate(fields))
        OrderManager(self.environment, self.shop, self.calendar)
        self.tape: list[tuple[float, Command]] = []
        self.heard: list[tuple[float, Outcome]] = []
        """What shoppers were answered, and when."""

    def at(self, time: float, command: Command) -> Counter:
        """Have a command given at a time."""
        self.tape.append((time, command))
        return self

    def adds(self, session: int, at: float, registered: bool = False) -> Counter:
        """A shopper puts one unit in her cart."""
        return self.at(at, lambda now: self.shop.orders.add(session, 0, 1, now, registered))

    def orders(self, session: int, at: float) -> Counter:
        """A shopper with a cart places her order."""
        return self.at(at, lambda now: self.shop.orders.place(session, now))

    def pays(self, session: int, at: float, money: float) -> Counter:
        """A shopper goes to the bank at one time, and her money comes at another."""

        def go(now: float) -> None:
            attempt = self.shop.payments.start(self.shop.orders.of_session(session), now)
            assert isinstance(attempt, Attempt)
            self.environment.at(money, self.shop.payments.capture, attempt)

        return self.at(at, go)

    def run(self, until: float) -> Counter:
        """Let time pass; the commands are the arrivals of this world."""
        if self.tape:
            self.environment.play(self.tape, self._give)
            self.tape = []
        self.environment.run_until(until)
        return self

    def _give(self, command: Command, now: float) -> None:
        outcome = command(now)
        if isinstance(outcome, Outcome):
            self.heard.append((now, outcome))

    def of(self, kind: Kind) -> list[tuple[int, float]]:
        """(session, time) of the events of a kind."""
        return [(event.session, event.t) for event in self.shop.log if event.kind == kind]

    def reasons(self, kind: Kind) -> list[Reason]:
        return [Reason(event.reason) for event in self.shop.log if event.kind == kind]

    @property
    def available(self) -> int:
        return self.shop.stock.shelves[0].available
