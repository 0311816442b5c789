"""A small shop with too little of everything, and logs of it: played by the model, or by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from model.events import Event, Kind, Log
from model.shop import Shop
from reports.log import Events, as_array
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from sim.world import play

DAY = {
    "name": "small-shop",
    "season": {"start": "1405-12-22 20:30", "duration": "30 h"},
    "demand": {"sessions_per_day": 8_000, "engaged": "10%", "support_only": "4%"},
    "catalogue": [
        {
            "name": "hot",
            "share": "40%",
            "price": "500_000 rial",
            "stock": 12,
            "price_changes": [
                {"at": "1405-12-23 00:00", "factor": "110%"},
                {"at": "1405-12-23 12:00", "factor": "95%"},
            ],
        },
        {"name": "few", "products": 5, "share": "40%", "price": "80_000 rial", "stock": 9},
        {"name": "none", "share": "10%", "price": "70_000 rial", "stock": 0, "limit": 2},
        {"name": "many", "share": "8%", "price": "9_000_000 rial", "stock": 500},
        {
            "name": "ours",
            "share": "2%",
            "price": "60_000 rial",
            "stock": 90,
            "customers_only": True,
        },
    ],
    "customers": {
        "returning": "20%",
        "word_of_mouth": {"tells": 1, "stays_away": "10%", "lasts": "6 h"},
    },
    "checkout": {"registration": {"mode": "forced"}},
    "restocking": {"every": "6 h", "lead_time": "2 h", "cover": "2 h"},
    "shoppers": {
        "lines": {1: "50%", 2: "30%", 3: "20%"},
        "quantity": {1: "60%", 2: "30%", 3: "10%"},
        "substitutes": "50%",
        "ready": "70%",
        "joins_waiting_list": "100%",
        "returns_for_voucher": "90%",
        "voucher_delay": {"law": "constant", "value": "5 min"},
    },
    "back_office": {"clutter": "50%"},
    "payment": {
        "succeeds": "85%",
        "at_gateway": {"law": "lognormal", "median": "4 min", "sigma": 1.0},
    },
    "support": {
        "desks": [
            {
                "channel": "chat",
                "share": "70%",
                "agents": 1,
                "at_once": 2,
                "shifts": [{"begins": "22:00", "ends": "02:00", "agents": 2}],
                "handling": {"law": "exponential", "mean": "12 min"},
                "patience": {"law": "exponential", "mean": "10 min"},
                "target": "40 s",
            },
            {
                "channel": "email",
                "share": "30%",
                "shifts": [{"begins": "09:00", "ends": "17:00", "agents": 1}],
                "handling": {"law": "constant", "value": "10 min"},
                "patience": {"law": "constant", "value": "1 d"},
                "target": "4 h",
            },
        ],
        "contacts": {
            "after_stockout": "30%",
            "after_failed_payment": "30%",
            "after_expiry": "20%",
        },
    },
    "costs": {"per_order": "50_000 rial"},
}

POLICIES: dict[str, dict[str, str]] = {
    "released by a timer": {},
    "suspended": {"on_expiry": "suspend", "suspended_timeout": "40 min"},
    "suspended for good": {"on_expiry": "suspend", "late_payment": "manual"},
    "decided by staff": {"late_payment": "manual"},
    "lazy and oversold": {"released_by": "lazy", "late_payment": "oversell"},
    "swept and reversed": {"released_by": "sweeper", "late_payment": "reverse"},
    "by hand": {"released_by": "operator", "late_payment": "manual", "extend_on": "activity"},
    "held at checkout": {"hold_point": "checkout", "on_expiry": "suspend"},
    "held by orders": {"hold_point": "order_placed", "released_by": "lazy"},
    "never held": {"hold_point": "paid"},
    "oversold and made up for": {
        "hold_point": "paid",
        "unreserved_payment": "oversell",
        "backorders": "fill",
        "backorder_patience": "7 h",
        "price": "latest",
    },
    "waited for": {"waiting_list": "true", "fill": "as_many", "price": "frozen_while_held"},
    "agreed upon": {"price": "confirm_if_changed", "hold_point": "checkout", "fill": "as_many"},
    "reminded at a slow site": {"timeout": "20 min"},
}
"""Ways to run the shop that between them make every kind of event."""
WITH: dict[str, dict[str, Any]] = {
    "reminded at a slow site": {
        "notices": {
            "reminder": {"mode": "automatic", "by": "both", "before": "15 min"},
            "back_in_stock": {"mode": "automatic", "by": "sms", "signs_up": "60%"},
            "confirmation": {"mode": "manual"},
            "sms": {"rate": 0.1, "price": "2_000 rial", "comes_back": "60%"},
            "late_after": "10 min",
        },
        "website": {"workers": 1, "page_time": "1.6 s", "room": 10, "lost_per_second": "2%"},
    },
}
"""What else these shops do."""


def scenario(reservation: dict[str, str] | None = None, **sections: Any) -> Scenario:
    """The shop's scenario with a reservation policy, and with more sections."""
    policy = {"timeout": "8 min"} | (reservation or {})
    return Scenario.model_validate(DAY | {"reservation": policy} | sections)


@cache
def played(policy: str, replication: int = 0) -> tuple[Plan, Shop]:
    """The shop after its day under one of `POLICIES`."""
    plan = Plan.of(scenario(POLICIES[policy], **WITH.get(policy, {})))
    return plan, play(plan, 1405, replication).shop


def log(*events: tuple) -> Events:
    """A log by hand: `(t, kind, session, order, product, quantity, amount, channel, reason)`,
    as many of the fields as matter."""
    written = Log()
    for event in events:
        written.add(*event)
    return as_array(written)


def without(events: Events, *places: int) -> Events:
    """The log without some of its events."""
    return np.delete(events, places)


def with_another(events: Events, after: int, **changes: float) -> Events:
    """The log in which the event at a place happened once more, with changes."""
    again = events[after : after + 1].copy()
    for field, value in changes.items():
        again[field] = value
    return np.concatenate([events[: after + 1], again, events[after + 1 :]])


def first(events: Events, kind: Kind) -> int:
    """Where the first event of a kind stands."""
    return int(np.flatnonzero(events["kind"] == kind)[0])


def as_events(events: Events) -> list[Event]:
    """The same events one by one, as plain values."""
    return [Event(*row.tolist()) for row in events]
