"""What an operator sees: orders by state, age and cause, and over time (ORD-15)."""

from __future__ import annotations

import numpy as np
import pytest

from model.catalogue import Product
from model.events import Reason
from model.orders import OrderState
from model.policy import HoldPoint, Policy, ReservationPolicy
from model.shop import Shop
from reports.log import as_array
from reports.measures.order_rules import unpaid_changes
from reports.order_panel import by_state_and_age, over_time, panel
from reports.sorted_log import SortedLog
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.world import play

HOUR, DAY = 3600.0, 86400.0


@pytest.fixture(scope="module")
def shop() -> Shop:
    """Four orders: one paid and cut down, one expired, one cancelled by hand, one unpaid."""
    policy = ReservationPolicy(hold_point=HoldPoint.ORDER_PLACED, timeout=2 * DAY)
    shop = Shop([Product("tea", 100, 99), Product("cup", 70, 99)], Policy(policy))
    shop.open()
    for session in range(4):
        at = session * DAY
        shop.orders.add(session, 0, 1, at)
        shop.orders.add(session, 1, 1, at)
        shop.orders.place(session, at)
        order = shop.orders.of_session(session)
        if session == 0:
            shop.payments.capture(shop.payments.start(order, at + 60), at + 90)  # type: ignore[arg-type]
            shop.management.take_out(order, 1, at + HOUR)
        elif session == 2:
            shop.orders.sweep(3 * DAY - 1)
            shop.management.cancel(order, 3 * DAY - 1)
    shop.orders.sweep(3 * DAY)
    return shop


def test_the_panel_says_where_every_order_stands_since_when_and_why(shop: Shop) -> None:
    frame = panel(as_array(shop.log), 3 * DAY + 30 * 60)
    assert list(frame["state"]) == ["paid", "expired", "cancelled", "unpaid"]
    assert list(frame["cause"]) == ["none", "timeout", "by_operator", "none"]
    assert list(frame["amount_rial"]) == [100, 170, 170, 170]
    assert list(frame["attempts"]) == [1, 0, 0, 0]
    assert list(frame["since_s"]) == [90, 3 * DAY, 3 * DAY - 1, 3 * DAY]
    assert list(frame["age"]) == ["under a week"] * 3 + ["under an hour"]


def test_the_panel_of_an_earlier_moment_knows_nothing_of_later_ones(shop: Shop) -> None:
    frame = panel(as_array(shop.log), DAY + 1)
    assert list(frame["state"]) == ["paid", "unpaid"]
    counts = by_state_and_age(frame)
    assert counts.loc["unpaid", "under an hour"] == 1
    assert counts.to_numpy().sum() == 2


def test_orders_over_time_are_those_of_the_panel_at_each_time(shop: Shop) -> None:
    log = as_array(shop.log)
    chart = over_time(log, 4 * DAY)
    for time, counts in chart.iterrows():
        states = panel(log, float(time))["state"].value_counts()
        assert {state: n for state, n in counts.items() if n} == states.to_dict()


def test_a_season_has_as_many_unpaid_orders_in_the_chart_as_in_the_measure() -> None:
    sets = ("season.duration=1 d", "reservation.released_by=sweeper")
    plan = Plan.of(load("flash-sale", sets))
    shop = play(plan, 1, 0).shop
    log = SortedLog(as_array(shop.log))
    chart = over_time(log, DAY, HOUR)
    t, change = unpaid_changes(log)
    for time in (HOUR, 5 * HOUR, DAY):
        assert chart.loc[time, ["unpaid", "on_hold"]].sum() == change[t <= time].sum()
    states = [order.state for order in shop.orders.orders]
    assert list(chart.iloc[-1]) == [states.count(state) for state in OrderState]
    assert np.all(chart.to_numpy() >= 0)
    assert Reason.NONE == 0  # an order without a cause says `none`
