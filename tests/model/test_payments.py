"""Attempts at the gateway: each ends once, and an order has one at a time (PAY-2, PAY-3)."""

from __future__ import annotations

import pytest
from shops import at_gateway, happened, levels, open_shop, order, pay, snapshot, start

from model.events import Channel, Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome, Refused
from model.payments import AttemptState
from model.policy import ExtendOn, HoldPoint

ATTEMPTS = (
    Kind.PAYMENT_STARTED, Kind.PAYMENT_CAPTURED, Kind.PAYMENT_FAILED, Kind.PAYMENT_REVERSED,
)  # fmt: skip


def test_an_attempt_is_on_record_with_its_order_its_turn_and_its_amount() -> None:
    shop = open_shop(5)
    attempt = at_gateway(shop, 7, 1.0, (0, 2))
    shop.payments.capture(attempt, 2.5)
    assert happened(shop, *ATTEMPTS) == [
        (1.0, Kind.PAYMENT_STARTED, 7, 0, -1, 0, 200_000, Channel.GATEWAY, Reason.NONE),
        (2.5, Kind.PAYMENT_CAPTURED, 7, 0, -1, 0, 200_000, Channel.GATEWAY, Reason.NONE),
    ]


def test_captured_money_pays_the_order() -> None:
    shop = open_shop(5)
    attempt = at_gateway(shop, 1, 0.0)
    assert shop.payments.capture(attempt, 1.0) is Outcome.PAID
    assert attempt.state is AttemptState.CAPTURED
    assert attempt.order.state is OrderState.PAID


@pytest.mark.parametrize("reason", [Reason.DECLINED, Reason.SHOPPER_GAVE_UP])
def test_a_failed_attempt_leaves_the_order_unpaid_and_its_units_reserved(reason: Reason) -> None:
    shop = open_shop(5)
    attempt = at_gateway(shop, 1, 0.0)
    shop.payments.fail(attempt, 1.0, reason)
    assert attempt.state is AttemptState.FAILED
    assert attempt.order.state is OrderState.UNPAID
    assert levels(shop).unpaid == 1
    assert happened(shop, Kind.PAYMENT_FAILED)[0].reason == reason


def test_after_a_failure_the_shopper_may_try_again() -> None:
    shop = open_shop(5)
    first = at_gateway(shop, 1, 0.0)
    shop.payments.fail(first, 1.0, Reason.DECLINED)
    second = start(shop, first.order, 2.0)
    assert (first.turn, second.turn) == (0, 1)
    assert shop.payments.capture(second, 3.0) is Outcome.PAID


def test_the_callback_of_a_failed_attempt_is_refused_after_another_paid() -> None:
    shop = open_shop(5)
    first = at_gateway(shop, 1, 0.0)
    shop.payments.fail(first, 1.0, Reason.DECLINED)
    pay(shop, first.order, 2.0)
    before = snapshot(shop)
    with pytest.raises(Refused):
        shop.payments.capture(first, 3.0)
    assert snapshot(shop) == before


def test_a_callback_that_comes_twice_is_refused_and_pays_once() -> None:
    shop = open_shop(5)
    attempt = at_gateway(shop, 1, 0.0)
    shop.payments.capture(attempt, 1.0)
    before = snapshot(shop)
    with pytest.raises(Refused, match="captured"):
        shop.payments.capture(attempt, 1.0)
    assert snapshot(shop) == before


@pytest.mark.parametrize("hold_point", HoldPoint)
def test_an_order_that_is_at_the_gateway_is_not_sent_there_again(hold_point: HoldPoint) -> None:
    shop = open_shop(5, hold_point=hold_point, extend_on=ExtendOn.ACTIVITY)
    attempt = at_gateway(shop, 1, 0.0)
    before = snapshot(shop)
    with pytest.raises(Refused, match="gateway already"):
        shop.payments.start(attempt.order, 5.0)
    assert snapshot(shop) == before


@pytest.mark.parametrize("hold_point", [HoldPoint.PAYMENT_SUBMITTED, HoldPoint.PAID])
def test_stock_is_checked_again_before_the_shopper_is_sent_to_pay(hold_point: HoldPoint) -> None:
    shop = open_shop(1, hold_point=hold_point)
    first, second = order(shop, 1, 0.0), order(shop, 2, 0.0)
    pay(shop, first, 1.0)
    assert shop.payments.start(second, 2.0) is Outcome.OUT_OF_STOCK
    assert not [event for event in happened(shop, *ATTEMPTS) if event.session == 2]


def test_money_that_comes_without_a_gateway_still_needs_its_units() -> None:
    shop = open_shop(1, hold_point=HoldPoint.PAYMENT_SUBMITTED)
    first, second = order(shop, 1, 0.0), order(shop, 2, 0.0)
    assert shop.orders.pay(first, 1.0) is Outcome.PAID
    assert shop.orders.pay(second, 1.0) is Outcome.OUT_OF_STOCK
    assert levels(shop) == (1, 0, 0, 0, 0, 1)
