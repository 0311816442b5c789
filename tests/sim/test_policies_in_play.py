"""Every combination of the shop's switches, played on busy little seasons: the books balance."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from model.events import Kind, Reason
from model.policy import ExtendOn, HoldPoint, LatePayment, OnExpiry, ReleasedBy
from reports import books
from reports.log import as_array
from scenarios.columns import Shoppers
from scenarios.loader import load
from scenarios.shoppers import Plan, draw
from sim.world import play_shoppers

BUSY = (
    "season.start=1405-12-05 08:30",
    "season.duration=3 h",
    "demand.sessions_per_day=16_000",
    "catalogue.goods.products=6",
    "catalogue.goods.stock=15",
    "shoppers.lines={1: 60%, 2: 40%}",
    "shoppers.quantity={1: 70%, 2: 30%}",
    "shoppers.substitutes=30%",
    "shoppers.dawdle={law: exponential, mean: 5 min}",
    "shoppers.finishes_checkout=90%",
    "shoppers.fill_in={law: exponential, mean: 2 min}",
    "shoppers.goes_to_pay=90%",
    "shoppers.before_paying={law: exponential, mean: 2 min}",
    "shoppers.tries_again=70%",
    "payment.succeeds=80%",
    "payment.at_gateway={law: exponential, mean: 3 min}",
    "support.contacts.after_failed_payment=20%",
    "support.contacts.after_stockout=20%",
    "support.contacts.after_expiry=20%",
    "reservation.timeout=10 min",
    "reservation.guest_timeout=5 min",
    "reservation.suspended_timeout=20 min",
    "reservation.sweep_every=7 min",
    "reservation.sweep_batch=5",
)
"""Some 300 carts who want 500 of 90 units, and reservations shorter than many need."""
POINTS = [point.name.lower() for point in HoldPoint]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.of(load("benchmark-w1", BUSY))


@pytest.fixture(scope="module")
def shoppers(plan: Plan) -> Shoppers:
    """The same for all policies, which the draw does not look at."""
    return draw(plan, 1, 0)


@pytest.mark.parametrize("late", LatePayment, ids=lambda late: late.value)
@pytest.mark.parametrize("who", ReleasedBy, ids=lambda who: who.value)
def test_whatever_the_switches_the_books_balance(
    plan: Plan, shoppers: Shoppers, who: ReleasedBy, late: LatePayment
) -> None:
    for point, expiry, extend in product(POINTS, OnExpiry, ExtendOn):
        switches = {
            "hold_point": point,
            "on_expiry": expiry,
            "extend_on": extend,
            "released_by": who,
            "late_payment": late,
        }
        reservation = plan.scenario.reservation.model_copy(update=switches)
        scenario = plan.scenario.model_copy(update={"reservation": reservation})
        shop = play_shoppers(replace(plan, scenario=scenario), shoppers).shop
        events = as_array(shop.log)
        assert [*books.audit(events), *books.against_count(events, shop.stock.count())] == [], (
            switches
        )
        oversold = any(shelf.available < 0 for shelf in shop.stock.shelves)
        assert not oversold or late is LatePayment.OVERSELL, switches
        kinds = {event.kind for event in shop.log}
        assert kinds >= {Kind.PAID, Kind.REFUSED, Kind.PAYMENT_FAILED, Kind.LEFT}, switches


def test_where_nothing_is_reserved_nobody_leaves_for_a_dead_reservation(
    plan: Plan, shoppers: Shoppers
) -> None:
    """Who paid for goods that were gone was refused at the bank's answer, and the log says why."""
    reservation = plan.scenario.reservation.model_copy(update={"hold_point": "paid"})
    scenario = plan.scenario.model_copy(update={"reservation": reservation})
    log = list(play_shoppers(replace(plan, scenario=scenario), shoppers).shop.log)
    left = {event.reason for event in log if event.kind == Kind.LEFT}
    assert Reason.RESERVATION_EXPIRED not in left
    sent_back = [event.order for event in log if event.kind == Kind.PAYMENT_REVERSED]
    refused = [event.order for event in log if event.kind == Kind.REFUSED and event.order >= 0]
    assert sent_back
    assert set(sent_back) <= set(refused)
