"""The scenarios of the order rules show what their sentences say."""

from __future__ import annotations

from functools import cache

from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.replication import replicate

SHORT = "season.duration=10 d"


@cache
def figures(name: str, *changes: str) -> dict[str, float]:
    """The measures of ten days' first replication."""
    scenario = load(name, (SHORT, *changes))
    played = replicate(Plan.of(scenario), scenario.seed, 0)
    assert played.faults == ()
    return played.measures


def test_carts_deleted_by_hand_pile_up_and_hide_the_stock() -> None:
    """The sources' claim, with the timer of `nowruz` and with one of the same two hours."""
    by_hand = figures("operator-cleanup")
    for timer in (
        figures("nowruz"),
        figures("operator-cleanup", "reservation.released_by=timer"),
    ):
        assert by_hand["phantom_stockouts"] > 5 * timer["phantom_stockouts"]
        assert by_hand["lost_sales_rial"] > 5 * timer["lost_sales_rial"]
        assert by_hand["orders_paid"] < 0.95 * timer["orders_paid"]
        assert by_hand["unpaid_orders_peak"] > 5 * timer["unpaid_orders_peak"]
        assert timer["operator_hours"] == 0
    assert by_hand["operator_hours"] > 10


def test_half_finished_orders_slow_the_back_office_and_pollute_the_sales() -> None:
    cluttered = figures("operator-cleanup", "back_office.clutter=100%")
    tidy = figures("operator-cleanup", "back_office.clutter=0%")
    assert cluttered["confirmation_delay_p95_h"] > tidy["confirmation_delay_p95_h"]
    assert cluttered["sales_placed_rial"] > 1.05 * cluttered["revenue_rial"]


def test_prices_that_rise_while_carts_wait_cost_the_shop_that_freezes_them() -> None:
    frozen = figures("price-drift")["stale_price_rial"]
    latest = figures("price-drift", "reservation.price=latest")["stale_price_rial"]
    assert frozen < 10 * latest <= 0


def test_some_leave_who_are_asked_to_agree_to_a_new_price() -> None:
    asked = figures("price-drift", "reservation.price=confirm_if_changed")
    assert asked["carts_abandoned_price_changed"] > 0
    assert figures("price-drift")["carts_abandoned_price_changed"] == 0
