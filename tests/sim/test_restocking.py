"""A person looks through the shelves and orders what is short; suppliers keep their word or not."""

from typing import Any

from model.events import Kind, Reason
from model.shop import Shop
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from sim.environment import Environment
from sim.restocking import Restocker

HOUR, DAY = 3600.0, 86400.0


def a_plan(restocking: dict[str, Any], start: str = "1405-12-02", stock: int = 0) -> Plan:
    """Four products; the first sells most. 1405-12-02 is a Sunday."""
    scenario = Scenario.model_validate(
        {
            "name": "restocked",
            "season": {"start": start, "duration": "10 d", "holidays": "none"},
            "demand": {"sessions_per_day": 10_000, "engaged": "10%"},
            "catalogue": [
                {"name": "slow", "share": "20%", "price": "1 rial", "stock": stock},
                {"name": "goods", "products": 2, "share": "70%", "price": "1 rial", "stock": stock},
                {"name": "unique", "share": "10%", "price": "1 rial", "stock": 5,
                 "restocked": False},
            ],
            "restocking": {"at": "08:00", "cover": "1 d", "lead_time": "24 h", **restocking},
        }
    )  # fmt: skip
    return Plan.of(scenario)


def deliveries(plan: Plan, until: float = 10 * DAY) -> list[tuple[float, int, int]]:
    """Hours, product and units of every delivery to a shop that nobody visits."""
    environment = Environment()
    shop = Shop(plan.assortment.products, plan.scenario.policy())
    shop.open()
    assert plan.scenario.restocking is not None
    Restocker(environment, shop.stock, plan, plan.scenario.restocking)
    environment.run_until(until)
    return [
        (event.t / HOUR, event.product, event.quantity)
        for event in shop.log
        if event.kind == Kind.RECEIVED and event.reason == Reason.DELIVERY
    ]


def daily_units(plan: Plan) -> list[int]:
    """What a check orders for an empty shelf, where cover is a day."""
    return [-int(-units // 1) for units in plan.assortment.daily_units]


def test_what_is_short_at_the_check_is_there_a_lead_time_later() -> None:
    plan = a_plan({})
    slow, first, second, _ = daily_units(plan)
    assert deliveries(plan) == [(32.0, 1, first), (32.0, 2, second), (32.0, 0, slow)]


def test_best_sellers_come_first_when_there_is_time_for_few() -> None:
    plan = a_plan({"at_most": 1})
    assert [product for _, product, _ in deliveries(plan)] == [1, 2, 0]
    assert [hour for hour, _, _ in deliveries(plan)] == [32.0, 56.0, 80.0]


def test_nothing_is_ordered_above_the_reorder_point() -> None:
    enough = max(daily_units(a_plan({}))) // 2 + 1
    assert deliveries(a_plan({"reorder_point": "12 h"}, stock=enough)) == []
    assert deliveries(a_plan({}, stock=enough)) != []


def test_lots_are_whole() -> None:
    plan = a_plan({"lot": "16 h"})
    lot = -int(-plan.assortment.daily_units[1] * 2 / 3 // 1)
    assert deliveries(plan)[0] == (32.0, 1, 2 * lot)


def test_a_late_supplier_is_late_only_with_what_was_ordered_then() -> None:
    fault = {"start": "1405-12-02 00:00", "duration": "1 d", "late": "3 d", "entry": "goods"}
    hours = {product: hour for hour, product, _ in deliveries(a_plan({"faults": [fault]}))}
    assert hours == {0: 32.0, 1: 32.0 + 72, 2: 32.0 + 72}


def test_what_never_came_is_ordered_again_by_the_next_check() -> None:
    fault = {"start": "1405-12-02 00:00", "duration": "1 d", "missing": "50%", "entry": "slow"}
    plan = a_plan({"faults": [fault]})
    slow = daily_units(plan)[0]
    came = [(hour, units) for hour, product, units in deliveries(plan) if product == 0]
    missing = round(slow * 0.5)
    # the delivery and the check of its day meet at 08:00; the check that sees it short is the next
    assert [units for _, units in came] == [slow - missing, missing]
    assert came[0][0] == 32.0
    assert came[1][0] in (56.0, 80.0)


def test_nobody_looks_on_a_friday_if_only_business_days_count() -> None:
    friday = "1405-12-07"
    assert deliveries(a_plan({}, friday))[0][0] == 32.0
    assert deliveries(a_plan({"business_days": True}, friday))[0][0] == 56.0
