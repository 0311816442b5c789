"""A shop that has nothing to do but to send what was bought at given moments."""

from __future__ import annotations

from typing import Any

from model.catalogue import Product
from model.events import Channel, Event, Kind
from model.outcomes import Outcome
from model.payments import Attempt
from model.policy import Policy
from model.shop import Shop
from scenarios.back_office import BackOffice
from scenarios.calendar import Calendar
from scenarios.delivery_draw import Delivery
from scenarios.schema import Fulfilment, Season
from scenarios.units import parse_moment
from sim.back_office import Confirmation
from sim.connections import pack_when_cleared
from sim.dispatch import Dispatch
from sim.environment import Environment

POST: dict[str, Any] = {
    "name": "post",
    "share": "100%",
    "cut_off": "16:00",
    "days": {"local": {1: "100%"}, "near": {2: "100%"}, "far": {3: "100%"}},
    "promise": {"local": 1, "near": 1, "far": 4},
}
ONE_OF_EACH: dict[str, Any] = {
    "warehouse": {
        "shifts": [{"begins": "08:00", "ends": "16:00", "pickers": 1, "packers": 1}],
        "picking": {"law": "constant", "value": "10 min"},
        "packing": {"law": "constant", "value": "5 min"},
    },
    "carriers": [POST],
}
"""One picker, one packer, one carrier; times are constant."""


def delivery(n: int, **columns: Any) -> Delivery:
    """A draw for n shoppers who live near and keep what they get; a column is one value for all."""
    usual: dict[str, Any] = {
        "distance": "near", "carrier": 0.0, "leaves": False, "picking": 600.0, "packing": 300.0,
        "transit": 0.0, "hour": 0.0, "refuses": 1.0, "withdraws": False, "withdrawal": 0.5,
        "way_back": 0.0, "as_new": True,
    }  # fmt: skip
    given = usual | columns
    return Delivery(**{
        name: value if isinstance(value, list) else [value] * n for name, value in given.items()
    })  # fmt: skip


class Parcels:
    """Orders of one unit each, paid at these local moments, until the world stops."""

    def __init__(
        self,
        *moments: str,
        start: str = "1405-12-20",
        days: int = 30,
        rule: dict[str, Any] | None = None,
        stock: int = 100,
        by_cash: bool = False,
        back_office: BackOffice | None = None,
        **columns: Any,
    ) -> None:
        season = Season(start=start, duration=f"{days} d")
        self.calendar = Calendar(season)
        self.environment = Environment()
        self.by_cash = by_cash
        self.shop = Shop([Product("it", 1_000_000, stock)], Policy())
        self.shop.open()
        fulfilment = Fulfilment.model_validate(ONE_OF_EACH | (rule or {}))
        drawn = delivery(len(moments), **columns)
        self.dispatch = Dispatch(self.environment, self.shop, fulfilment, self.calendar, drawn)
        confirmation = None
        if back_office is not None:
            confirmation = Confirmation(self.environment, self.shop, back_office, self.calendar)
        pack_when_cleared(self.shop, self.dispatch, confirmation)
        for session, moment in enumerate(moments):
            self.environment.at(self.at(moment), self._buy, session)
        self.season = season

    def at(self, moment: str) -> float:
        return self.calendar.seconds(parse_moment(moment))

    def _buy(self, session: int, now: float) -> None:
        orders = self.shop.orders
        assert orders.add(session, 0, 1, now) is Outcome.ADDED
        orders.place(session, now)
        order = orders.of_session(session)
        if self.by_cash:
            order.method = Channel.COD
        attempt = self.shop.payments.start(order, now)
        assert isinstance(attempt, Attempt)
        self.shop.payments.capture(attempt, now)

    def play(self) -> Parcels:
        self.environment.run_until(self.season.end)
        return self

    def events(self, *kinds: Kind) -> list[Event]:
        return [event for event in self.shop.log if event.kind in kinds]

    def diary(self, *kinds: Kind) -> list[tuple[str, str]]:
        """What happened to the parcels, and when: local, Jalali."""
        wanted = kinds or [kind for kind in Kind if 90 <= kind <= 99 or kind is Kind.REFUNDED]
        return [(Kind(event.kind).name, self.when(event.t)) for event in self.events(*wanted)]

    def when(self, t: float) -> str:
        moment = self.calendar.moment(t)
        return f"{self.calendar.jalali(moment.date())} {moment:%H:%M}"
