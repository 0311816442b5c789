"""A shop and a few shoppers who come to pay, each as a test wants her; what became of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from model.events import Event, Kind, Reason
from model.shop import Shop
from reports import books
from reports.log import as_array
from scenarios.columns import SUCCEEDS
from scenarios.payment_draw import PayingDraw
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from sim.world import play_shoppers

AT_BANK = 60.0
BEFORE_RETRY = 45.0
MONEY_BACK = 3600.0
KINDS = (
    Kind.PAYMENT_STARTED, Kind.PAYMENT_FAILED, Kind.PAYMENT_TAKEN, Kind.PAYMENT_CAPTURED,
    Kind.PAYMENT_LAPSED, Kind.PAYMENT_REVERSED, Kind.REFUNDED, Kind.MONEY_BACK,
    Kind.CALLBACK_IGNORED, Kind.PAID, Kind.ACCEPTED, Kind.EXPIRED, Kind.LEFT, Kind.COD_COLLECTED,
    Kind.OPERATOR_WORKED,
)  # fmt: skip


class Payers:
    """Shoppers who arrive at given times with one unit each, order at once and go to pay.

    They are at the bank for a minute, succeed, and try again after 45 s where they must. Time 0
    is noon of Saturday, 1405-10-05, a business day before Friday's weekend.
    """

    def __init__(
        self,
        *arrivals: float,
        stock: int = 100,
        retries: bool = True,
        payment: dict[str, Any] | None = None,
        reservation: dict[str, Any] | None = None,
        start: str = "1405-10-05 12:00",
        duration: str = "10 d",
        **columns: Any,
    ) -> None:
        at_once = {"law": "constant", "value": "0 s"}
        scenario = Scenario.model_validate(
            {
                "name": "payers",
                "season": {"start": start, "duration": duration, "holidays": "none"},
                "demand": {"sessions_per_day": 100, "engaged": "100%"},
                "catalogue": [
                    {"name": "tea", "share": "100%", "price": "1_000_000 rial", "stock": stock}
                ],
                "shoppers": {"ready": "100%", "decide": at_once, "come_back": [],
                             "finishes_checkout": "100%", "fill_in": at_once,
                             "goes_to_pay": "100%", "before_paying": at_once},
                "reservation": {"timeout": "20 min"} | (reservation or {}),
                "payment": {
                    "succeeds": "100%",
                    "at_gateway": {"law": "constant", "value": f"{AT_BANK} s"},
                    "verify": {"money_back": {"law": "constant", "value": f"{MONEY_BACK} s"}},
                }
                | (payment or {}),
            }
        )  # fmt: skip
        n = len(arrivals)
        self.plan = Plan.of(scenario)
        drawn = draw(self.plan, 1, 0)
        assert len(drawn) >= n
        turns = range(scenario.payment.attempts)
        kept: dict[str, Any] = {
            field.name: _first(getattr(drawn, field.name), n) for field in fields(drawn)
        }
        kept |= {
            "arrival": list(arrivals),
            "traffic": [],
            "first_line": list(range(n + 1)),
            "contacts": {},
            "fate": [[SUCCEEDS] * n for _ in turns],
            "retries": [[retries] * n for _ in turns],
            "before_retry": [[BEFORE_RETRY] * n for _ in turns],
            "tries_again": [False] * n,
        }
        kept |= columns
        self.shop: Shop = play_shoppers(self.plan, type(drawn)(**kept)).shop
        self.faults = books.audit(as_array(self.shop.log).copy())
        assert self.faults == []

    def story(self, row: int = 0) -> list[str]:
        """What happened to a shopper's money: `60 payment_captured`, with seconds and reason."""
        return [_told(event) for event in self.shop.log if event.session == row and _is_told(event)]

    def of(self, kind: Kind) -> list[Event]:
        return [event for event in self.shop.log if event.kind == kind]


def _first(column: Any, n: int) -> Any:
    if isinstance(column, PayingDraw | type(None) | dict):
        return column
    if column and isinstance(column[0], list):
        return [each[:n] for each in column]
    return column[:n]


def _is_told(event: Event) -> bool:
    return event.kind in KINDS


def _told(event: Event) -> str:
    why = f" {Reason(event.reason).name.lower()}" if event.reason else ""
    time = np.round(event.t, 3)
    return f"{time:g} {Kind(event.kind).name.lower().removeprefix('payment_')}{why}"
