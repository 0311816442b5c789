"""Whatever the policies and whatever goes wrong, the money balances."""

from __future__ import annotations

import random
from typing import Any

import pytest

from model.events import Channel, Kind
from model.policy import LatePayment, OnExpiry, ReleasedBy, StockCheck
from model.replay import replay
from reports import books
from reports.log import as_array
from reports.settling import receipts
from reports.sorted_log import SortedLog
from scenarios.payment import DELAYED, FaultName
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from sim.world import play

FAULTS: tuple[FaultName, ...] = FaultName.__args__  # type: ignore[attr-defined]
METHODS = ("online", "cod", "link", "personal_link", "in_store", "card_transfer")
GATEWAYS = ("behpardakht", "sep", "sadad", "zibal", "zarinpal", "idpay")
DELAY = {"law": "exponential", "mean": "8 min"}


def any_scenario(luck: random.Random, tiers_by: str) -> Scenario:
    """A small shop over a week, with policies, methods, gateways and faults by chance."""
    methods = ["online", *luck.sample(METHODS[1:], luck.randint(0, 5))]
    share = round(1 / len(methods), 4)
    shares = [share] * (len(methods) - 1)
    faults = luck.sample(FAULTS, luck.randint(1, 6))
    tiers = [{"above": "20_000_000 rial", "fee": {"rate": "0.5%"}}]
    payment: dict[str, Any] = {
        "succeeds": "90%",
        "gateways": [
            {"preset": preset, "tiers": tiers, "tiers_by": tiers_by}
            for preset in luck.sample(GATEWAYS, luck.randint(1, 3))
        ],
        "failover": luck.choice(["never", "when_down", "on_retry"]),
        "methods": [
            {"method": method, "share": each}
            for method, each in zip(methods, [*shares, 1 - sum(shares)], strict=True)
        ],
        "faults": [
            {"fault": fault, "share": luck.choice([0.05, 0.3])}
            | ({"delay": DELAY} if fault in DELAYED else {})
            for fault in faults
        ],
        "verify": {
            "stock": luck.choice(list(StockCheck)).value,
            "keeps_reservation": luck.random() < 0.5,
        },
    }
    return Scenario.model_validate(
        {
            "name": "any",
            "season": {"start": "1404-12-26", "duration": "7 d"},
            "demand": {"sessions_per_day": 150, "engaged": "50%"},
            "catalogue": [
                {"name": "few", "share": "50%", "price": "900_000 rial", "stock": 40},
                {"name": "many", "share": "50%", "price": "5_000_000 rial", "stock": 500},
            ],
            "shoppers": {"ready": "80%", "lines": {1: "60%", 2: "40%"}},
            "reservation": {
                "timeout": luck.choice(["3 min", "20 min"]),
                "hold_point": luck.choice(["cart_add", "order_placed", "paid"]),
                "released_by": luck.choice(list(ReleasedBy)).value,
                "on_expiry": luck.choice(list(OnExpiry)).value,
                "late_payment": luck.choice(list(LatePayment)).value,
            },
            "payment": payment,
        }
    )


@pytest.mark.parametrize("number", range(24))
def test_money_balances_under_any_policy_and_any_faults(number: int) -> None:
    months = ("jalali_month", "gregorian_month", "season")[number % 3]
    plan = Plan.of(any_scenario(random.Random(number), months))
    shop = play(plan, number, 0).shop
    log = SortedLog(as_array(shop.log).copy())
    assert books.audit(log, plan.assortment.limit) == []
    assert books.against_count(log, shop.stock.count()) == []
    assert log.count(Kind.PLACED) > 20
    twin = replay(plan.assortment.products, shop.policy, shop.log)
    assert twin.state() == shop.state()

    # What the tills took, cut by cut, is what the report finds from the payments alone.
    paid = receipts(log, plan.scenario)
    settled, fees = log.rows(Kind.SETTLED), log.rows(Kind.FEES_TAKEN)
    for channel in set(settled["channel"].tolist()):
        ours = settled["channel"] == channel
        last = log.at(Kind.SETTLED)[ours][-1]
        inside = (paid.channel == channel) & (paid.at < last)
        went_back = (paid.reversed_at <= log.events["t"][last]) & inside
        gross = paid.amount[inside].sum() - paid.amount[went_back].sum()
        assert settled["amount"][ours].sum() == gross, Channel(channel).name
        later = inside & ~went_back & (paid.reversed_at < float("inf"))
        if not later.any():
            assert fees["amount"][fees["channel"] == channel].sum() == paid.fee[inside].sum()
