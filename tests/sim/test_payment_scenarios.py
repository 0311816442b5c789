"""The scenarios of the library on payments show what their first sentences say."""

from __future__ import annotations

import pytest

from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.replication import Replication, replicate


def played(name: str, *settings: str) -> Replication:
    """One replication, whose books must balance."""
    replication = replicate(Plan.of(load(name, list(settings))), 1405, 0)
    assert replication.faults == ()
    return replication


@pytest.fixture(scope="module")
def outage() -> dict[str, float]:
    return played("gateway-outage").measures


def test_an_outage_of_the_main_gateway_costs_orders_and_a_standby_saves_them(
    outage: dict[str, float],
) -> None:
    alone = played("gateway-outage", "payment.failover=never").measures
    whole = played("gateway-outage", "payment.faults=[]").measures
    assert alone["orders_paid"] < outage["orders_paid"] < whole["orders_paid"]
    # 150 % of 40,000 sessions at the busiest hours: the standby saves dozens of orders, not a few.
    assert outage["orders_paid"] - alone["orders_paid"] > 30
    assert outage["duplicate_callbacks_ignored"] > 0


def test_causes_of_unpaid_orders_are_kept_apart_and_add_up(outage: dict[str, float]) -> None:
    alone = played("gateway-outage", "payment.failover=never").measures
    assert alone["orders_unpaid_by_payment"] > 1.2 * outage["orders_unpaid_by_payment"]
    assert alone["orders_unpaid_by_shopper"] == pytest.approx(
        outage["orders_unpaid_by_shopper"], rel=0.05
    )


def test_a_careless_shop_takes_money_that_it_has_to_send_back(outage: dict[str, float]) -> None:
    careless = played(
        "gateway-outage",
        "payment.verify.stock=verify_first",
        "payment.verify.keeps_reservation=false",
    ).measures
    assert outage["refunds_rial"] == 0
    assert careless["refunds_rial"] > 0


def test_where_most_customers_pay_the_courier_parcels_come_back_and_money_comes_later() -> None:
    season = ["season.start=1405-12-20", "season.duration=20 d"]
    cod, banks = played("cod-heavy", *season).measures, played("threepl", *season).measures
    assert 0.55 < cod["orders_accepted"] / cod["orders_placed"] < 0.65
    assert banks["orders_accepted"] == 0
    at_the_door = cod["orders_accepted"] * 55 / 60  # the others are fetched in the store
    assert 0.18 < (cod["refused_on_delivery"] - banks["refused_on_delivery"]) / at_the_door < 0.35
    assert cod["orders_paid"] < banks["orders_paid"]
    assert cod["orders_not_fetched"] > 0
    assert cod["days_to_cash_mean"] > banks["days_to_cash_mean"] + 0.5
    assert cod["days_to_cash_max"] > 7 > banks["days_to_cash_max"] - 1
    assert cod["payment_attempts"] < 0.6 * banks["payment_attempts"]
    assert cod["profit_rial"] < banks["profit_rial"]


def test_payment_links_that_come_in_time_spare_a_small_shop_the_hunt_for_deposits() -> None:
    late = "payment.gateways.rayanpay.onboarding.requested=1405-12-20"
    in_time = played("social-shop-payment-links").measures
    too_late = played("social-shop-payment-links", late).measures
    assert too_late["operator_hours"] > in_time["operator_hours"]
    assert too_late["fees_rial"] < in_time["fees_rial"]
