"""Money that arrives after the reservation died (ORD-9)."""

from __future__ import annotations

import pytest
from shops import at_gateway, happened, levels, lives, open_shop, order, pay, ring

from model.events import Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome
from model.payments import Attempt, AttemptState
from model.policy import LatePayment, OnExpiry
from model.shop import Shop


def too_late(
    late_payment: LatePayment, *, sold: bool, lines: tuple[tuple[int, int], ...] = ()
) -> tuple[Shop, Attempt]:
    """An order expired while its shopper was at the bank; `sold`: another took a unit since."""
    shop = open_shop(1, 5, timeout=10.0, late_payment=late_payment)
    attempt = at_gateway(shop, 1, 0.0, *lines)
    ring(shop, 10.0)
    if sold:
        pay(shop, order(shop, 2, 11.0), 12.0)
    return shop, attempt


@pytest.mark.parametrize(
    ("late_payment", "sold", "outcome", "state"),
    [
        (LatePayment.OVERSELL, False, Outcome.PAID, OrderState.PAID),
        (LatePayment.OVERSELL, True, Outcome.PAID, OrderState.PAID),
        (LatePayment.HOLD_AGAIN_ELSE_REVERSE, False, Outcome.PAID, OrderState.PAID),
        (LatePayment.HOLD_AGAIN_ELSE_REVERSE, True, Outcome.REVERSED, OrderState.EXPIRED),
        (LatePayment.REVERSE, False, Outcome.REVERSED, OrderState.EXPIRED),
        (LatePayment.REVERSE, True, Outcome.REVERSED, OrderState.EXPIRED),
        (LatePayment.MANUAL, False, Outcome.WAITING, OrderState.AWAITING_STAFF),
        (LatePayment.MANUAL, True, Outcome.WAITING, OrderState.AWAITING_STAFF),
    ],
)
def test_late_money_is_dealt_with_as_the_policy_says(
    late_payment: LatePayment, sold: bool, outcome: Outcome, state: OrderState
) -> None:
    shop, attempt = too_late(late_payment, sold=sold)
    assert shop.payments.capture(attempt, 13.0) is outcome
    assert attempt.order.state is state


def test_a_late_order_that_can_still_be_filled_is_marked_late() -> None:
    shop, attempt = too_late(LatePayment.HOLD_AGAIN_ELSE_REVERSE, sold=False)
    shop.payments.capture(attempt, 13.0)
    (paid,) = happened(shop, Kind.PAID)
    assert paid.reason == Reason.LATE
    assert not happened(shop, Kind.OVERSOLD)
    assert levels(shop) == (1, 0, 0, 0, 0, 1)


def test_oversell_takes_what_is_there_and_oversells_only_the_rest() -> None:
    shop, attempt = too_late(LatePayment.OVERSELL, sold=True, lines=((0, 1), (1, 2)))
    shop.payments.capture(attempt, 13.0)
    (oversold,) = happened(shop, Kind.OVERSOLD)
    assert (oversold.product, oversold.quantity) == (0, 1)
    assert levels(shop, 0) == (1, -1, 0, 0, 0, 2)
    assert levels(shop, 1) == (5, 3, 0, 0, 0, 2)


def test_nothing_is_oversold_while_there_is_stock() -> None:
    shop, attempt = too_late(LatePayment.OVERSELL, sold=False)
    shop.payments.capture(attempt, 13.0)
    assert not happened(shop, Kind.OVERSOLD)


def test_reversed_money_is_back_with_the_shopper_and_takes_no_unit() -> None:
    shop, attempt = too_late(LatePayment.REVERSE, sold=False)
    shop.payments.capture(attempt, 13.0)
    assert attempt.state is AttemptState.REVERSED
    (reversal,) = happened(shop, Kind.PAYMENT_REVERSED)
    assert (reversal.amount, reversal.reason) == (attempt.order.amount, Reason.LATE)
    assert levels(shop).available == 1


def test_a_late_order_of_which_one_line_is_gone_is_reversed_as_a_whole() -> None:
    shop, attempt = too_late(LatePayment.HOLD_AGAIN_ELSE_REVERSE, sold=True, lines=((1, 1), (0, 1)))
    assert shop.payments.capture(attempt, 13.0) is Outcome.REVERSED
    assert levels(shop, 1).available == 5
    assert lives(shop, 1) == ["ENDED", "ENDED"]


def test_after_a_reversal_the_shopper_may_take_the_units_again_and_pay_anew() -> None:
    shop, attempt = too_late(LatePayment.REVERSE, sold=False)
    shop.payments.capture(attempt, 13.0)
    assert shop.orders.take_again(1, 14.0) is Outcome.READY
    assert pay(shop, attempt.order, 15.0) is Outcome.PAID


def test_late_money_waits_for_staff_and_holds_no_stock() -> None:
    shop, attempt = too_late(LatePayment.MANUAL, sold=False)
    shop.payments.capture(attempt, 13.0)
    assert shop.state()["awaiting staff"] == [attempt.order.number]
    assert attempt.state is AttemptState.CAPTURED
    assert shop.orders.add(3, 0, 1, 14.0) is Outcome.ADDED


def test_staff_fill_a_late_order_if_there_is_stock() -> None:
    shop, attempt = too_late(LatePayment.MANUAL, sold=False)
    shop.payments.capture(attempt, 13.0)
    assert shop.payments.decide_late(attempt.order, 99.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[-1].reason == Reason.LATE
    assert shop.state()["awaiting staff"] == []


def test_staff_send_the_money_back_if_there_is_none() -> None:
    shop, attempt = too_late(LatePayment.MANUAL, sold=True)
    shop.payments.capture(attempt, 13.0)
    assert shop.payments.decide_late(attempt.order, 99.0) is Outcome.REVERSED
    assert attempt.order.state is OrderState.CANCELLED
    assert attempt.state is AttemptState.REVERSED
    assert shop.state()["awaiting staff"] == []


@pytest.mark.parametrize("late_payment", LatePayment)
def test_money_for_a_suspended_order_buys_its_suspended_units(late_payment: LatePayment) -> None:
    shop = open_shop(1, timeout=10.0, on_expiry=OnExpiry.SUSPEND, late_payment=late_payment)
    attempt = at_gateway(shop, 1, 0.0)
    ring(shop, 10.0)
    assert shop.payments.capture(attempt, 11.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[0].reason == Reason.LATE
    assert levels(shop) == (1, 0, 0, 0, 0, 1)


@pytest.mark.parametrize("late_payment", LatePayment)
def test_money_in_time_is_not_late(late_payment: LatePayment) -> None:
    shop = open_shop(1, timeout=10.0, late_payment=late_payment)
    assert shop.payments.capture(at_gateway(shop, 1, 0.0), 9.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[0].reason == Reason.NONE


@pytest.mark.parametrize("late_payment", LatePayment)
def test_money_for_a_cancelled_order_goes_back(late_payment: LatePayment) -> None:
    shop = open_shop(1, timeout=10.0, late_payment=late_payment)
    attempt = at_gateway(shop, 1, 0.0)
    shop.orders.cancel(attempt.order, 5.0)
    assert shop.payments.capture(attempt, 6.0) is Outcome.REVERSED
    assert happened(shop, Kind.PAYMENT_REVERSED)[0].reason == Reason.CANCELLED
    assert levels(shop).available == 1


@pytest.mark.parametrize("sold", [False, True])
@pytest.mark.parametrize("late_payment", LatePayment)
def test_captured_money_is_paid_for_sent_back_or_waits_for_staff(
    late_payment: LatePayment, sold: bool
) -> None:
    shop, attempt = too_late(late_payment, sold=sold)
    outcome = shop.payments.capture(attempt, 13.0)

    def rial(kind: Kind) -> int:
        return sum(event.amount for event in happened(shop, kind))

    waiting = attempt.order.amount if outcome is Outcome.WAITING else 0
    captured = rial(Kind.PAYMENT_CAPTURED)
    assert captured == rial(Kind.PAID) + rial(Kind.PAYMENT_REVERSED) + waiting
    if outcome is Outcome.WAITING:
        shop.payments.decide_late(attempt.order, 14.0)
        assert captured == rial(Kind.PAID) + rial(Kind.PAYMENT_REVERSED)
