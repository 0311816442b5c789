"""Stock is a ledger of movements: every level is the sum of what happened (INV-1, ORD-12)."""

import pytest
from books import ledger
from shops import levels, open_shop, order, pay, ring, start

from model.events import Kind, Reason
from model.outcomes import Outcome, Refused
from model.policy import HoldPoint, LatePayment, OnExpiry
from model.shop import Shop
from model.stock import MOVEMENTS


def test_a_new_shop_receives_its_opening_stock() -> None:
    shop = open_shop(5, 0)
    assert [(e.kind, e.product, e.quantity, e.reason) for e in shop.log] == [
        (Kind.RECEIVED, 0, 5, Reason.OPENING_STOCK)
    ]
    assert levels(shop).available == 5
    assert levels(shop, 1).available == 0


def test_a_delivery_can_be_sold_at_once() -> None:
    shop = open_shop(0)
    assert shop.orders.add(1, 0, 1, 1.0) is Outcome.OUT_OF_STOCK
    shop.stock.receive(0, 3, 2.0)
    assert shop.orders.add(1, 0, 3, 2.0) is Outcome.ADDED


def test_a_count_changes_what_is_on_hand_by_a_signed_quantity() -> None:
    shop = open_shop(5)
    shop.stock.adjust(0, -2, 1.0, Reason.DAMAGE)
    shop.stock.adjust(0, 1, 2.0, Reason.COUNT)
    assert levels(shop)[:2] == (4, 4)
    assert ledger(shop.log)[0].on_hand == 4


def test_damage_to_reserved_units_leaves_less_than_nothing_to_sell_but_no_negative_count() -> None:
    shop = open_shop(2)
    shop.orders.add(1, 0, 2, 1.0)
    shop.stock.adjust(0, -1, 2.0, Reason.DAMAGE)
    assert levels(shop) == (1, -1, 2, 0, 0, 0)
    assert shop.orders.add(2, 0, 1, 3.0) is Outcome.OUT_OF_STOCK


def test_a_unit_moves_from_the_cart_to_the_order_to_the_paid_order() -> None:
    shop = open_shop(5)
    shop.orders.add(1, 0, 2, 1.0)
    assert levels(shop) == (5, 3, 2, 0, 0, 0)
    shop.orders.check_out(1, 2.0)
    shop.orders.place(1, 3.0)
    assert levels(shop) == (5, 3, 0, 2, 0, 0)
    pay(shop, shop.orders.of_session(1), 4.0)
    assert levels(shop) == (5, 3, 0, 0, 0, 2)


def test_oversold_units_show_as_allocated_beyond_what_is_on_hand() -> None:
    shop = open_shop(1, timeout=10.0, late_payment=LatePayment.OVERSELL)
    late = start(shop, order(shop, 1, 0.0), 1.0)
    ring(shop, 10.0)
    pay(shop, order(shop, 2, 11.0), 12.0)
    assert shop.payments.capture(late, 13.0) is Outcome.PAID
    assert levels(shop) == (1, -1, 0, 0, 0, 2)
    assert shop.orders.add(3, 0, 1, 14.0) is Outcome.OUT_OF_STOCK


def test_paid_units_leave_the_house_and_may_come_back() -> None:
    shop = open_shop(5)
    placed = order(shop, 1, 0.0, (0, 2))
    pay(shop, placed, 1.0)
    (line,) = placed.cart.lines
    shop.stock.ship(line, 2.0)
    assert levels(shop) == (3, 3, 0, 0, 0, 0)
    shop.stock.take_back(line, 3.0)
    assert levels(shop) == (5, 5, 0, 0, 0, 0)


def test_oversold_units_are_shipped_only_when_they_have_come_in() -> None:
    shop = open_shop(1, timeout=10.0, late_payment=LatePayment.OVERSELL)
    late = start(shop, order(shop, 1, 0.0), 1.0)
    ring(shop, 10.0)
    sold = order(shop, 2, 11.0)
    pay(shop, sold, 12.0)
    shop.payments.capture(late, 13.0)
    shop.stock.ship(sold.cart.lines[0], 14.0)
    with pytest.raises(Refused, match="not on hand"):
        shop.stock.ship(late.order.cart.lines[0], 15.0)
    shop.stock.receive(0, 1, 16.0)
    shop.stock.ship(late.order.cart.lines[0], 17.0)
    assert levels(shop) == (0, 0, 0, 0, 0, 0)


def test_every_movement_says_what_it_moves_and_only_counts_touch_the_shelf() -> None:
    on_hand = {kind for kind, effect in MOVEMENTS.items() if effect.on_hand}
    assert on_hand == {Kind.RECEIVED, Kind.SHIPPED, Kind.RETURNED, Kind.ADJUSTED}
    moving = [kind for kind, effect in MOVEMENTS.items() if any(effect)]
    assert moving == list(MOVEMENTS)


@pytest.mark.parametrize("on_expiry", OnExpiry)
@pytest.mark.parametrize("late_payment", LatePayment)
def test_the_sum_of_the_movements_in_the_log_is_what_stands_on_the_shelves(
    on_expiry: OnExpiry, late_payment: LatePayment
) -> None:
    shop = open_shop(
        4, 3, timeout=10.0, on_expiry=on_expiry, suspended_timeout=5.0, late_payment=late_payment
    )
    late = start(shop, order(shop, 1, 0.0, (0, 3), (1, 1)), 0.0)
    shop.orders.add(2, 1, 1, 1.0)
    ring(shop, 10.0)
    ring(shop, 15.0)
    shop.orders.take_again(2, 15.0)
    pay(shop, order(shop, 3, 16.0, (0, 2)), 16.0)
    shop.payments.capture(late, 17.0)
    if late_payment is LatePayment.MANUAL:
        shop.payments.decide_late(late.order, 18.0)
    shop.stock.receive(0, 5, 19.0)
    shop.stock.adjust(1, -1, 20.0, Reason.COUNT)
    sums = ledger(shop.log)
    for product in (0, 1):
        shelf = levels(shop, product)
        assert sums[product] == (
            shelf.on_hand, shelf.in_carts + shelf.unpaid, shelf.suspended, shelf.allocated,
        )  # fmt: skip
        held = shelf.in_carts + shelf.unpaid + shelf.suspended
        assert shelf.available == shelf.on_hand - shelf.allocated - held


# why a shopper was refused (ORD-12) -------------------------------------------------------


def why_refused(shop: Shop, quantity: int = 1) -> Reason:
    """Ask for units that are not there, and hear why."""
    assert shop.orders.add(99, 0, quantity, 30.0) is Outcome.OUT_OF_STOCK
    *_, refusal = shop.log
    assert (refusal.kind, refusal.session, refusal.quantity) == (Kind.REFUSED, 99, quantity)
    return Reason(refusal.reason)


def test_a_refusal_says_gone_when_the_units_were_sold() -> None:
    shop = open_shop(1)
    pay(shop, order(shop, 1, 0.0), 1.0)
    assert why_refused(shop) is Reason.GONE


def test_a_refusal_says_in_carts_when_carts_hold_the_units() -> None:
    shop = open_shop(1)
    shop.orders.add(1, 0, 1, 0.0)
    assert why_refused(shop) is Reason.IN_CARTS


def test_a_refusal_says_unpaid_when_placed_orders_hold_the_units() -> None:
    shop = open_shop(1)
    order(shop, 1, 0.0)
    assert why_refused(shop) is Reason.UNPAID


def test_a_refusal_says_suspended_when_the_units_are_suspended_goods() -> None:
    shop = open_shop(1, timeout=10.0, on_expiry=OnExpiry.SUSPEND)
    shop.orders.add(1, 0, 1, 0.0)
    ring(shop, 10.0)
    assert why_refused(shop) is Reason.SUSPENDED


def test_a_refusal_names_whoever_holds_the_most_of_the_missing_units() -> None:
    shop = open_shop(6)
    shop.orders.add(1, 0, 1, 0.0)
    order(shop, 2, 0.0, (0, 3))
    assert why_refused(shop, 3) is Reason.UNPAID
    shop.orders.add(3, 0, 2, 0.0)
    assert why_refused(shop) is Reason.IN_CARTS


def test_a_refusal_says_gone_when_not_even_all_the_held_units_would_do() -> None:
    shop = open_shop(3)
    shop.orders.add(1, 0, 2, 0.0)
    assert why_refused(shop, 4) is Reason.GONE
    assert why_refused(shop, 3) is Reason.IN_CARTS


def test_a_cart_that_alone_wants_more_than_there_is_hears_that_it_is_gone() -> None:
    shop = open_shop(1, hold_point=HoldPoint.CHECKOUT)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.add(1, 0, 1, 0.0)
    assert shop.orders.check_out(1, 1.0) is Outcome.OUT_OF_STOCK
    *_, refusal = shop.log
    assert (refusal.reason, refusal.quantity) == (Reason.GONE, 2)


# refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_delivery_of_nothing_is_refused(quantity: int) -> None:
    with pytest.raises(Refused, match="delivery"):
        open_shop(1).stock.receive(0, quantity, 1.0)


def test_an_adjustment_without_a_reason_is_refused() -> None:
    with pytest.raises(Refused, match="reason"):
        open_shop(1).stock.adjust(0, -1, 1.0, Reason.NONE)


def test_an_adjustment_below_zero_is_refused() -> None:
    shop = open_shop(1)
    with pytest.raises(Refused, match="negative"):
        shop.stock.adjust(0, -2, 1.0, Reason.DAMAGE)
    assert levels(shop).on_hand == 1


@pytest.mark.parametrize("product", [-1, 1])
def test_goods_of_a_product_that_the_shop_does_not_have_are_refused(product: int) -> None:
    shop = open_shop(1)
    with pytest.raises(Refused, match="no product"):
        shop.stock.receive(product, 1, 1.0)
    with pytest.raises(Refused, match="no product"):
        shop.stock.adjust(product, 1, 1.0, Reason.COUNT)
    assert levels(shop).on_hand == 1
