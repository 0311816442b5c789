"""From when, until when and for whom units are kept aside (ORD-2, ORD-3, ORD-4)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
from shops import (
    at_gateway,
    deadlines,
    happened,
    levels,
    lives,
    open_shop,
    order,
    ring,
)

from model.events import Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome
from model.payments import Attempt
from model.policy import ExtendOn, HoldPoint, OnExpiry, ReleasedBy
from model.shop import Shop

Step = Callable[[Shop, int, float], object]


def capture(shop: Shop, session: int, now: float) -> Outcome:
    """Bring the money of a session's latest attempt."""
    attempt = shop.payments.attempts[shop.orders.of_session(session).number]
    return shop.payments.capture(attempt, now)


PURCHASE: dict[HoldPoint, Step] = {
    HoldPoint.CART_ADD: lambda shop, session, now: shop.orders.add(session, 0, 1, now),
    HoldPoint.CHECKOUT: lambda shop, session, now: shop.orders.check_out(session, now),
    HoldPoint.ORDER_PLACED: lambda shop, session, now: shop.orders.place(session, now),
    HoldPoint.PAYMENT_SUBMITTED: lambda shop, session, now: shop.payments.start(
        shop.orders.of_session(session), now
    ),
    HoldPoint.PAID: capture,
}
"""The steps of a purchase, by the hold point that reserves there."""


# from which step on (ORD-2) ---------------------------------------------------------------


@pytest.mark.parametrize("hold_point", HoldPoint)
def test_units_are_set_aside_from_the_hold_point_on(hold_point: HoldPoint) -> None:
    shop = open_shop(5, hold_point=hold_point)
    for step, act in PURCHASE.items():
        act(shop, 1, float(step))
        shelf = levels(shop)
        taken = shelf.in_carts + shelf.unpaid + shelf.allocated
        assert taken == (1 if step >= hold_point else 0), step.name
        assert shelf.available == 5 - taken
    assert levels(shop).allocated == 1
    assert len(happened(shop, Kind.RESERVED)) == 1


@pytest.mark.parametrize("hold_point", HoldPoint)
def test_who_is_second_to_the_hold_point_finds_the_last_unit_reserved(
    hold_point: HoldPoint,
) -> None:
    shop = open_shop(1, hold_point=hold_point)
    for step, act in PURCHASE.items():
        act(shop, 1, 1.0)
        outcome = act(shop, 2, 1.0)
        if step == hold_point:
            break
    assert outcome is Outcome.OUT_OF_STOCK
    (refusal,) = happened(shop, Kind.REFUSED)
    assert (refusal.session, refusal.product) == (2, 0)


@pytest.mark.parametrize("hold_point", HoldPoint)
def test_of_two_who_take_the_last_unit_at_once_exactly_one_wins(hold_point: HoldPoint) -> None:
    steps = list(PURCHASE.values())
    for turns in itertools.combinations(range(2 * len(steps)), len(steps)):
        shop = open_shop(1, hold_point=hold_point)
        left = {1: iter(steps), 2: iter(steps)}
        out, paid = set(), []
        for turn in range(2 * len(steps)):
            session = 1 if turn in turns else 2
            act = next(left[session])
            if session in out:
                continue
            outcome = act(shop, session, 1.0)
            if outcome is Outcome.OUT_OF_STOCK:
                out.add(session)
            if outcome is Outcome.PAID:
                paid.append(session)
        assert len(paid) == 1
        assert out == {1, 2} - set(paid)
        assert levels(shop) == (1, 0, 0, 0, 0, 1)


def test_no_hold_before_payment_means_that_the_second_payer_gets_her_money_back() -> None:
    shop = open_shop(1, hold_point=HoldPoint.PAID)
    attempts = [at_gateway(shop, session, 0.0) for session in (1, 2)]
    assert shop.payments.capture(attempts[0], 1.0) is Outcome.PAID
    assert shop.payments.capture(attempts[1], 1.0) is Outcome.OUT_OF_STOCK
    (reversal,) = happened(shop, Kind.PAYMENT_REVERSED)
    assert (reversal.session, reversal.reason) == (2, Reason.OUT_OF_STOCK)


# for how long (ORD-3) ---------------------------------------------------------------------


def test_guests_may_have_another_timeout_than_registered_shoppers() -> None:
    shop = open_shop(5, timeout=60.0, guest_timeout=20.0)
    shop.orders.add(1, 0, 1, 5.0, registered=True)
    shop.orders.add(2, 0, 1, 5.0, registered=False)
    assert deadlines(shop, 1) == [65.0]
    assert deadlines(shop, 2) == [25.0]


def test_guests_have_the_same_timeout_where_none_is_given_for_them() -> None:
    shop = open_shop(5, timeout=60.0)
    shop.orders.add(1, 0, 1, 5.0)
    assert deadlines(shop, 1) == [65.0]


def test_without_a_timeout_a_reservation_never_runs_out() -> None:
    shop = open_shop(1, timeout=math.inf, released_by=ReleasedBy.SWEEPER)
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.sweep(1e12) == 0
    assert lives(shop, 1) == ["LIVE"]


EXTENDING: dict[str, Callable[[Shop], object]] = {
    "add": lambda shop: shop.orders.add(1, 1, 1, 8.0),
    "check_out": lambda shop: shop.orders.check_out(1, 8.0),
    "place": lambda shop: shop.orders.place(1, 8.0),
    "start": lambda shop: at_gateway(shop, 1, 8.0),
}


@pytest.mark.parametrize(
    ("extend_on", "steps"),
    [
        (ExtendOn.NEVER, set()),
        (ExtendOn.CHECKOUT, {"check_out", "place", "start"}),
        (ExtendOn.ACTIVITY, {"add", "check_out", "place", "start"}),
    ],
)
def test_the_clock_starts_again_only_at_the_steps_that_extend(
    extend_on: ExtendOn, steps: set[str]
) -> None:
    for step, act in EXTENDING.items():
        shop = open_shop(5, 5, timeout=10.0, extend_on=extend_on)
        shop.orders.add(1, 0, 1, 0.0)
        act(shop)
        assert deadlines(shop, 1)[0] == (18.0 if step in steps else 10.0), step
        assert bool(happened(shop, Kind.EXTENDED)) == (step in steps), step


def test_however_active_the_shopper_a_reservation_lives_at_most_its_cap_of_timeouts() -> None:
    shop = open_shop(50, timeout=10.0, extend_on=ExtendOn.ACTIVITY, extension_cap=3.0)
    for minute in range(10):
        shop.orders.add(1, 0, 1, minute * 5.0)
        ring(shop, minute * 5.0)
        assert deadlines(shop, 1)[0] == min(minute * 5.0 + 10.0, 30.0)
    assert lives(shop, 1)[0] == "ENDED"
    assert happened(shop, Kind.RELEASED)[0].t == 30.0


def test_extending_does_not_wake_the_dead() -> None:
    shop = open_shop(5, 5, timeout=10.0, extend_on=ExtendOn.ACTIVITY)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    shop.orders.add(1, 1, 1, 11.0)
    assert lives(shop, 1) == ["ENDED", "LIVE"]


def test_nothing_is_extended_where_nothing_is_reserved() -> None:
    shop = open_shop(5, hold_point=HoldPoint.PAID, extend_on=ExtendOn.ACTIVITY)
    order(shop, 1, 0.0)
    assert not happened(shop, Kind.EXTENDED)


# what becomes of the units (ORD-4) --------------------------------------------------------


def test_released_units_may_be_taken_by_the_next_shopper() -> None:
    shop = open_shop(1, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    (end,) = happened(shop, Kind.RELEASED)
    assert (end.t, end.session, end.reason) == (10.0, 1, Reason.TIMEOUT)
    assert shop.orders.add(2, 0, 1, 10.0) is Outcome.ADDED


def test_a_cart_loses_the_line_whose_clock_ran_out_and_no_other() -> None:
    shop = open_shop(5, 5, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 1, 4.0)
    ring(shop, 10.0)
    assert lives(shop, 1) == ["ENDED", "LIVE"]


def test_a_placed_order_ends_as_a_whole() -> None:
    shop = open_shop(5, 5, timeout=10.0)
    shop.orders.add(1, 1, 1, 0.0)
    placed = order(shop, 1, 4.0, (0, 1))
    ring(shop, 10.0)
    assert placed.state is OrderState.EXPIRED
    assert lives(shop, 1) == ["ENDED", "ENDED"]
    assert len(happened(shop, Kind.EXPIRED)) == 1


def suspending_shop(**switches: float) -> Shop:
    """Two products, ten seconds, and suspended goods after that."""
    return open_shop(1, 1, timeout=10.0, on_expiry=OnExpiry.SUSPEND, **switches)


def test_suspended_units_are_for_nobody_else() -> None:
    shop = suspending_shop()
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    assert placed.state is OrderState.ON_HOLD
    assert levels(shop) == (1, 0, 0, 0, 1, 0)
    assert shop.orders.add(2, 0, 1, 11.0) is Outcome.OUT_OF_STOCK


@pytest.mark.parametrize("step", ["check_out", "place", "take_again"])
def test_a_shopper_resumes_the_suspended_units_of_her_cart(step: str) -> None:
    shop = suspending_shop()
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    getattr(shop.orders, step)(1, 15.0)
    assert lives(shop, 1) == ["LIVE"]
    assert deadlines(shop, 1) == [25.0]


def test_a_shopper_resumes_her_suspended_order_by_going_to_pay() -> None:
    shop = suspending_shop()
    placed = order(shop, 1, 0.0, (0, 1), (1, 1))
    ring(shop, 10.0)
    assert isinstance(shop.payments.start(placed, 15.0), Attempt)
    assert placed.state is OrderState.UNPAID
    assert deadlines(shop, 1) == [25.0, 25.0]
    assert [event.kind for event in happened(shop, Kind.RESUMED, Kind.REOPENED)] == [
        Kind.RESUMED, Kind.RESUMED, Kind.REOPENED,
    ]  # fmt: skip


def test_a_resumed_reservation_has_all_its_extensions_again() -> None:
    shop = open_shop(
        5, timeout=10.0, extend_on=ExtendOn.CHECKOUT, extension_cap=2.0,
        on_expiry=OnExpiry.SUSPEND,
    )  # fmt: skip
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    shop.payments.start(placed, 15.0)
    shop.payments.fail(shop.payments.attempts[0], 24.0, Reason.DECLINED)
    shop.payments.start(placed, 24.0)
    assert deadlines(shop, 1) == [34.0]


def test_a_shopper_resumes_her_suspended_order_by_taking_it_again() -> None:
    shop = suspending_shop()
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    assert shop.orders.take_again(1, 15.0) is Outcome.READY
    assert placed.state is OrderState.UNPAID
    assert levels(shop).unpaid == 1


def test_an_operator_puts_the_suspended_units_of_a_cart_back_on_the_shelf() -> None:
    shop = suspending_shop()
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    shop.orders.expire(shop.orders.carts[1].lines[0], 15.0, Reason.BY_OPERATOR)
    (back,) = happened(shop, Kind.RESTORED)
    assert back.reason == Reason.BY_OPERATOR
    assert levels(shop).available == 1


def test_an_operator_cancels_a_suspended_order_and_its_units_go_back() -> None:
    shop = suspending_shop()
    placed = order(shop, 1, 0.0, (0, 1), (1, 1))
    ring(shop, 10.0)
    shop.orders.cancel(placed, 15.0, Reason.BY_OPERATOR)
    assert placed.state is OrderState.CANCELLED
    assert [event.reason for event in happened(shop, Kind.RESTORED)] == [Reason.BY_OPERATOR] * 2
    assert [levels(shop, product).available for product in (0, 1)] == [1, 1]


def test_suspended_units_go_back_after_a_second_timeout() -> None:
    shop = suspending_shop(suspended_timeout=30.0)
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    ring(shop, 39.0)
    assert placed.state is OrderState.ON_HOLD
    ring(shop, 40.0)
    assert placed.state is OrderState.EXPIRED
    (back,) = happened(shop, Kind.RESTORED)
    assert (back.t, back.reason) == (40.0, Reason.SECOND_TIMEOUT)


def test_without_a_second_timeout_goods_stay_suspended() -> None:
    shop = suspending_shop(suspended_timeout=math.inf)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    ring(shop, 1e12)
    assert lives(shop, 1) == ["SUSPENDED"]


def test_the_second_timeout_ends_an_order_as_a_whole_however_small_the_batches() -> None:
    shop = suspending_shop(suspended_timeout=5.0)
    placed = order(shop, 1, 0.0, (0, 1), (1, 1))
    shop.orders.sweep(10.0, at_most=1)
    assert shop.orders.sweep(15.0, at_most=1) == 1
    assert placed.state is OrderState.EXPIRED
    assert lives(shop, 1) == ["ENDED", "ENDED"]
