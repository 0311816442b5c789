"""What the staff do by hand: one line, one order, many (ORD-13)."""

from __future__ import annotations

import pytest
from shops import at_gateway, happened, levels, lives, open_shop, order, pay, ring, snapshot

from model.events import Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome, Refused
from model.replay import replay
from model.shop import Shop


def replayed(shop: Shop) -> None:
    assert snapshot(replay(shop.catalogue, shop.policy, shop.log)) == snapshot(shop)


def test_one_line_of_a_cart_can_be_released() -> None:
    shop = open_shop(5, 5)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 1, 0.0)
    shop.management.release_line(1, 0, 1.0)
    assert lives(shop, 1) == ["ENDED", "LIVE"]
    replayed(shop)


def test_a_line_can_be_taken_out_of_an_unpaid_order() -> None:
    shop = open_shop(5, 5)
    placed = order(shop, 1, 0.0, (0, 2), (1, 1))
    assert shop.management.take_out(placed, 0, 1.0) == 0
    assert placed.amount == 70_000
    assert levels(shop).available == 5
    replayed(shop)
    assert pay(shop, placed, 2.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[0].amount == 70_000
    replayed(shop)


def test_a_line_taken_out_of_a_paid_order_is_refunded_alone() -> None:
    shop = open_shop(5, 5)
    placed = order(shop, 1, 0.0, (0, 2), (1, 1))
    pay(shop, placed, 1.0)
    assert shop.management.take_out(placed, 0, 2.0) == 200_000
    (refund,) = happened(shop, Kind.REFUNDED)
    assert (refund.amount, refund.reason) == (200_000, Reason.BY_OPERATOR)
    assert placed.state is OrderState.PAID
    assert levels(shop, 0).allocated == 0
    assert levels(shop, 1).allocated == 1
    replayed(shop)


def test_a_paid_order_is_refunded_as_a_whole_and_once() -> None:
    shop = open_shop(5)
    placed = order(shop, 1, 0.0, (0, 2))
    pay(shop, placed, 1.0)
    assert shop.management.refund(placed, 2.0) == 200_000
    assert placed.state is OrderState.CANCELLED
    assert levels(shop) == (5, 5, 0, 0, 0, 0)
    with pytest.raises(Refused, match="cancelled, not paid"):
        shop.management.refund(placed, 3.0)
    replayed(shop)


def test_what_has_left_the_house_is_not_refunded_before_it_is_back() -> None:
    shop = open_shop(5)
    placed = order(shop, 1, 0.0)
    pay(shop, placed, 1.0)
    shop.stock.ship(placed.cart.lines[0], 2.0)
    before = snapshot(shop)
    with pytest.raises(Refused, match="has left the house"):
        shop.management.refund(placed, 3.0)
    assert snapshot(shop) == before


def test_an_expired_order_can_be_resumed_while_there_are_goods() -> None:
    shop = open_shop(1, timeout=10.0)
    first = order(shop, 1, 0.0)
    ring(shop, 10.0)
    assert shop.management.resume(first, 11.0) is Outcome.READY
    assert first.state is OrderState.UNPAID
    ring(shop, 21.0)
    pay(shop, order(shop, 2, 22.0), 23.0)
    assert shop.management.resume(first, 24.0) is Outcome.OUT_OF_STOCK
    replayed(shop)


REFUSED = {
    "release": "holds nothing",
    "cancel": "has money",
    "resume": "nothing to resume",
}


@pytest.mark.parametrize("verb", REFUSED)
def test_a_command_that_makes_no_sense_is_refused_and_changes_nothing(verb: str) -> None:
    shop = open_shop(5)
    placed = order(shop, 1, 0.0)
    pay(shop, placed, 1.0)
    before = snapshot(shop)
    with pytest.raises(Refused, match=REFUSED[verb]):
        getattr(shop.management, verb)(placed, 2.0)
    assert snapshot(shop) == before


def test_the_only_line_is_not_taken_out_nor_one_whose_shopper_is_at_the_bank() -> None:
    shop = open_shop(5, 5)
    with pytest.raises(Refused, match="no other line"):
        shop.management.take_out(order(shop, 1, 0.0), 0, 1.0)
    attempt = at_gateway(shop, 2, 0.0, (0, 1), (1, 1))
    with pytest.raises(Refused, match="at the gateway"):
        shop.management.take_out(attempt.order, 0, 1.0)
    with pytest.raises(Refused, match="no line 7"):
        shop.management.take_out(attempt.order, 7, 1.0)


def test_of_many_orders_one_that_is_refused_stops_no_other() -> None:
    shop = open_shop(9)
    orders = [order(shop, session, 0.0) for session in (1, 2, 3)]
    pay(shop, orders[1], 1.0)
    bulk = shop.management.each(shop.management.cancel, orders, 2.0)
    assert bulk.done == [0, 2]
    assert list(bulk.refused) == [1]
    assert "refund it instead" in bulk.refused[1]
    replayed(shop)
