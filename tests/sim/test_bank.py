"""Every fault of a gateway against a case traced by hand (PAY-2, PAY-4).

A shopper comes at 0 s, is at the bank's page for 60 s and, where she must, tries again 45 s later.
The gateway's window is 20 minutes (1200 s); the network's return takes an hour (3600 s) from its
end. Where nothing else is said, the shop looks at its stock before it verifies.
"""

from __future__ import annotations

from typing import Any

import pytest
from payers import Payers

from model.events import Channel, Kind
from scenarios.columns import DECLINED, GAVE_UP, SUCCEEDS

GATEWAY = {"gateways": [{"verify_within": "20 min", "reverse_within": "30 min"}]}
TWO = {"gateways": [{"name": "main", "preset": "behpardakht"}, {"name": "spare", "preset": "sep"}]}


def seconds(law: float) -> dict[str, str]:
    return {"law": "constant", "value": f"{law} s"}


def faulty(fault: str, payment: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The payment section with one fault that befalls attempts in the first minute only."""
    window = {"begins": "1405-10-05 12:00", "duration": "1 min"} | more
    return (payment or GATEWAY) | {"faults": [{"fault": fault} | window]}


def test_a_payment_is_taken_verified_and_captured() -> None:
    assert Payers(0.0, payment=GATEWAY).story() == [
        "0 started", "60 taken", "60 captured", "60 paid",
    ]  # fmt: skip


def test_the_shopper_gives_up_at_the_banks_page() -> None:
    assert Payers(0.0, payment=faulty("gives_up")).story() == [
        "0 started", "60 failed shopper_gave_up", "60 left gave_up_paying", "1200 expired timeout",
    ]  # fmt: skip


@pytest.mark.parametrize("fault", ["declined", "issuer_down"])
def test_a_wrong_password_or_a_bank_that_is_down_fails_and_she_tries_again(fault: str) -> None:
    assert Payers(0.0, payment=faulty(fault)).story() == [
        "0 started", f"60 failed {fault}", "105 started", "165 taken", "165 captured", "165 paid",
    ]  # fmt: skip


def test_a_slow_gateway_keeps_her_waiting() -> None:
    assert Payers(0.0, payment=faulty("slow", delay=seconds(100))).story() == [
        "0 started", "160 taken", "160 captured", "160 paid",
    ]  # fmt: skip


def test_a_redirect_that_does_not_start_within_120_seconds_is_dead() -> None:
    assert Payers(0.0, payment=faulty("slow", delay=seconds(121))).story()[:3] == [
        "0 started", "120 failed redirect_expired", "165 started",
    ]  # fmt: skip


def test_a_password_that_comes_after_its_60_seconds_is_of_no_use() -> None:
    late = Payers(0.0, payment=faulty("password_late", delay=seconds(61))).story()
    assert late[:2] == ["0 started", "60 failed password_expired"]
    in_time = Payers(0.0, payment=faulty("password_late", delay=seconds(60))).story()
    assert in_time[1] == "120 taken"


def test_a_gateway_that_is_down_gives_no_token_and_she_comes_again() -> None:
    assert Payers(0.0, payment=faulty("down")).story() == [
        "0 started", "0 failed gateway_down", "45 started", "45 failed gateway_down",
        "90 started", "150 taken", "150 captured", "150 paid",
    ]  # fmt: skip


def test_with_failover_the_second_gateway_takes_over_at_once() -> None:
    payers = Payers(0.0, payment=faulty("down", TWO, gateway="main"))
    assert payers.story() == [
        "0 started", "0 failed gateway_down", "0 started", "60 taken", "60 captured", "60 paid",
    ]  # fmt: skip
    channels = [event.channel for event in payers.of(Kind.PAYMENT_STARTED)]
    assert channels == [Channel.GATEWAY, Channel.GATEWAY_2]


def test_without_failover_she_has_to_wait_for_the_first() -> None:
    payers = Payers(0.0, payment=faulty("down", TWO | {"failover": "never"}, gateway="main"))
    assert {event.channel for event in payers.of(Kind.PAYMENT_STARTED)} == {Channel.GATEWAY}


def test_on_retry_every_further_attempt_goes_to_the_next_gateway() -> None:
    fate = [[DECLINED], [DECLINED], [SUCCEEDS]]
    payers = Payers(0.0, payment=TWO | {"failover": "on_retry"}, fate=fate)
    assert [event.channel for event in payers.of(Kind.PAYMENT_STARTED)] == [
        Channel.GATEWAY, Channel.GATEWAY_2, Channel.GATEWAY,
    ]  # fmt: skip


def test_a_lost_callback_and_a_second_attempt_that_pays() -> None:
    assert Payers(0.0, payment=faulty("callback_lost")).story() == [
        "0 started", "60 taken", "105 started", "165 taken", "165 captured", "165 paid",
        "1260 lapsed not_verified", "4860 money_back",
    ]  # fmt: skip


def test_a_lost_callback_alone_loses_the_sale_when_the_window_closes() -> None:
    assert Payers(0.0, payment=faulty("callback_lost"), retries=False).story() == [
        "0 started", "60 taken", "1260 lapsed not_verified", "1260 left payment_failed",
        "1260 expired timeout", "4860 money_back",
    ]  # fmt: skip


def test_a_callback_that_comes_twice_pays_once() -> None:
    assert Payers(0.0, payment=faulty("callback_twice")).story() == [
        "0 started", "60 taken", "60 captured", "60 paid", "60 callback_ignored",
    ]  # fmt: skip


def test_a_late_callback_within_the_window_still_pays() -> None:
    payment = faulty("callback_late", delay=seconds(600))
    assert Payers(0.0, payment=payment, retries=False).story() == [
        "0 started", "60 taken", "660 captured", "660 paid",
    ]  # fmt: skip


def test_a_callback_of_attempt_a_after_attempt_b_paid_is_not_verified() -> None:
    payment = faulty("callback_late", delay=seconds(600))
    assert Payers(0.0, payment=payment).story() == [
        "0 started", "60 taken", "105 started", "165 taken", "165 captured", "165 paid",
        "660 lapsed already_paid", "4860 money_back",
    ]  # fmt: skip


def test_a_careless_shop_has_that_money_twice_and_reverses_it() -> None:
    payment = faulty("callback_late", delay=seconds(600)) | {"verify": {"stock": "verify_first"}}
    assert Payers(0.0, payment=payment).story()[6:] == [
        "660 captured", "660 reversed already_paid",
    ]  # fmt: skip


def test_a_callback_after_expiry_finds_the_reservation_kept_for_it() -> None:
    payment = faulty("callback_late", delay=seconds(600))
    story = Payers(0.0, payment=payment, retries=False, reservation={"timeout": "5 min"}).story()
    assert story[2:] == ["660 captured", "660 paid"]


HARSH = {"keeps_reservation": "false", "money_back": seconds(3600)}


@pytest.mark.parametrize(
    ("stock", "ends"),
    [
        ("retake", ["660 lapsed out_of_stock", "660 left out_of_stock", "4860 money_back"]),
        ("recheck", ["660 lapsed late", "660 left reservation_expired", "4860 money_back"]),
        (
            "verify_first",
            ["660 captured", "660 reversed late", "660 left reservation_expired"],
        ),
    ],
)
def test_after_expiry_the_unit_is_sold_to_another_and_the_money_goes_back(
    stock: str, ends: list[str]
) -> None:
    verify = {"verify": HARSH | {"stock": stock}}
    payment = faulty("callback_late", delay=seconds(600)) | verify
    payers = Payers(
        0.0, 400.0, stock=1, payment=payment, retries=False, reservation={"timeout": "5 min"}
    )
    assert payers.story(1)[-1] == "460 paid"
    assert payers.story(0) == ["0 started", "60 taken", "300 expired timeout", *ends]


def test_a_callback_after_the_window_is_worth_nothing() -> None:
    payment = faulty("callback_late", delay=seconds(1300))
    assert Payers(0.0, payment=payment, retries=False).story()[2:] == [
        "1260 lapsed not_verified", "1260 left payment_failed", "1260 expired timeout",
        "4860 money_back",
    ]  # fmt: skip


def test_a_browser_that_never_returns_is_heard_of_when_the_window_closes() -> None:
    assert Payers(0.0, payment=faulty("browser_gone"), retries=False).story() == [
        "0 started", "60 taken", "1260 lapsed not_verified", "1260 left payment_failed",
        "1260 expired timeout", "4860 money_back",
    ]  # fmt: skip


@pytest.mark.parametrize("retries", [True, False])
def test_an_error_after_the_commit_frightens_her_and_the_order_is_paid_once(
    retries: bool,
) -> None:
    assert Payers(0.0, payment=faulty("error_after_commit"), retries=retries).story() == [
        "0 started", "60 taken", "60 captured", "60 paid",
    ]  # fmt: skip


def test_where_a_gateway_sets_no_limit_lost_money_stays_where_it_is() -> None:
    payment = faulty("callback_lost", {"gateways": [{"preset": "zibal"}]})
    payers = Payers(0.0, payment=payment, retries=False)
    assert payers.story() == ["0 started", "60 taken", "1860 expired timeout"]


def test_a_fault_at_a_rate_befalls_those_whose_luck_is_below_it() -> None:
    share = {"fault": "declined", "share": "30%"}
    payers = Payers(*range(200), stock=1000, payment=GATEWAY | {"faults": [share]}, retries=False)
    assert abs(len(payers.of(Kind.PAYMENT_FAILED)) - 60) < 20  # three standard deviations


def test_the_shoppers_own_luck_counts_besides_the_faults() -> None:
    payers = Payers(0.0, payment=GATEWAY, fate=[[GAVE_UP], [SUCCEEDS], [SUCCEEDS]])
    assert payers.story()[1:3] == ["60 failed shopper_gave_up", "60 left gave_up_paying"]
