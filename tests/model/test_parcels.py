"""Parcels: from the paid order to the door, and back to the shelf."""

from __future__ import annotations

import pytest
from shops import happened, levels, open_shop, order, pay, ring, snapshot

from model.events import Channel, Kind, Reason
from model.fulfilment import NO_PROMISE, Parcel, ParcelState
from model.outcomes import Refused
from model.policy import LatePayment
from model.replay import replay
from model.shop import Shop


def paid(shop: Shop, session: int, *lines: tuple[int, int], due: int = NO_PROMISE) -> Parcel:
    bought = order(shop, session, 0.0, *lines)
    pay(shop, bought, 1.0)
    return shop.fulfilment.open(bought, 1.0, Channel.POST, due)


def shipped(shop: Shop, session: int, *lines: tuple[int, int], due: int = NO_PROMISE) -> Parcel:
    parcel = paid(shop, session, *lines, due=due)
    shop.fulfilment.pick(parcel, 2.0)
    shop.fulfilment.pack(parcel, 3.0)
    shop.fulfilment.dispatch(parcel, 4.0)
    return parcel


def test_units_stay_allocated_until_the_carrier_takes_them() -> None:
    shop = open_shop(5, 5)
    parcel = paid(shop, 1, (0, 2), (1, 1))
    shop.fulfilment.pick(parcel, 2.0)
    shop.fulfilment.pack(parcel, 3.0)
    assert (levels(shop).on_hand, levels(shop).allocated) == (5, 2)
    shop.fulfilment.dispatch(parcel, 4.0)
    assert (levels(shop).on_hand, levels(shop).allocated) == (3, 0)
    assert (levels(shop, 1).on_hand, levels(shop, 1).allocated) == (4, 0)


def test_every_listener_hears_of_the_order_at_its_time() -> None:
    shop, heard = open_shop(5), []
    for name in ("on_shipped", "on_delivered", "on_refused", "on_returned", "on_late"):
        setattr(
            shop.fulfilment, name, lambda order, now, n=name: heard.append((n, order.number, now))
        )
    kept, refused = shipped(shop, 1, due=5), shipped(shop, 2)
    shop.fulfilment.fall_due(kept, 5.0)
    shop.fulfilment.deliver(kept, 6.0)
    shop.fulfilment.refuse(refused, 7.0)
    shop.fulfilment.inspect(refused, True, 8.0)
    assert heard == [
        ("on_shipped", 0, 4.0),
        ("on_shipped", 1, 4.0),
        ("on_late", 0, 5.0),
        ("on_delivered", 0, 6.0),
        ("on_refused", 1, 7.0),
        ("on_returned", 1, 8.0),
    ]


@pytest.mark.parametrize(
    ("due", "reason"),
    [(NO_PROMISE, Reason.NONE), (9, Reason.PROMISE_KEPT), (5, Reason.PROMISE_BROKEN)],
)
def test_the_door_tells_whether_the_promise_was_kept(due: int, reason: Reason) -> None:
    shop = open_shop(5)
    parcel = shipped(shop, 1, due=due)
    if due == 5:
        shop.fulfilment.fall_due(parcel, 5.0)
    shop.fulfilment.deliver(parcel, 6.0)
    assert [event.reason for event in happened(shop, Kind.DELIVERED)] == [reason]


def test_a_parcel_that_was_at_the_door_does_not_fall_due() -> None:
    shop = open_shop(5)
    parcel = shipped(shop, 1, due=9)
    shop.fulfilment.refuse(parcel, 6.0)
    shop.fulfilment.fall_due(parcel, 9.0)
    assert happened(shop, Kind.OVERDUE) == []


def test_what_comes_back_as_new_can_be_sold_again_and_what_is_spoilt_cannot() -> None:
    shop = open_shop(5)
    new, spoilt = shipped(shop, 1, (0, 2)), shipped(shop, 2, (0, 1))
    for parcel in (new, spoilt):
        shop.fulfilment.deliver(parcel, 5.0)
        shop.fulfilment.send_back(parcel, 6.0)
    shop.fulfilment.inspect(new, True, 7.0)
    shop.fulfilment.inspect(spoilt, False, 7.0)
    assert (levels(shop).on_hand, levels(shop).available) == (4, 4)
    looked_at = happened(shop, Kind.INSPECTED)
    assert [(event.quantity, event.amount) for event in looked_at] == [(2, 200_000), (0, 0)]
    assert [event.reason for event in looked_at] == [Reason.WITHDRAWN] * 2


def oversold() -> tuple[Shop, Parcel]:
    """One unit, promised to two paid orders: the parcel of the second."""
    shop = open_shop(1, timeout=10.0, late_payment=LatePayment.OVERSELL)
    late = order(shop, 1, 0.0)
    ring(shop, 10.0)
    pay(shop, order(shop, 2, 11.0), 12.0)
    first = shop.fulfilment.open(shop.orders.of_session(2), 12.0)
    shop.payments.attempts.clear()
    shop.orders.pay(late, 13.0)
    second = shop.fulfilment.open(late, 13.0)
    assert shop.fulfilment.has_goods(first)
    shop.fulfilment.pick(first, 14.0)
    return shop, second


def test_an_oversold_order_has_no_goods_while_another_picked_them() -> None:
    shop, second = oversold()
    assert not shop.fulfilment.has_goods(second)
    shop.stock.receive(0, 1, 15.0)
    assert shop.fulfilment.has_goods(second)


def test_goods_of_a_stopped_parcel_can_be_picked_for_another() -> None:
    shop, second = oversold()
    shop.fulfilment.stop(shop.orders.of_session(2), 15.0)
    assert shop.fulfilment.has_goods(second)


def test_what_is_fetched_in_the_store_leaves_the_stock_without_a_parcel() -> None:
    shop = open_shop(5)
    bought = order(shop, 1, 0.0, (0, 2))
    shop.orders.accept(bought, 1.0)
    assert shop.fulfilment.hand_over(bought, 2.0)
    assert (levels(shop).on_hand, levels(shop).allocated) == (3, 0)
    (left,) = happened(shop, Kind.SHIPPED)
    assert (left.t, left.quantity) == (2.0, 2)
    with pytest.raises(Refused, match="no units that could be fetched"):
        shop.fulfilment.hand_over(bought, 3.0)
    with pytest.raises(Refused, match="has a parcel"):
        shop.fulfilment.hand_over(paid(shop, 2, (0, 1)).order, 3.0)


def test_nobody_fetches_what_was_picked_for_another() -> None:
    shop = open_shop(1, timeout=10.0, late_payment=LatePayment.OVERSELL)
    late = order(shop, 1, 0.0)
    ring(shop, 10.0)
    fetches = order(shop, 2, 11.0)
    shop.orders.accept(fetches, 12.0)
    shop.orders.pay(late, 13.0)
    shop.fulfilment.pick(shop.fulfilment.open(late, 13.0), 14.0)
    before = snapshot(shop)
    assert not shop.fulfilment.hand_over(fetches, 15.0)
    assert snapshot(shop) == before


def test_two_lines_of_one_product_need_the_units_of_both() -> None:
    shop = open_shop(2)
    parcel = paid(shop, 1, (0, 1), (0, 1))
    assert shop.fulfilment.has_goods(parcel)
    shop.stock.adjust(0, -1, 2.0, Reason.DAMAGE)
    assert not shop.fulfilment.has_goods(parcel)


def test_a_command_out_of_turn_is_refused_and_changes_nothing() -> None:
    shop = open_shop(5)
    waiting, away = paid(shop, 1), shipped(shop, 2)
    before = snapshot(shop)
    fulfilment = shop.fulfilment
    for command in (
        lambda: fulfilment.open(waiting.order, 9.0),
        lambda: fulfilment.pack(waiting, 9.0),
        lambda: fulfilment.dispatch(waiting, 9.0),
        lambda: fulfilment.deliver(waiting, 9.0),
        lambda: fulfilment.inspect(away, True, 9.0),
        lambda: fulfilment.send_back(away, 9.0),
        lambda: fulfilment.stop(away.order, 9.0),
    ):
        with pytest.raises(Refused):
            command()
    assert snapshot(shop) == before


def test_an_order_without_units_has_no_parcel() -> None:
    shop = open_shop(5)
    with pytest.raises(Refused, match="no units"):
        shop.fulfilment.open(order(shop, 1, 0.0), 1.0)


def test_a_refund_is_of_money_that_is_there_and_goes_back_once() -> None:
    shop = open_shop(5)
    parcel = shipped(shop, 1)
    shop.payments.refund(parcel.order, 60_000, 5.0, Reason.WITHDRAWN)
    with pytest.raises(Refused, match="60000 rial to refund"):
        shop.payments.refund(parcel.order, 60_000, 6.0, Reason.WITHDRAWN)
    shop.payments.refund(parcel.order, 40_000, 6.0, Reason.WITHDRAWN)


def test_parcels_are_rebuilt_from_the_log_and_go_on() -> None:
    shop = open_shop(9)
    parcels = [paid(shop, 1, due=5), paid(shop, 2), shipped(shop, 3, (0, 2), due=9)]
    fulfilment = shop.fulfilment
    fulfilment.fall_due(parcels[0], 5.0)
    fulfilment.pick(parcels[0], 5.0)
    fulfilment.stop(parcels[1].order, 5.0)
    fulfilment.deliver(parcels[2], 6.0)
    fulfilment.send_back(parcels[2], 7.0)
    shop.payments.refund(parcels[2].order, 1_000, 7.5, Reason.WITHDRAWN)
    twin = replay(shop.catalogue, shop.policy, list(shop.log))
    assert snapshot(twin) == snapshot(shop)
    for each in (shop, twin):
        each.fulfilment.pack(each.fulfilment.parcels[0], 8.0)
        each.fulfilment.inspect(each.fulfilment.parcels[2], True, 9.0)
        each.fulfilment.dispatch(each.fulfilment.parcels[0], 10.0)
    assert snapshot(twin) == snapshot(shop)
    assert shop.fulfilment.parcels[2].state is ParcelState.RETURNED
