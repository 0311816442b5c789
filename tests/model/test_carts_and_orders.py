"""What a shopper can put in a cart and make an order of (ORD-1, ORD-10, ORD-17)."""

from __future__ import annotations

import pytest
from shops import at_gateway, happened, levels, lives, open_shop, order, pay, ring

from model.carts import CartState
from model.events import Channel, Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome
from model.policy import HoldPoint, ReleasedBy

FROM_CHECKOUT_ON = [HoldPoint.CHECKOUT, HoldPoint.ORDER_PLACED, HoldPoint.PAYMENT_SUBMITTED]


# carts ------------------------------------------------------------------------------------


def test_a_line_remembers_what_it_cost_and_who_put_it_there() -> None:
    shop = open_shop(5, 5)
    shop.orders.add(7, 1, 3, 2.5, registered=True)
    (added,) = happened(shop, Kind.ADDED)
    assert added[:6] == (2.5, Kind.ADDED, 7, -1, 1, 3)
    assert added.amount == 210_000
    assert added.channel == Channel.ACCOUNT


def test_a_guest_is_told_apart_in_the_log() -> None:
    shop = open_shop(5)
    shop.orders.add(7, 0, 1, 0.0)
    assert happened(shop, Kind.ADDED)[0].channel == Channel.GUEST


def test_a_refused_line_is_not_in_the_cart() -> None:
    shop = open_shop(2, 5)
    shop.orders.add(1, 1, 1, 0.0)
    assert shop.orders.add(1, 0, 3, 1.0) is Outcome.OUT_OF_STOCK
    assert lives(shop, 1) == ["LIVE"]
    assert levels(shop).available == 2


def test_a_refused_first_line_leaves_no_cart_behind() -> None:
    shop = open_shop(0)
    shop.orders.add(1, 0, 1, 0.0)
    assert 1 not in shop.orders.carts


def test_nobody_may_have_more_of_a_product_in_the_cart_than_its_limit() -> None:
    shop = open_shop(9, 9, limit=2)
    assert shop.orders.add(1, 0, 3, 0.0) is Outcome.OVER_LIMIT
    assert shop.orders.add(1, 0, 2, 0.0) is Outcome.ADDED
    assert shop.orders.add(1, 1, 2, 0.0) is Outcome.ADDED
    assert shop.orders.add(1, 0, 1, 0.0) is Outcome.OVER_LIMIT
    assert shop.orders.add(2, 0, 2, 0.0) is Outcome.ADDED


def test_who_is_over_the_limit_is_not_counted_as_a_stockout() -> None:
    shop = open_shop(0, limit=1)
    assert shop.orders.add(1, 0, 2, 0.0) is Outcome.OVER_LIMIT
    assert not happened(shop, Kind.REFUSED)


def test_a_line_added_during_checkout_leads_back_to_the_cart() -> None:
    shop = open_shop(5)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.check_out(1, 1.0)
    assert shop.orders.carts[1].state is CartState.CHECKING_OUT
    shop.orders.add(1, 0, 1, 2.0)
    assert shop.orders.carts[1].state is CartState.OPEN


def test_a_checkout_of_one_page_places_the_order_straight_from_the_cart() -> None:
    shop = open_shop(5)
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.place(1, 1.0) is Outcome.PLACED
    assert not happened(shop, Kind.CHECKED_OUT)


# all or nothing (ORD-10) ------------------------------------------------------------------


@pytest.mark.parametrize("hold_point", FROM_CHECKOUT_ON)
def test_of_a_cart_with_one_line_that_is_gone_nothing_is_reserved(hold_point: HoldPoint) -> None:
    shop = open_shop(5, 1, hold_point=hold_point)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 1, 0.0)
    shop.stock.adjust(1, -1, 1.0, Reason.DAMAGE)
    assert shop.orders.check_out(1, 2.0) is Outcome.OUT_OF_STOCK
    assert lives(shop, 1) == ["NONE", "NONE"]
    assert [(e.product, e.quantity) for e in happened(shop, Kind.REFUSED)] == [(1, 1)]


@pytest.mark.parametrize("hold_point", FROM_CHECKOUT_ON)
def test_two_lines_of_one_product_are_counted_together(hold_point: HoldPoint) -> None:
    shop = open_shop(3, hold_point=hold_point)
    shop.orders.add(1, 0, 2, 0.0)
    shop.orders.add(1, 0, 2, 0.0)
    assert shop.orders.check_out(1, 1.0) is Outcome.OUT_OF_STOCK
    shop.stock.receive(0, 1, 2.0)
    assert shop.orders.check_out(1, 3.0) is Outcome.READY
    assert shop.orders.place(1, 3.0) is Outcome.PLACED
    assert pay(shop, shop.orders.of_session(1), 3.0) is Outcome.PAID
    assert levels(shop) == (4, 0, 0, 0, 0, 4)


def test_two_lines_of_one_product_that_cannot_both_be_had_are_not_paid() -> None:
    shop = open_shop(3, hold_point=HoldPoint.PAID)
    attempt = at_gateway(shop, 1, 0.0, (0, 2), (0, 1))
    shop.stock.adjust(0, -1, 1.0, Reason.DAMAGE)
    assert shop.payments.capture(attempt, 2.0) is Outcome.OUT_OF_STOCK
    assert levels(shop) == (2, 2, 0, 0, 0, 0)


def test_each_of_two_equal_lines_has_its_own_clock() -> None:
    shop = open_shop(5, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 0, 1, 4.0)
    ring(shop, 10.0)
    assert lives(shop, 1) == ["ENDED", "LIVE"]


# orders -----------------------------------------------------------------------------------


def test_an_order_is_worth_the_sum_of_its_lines() -> None:
    shop = open_shop(5, 5)
    placed = order(shop, 1, 1.0, (0, 2), (1, 1))
    assert placed.amount == 270_000
    (event,) = happened(shop, Kind.PLACED)
    assert (event.session, event.order, event.amount) == (1, 0, 270_000)


def test_orders_are_numbered_as_they_come() -> None:
    shop = open_shop(5)
    assert [order(shop, session, 0.0).number for session in (30, 10, 20)] == [0, 1, 2]
    assert shop.orders.of_session(10).number == 1


def test_a_cancelled_order_gives_its_units_back() -> None:
    shop = open_shop(5, 5)
    placed = order(shop, 1, 0.0, (0, 2), (1, 1))
    shop.orders.cancel(placed, 1.0)
    assert placed.state is OrderState.CANCELLED
    assert [levels(shop, product).available for product in (0, 1)] == [5, 5]
    ends = happened(shop, Kind.RELEASED, Kind.CANCELLED)
    assert [event.reason for event in ends] == [Reason.CANCELLED] * 3


def test_an_expired_order_can_still_be_cancelled() -> None:
    shop = open_shop(5, timeout=10.0)
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    shop.orders.cancel(placed, 11.0)
    assert placed.state is OrderState.CANCELLED
    assert levels(shop).available == 5


# a dead reservation (ORD-17) --------------------------------------------------------------


@pytest.mark.parametrize("step", ["check_out", "place"])
def test_a_shopper_who_comes_back_too_late_hears_that_her_reservation_died(step: str) -> None:
    shop = open_shop(5, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    assert getattr(shop.orders, step)(1, 11.0) is Outcome.EXPIRED


def test_a_shopper_who_comes_to_pay_too_late_hears_that_her_reservation_died() -> None:
    shop = open_shop(5, timeout=10.0)
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    assert shop.payments.start(placed, 11.0) is Outcome.EXPIRED


def test_a_dead_reservation_of_a_cart_is_taken_again_and_bought() -> None:
    shop = open_shop(1, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    assert shop.orders.take_again(1, 11.0) is Outcome.READY
    assert shop.orders.check_out(1, 12.0) is Outcome.READY
    shop.orders.place(1, 12.0)
    assert pay(shop, shop.orders.of_session(1), 13.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[0].reason == Reason.LATE


def test_an_expired_order_lives_again_when_its_units_are_taken_again() -> None:
    shop = open_shop(1, timeout=10.0)
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    assert shop.orders.take_again(1, 11.0) is Outcome.READY
    assert placed.state is OrderState.UNPAID
    assert levels(shop).unpaid == 1
    (reopened,) = happened(shop, Kind.REOPENED)
    assert reopened.reason == Reason.LATE


def test_a_shopper_who_finds_none_left_is_refused_with_the_reason_why() -> None:
    shop = open_shop(1, timeout=10.0)
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    order(shop, 2, 10.0)
    assert shop.orders.take_again(1, 11.0) is Outcome.OUT_OF_STOCK
    (refusal,) = happened(shop, Kind.LATE_REFUSED)
    assert (refusal.session, refusal.order, refusal.reason) == (1, 0, Reason.UNPAID)
    assert placed.state is OrderState.EXPIRED


def test_only_the_dead_lines_of_a_cart_are_taken_again() -> None:
    shop = open_shop(5, 5, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 1, 5.0)
    ring(shop, 10.0)
    shop.orders.take_again(1, 11.0)
    assert [(e.t, e.product) for e in happened(shop, Kind.RESERVED)] == [(0, 0), (5, 1), (11, 0)]


def test_the_dead_lines_of_a_cart_are_taken_again_together_or_not_at_all() -> None:
    shop = open_shop(2, 2, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 2, 0.0)
    ring(shop, 10.0)
    shop.orders.add(2, 1, 1, 11.0)
    assert shop.orders.take_again(1, 12.0) is Outcome.OUT_OF_STOCK
    assert lives(shop, 1) == ["ENDED", "ENDED"]


def test_a_reservation_that_was_taken_again_runs_out_again() -> None:
    shop = open_shop(1, timeout=10.0, released_by=ReleasedBy.SWEEPER)
    placed = order(shop, 1, 0.0)
    shop.orders.sweep(10.0)
    shop.orders.take_again(1, 15.0)
    assert shop.orders.sweep(24.0) == 0
    assert shop.orders.sweep(25.0) == 1
    assert placed.state is OrderState.EXPIRED
