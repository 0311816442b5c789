"""Exempt goods, changing prices, partial fill, backorders and the waiting list (ORD-6 to 10)."""

from __future__ import annotations

from typing import Any

import pytest
from shops import at_gateway, happened, levels, lives, open_shop, order, pay, ring, snapshot

from model.events import Channel, Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome, Refused
from model.policy import (
    BackorderRule,
    Fill,
    HoldPoint,
    LimitPer,
    Price,
    UnreservedPayment,
)
from model.replay import replay
from model.shop import Shop


def replayed(shop: Shop) -> None:
    """The log gives the same shop."""
    assert snapshot(replay(shop.catalogue, shop.policy, shop.log)) == snapshot(shop)


# exemptions (ORD-6) -------------------------------------------------------------------------


def test_exempt_goods_stay_in_a_cart_that_loses_the_others() -> None:
    shop = open_shop(5, 5, timeout=10.0, exempt_products=frozenset({1}))
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 1, 0.0)
    ring(shop, 1e9)
    assert lives(shop, 1) == ["ENDED", "LIVE"]
    replayed(shop)


def test_an_order_with_exempt_goods_never_expires() -> None:
    shop = open_shop(5, 5, timeout=10.0, exempt_products=frozenset({1}))
    order(shop, 1, 0.0, (0, 1), (1, 1))
    ring(shop, 1e9)
    assert shop.orders.of_session(1).state is OrderState.UNPAID
    replayed(shop)


@pytest.mark.parametrize("point", [HoldPoint.CART_ADD, HoldPoint.ORDER_PLACED])
def test_an_order_to_be_paid_on_delivery_never_expires(point: HoldPoint) -> None:
    exempt = frozenset({Channel.COD})
    shop = open_shop(5, timeout=10.0, hold_point=point, exempt_methods=exempt)
    for session, method in ((1, Channel.COD), (2, Channel.GATEWAY)):
        shop.orders.add(session, 0, 1, 0.0)
        shop.orders.place(session, 1.0, method)
    ring(shop, 1e9)
    states = [each.state for each in shop.orders.orders]
    assert states == [OrderState.UNPAID, OrderState.EXPIRED]
    replayed(shop)


def test_people_may_still_release_what_is_exempt() -> None:
    shop = open_shop(5, timeout=10.0, exempt_products=frozenset({0}))
    placed = order(shop, 1, 0.0)
    shop.management.release(placed, 5.0)
    assert placed.state is OrderState.EXPIRED
    assert levels(shop).available == 5


# prices (ORD-8) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "first", "amount"),
    [
        (Price.FROZEN, Outcome.PLACED, 100_000),
        (Price.LATEST, Outcome.PLACED, 120_000),
        (Price.FROZEN_WHILE_HELD, Outcome.PLACED, 100_000),
        (Price.CONFIRM_IF_CHANGED, Outcome.PRICE_CHANGED, 120_000),
    ],
)
def test_a_new_price_meets_a_cart_as_the_rule_says(
    rule: Price, first: Outcome, amount: int
) -> None:
    shop = open_shop(5, price=rule)
    shop.orders.add(1, 0, 1, 0.0)
    shop.stock.reprice(0, 120_000, 1.0)
    assert shop.orders.place(1, 2.0) is first
    if first is Outcome.PRICE_CHANGED:
        assert shop.orders.place(1, 3.0) is Outcome.PLACED
    assert shop.orders.of_session(1).amount == amount
    replayed(shop)


def test_a_price_is_frozen_only_while_the_goods_are_held() -> None:
    shop = open_shop(5, timeout=10.0, price=Price.FROZEN_WHILE_HELD)
    shop.orders.add(1, 0, 1, 0.0)
    shop.stock.reprice(0, 120_000, 1.0)
    ring(shop, 10.0)
    shop.orders.take_again(1, 11.0)
    shop.orders.place(1, 12.0)
    assert shop.orders.of_session(1).amount == 120_000
    replayed(shop)


@pytest.mark.parametrize("rule", Price)
def test_a_placed_order_keeps_its_price(rule: Price) -> None:
    shop = open_shop(5, price=rule)
    placed = order(shop, 1, 0.0)
    shop.stock.reprice(0, 120_000, 1.0)
    assert pay(shop, placed, 2.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[0].amount == 100_000


# partial fill and limits (ORD-10) -----------------------------------------------------------


def test_as_many_as_there_are_are_added_and_the_rest_is_refused() -> None:
    shop = open_shop(2, fill=Fill.AS_MANY)
    assert shop.orders.add(1, 0, 5, 0.0) is Outcome.PARTIAL
    assert shop.orders.add(2, 0, 5, 1.0) is Outcome.OUT_OF_STOCK
    added, refused = happened(shop, Kind.ADDED), happened(shop, Kind.REFUSED)
    assert [event.quantity for event in added] == [2]
    assert [(event.quantity, event.reason) for event in refused] == [
        (3, Reason.GONE),
        (5, Reason.GONE),
    ]
    replayed(shop)


def test_a_cart_that_held_nothing_is_cut_down_to_what_is_left() -> None:
    shop = open_shop(3, 1, hold_point=HoldPoint.CHECKOUT, fill=Fill.AS_MANY)
    shop.orders.add(1, 0, 3, 0.0)
    shop.orders.add(1, 1, 1, 0.0)
    pay(shop, order(shop, 2, 1.0, (0, 2), (1, 1)), 2.0)
    assert shop.orders.check_out(1, 3.0) is Outcome.PARTIAL
    assert shop.orders.check_out(1, 4.0) is Outcome.READY
    assert [(line.product, line.quantity) for line in shop.orders.carts[1].lines] == [(0, 1)]
    replayed(shop)


def test_a_cart_of_which_nothing_is_left_is_none() -> None:
    shop = open_shop(1, hold_point=HoldPoint.CHECKOUT, fill=Fill.AS_MANY)
    shop.orders.add(1, 0, 1, 0.0)
    pay(shop, order(shop, 2, 1.0), 2.0)
    assert shop.orders.check_out(1, 3.0) is Outcome.OUT_OF_STOCK
    with pytest.raises(Refused, match="no cart"):
        shop.orders.place(1, 4.0)
    replayed(shop)


@pytest.mark.parametrize(("per", "second"), [(LimitPer.CART, True), (LimitPer.CUSTOMER, False)])
def test_a_limit_counts_over_all_orders_of_a_known_customer(per: LimitPer, second: bool) -> None:
    shop = open_shop(9, limit=2, limit_per=per)
    for session in (1, 2):
        shop.customers.recognise(session, 77, 0.0)
    pay(shop, order(shop, 1, 0.0, (0, 2)), 1.0)
    granted = shop.orders.add(2, 0, 1, 2.0) is Outcome.ADDED
    assert granted is second
    assert shop.orders.add(3, 0, 2, 3.0) is Outcome.ADDED  # a stranger is nobody's second session
    replayed(shop)


def test_what_was_released_counts_for_no_limit() -> None:
    shop = open_shop(9, limit=2, limit_per=LimitPer.CUSTOMER, timeout=10.0)
    for session in (1, 2):
        shop.customers.recognise(session, 77, 0.0)
    shop.orders.add(1, 0, 2, 0.0)
    ring(shop, 10.0)
    assert shop.orders.add(2, 0, 2, 11.0) is Outcome.ADDED


# money for goods that were never reserved, and backorders -----------------------------------


def sold_twice(**switches: Any) -> Shop:
    """One unit, two shoppers who paid for it."""
    oversell = UnreservedPayment.OVERSELL
    shop = open_shop(1, hold_point=HoldPoint.PAID, unreserved_payment=oversell, **switches)
    attempts = [at_gateway(shop, session, 0.0) for session in (1, 2, 3)]
    for time, attempt in enumerate(attempts):
        assert shop.payments.capture(attempt, 1.0 + time) is Outcome.PAID
    return shop


def test_money_for_goods_that_are_gone_may_oversell_them() -> None:
    shop = sold_twice()
    assert [event.session for event in happened(shop, Kind.OVERSOLD)] == [2, 3]
    assert levels(shop).available == -2
    replayed(shop)


def test_goods_that_come_in_fill_the_oldest_backorder_first() -> None:
    shop = sold_twice(backorders=BackorderRule.FILL)
    shop.stock.receive(0, 1, 10.0)
    assert [event.session for event in happened(shop, Kind.FILLED)] == [2]
    replayed(shop)
    shop.stock.receive(0, 5, 11.0)
    assert [event.session for event in happened(shop, Kind.FILLED)] == [2, 3]
    assert levels(shop).available == 4
    replayed(shop)


def test_a_cancelled_order_leaves_its_unit_to_a_backorder() -> None:
    shop = sold_twice(backorders=BackorderRule.FILL)
    shop.management.refund(shop.orders.orders[0], 10.0)
    assert [event.session for event in happened(shop, Kind.FILLED)] == [2]
    replayed(shop)


def test_nobody_is_filled_twice_nor_after_a_refund() -> None:
    shop = sold_twice(backorders=BackorderRule.FILL)
    shop.management.refund(shop.orders.orders[1], 10.0)
    shop.stock.receive(0, 5, 11.0)
    assert [event.session for event in happened(shop, Kind.FILLED)] == [3]
    replayed(shop)


# the waiting list ---------------------------------------------------------------------------


def test_who_waited_longest_has_a_voucher_for_two_days() -> None:
    shop = open_shop(0, waiting_list=True, timeout=600.0)
    shop.orders.waiting_list.sign_up(11, 0, 1, 0.0)
    shop.orders.waiting_list.sign_up(12, 0, 1, 1.0)
    shop.stock.receive(0, 1, 10.0)
    assert [wish.session for wish in shop.orders.waiting_list.serve(0, 10.0)] == [11]
    assert shop.orders.carts[11].lines[0].expires_at == 10.0 + 48 * 3600
    assert levels(shop).available == 0
    replayed(shop)


def test_a_voucher_buys_its_goods_and_is_not_cut_short_by_a_shorter_timeout() -> None:
    shop = open_shop(1, waiting_list=True, timeout=600.0)
    shop.orders.waiting_list.sign_up(11, 0, 1, 0.0)
    shop.orders.waiting_list.serve(0, 0.0)
    assert shop.orders.check_out(11, 40 * 3600.0) is Outcome.READY
    assert shop.orders.place(11, 40 * 3600.0) is Outcome.PLACED
    assert pay(shop, shop.orders.of_session(11), 41 * 3600.0) is Outcome.PAID
    replayed(shop)


def test_a_voucher_that_nobody_used_goes_to_the_next() -> None:
    shop = open_shop(1, waiting_list=True)
    for session in (11, 12):
        shop.orders.waiting_list.sign_up(session, 0, 1, 0.0)
    shop.orders.waiting_list.serve(0, 0.0)
    ring(shop, 48 * 3600.0)
    assert [wish.session for wish in shop.orders.waiting_list.serve(0, 48 * 3600.0)] == [12]


def test_without_a_waiting_list_nobody_waits_and_nobody_waits_twice() -> None:
    with pytest.raises(Refused, match="no waiting list"):
        open_shop(0).orders.waiting_list.sign_up(1, 0, 1, 0.0)
    waiting = open_shop(0, 0, waiting_list=True).orders.waiting_list
    waiting.sign_up(1, 0, 1, 0.0)
    with pytest.raises(Refused, match="waits already"):
        waiting.sign_up(1, 1, 1, 0.0)
