"""A shop whose scenario is known, and the order export that it would hand out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from model.events import Kind
from reports.log import as_array
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from sim.world import play

HOURS = (2, 1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 15, 14, 12, 10, 9, 9, 10, 11, 12, 14, 15, 12, 6)
STAR = "star"


def known_scenario(**changes: object) -> Scenario:
    """Eight weeks of a mid-sized shop with quiet Fridays and one evening's campaign."""
    named = [
        {"name": f"p{k}", "share": 0.04, "price": 100_000 * k, "stock": 10**6} for k in range(1, 9)
    ]
    fields: dict[str, object] = {
        "name": "known",
        "seed": 11,
        "season": {"start": "1404-10-06", "duration": "56 d", "holidays": "none"},
        "demand": {
            "sessions_per_day": 8_000,
            "shape": {"1404-10-06": "80%", "1404-12-01": "120%"},
            "weekdays": {"friday": "50%"},
            "hours": HOURS,
            "day_cv": "10%",
            "bursts": [
                {
                    "start": "1404-10-20 20:00",
                    "duration": "2 h",
                    "product": STAR,
                    "times": "400%",
                    "share": "60%",
                    "quantity": {"2": "90%", "1": "10%"},
                }
            ],
        },
        "catalogue": [
            {"name": STAR, "share": "1%", "price": 500_000, "stock": 10**6, "limit": 2},
            *named,
            {"name": "rest", "products": 400, "share": 0.67, "zipf": 0.7, "price": 200_000,
             "price_sigma": 0.5, "stock": 10**6},
        ],
        "shoppers": {"lines": {1: 0.6, 2: 0.3, 5: 0.1}, "quantity": {1: 0.8, 2: 0.15, 6: 0.05}},
    }  # fmt: skip
    return Scenario.model_validate(fields | changes)


def events_of(scenario: Scenario) -> pd.DataFrame:
    """The event log of the first replication; columns of `model.events.Event`."""
    log = play(Plan.of(scenario), scenario.seed, 0).shop.log
    return pd.DataFrame(as_array(log))


def write_export(scenario: Scenario, path: Path, extra: Sequence[str] = ()) -> Path:
    """The paid orders of a replication as the CSV that a shop's panel exports."""
    events = events_of(scenario)
    paid = events[events["kind"] == Kind.PAID].set_index("order")["t"]
    lines = events[(events["kind"] == Kind.ALLOCATED) & events["order"].isin(paid.index)]
    products = Plan.of(scenario).assortment.products
    at = pd.Timestamp(scenario.season.start) + pd.to_timedelta(lines["order"].map(paid), unit="s")
    table = pd.DataFrame(
        {
            "order_id": lines["order"] + 70_000,
            "sku": [products[number].name for number in lines["product"]],
            "quantity": lines["quantity"],
            "unit_price": [products[number].price for number in lines["product"]],
            "created_at": at.dt.strftime("%Y-%m-%d %H:%M:%S"),
        }
    )
    table.to_csv(path, index=False)
    return path
