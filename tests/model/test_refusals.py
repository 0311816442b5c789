"""A command that makes no sense is refused loudly, says why, and changes nothing.

Data-driven: every state of every state machine meets every command.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from refusals import LATER, refused
from shops import (
    at_gateway,
    happened,
    open_shop,
    order,
    pay,
    ring,
)

from model.carts import CART_LIFE, CartState, Line
from model.events import Kind, Reason
from model.lifecycle import RESERVATION_LIFE, Life
from model.orders import ORDER_LIFE, Order, OrderState
from model.outcomes import Outcome
from model.policy import HoldPoint, LatePayment, OnExpiry, ReleasedBy
from model.shop import Shop

LATE = Reason.LATE

# orders -----------------------------------------------------------------------------------


def unpaid() -> tuple[Shop, Order]:
    shop = open_shop(5, timeout=10.0)
    return shop, order(shop, 1, 0.0)


def expired() -> tuple[Shop, Order]:
    shop, placed = unpaid()
    ring(shop, 10.0)
    return shop, placed


def on_hold() -> tuple[Shop, Order]:
    shop = open_shop(5, timeout=10.0, on_expiry=OnExpiry.SUSPEND, suspended_timeout=10.0)
    placed = order(shop, 1, 0.0)
    ring(shop, 10.0)
    return shop, placed


def awaiting_staff() -> tuple[Shop, Order]:
    shop = open_shop(5, timeout=10.0, late_payment=LatePayment.MANUAL)
    attempt = at_gateway(shop, 1, 0.0)
    ring(shop, 10.0)
    shop.payments.capture(attempt, 11.0)
    return shop, attempt.order


def paid() -> tuple[Shop, Order]:
    shop, placed = unpaid()
    pay(shop, placed, 1.0)
    return shop, placed


def cancelled() -> tuple[Shop, Order]:
    shop, placed = unpaid()
    shop.orders.cancel(placed, 1.0)
    return shop, placed


def accepted() -> tuple[Shop, Order]:
    shop = open_shop(5)
    placed = order(shop, 1, 0.0)
    shop.orders.accept(placed, 1.0)
    return shop, placed


ORDERS = {
    OrderState.UNPAID: unpaid,
    OrderState.EXPIRED: expired,
    OrderState.ON_HOLD: on_hold,
    OrderState.AWAITING_STAFF: awaiting_staff,
    OrderState.PAID: paid,
    OrderState.CANCELLED: cancelled,
    OrderState.ACCEPTED: accepted,
}

UNPAID, EXPIRED, ON_HOLD = OrderState.UNPAID, OrderState.EXPIRED, OrderState.ON_HOLD
ACCEPTED = OrderState.ACCEPTED
COMMANDS: dict[str, tuple[Callable[[Shop, Order], object], set[OrderState]]] = {
    "add": (lambda shop, o: shop.orders.add(1, 0, 1, LATER), set()),
    "add too many": (lambda shop, o: shop.orders.add(1, 0, 99, LATER), set()),
    "check_out": (lambda shop, o: shop.orders.check_out(1, LATER), set()),
    "place": (lambda shop, o: shop.orders.place(1, LATER), set()),
    "take_again": (lambda shop, o: shop.orders.take_again(1, LATER), {EXPIRED, ON_HOLD}),
    "secure": (lambda shop, o: shop.orders.secure(o, LATER), {UNPAID, EXPIRED, ON_HOLD}),
    "start": (lambda shop, o: shop.payments.start(o, LATER), {UNPAID, EXPIRED, ON_HOLD}),
    "pay": (
        lambda shop, o: shop.orders.pay(o, LATER),
        {UNPAID, EXPIRED, ON_HOLD, OrderState.CANCELLED},  # cancelled: the money goes back
    ),
    "decide_late": (
        lambda shop, o: shop.payments.decide_late(o, LATER),
        {OrderState.AWAITING_STAFF},
    ),
    "cancel": (lambda shop, o: shop.orders.cancel(o, LATER), {UNPAID, EXPIRED, ON_HOLD, ACCEPTED}),
    "accept": (lambda shop, o: shop.orders.accept(o, LATER), {UNPAID, EXPIRED, ON_HOLD}),
    "collect": (lambda shop, o: shop.orders.collect(o, o.amount, LATER), {ACCEPTED}),
    "expire": (lambda shop, o: shop.orders.expire(o.cart.lines[0], LATER), {UNPAID, ON_HOLD}),
}
"""What can be done to an order, and the states in which it makes sense."""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", OrderState)
def test_an_order_takes_only_the_commands_that_make_sense_in_its_state(
    state: OrderState, command: str
) -> None:
    shop, placed = ORDERS[state]()
    assert placed.state is state
    act, allowed = COMMANDS[command]
    assert refused(shop, lambda: act(shop, placed)) == (state not in allowed)


@pytest.mark.parametrize("state", OrderState)
def test_no_command_leads_where_the_state_machine_does_not(state: OrderState) -> None:
    for act, allowed in COMMANDS.values():
        if state in allowed:
            shop, placed = ORDERS[state]()
            act(shop, placed)
            reached = {state} | set(ORDER_LIFE[state].values())
            for between in list(reached):  # resuming and paying are two steps of one command
                reached |= set(ORDER_LIFE[between].values())
            assert placed.state in reached


@pytest.mark.parametrize("on_expiry", OnExpiry)
@pytest.mark.parametrize("command", ["add", "add too many", "check_out", "place", "decide_late"])
def test_a_refused_command_does_not_even_notice_what_ran_out_unwatched(
    on_expiry: OnExpiry, command: str
) -> None:
    shop = open_shop(5, timeout=10.0, released_by=ReleasedBy.LAZY, on_expiry=on_expiry)
    placed = order(shop, 1, 0.0, (0, 5))
    assert refused(shop, lambda: COMMANDS[command][0](shop, placed))


@pytest.mark.parametrize("command", ["take_again", "cancel", "secure", "pay"])
def test_lazily_too_a_paid_order_is_left_alone(command: str) -> None:
    shop = open_shop(5, timeout=10.0, released_by=ReleasedBy.LAZY)
    placed = order(shop, 1, 0.0)
    pay(shop, placed, 1.0)
    assert refused(shop, lambda: COMMANDS[command][0](shop, placed))


# carts ------------------------------------------------------------------------------------

CART_COMMANDS: dict[Kind, Callable[[Shop], object]] = {
    Kind.ADDED: lambda shop: shop.orders.add(1, 0, 1, 5.0),
    Kind.CHECKED_OUT: lambda shop: shop.orders.check_out(1, 5.0),
    Kind.PLACED: lambda shop: shop.orders.place(1, 5.0),
}


def cart_in(state: CartState) -> Shop:
    shop = open_shop(5)
    shop.orders.add(1, 0, 1, 0.0)
    if state is not CartState.OPEN:
        shop.orders.check_out(1, 1.0)
    if state is CartState.ORDERED:
        shop.orders.place(1, 2.0)
    assert shop.orders.carts[1].state is state
    return shop


@pytest.mark.parametrize("kind", CART_COMMANDS)
@pytest.mark.parametrize("state", CartState)
def test_a_cart_does_what_its_state_machine_says_and_no_more(state: CartState, kind: Kind) -> None:
    shop = cart_in(state)
    if kind in CART_LIFE[state]:
        assert not refused(shop, lambda: CART_COMMANDS[kind](shop))
        assert shop.orders.carts[1].state is CART_LIFE[state][kind]
    else:
        assert refused(shop, lambda: CART_COMMANDS[kind](shop))


@pytest.mark.parametrize("command", ["check_out", "place", "take_again", "of_session"])
def test_a_session_without_a_cart_is_told_so(command: str) -> None:
    shop = open_shop(5)
    now = () if command == "of_session" else (1.0,)
    assert refused(shop, lambda: getattr(shop.orders, command)(1, *now))


def test_a_session_with_a_cart_but_no_order_is_told_so() -> None:
    shop = cart_in(CartState.CHECKING_OUT)
    assert refused(shop, lambda: shop.orders.of_session(1))


@pytest.mark.parametrize("state", CartState)
def test_who_has_lost_no_reservation_has_none_to_take_again(state: CartState) -> None:
    shop = cart_in(state)
    assert refused(shop, lambda: shop.orders.take_again(1, 5.0))


@pytest.mark.parametrize("quantity", [0, -1])
def test_less_than_one_unit_cannot_be_added(quantity: int) -> None:
    shop = cart_in(CartState.OPEN)
    assert refused(shop, lambda: shop.orders.add(1, 0, quantity, 5.0))


@pytest.mark.parametrize("product", [-1, 1])
def test_a_product_that_the_shop_does_not_have_cannot_be_added(product: int) -> None:
    shop = cart_in(CartState.OPEN)
    assert refused(shop, lambda: shop.orders.add(1, product, 1, 5.0))


# reservations -----------------------------------------------------------------------------

MOVES: dict[Kind, Callable[[Shop, Line], object]] = {
    Kind.RESERVED: lambda shop, line: shop.stock.reserve(line, LATER, 10.0),
    Kind.ALLOCATED: lambda shop, line: shop.stock.allocate(line, LATER),
    Kind.RELEASED: lambda shop, line: shop.stock.release(line, LATER, Reason.TIMEOUT),
    Kind.SUSPENDED: lambda shop, line: shop.stock.suspend(line, LATER, Reason.TIMEOUT),
    Kind.RESUMED: lambda shop, line: shop.stock.resume(line, LATER, 10.0),
    Kind.RESTORED: lambda shop, line: shop.stock.restore(line, LATER, Reason.SECOND_TIMEOUT),
    Kind.OVERSOLD: lambda shop, line: shop.stock.oversell(line, LATER),
    Kind.DEALLOCATED: lambda shop, line: shop.stock.deallocate(line, LATER),
    Kind.SHIPPED: lambda shop, line: shop.stock.ship(line, LATER),
    Kind.RETURNED: lambda shop, line: shop.stock.take_back(line, LATER),
    Kind.OVERSOLD: lambda shop, line: shop.stock.oversell(line, LATER),
    Kind.DEALLOCATED: lambda shop, line: shop.stock.deallocate(line, LATER),
    Kind.SHIPPED: lambda shop, line: shop.stock.ship(line, LATER),
    Kind.RETURNED: lambda shop, line: shop.stock.take_back(line, LATER),
}


def line_in(life: Life) -> tuple[Shop, Line]:
    if life is Life.NONE:
        shop = open_shop(5, hold_point=HoldPoint.PAID)
        shop.orders.add(1, 0, 1, 0.0)
    else:
        state = {
            Life.LIVE: OrderState.UNPAID,
            Life.SUSPENDED: OrderState.ON_HOLD,
            Life.CONVERTED: OrderState.PAID,
            Life.SHIPPED: OrderState.PAID,
            Life.ENDED: OrderState.EXPIRED,
        }[life]
        shop, _ = ORDERS[state]()
    line = shop.orders.carts[1].lines[0]
    if life is Life.SHIPPED:
        shop.stock.ship(line, LATER)
    assert line.life is life
    return shop, line


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("life", Life)
def test_a_reservation_moves_as_its_state_machine_says_and_no_other_way(
    life: Life, kind: Kind
) -> None:
    shop, line = line_in(life)
    if kind in RESERVATION_LIFE[life]:
        assert not refused(shop, lambda: MOVES[kind](shop, line))
        assert line.life is RESERVATION_LIFE[life][kind]
        assert happened(shop, kind)[-1].t == LATER
    else:
        assert refused(shop, lambda: MOVES[kind](shop, line))


def test_every_move_of_a_reservation_is_tried() -> None:
    assert MOVES.keys() == {kind for moves in RESERVATION_LIFE.values() for kind in moves}


@pytest.mark.parametrize("life", [Life.NONE, Life.CONVERTED, Life.SHIPPED, Life.ENDED])
@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.BY_OPERATOR])
def test_what_is_not_reserved_cannot_run_out(life: Life, reason: Reason) -> None:
    shop, line = line_in(life)
    if life is Life.NONE:
        shop.orders.place(1, 1.0)
    assert refused(shop, lambda: shop.orders.expire(line, LATER, reason))


def test_a_lack_of_stock_is_an_answer_and_no_refusal() -> None:
    shop = open_shop(0)
    assert shop.orders.add(1, 0, 1, 0.0) is Outcome.OUT_OF_STOCK
