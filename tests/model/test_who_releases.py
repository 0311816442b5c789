"""Who notices that a reservation ran out, and when it really ends (ORD-5)."""

from __future__ import annotations

import pytest
from shops import at_gateway, happened, levels, lives, open_shop, order, pay, snapshot

from model.events import Kind, Reason
from model.orders import OrderState
from model.outcomes import Outcome, Refused
from model.policy import ExtendOn, OnExpiry, ReleasedBy
from model.shop import Shop


def test_a_timer_ends_a_reservation_at_the_instant_and_not_before() -> None:
    shop = open_shop(1, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    line = shop.orders.carts[1].lines[0]
    with pytest.raises(Refused, match="time left"):
        shop.orders.expire(line, 9.999)
    shop.orders.expire(line, 10.0)
    assert lives(shop, 1) == ["ENDED"]


def test_a_reservation_ends_once() -> None:
    shop = open_shop(1, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    line = shop.orders.carts[1].lines[0]
    shop.orders.expire(line, 10.0)
    before = snapshot(shop)
    with pytest.raises(Refused):
        shop.orders.expire(line, 10.0)
    assert snapshot(shop) == before


def lazy_shop(**switches: object) -> Shop:
    """One unit, ten seconds, and nobody who watches the clock."""
    return open_shop(1, timeout=10.0, released_by=ReleasedBy.LAZY, **switches)


def test_lazily_the_next_shopper_takes_what_ran_out_unnoticed() -> None:
    shop = lazy_shop()
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.add(2, 0, 1, 9.0) is Outcome.OUT_OF_STOCK
    assert shop.orders.add(2, 0, 1, 10.0) is Outcome.ADDED
    assert lives(shop, 1) == ["ENDED"]
    assert happened(shop, Kind.RELEASED)[0].t == 10.0


def test_lazily_the_shopper_herself_finds_that_her_time_is_over() -> None:
    shop = lazy_shop()
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.check_out(1, 10.0) is Outcome.EXPIRED


def test_lazily_an_order_that_ran_out_is_paid_late() -> None:
    shop = lazy_shop()
    attempt = at_gateway(shop, 1, 0.0)
    assert shop.payments.capture(attempt, 10.0) is Outcome.PAID
    (paid,) = happened(shop, Kind.PAID)
    assert paid.reason == Reason.LATE


def test_lazily_a_dead_reservation_is_not_revived_by_putting_something_else_in_the_cart() -> None:
    shop = open_shop(1, 1, timeout=10.0, released_by=ReleasedBy.LAZY, extend_on=ExtendOn.ACTIVITY)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 1, 1, 10.0)
    assert lives(shop, 1) == ["ENDED", "LIVE"]


def test_lazily_suspended_units_go_back_after_their_second_timeout() -> None:
    shop = lazy_shop(on_expiry=OnExpiry.SUSPEND, suspended_timeout=5.0)
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.add(2, 0, 1, 10.0) is Outcome.OUT_OF_STOCK
    assert happened(shop, Kind.REFUSED)[0].reason == Reason.SUSPENDED
    assert shop.orders.check_out(1, 15.0) is Outcome.EXPIRED
    assert shop.orders.add(2, 0, 1, 15.0) is Outcome.ADDED


def test_lazily_only_as_much_is_put_back_as_the_next_shopper_asks_for() -> None:
    shop = open_shop(3, timeout=10.0, released_by=ReleasedBy.LAZY)
    for session in (1, 2, 3):
        shop.orders.add(session, 0, 1, float(session))
    shop.orders.add(4, 0, 2, 50.0)
    assert [lives(shop, session) for session in (1, 2, 3)] == [["ENDED"], ["ENDED"], ["LIVE"]]
    assert shop.orders.sweep(50.0) == 1


def test_what_ran_out_stays_reserved_until_the_sweeper_comes() -> None:
    shop = open_shop(1, timeout=10.0, released_by=ReleasedBy.SWEEPER)
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.add(2, 0, 1, 15.0) is Outcome.OUT_OF_STOCK
    assert shop.orders.sweep(20.0) == 1
    assert shop.orders.add(2, 0, 1, 20.0) is Outcome.ADDED


def test_a_shopper_who_is_quicker_than_the_sweeper_still_buys_in_time() -> None:
    shop = open_shop(1, timeout=10.0, released_by=ReleasedBy.SWEEPER)
    assert pay(shop, order(shop, 1, 0.0), 15.0) is Outcome.PAID
    assert happened(shop, Kind.PAID)[0].reason == Reason.NONE
    assert shop.orders.sweep(20.0) == 0


def test_a_sweep_ends_a_batch_the_oldest_first() -> None:
    shop = open_shop(5, timeout=10.0, released_by=ReleasedBy.SWEEPER)
    for session, now in [(1, 3.0), (2, 1.0), (3, 2.0), (4, 9.0)]:
        shop.orders.add(session, 0, 1, now)
    assert shop.orders.sweep(13.0, at_most=2) == 2
    assert [event.session for event in happened(shop, Kind.RELEASED)] == [2, 3]
    assert shop.orders.sweep(13.0, at_most=2) == 1
    assert shop.orders.sweep(13.0, at_most=2) == 0
    assert lives(shop, 4) == ["LIVE"]


def test_a_sweep_counts_an_order_of_many_lines_once() -> None:
    shop = open_shop(5, 5, timeout=10.0, released_by=ReleasedBy.SWEEPER)
    order(shop, 1, 0.0, (0, 1), (1, 1), (0, 2))
    assert shop.orders.sweep(10.0, at_most=5) == 1
    assert len(happened(shop, Kind.RELEASED)) == 3


def test_a_sweep_sees_that_a_reservation_was_extended() -> None:
    shop = open_shop(1, timeout=10.0, released_by=ReleasedBy.SWEEPER, extend_on=ExtendOn.CHECKOUT)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.check_out(1, 9.0)
    assert shop.orders.sweep(18.0) == 0
    assert shop.orders.sweep(19.0) == 1


@pytest.mark.parametrize("on_expiry", OnExpiry)
def test_an_operator_who_deletes_overdue_orders_puts_their_units_back(on_expiry: OnExpiry) -> None:
    shop = open_shop(1, timeout=10.0, released_by=ReleasedBy.OPERATOR, on_expiry=on_expiry)
    placed = order(shop, 1, 0.0)
    assert shop.orders.sweep(3600.0, 1, Reason.BY_OPERATOR) == 1
    assert placed.state is OrderState.EXPIRED
    ends = happened(shop, Kind.RELEASED, Kind.EXPIRED)
    assert [event.reason for event in ends] == [Reason.BY_OPERATOR] * 2
    assert levels(shop).available == 1


def test_an_operator_may_end_a_reservation_before_its_time() -> None:
    shop = open_shop(1, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.expire(shop.orders.carts[1].lines[0], 1.0, Reason.BY_OPERATOR)
    assert lives(shop, 1) == ["ENDED"]
