"""Taken, verified, captured; or lapsed and back with the shopper (PAY-1 to PAY-3)."""

from __future__ import annotations

import pytest
from shops import (
    FEE,
    REVERSAL,
    WINDOW,
    happened,
    levels,
    lives,
    open_shop,
    order,
    ring,
    taken,
    verified,
    verified_payments,
)

from model.events import Channel, Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome
from model.policy import HoldPoint, LatePayment, StockCheck
from model.replay import replay
from model.shop import Shop

MONEY = (
    Kind.PAYMENT_CAPTURED, Kind.PAYMENT_LAPSED, Kind.PAYMENT_REVERSED, Kind.REFUNDED,
    Kind.MONEY_BACK, Kind.CALLBACK_IGNORED,
)  # fmt: skip


def money(shop: Shop) -> list[tuple[float, str, str]]:
    """What happened to money, when, and why."""
    return [
        (event.t, Kind(event.kind).name, Reason(event.reason).name)
        for event in happened(shop, *MONEY)
    ]


def sold_out_at_the_bank(check: StockCheck, **switches: object) -> tuple[Shop, object]:
    """The last unit is sold while a shopper whose reservation died is at the bank."""
    policy = verified(before_verify=check, keeps_unverified=False)
    shop = open_shop(1, timeout=10.0, payment=policy, **switches)
    attempt = taken(shop, order(shop, 1, 0.0), 5.0)
    ring(shop, 10.0)
    verified_payments(shop).verify(taken(shop, order(shop, 2, 11.0), 12.0), 13.0)
    return shop, attempt


def test_a_verified_payment_pays_the_order_and_its_fee_is_known() -> None:
    shop = open_shop(5, payment=verified())
    attempt = taken(shop, order(shop, 1, 0.0, (0, 2)), 1.0)
    assert verified_payments(shop).verify(attempt, 2.0) is Outcome.PAID
    assert attempt.fee == FEE.fee(200_000) == 3_200
    assert money(shop) == [(2.0, "PAYMENT_CAPTURED", "NONE")]


def test_a_callback_that_comes_twice_is_ignored_and_counted() -> None:
    shop = open_shop(5, payment=verified())
    attempt = taken(shop, order(shop, 1, 0.0), 1.0)
    payments = verified_payments(shop)
    assert [payments.verify(attempt, 2.0) for _ in range(3)] == [Outcome.PAID] * 3
    assert [kind for _, kind, _ in money(shop)] == [
        "PAYMENT_CAPTURED", "CALLBACK_IGNORED", "CALLBACK_IGNORED",
    ]  # fmt: skip


def test_after_the_window_a_payment_cannot_be_verified() -> None:
    shop = open_shop(5, payment=verified())
    attempt = taken(shop, order(shop, 1, 0.0), 1.0)
    payments = verified_payments(shop)
    assert payments.verify(attempt, 1.0 + WINDOW + 0.1) is Outcome.REVERSED
    assert payments.verify(attempt, 1.0 + WINDOW + 9.0) is Outcome.REVERSED
    assert money(shop) == [(1201.1, "PAYMENT_LAPSED", "NOT_VERIFIED")]
    assert attempt.order.state is OrderState.UNPAID


def test_at_the_end_of_the_window_it_still_can() -> None:
    shop = open_shop(5, payment=verified())
    attempt = taken(shop, order(shop, 1, 0.0), 1.0)
    assert verified_payments(shop).verify(attempt, 1.0 + WINDOW) is Outcome.PAID


# stock before money (PAY-3) -----------------------------------------------------------------


def test_a_careful_shop_does_not_verify_money_for_goods_that_are_gone() -> None:
    shop, attempt = sold_out_at_the_bank(StockCheck.RETAKE)
    assert verified_payments(shop).verify(attempt, 14.0) is Outcome.OUT_OF_STOCK
    assert money(shop)[1:] == [(14.0, "PAYMENT_LAPSED", "OUT_OF_STOCK")]
    assert len(happened(shop, Kind.LATE_REFUSED)) == 1


def test_a_careless_one_verifies_it_and_has_to_send_it_back() -> None:
    shop, attempt = sold_out_at_the_bank(StockCheck.VERIFY_FIRST)
    assert verified_payments(shop).verify(attempt, 14.0) is Outcome.REVERSED
    assert money(shop)[1:] == [
        (14.0, "PAYMENT_CAPTURED", "NONE"), (14.0, "PAYMENT_REVERSED", "LATE"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "outcome"),
    [(StockCheck.RETAKE, Outcome.PAID), (StockCheck.RECHECK, Outcome.EXPIRED)],
)
def test_units_that_are_still_there_are_retaken_by_one_shop_and_not_by_another(
    check: StockCheck, outcome: Outcome
) -> None:
    policy = verified(before_verify=check, keeps_unverified=False)
    shop = open_shop(1, timeout=10.0, payment=policy)
    attempt = taken(shop, order(shop, 1, 0.0), 5.0)
    ring(shop, 10.0)
    assert verified_payments(shop).verify(attempt, 12.0) is outcome
    assert levels(shop).allocated == (outcome is Outcome.PAID)


def test_a_shop_that_reserves_nothing_looks_for_the_units_before_it_verifies() -> None:
    shop = open_shop(1, hold_point=HoldPoint.PAID, payment=verified())
    first, second = (taken(shop, order(shop, session, 0.0), 1.0) for session in (1, 2))
    payments = verified_payments(shop)
    assert payments.verify(first, 2.0) is Outcome.PAID
    assert payments.verify(second, 3.0) is Outcome.OUT_OF_STOCK
    assert money(shop)[1:] == [(3.0, "PAYMENT_LAPSED", "OUT_OF_STOCK")]


def test_by_its_policy_a_shop_does_not_verify_late_money_at_all() -> None:
    policy = verified(keeps_unverified=False)
    shop = open_shop(1, timeout=10.0, late_payment=LatePayment.REVERSE, payment=policy)
    attempt = taken(shop, order(shop, 1, 0.0), 5.0)
    ring(shop, 10.0)
    assert verified_payments(shop).verify(attempt, 12.0) is Outcome.REVERSED
    assert money(shop) == [(12.0, "PAYMENT_LAPSED", "LATE")]


# no reservation ends under a payment ---------------------------------------------------------


def test_a_reservation_is_kept_while_a_payment_may_still_be_verified() -> None:
    shop = open_shop(1, timeout=10.0, payment=verified())
    attempt = taken(shop, order(shop, 1, 0.0), 5.0)
    ring(shop, 10.0)
    assert lives(shop, 1) == ["LIVE"]
    assert attempt.order.cart.lines[0].expires_at == 5.0 + WINDOW
    assert [event.t for event in happened(shop, Kind.KEPT)] == [10.0]
    ring(shop, 5.0 + WINDOW)
    assert lives(shop, 1) == ["ENDED"]


def test_it_ends_at_its_time_in_a_shop_that_does_not_care() -> None:
    shop = open_shop(1, timeout=10.0, payment=verified(keeps_unverified=False))
    taken(shop, order(shop, 1, 0.0), 5.0)
    ring(shop, 10.0)
    assert lives(shop, 1) == ["ENDED"]


def test_a_payment_that_failed_keeps_nothing() -> None:
    shop = open_shop(1, timeout=10.0, payment=verified())
    payments, placed = verified_payments(shop), order(shop, 1, 0.0)
    attempt = payments.start(placed, 5.0)
    assert not isinstance(attempt, Outcome)
    payments.fail(attempt, 9.0, Reason.DECLINED)
    ring(shop, 10.0)
    assert lives(shop, 1) == ["ENDED"]


def test_a_gateway_without_a_limit_keeps_a_reservation_only_as_long_as_the_policy_says() -> None:
    shop = open_shop(1, timeout=10.0, payment=verified(keep_at_most=60.0))
    taken(shop, order(shop, 1, 0.0), 5.0, Channel.CARD_TRANSFER)
    ring(shop, 10.0)
    ring(shop, 64.9)
    assert lives(shop, 1) == ["LIVE"]
    ring(shop, 65.0)
    assert lives(shop, 1) == ["ENDED"]


# two attempts for one order ------------------------------------------------------------------


def paid_by_the_second(check: StockCheck) -> tuple[Shop, object]:
    shop = open_shop(5, payment=verified(before_verify=check))
    placed = order(shop, 1, 0.0)
    first, second = taken(shop, placed, 1.0), taken(shop, placed, 60.0, Channel.GATEWAY_2)
    assert verified_payments(shop).verify(second, 90.0) is Outcome.PAID
    return shop, first


def test_a_callback_of_the_first_attempt_after_the_second_paid_is_not_verified() -> None:
    shop, first = paid_by_the_second(StockCheck.RETAKE)
    assert verified_payments(shop).verify(first, 100.0) is Outcome.PAID
    assert money(shop)[1:] == [(100.0, "PAYMENT_LAPSED", "ALREADY_PAID")]


def test_a_careless_shop_takes_the_money_twice_and_reverses_it_through_the_gateway() -> None:
    shop, first = paid_by_the_second(StockCheck.VERIFY_FIRST)
    assert verified_payments(shop).verify(first, 100.0) is Outcome.PAID
    assert money(shop)[1:] == [
        (100.0, "PAYMENT_CAPTURED", "NONE"), (100.0, "PAYMENT_REVERSED", "ALREADY_PAID"),
    ]  # fmt: skip
    assert verified_payments(shop).settlement.tills[Channel.GATEWAY].gross == 0


def test_money_that_comes_too_late_to_be_reversed_is_refunded_and_its_fee_is_lost() -> None:
    shop = open_shop(5, payment=verified())
    placed = order(shop, 1, 0.0)
    payments = verified_payments(shop)
    by_card = taken(shop, placed, 1.0, Channel.LINK)
    payments.verify(taken(shop, placed, 2.0), 3.0)
    payments.verify(by_card, REVERSAL + 5.0)
    assert money(shop)[1:] == [
        (1805.0, "PAYMENT_CAPTURED", "NONE"), (1805.0, "REFUNDED", "ALREADY_PAID"),
    ]  # fmt: skip
    assert payments.settlement.tills[Channel.LINK].fees == FEE.fee(100_000)


def test_a_shopper_who_comes_to_pay_a_paid_order_hears_that_it_is_paid() -> None:
    shop, _ = paid_by_the_second(StockCheck.RETAKE)
    placed = shop.orders.of_session(1)
    assert verified_payments(shop).start(placed, 100.0) is Outcome.PAID


# without a gateway --------------------------------------------------------------------------


def test_an_accepted_order_has_its_units_and_its_money_comes_later() -> None:
    shop = open_shop(5, payment=verified())
    payments, placed = verified_payments(shop), order(shop, 1, 0.0, (0, 2))
    heard = []
    shop.orders.on_paid = lambda order, now: heard.append((order.number, now))
    assert payments.accept(placed, 1.0) is Outcome.ACCEPTED
    assert placed.state is OrderState.ACCEPTED
    assert levels(shop).allocated == 2
    assert heard == [(0, 1.0)]
    payments.collect(placed, 9.0, 150_000)
    assert placed.state is OrderState.PAID
    assert [(event.amount, event.reason) for event in happened(shop, Kind.COD_COLLECTED)] == [
        (150_000, Reason.MISCOUNTED)
    ]


def test_a_shop_that_reserves_nothing_allocates_an_accepted_order_all_the_same() -> None:
    shop = open_shop(1, hold_point=HoldPoint.PAID, payment=verified())
    assert verified_payments(shop).accept(order(shop, 1, 0.0), 1.0) is Outcome.ACCEPTED
    assert levels(shop).allocated == 1


def test_a_cancelled_accepted_order_gives_its_units_back() -> None:
    shop = open_shop(1, payment=verified())
    placed = order(shop, 1, 0.0)
    verified_payments(shop).accept(placed, 1.0)
    shop.orders.cancel(placed, 2.0)
    assert levels(shop).available == 1


# the journal --------------------------------------------------------------------------------


@pytest.mark.parametrize("check", StockCheck)
def test_a_replayed_shop_knows_attempts_tills_and_what_was_collected(check: StockCheck) -> None:
    policy = verified(before_verify=check)
    shop = open_shop(9, timeout=10.0, payment=policy)
    payments = verified_payments(shop)
    for session, channel in enumerate((Channel.GATEWAY, Channel.LINK, Channel.CARD_TRANSFER)):
        payments.verify(taken(shop, order(shop, session, 0.0), 1.0, channel), 2.0)
    waiting = taken(shop, order(shop, 5, 2.0), 3.0)
    at_door = order(shop, 6, 4.0, method=Channel.COD)
    payments.accept(at_door, 5.0)
    payments.collect(at_door, 6.0)
    for channel in (Channel.GATEWAY, Channel.COD):
        assert payments.settlement.cut(channel, 7.0) is not None
    payments.settlement.deposit(Channel.COD, 8.0)
    ring(shop, 12.0)
    payments.verify(taken(shop, waiting.order, 13.0, Channel.GATEWAY_2), 14.0)
    payments.verify(waiting, 2000.0)
    payments.return_money(waiting, 3000.0)
    twin = replay(shop.catalogue, shop.policy, shop.log)
    assert twin.state() == shop.state()
    assert verified_payments(twin).state() == payments.state()
