"""A shop lives in memory; its event log is enough to know everything again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shops import at_gateway, lives, open_shop, order, pay, ring, snapshot, start

from model.events import Channel, Event, Kind, Log, Reason
from model.outcomes import Outcome
from model.policy import ExtendOn, LatePayment, OnExpiry, ReleasedBy
from model.replay import WRITERS, replay
from model.shop import Shop
from model.stock import MOVEMENTS


def replayed(shop: Shop) -> Shop:
    """The shop that its log gives; it must be the same shop."""
    again = replay(shop.catalogue, shop.policy, shop.log)
    assert snapshot(again) == snapshot(shop)
    return again


def a_day() -> Shop:
    """A bit of everything."""
    shop = open_shop(
        9, 9, timeout=10.0, guest_timeout=8.0, extend_on=ExtendOn.ACTIVITY,
        late_payment=LatePayment.MANUAL,
    )  # fmt: skip
    shop.orders.add(1, 0, 2, 0.0, registered=True)
    shop.orders.add(1, 1, 1, 3.0)
    late = at_gateway(shop, 2, 3.0, (0, 3), (0, 3))
    failed = at_gateway(shop, 3, 4.0, (1, 1))
    shop.payments.fail(failed, 5.0, Reason.DECLINED)
    pay(shop, failed.order, 6.0)
    shop.orders.add(4, 0, 5, 7.0)
    ring(shop, 13.0)
    shop.payments.capture(late, 14.0)
    waiting = at_gateway(shop, 5, 14.0, (1, 2))
    ring(shop, 40.0)
    shop.payments.capture(waiting, 41.0)
    shop.payments.decide_late(late.order, 42.0)
    shop.orders.take_again(1, 43.0)
    shop.orders.cancel(order(shop, 6, 44.0, (1, 1)), 45.0)
    shop.stock.receive(1, 4, 46.0)
    shop.stock.adjust(1, -1, 47.0, Reason.DAMAGE)
    served = shop.support.contact(1, Channel.CHAT, Reason.GENERAL, 48.0)
    shop.support.answer(served, 49.0)
    shop.support.contact(2, Channel.EMAIL, Reason.PAYMENT_TROUBLE, 50.0)
    return shop


def test_a_replayed_shop_is_the_same_shop_with_the_same_log() -> None:
    replayed(a_day())


def test_a_shop_can_be_rebuilt_after_any_command_of_the_day() -> None:
    day = list(a_day().log)
    for length in range(len(day) + 1):
        again = replay(a_day().catalogue, a_day().policy, day[:length])
        assert list(again.log) == day[:length]


def test_a_log_can_be_replayed_from_a_stream() -> None:
    shop = a_day()
    again = replay(shop.catalogue, shop.policy, iter(shop.log))
    assert snapshot(again) == snapshot(shop)


def test_a_replayed_shop_goes_on_where_it_stopped() -> None:
    shop = a_day()
    again = replayed(shop)
    for each in (shop, again):
        assert each.orders.check_out(1, 51.0) is Outcome.READY
        each.orders.place(1, 52.0)
        start(each, each.orders.of_session(1), 53.0)
        ring(each, 90.0)
        each.payments.decide_late(each.orders.of_session(5), 91.0)
        each.support.close(each.support.open[1], 92.0)
        each.support.give_up(each.support.open[2], 93.0)
    assert snapshot(again) == snapshot(shop)
    assert shop.orders.of_session(1).state.name == "EXPIRED"


def test_of_two_equal_lines_the_right_one_is_found_again() -> None:
    shop = open_shop(5, timeout=10.0)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    shop.orders.add(1, 0, 1, 12.0)
    assert lives(replayed(shop), 1) == ["ENDED", "LIVE"]
    shop.orders.take_again(1, 15.0)
    ring(shop, 22.0)
    assert lives(replayed(shop), 1) == ["LIVE", "ENDED"]


def test_of_two_equal_lines_an_operator_may_end_either() -> None:
    shop = open_shop(5, timeout=10.0, on_expiry=OnExpiry.SUSPEND)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    shop.orders.expire(shop.orders.carts[1].lines[1], 11.0, Reason.BY_OPERATOR)
    assert lives(replayed(shop), 1) == ["SUSPENDED", "ENDED"]


@pytest.mark.parametrize("released_by", [ReleasedBy.SWEEPER, ReleasedBy.LAZY, ReleasedBy.OPERATOR])
def test_a_replayed_shop_sweeps_in_the_same_order(released_by: ReleasedBy) -> None:
    shop = open_shop(9, timeout=10.0, released_by=released_by, extend_on=ExtendOn.CHECKOUT)
    shop.orders.add(2, 0, 1, 0.0)
    shop.orders.add(3, 0, 1, 5.0)
    shop.orders.add(1, 0, 1, 5.0)
    shop.orders.check_out(2, 5.0)
    assert shop.orders.sweep(12.0) == 0  # sees that the first was extended
    again = replayed(shop)
    for each in (shop, again):
        for _ in range(3):
            assert each.orders.sweep(16.0, at_most=1) == 1
    assert snapshot(again) == snapshot(shop)


def test_what_only_the_log_knows_is_kept_though_it_changes_nothing() -> None:
    shop = open_shop(5)
    shop.log.add(0.0, Kind.TRAFFIC, quantity=12)
    shop.log.add(1.0, Kind.LEFT, 1, reason=Reason.NOT_READY)
    shop.log.add(2.0, Kind.OPERATOR_WORKED, quantity=60)
    assert len(replayed(shop).log) == 4


def test_an_event_of_an_unknown_kind_is_an_error() -> None:
    shop = open_shop(5)
    with pytest.raises(ValueError, match="250"):
        replay(shop.catalogue, shop.policy, [Event(0.0, 250, 1, -1, -1, 0, 0, 0, 0)])


def an_order_log() -> Log:
    shop = open_shop(5)
    pay(shop, order(shop, 1, 0.0), 1.0)
    return shop.log


CONTRADICTIONS: dict[str, Callable[[list[Event]], list[Event]]] = {
    "placed without a cart": lambda log: [e for e in log if e.kind == Kind.PLACED],
    "paid twice": lambda log: [*log, *(e for e in log if e.kind == Kind.PAID)],
    "reserved without a line": lambda log: [e for e in log if e.kind == Kind.RESERVED],
    "a line of another product": lambda log: [
        e._replace(product=1) if e.kind == Kind.RESERVED else e for e in log
    ],
    "captured without an attempt": lambda log: [e for e in log if e.kind != Kind.PAYMENT_STARTED],
}


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_events_that_contradict_those_before_them_are_an_error(contradiction: str) -> None:
    shop = open_shop(5, 5)
    with pytest.raises((KeyError, IndexError)):
        replay(shop.catalogue, shop.policy, CONTRADICTIONS[contradiction](list(an_order_log())))


def test_everything_that_moves_stock_is_replayed() -> None:
    assert {kind for kind in MOVEMENTS if kind not in WRITERS} == set()
