"""Every method of paying against a case traced by hand (PAY-1, PAY-6)."""

from __future__ import annotations

from typing import Any

import pytest
from payers import Payers

from model.events import Channel, Kind, Reason
from reports.log import as_array
from reports.measures import measure

HOUR = 3600.0
DAY = 24 * HOUR
IN_TWO_DAYS = {"law": "constant", "value": "2 d"}


def only(method: str, **more: Any) -> dict[str, Any]:
    """The payment section of a shop with one method."""
    return {"methods": [{"method": method, **more}]}


def test_an_order_on_delivery_is_accepted_at_once_and_its_money_comes_with_the_courier() -> None:
    payment = only("cod", collected_after=IN_TWO_DAYS, miscounted="0%")
    payers = Payers(0.0, payment=payment)
    assert payers.story() == ["0 accepted", f"{2 * DAY:g} cod_collected"]
    # Collected on Monday at noon, cut at midnight, credited on Tuesday at 16:00.
    assert [(event.t, event.amount) for event in payers.of(Kind.DEPOSITED)] == [
        (3 * DAY + 4 * HOUR, 1_000_000)
    ]
    assert payers.shop.orders.orders[0].method == Channel.COD


def test_by_hand_errors_are_made_and_some_of_the_money_is_missing() -> None:
    payment = only("cod", collected_after=IN_TWO_DAYS, miscounted="100%", missing="10%")
    (collected,) = Payers(0.0, payment=payment).of(Kind.COD_COLLECTED)
    assert collected.amount == 900_000


def test_money_in_the_store_needs_nobody_to_bring_it() -> None:
    payers = Payers(0.0, payment=only("in_store", collected_after=IN_TWO_DAYS, unfetched="0%"))
    assert payers.story() == ["0 accepted", f"{2 * DAY:g} cod_collected"]
    assert payers.of(Kind.DEPOSITED) == []


@pytest.mark.parametrize("why", [{"unfetched": "100%"}, {"unfetched": "0%", "kept_for": "36 h"}])
def test_what_nobody_fetches_in_time_is_cancelled_and_back_in_stock(why: dict[str, str]) -> None:
    payment = only("in_store", collected_after=IN_TWO_DAYS, **({"kept_for": "3 d"} | why))
    payers = Payers(0.0, payment=payment)
    assert payers.story() == ["0 accepted"]
    (ended,) = payers.of(Kind.CANCELLED)
    assert ended.t == (3 if why["unfetched"] == "100%" else 1.5) * DAY
    assert ended.reason == Reason.NOT_FETCHED
    (shelf,) = payers.shop.stock.shelves
    assert (shelf.available, shelf.allocated) == (100, 0)
    measured = measure(as_array(payers.shop.log), payers.plan.scenario)
    assert measured["orders_not_fetched"] == measured["orders_cancelled"] == 1
    assert measured["revenue_rial"] == 0


def test_a_transfer_from_card_to_card_is_paid_when_staff_have_checked_it() -> None:
    payers = Payers(0.0, payment=only("card_transfer", work="5 min"))
    assert payers.story() == ["0 started", "60 taken", "360 captured", "360 paid"]
    assert [event.quantity for event in payers.of(Kind.OPERATOR_WORKED)] == [300]


def test_after_hours_a_deposit_waits_for_the_morning_and_its_reservation_dies() -> None:
    payers = Payers(
        0.0, payment=only("card_transfer", work="5 min"), start="1405-10-05 20:00", duration="2 d"
    )
    # 20:00 to 09:00 is 13 hours; the reservation of 20 min is kept until 30 min after the money.
    assert payers.story() == [
        "0 started", "60 taken", "1860 expired timeout", "47100 captured", "47100 paid late",
    ]  # fmt: skip


def test_staff_do_one_thing_after_the_other() -> None:
    payers = Payers(0.0, 0.0, 0.0, payment=only("card_transfer", work="5 min"))
    assert [event.t for event in payers.of(Kind.PAYMENT_CAPTURED)] == [360.0, 660.0, 960.0]
    two = only("card_transfer", work="5 min") | {"staff": {"people": 2}}
    payers = Payers(0.0, 0.0, 0.0, payment=two)
    assert [event.t for event in payers.of(Kind.PAYMENT_CAPTURED)] == [360.0, 360.0, 660.0]


def test_one_link_for_all_takes_the_money_and_staff_find_out_whose_it_is() -> None:
    payers = Payers(0.0, payment=only("link", work="2 min"))
    assert payers.story() == ["0 started", "60 taken", "180 captured", "180 paid"]
    assert [event.amount for event in payers.of(Kind.FEES_TAKEN)] == [6_000]


def test_a_link_of_her_own_has_to_be_sent_first_and_then_needs_nobody() -> None:
    payers = Payers(0.0, payment=only("personal_link", work="2 min"))
    assert payers.story() == ["120 started", "180 taken", "180 captured", "180 paid"]


def test_linked_money_for_goods_that_are_gone_is_refunded_since_no_network_returns_it() -> None:
    methods = [{"method": "link", "work": "10 min", "share": "100%"}]
    verify = {"keeps_reservation": "false"}
    payers = Payers(
        0.0, 400.0, stock=1, payment={"methods": methods, "verify": verify},
        reservation={"timeout": "5 min"},
    )  # fmt: skip
    assert payers.story(0) == [
        "0 started", "60 taken", "300 expired timeout", "660 captured", "660 refunded late",
        "660 left reservation_expired",
    ]  # fmt: skip


def test_methods_have_the_shares_of_the_scenario() -> None:
    methods = [{"method": "online", "share": "75%"}, {"method": "cod", "share": "25%"}]
    payers = Payers(*range(90), payment={"methods": methods})
    accepted = len(payers.of(Kind.ACCEPTED))
    assert abs(accepted - 22.5) < 12.5  # three standard deviations
    assert accepted + len(payers.of(Kind.PAYMENT_STARTED)) == 90


# a gateway that is not there yet (PAY-6) ------------------------------------------------------

WAITED_FOR = {"requested": "1405-10-02 12:00"}
"""Wednesday; 1 + 2 + 3 + 1 business days later is Wednesday, 1405-10-10, without the Friday."""


@pytest.mark.parametrize(("arrives", "method"), [(0.0, 23), (5.49 * DAY, 23), (5.5 * DAY, 20)])
def test_until_the_gateway_is_live_shoppers_pay_from_card_to_card(
    arrives: float, method: int
) -> None:
    payment = {
        "gateways": [{"preset": "rayanpay", "onboarding": WAITED_FOR}],
        "methods": [
            {"method": "online", "share": "90%"},
            {"method": "card_transfer", "share": "10%", "offered": "until_live"},
        ],
    }
    payers = Payers(arrives, payment=payment)
    assert payers.shop.orders.orders[0].method == method
    assert [event.t / DAY for event in payers.of(Kind.GATEWAY_LIVE)] == [5.5]


def test_without_another_method_nobody_can_pay_before_it_is_live() -> None:
    payment = {"gateways": [{"preset": "rayanpay", "onboarding": WAITED_FOR}]}
    assert Payers(0.0, payment=payment, retries=False).story() == [
        "0 started", "0 failed gateway_down", "0 left payment_failed", "1200 expired timeout",
    ]  # fmt: skip
