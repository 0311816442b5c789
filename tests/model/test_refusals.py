"""A command that makes no sense is refused loudly, says why, and changes nothing.

Data-driven: every state of every state machine meets every command.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shops import (
    at_gateway,
    happened,
    open_shop,
    order,
    pay,
    ring,
    snapshot,
    verified,
    verified_payments,
)

from model.carts import CART_LIFE, CartState, Line
from model.events import Channel, Kind, Reason
from model.lifecycle import RESERVATION_LIFE, Life
from model.orders import ORDER_LIFE, Order, OrderState
from model.outcomes import Outcome, Refused
from model.payments import ATTEMPT_LIFE, AttemptState
from model.policy import ExtendOn, HoldPoint, LatePayment, OnExpiry, ReleasedBy, StockCheck
from model.shop import Shop
from model.support import CONTACT_LIFE, Contact, ContactState
from model.verified_payments import VerifiedAttempt, VerifiedPayments

LATE = Reason.LATE
LATER = 100.0
"""When the commands are given: after every timeout of these shops."""


def refused(shop: Shop, command: Callable[[], object]) -> bool:
    """Whether a command is refused; then it must say why and have changed nothing."""
    before = snapshot(shop)
    try:
        command()
    except Refused as refusal:
        why = str(refusal)
    else:
        return False
    assert why
    assert snapshot(shop) == before
    return True


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


# payments ---------------------------------------------------------------------------------

CALLBACKS: dict[Kind, Callable[[VerifiedPayments, VerifiedAttempt], object]] = {
    Kind.PAYMENT_CAPTURED: lambda payments, attempt: payments.capture(attempt, LATER),
    Kind.PAYMENT_FAILED: lambda payments, attempt: payments.fail(attempt, LATER, Reason.DECLINED),
    Kind.PAYMENT_TAKEN: lambda payments, attempt: payments.take(attempt, LATER),
    Kind.PAYMENT_LAPSED: lambda payments, attempt: payments.lapse(attempt, LATER),
    Kind.MONEY_BACK: lambda payments, attempt: payments.return_money(attempt, LATER),
}


def attempt_in(state: AttemptState) -> tuple[Shop, VerifiedAttempt]:
    shop = open_shop(
        5,
        payment=verified(before_verify=StockCheck.VERIFY_FIRST),
        extend_on=ExtendOn.ACTIVITY,
        late_payment=LatePayment.REVERSE,
    )
    payments, placed = verified_payments(shop), order(shop, 1, 0.0)
    attempt = payments.start(placed, 1.0)
    assert isinstance(attempt, VerifiedAttempt)
    if state is AttemptState.FAILED:
        payments.fail(attempt, 2.0, Reason.DECLINED)
    elif state is not AttemptState.STARTED:
        payments.take(attempt, 2.0)
    if state is AttemptState.REVERSED:
        shop.orders.cancel(placed, 2.0)
    if state in (AttemptState.CAPTURED, AttemptState.REVERSED):
        payments.verify(attempt, 3.0)
    elif state in (AttemptState.LAPSED, AttemptState.RETURNED):
        payments.lapse(attempt, 3.0)
    if state is AttemptState.RETURNED:
        payments.return_money(attempt, 4.0)
    assert attempt.state is state
    return shop, attempt


@pytest.mark.parametrize("kind", CALLBACKS)
@pytest.mark.parametrize("state", AttemptState)
def test_an_attempt_takes_only_the_callbacks_of_its_state_machine(
    state: AttemptState, kind: Kind
) -> None:
    shop, attempt = attempt_in(state)
    payments = verified_payments(shop)
    if kind in ATTEMPT_LIFE[state]:
        assert not refused(shop, lambda: CALLBACKS[kind](payments, attempt))
        assert attempt.state is ATTEMPT_LIFE[state][kind]
    else:
        assert refused(shop, lambda: CALLBACKS[kind](payments, attempt))


def test_no_more_is_refunded_than_the_shop_has() -> None:
    shop, placed = paid()
    assert refused(shop, lambda: shop.payments.refund(placed, placed.amount + 1, LATER, LATE))
    assert refused(shop, lambda: shop.payments.refund(placed, 0, LATER, LATE))
    shop.payments.refund(placed, placed.amount - 1, LATER, LATE)
    assert refused(shop, lambda: shop.payments.refund(placed, 2, LATER, LATE))


def test_money_is_collected_once_for_an_accepted_order_and_not_more_than_is_due() -> None:
    shop = open_shop(5, payment=verified())
    payments, placed = verified_payments(shop), order(shop, 1, 0.0)
    assert refused(shop, lambda: payments.collect(placed, LATER))
    payments.accept(placed, 1.0)
    assert refused(shop, lambda: payments.collect(placed, LATER, placed.amount + 1))
    payments.collect(placed, LATER)
    assert refused(shop, lambda: payments.collect(placed, LATER))


# support ----------------------------------------------------------------------------------

DESK: dict[Kind, Callable[[Shop, Contact], object]] = {
    Kind.ANSWERED: lambda shop, contact: shop.support.answer(contact, LATER),
    Kind.CLOSED: lambda shop, contact: shop.support.close(contact, LATER),
    Kind.CANNED_ENDING: lambda shop, contact: shop.support.end_canned(contact, LATER),
    Kind.GAVE_UP: lambda shop, contact: shop.support.give_up(contact, LATER),
}


def contact_in(state: ContactState) -> tuple[Shop, Contact]:
    shop = open_shop()
    contact = shop.support.contact(1, Channel.CHAT, Reason.GENERAL, 0.0)
    if state is ContactState.ABANDONED:
        shop.support.give_up(contact, 1.0)
    elif state is not ContactState.WAITING:
        shop.support.answer(contact, 1.0)
    if state is ContactState.CLOSED:
        shop.support.close(contact, 2.0)
    assert contact.state is state
    return shop, contact


@pytest.mark.parametrize("kind", DESK)
@pytest.mark.parametrize("state", ContactState)
def test_a_contact_goes_the_ways_of_its_state_machine(state: ContactState, kind: Kind) -> None:
    shop, contact = contact_in(state)
    if kind in CONTACT_LIFE[state]:
        assert not refused(shop, lambda: DESK[kind](shop, contact))
        assert contact.state is CONTACT_LIFE[state][kind]
    else:
        assert refused(shop, lambda: DESK[kind](shop, contact))


def test_a_lack_of_stock_is_an_answer_and_no_refusal() -> None:
    shop = open_shop(0)
    assert shop.orders.add(1, 0, 1, 0.0) is Outcome.OUT_OF_STOCK
