"""The state machines are data: whole, reachable, walked by commands, and printed in the docs."""

from __future__ import annotations

import dataclasses
import runpy
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import pytest
from books import Books, Step
from shops import (
    at_gateway,
    open_shop,
    order,
    pay,
    ring,
    start,
    taken,
    verified,
    verified_payments,
)

from model.carts import CART_LIFE, CartState
from model.events import Channel, Kind, Reason
from model.fulfilment import PARCEL_LIFE, ParcelState
from model.lifecycle import RESERVATION_LIFE, Life
from model.notices import NOTICE_LIFE, About, NoticeState
from model.orders import ORDER_LIFE, OrderState
from model.payments import ATTEMPT_LIFE, AttemptState
from model.policy import (
    ExtendOn,
    HoldPoint,
    LatePayment,
    OnExpiry,
    ReleasedBy,
    ReservationPolicy,
    UnreservedPayment,
)
from model.shop import Shop
from model.support import CONTACT_LIFE, Contact, ContactState
from model.tickets import TICKET_LIFE, TicketState

DOCS = Path(__file__).parents[2] / "docs"
MACHINES: dict[type[Enum], Mapping[int, Mapping[int, Enum]]] = {
    CartState: CART_LIFE,
    OrderState: ORDER_LIFE,
    AttemptState: ATTEMPT_LIFE,
    ContactState: CONTACT_LIFE,
    TicketState: TICKET_LIFE,
    ParcelState: PARCEL_LIFE,
    NoticeState: NOTICE_LIFE,
    Life: RESERVATION_LIFE,
}


@pytest.mark.parametrize("states", MACHINES)
def test_a_state_machine_knows_every_state_and_leads_to_no_other(states: type[Enum]) -> None:
    life = MACHINES[states]
    assert list(life) == list(states)
    assert all(isinstance(after, states) for steps in life.values() for after in steps.values())
    assert all(isinstance(kind, Kind) for steps in life.values() for kind in steps)


@pytest.mark.parametrize("states", MACHINES)
def test_every_state_can_be_reached_from_the_first(states: type[Enum]) -> None:
    life = MACHINES[states]
    reached, ahead = set(), [next(iter(states))]
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            ahead.extend(life[state.value].values())
    assert reached == set(states)


# every step is one that a command takes ----------------------------------------------------


def an_order_in_time() -> Shop:
    shop = open_shop(9)
    shop.orders.add(1, 0, 1, 0.0)
    shop.orders.check_out(1, 1.0)
    shop.orders.check_out(1, 2.0)
    first = at_gateway(shop, 1, 3.0)
    shop.payments.fail(first, 4.0, Reason.DECLINED)
    pay(shop, first.order, 5.0)
    sold, returned = first.order.cart.lines
    shop.stock.deallocate(sold, 6.0)
    shop.stock.ship(returned, 7.0)
    shop.stock.take_back(returned, 8.0)
    shop.orders.add(2, 0, 1, 9.0)
    shop.orders.place(2, 10.0)
    shop.orders.cancel(shop.orders.of_session(2), 11.0)
    return shop


def orders_that_expired() -> Shop:
    shop = open_shop(2, timeout=10.0)
    attempt, cancelled = at_gateway(shop, 1, 0.0), order(shop, 2, 0.0)
    ring(shop, 10.0)
    shop.orders.take_again(1, 11.0)
    shop.orders.cancel(cancelled, 12.0)
    ring(shop, 21.0)
    shop.payments.capture(attempt, 22.0)
    return shop


def a_suspended_order() -> Shop:
    shop = open_shop(2, timeout=10.0, on_expiry=OnExpiry.SUSPEND, suspended_timeout=10.0)
    first, second = order(shop, 1, 0.0), order(shop, 2, 0.0)
    ring(shop, 10.0)
    start(shop, first, 11.0)
    shop.orders.cancel(second, 12.0)
    ring(shop, 21.0)
    ring(shop, 31.0)
    return shop


def late_money(late_payment: LatePayment) -> Shop:
    shop = open_shop(2, timeout=10.0, late_payment=late_payment)
    attempts = [at_gateway(shop, session, 0.0) for session in (1, 2)]
    ring(shop, 10.0)
    pay(shop, order(shop, 3, 11.0), 12.0)
    for attempt in attempts:
        shop.payments.capture(attempt, 13.0)
    if late_payment is LatePayment.MANUAL:
        for attempt in attempts:
            shop.payments.decide_late(attempt.order, 14.0)
    return shop


def a_refund_and_an_oversold_unit() -> Shop:
    oversell = UnreservedPayment.OVERSELL
    shop = open_shop(1, hold_point=HoldPoint.PAID, unreserved_payment=oversell)
    attempts = [at_gateway(shop, session, 0.0) for session in (1, 2)]
    for attempt in attempts:
        shop.payments.capture(attempt, 1.0)
    shop.management.refund(attempts[0].order, 2.0)
    return shop


def money_on_its_way() -> Shop:
    shop = open_shop(3, payment=verified())
    payments = verified_payments(shop)
    paid, lost = (taken(shop, order(shop, session, 0.0), 1.0) for session in (1, 2))
    payments.verify(paid, 2.0)
    payments.lapse(lost, 1201.0)
    payments.return_money(lost, 3001.0)
    return shop


def orders_paid_at_the_door() -> Shop:
    shop = open_shop(2, payment=verified())
    payments = verified_payments(shop)
    collected, refused = order(shop, 1, 0.0), order(shop, 2, 0.0)
    for each in (collected, refused):
        payments.accept(each, 1.0)
    payments.collect(collected, 2.0)
    shop.orders.cancel(refused, 3.0)
    return shop


def contacts() -> Shop:
    shop = open_shop()
    answered, given_up, ended = (
        shop.support.contact(session, Channel.CHAT, Reason.GENERAL, 0.0) for session in (1, 2, 3)
    )
    shop.support.answer(ended, 0.5)
    shop.support.end_canned(ended, 0.6)
    shop.support.answer(answered, 1.0)
    shop.support.close(answered, 2.0)
    shop.support.give_up(given_up, 3.0)
    return shop


def tickets() -> Shop:
    """One is given up on, answered in part and reopened; the other is solved and reopened."""
    shop = open_shop()
    support = shop.support

    def write(session: int, now: float) -> Contact:
        return support.contact(session, Channel.EMAIL, Reason.GENERAL, now)

    for _ in range(2):
        support.give_up(write(1, 1.0), 2.0)
    for session, solved in ((1, False), (1, True), (2, True)):
        contact = write(session, 3.0)
        support.answer(contact, 4.0)
        support.close(contact, 5.0, solved)
    support.give_up(write(2, 6.0), 7.0)
    support.give_up(write(2, 8.0), 9.0)
    return shop


def parcels_of_every_fate() -> Shop:
    shop = open_shop(9)
    parcels = []
    for session in range(5):
        attempt = at_gateway(shop, session, 0.0)
        shop.payments.capture(attempt, 1.0)
        parcels.append(shop.fulfilment.open(attempt.order, 1.0))
    waiting, picked, packed, refused, kept = parcels
    for parcel in (picked, packed, refused, kept):
        shop.fulfilment.pick(parcel, 2.0)
    for parcel in (packed, refused, kept):
        shop.fulfilment.pack(parcel, 3.0)
    for parcel in (waiting, picked, packed):
        shop.fulfilment.stop(parcel.order, 4.0)
    for parcel in (refused, kept):
        shop.fulfilment.dispatch(parcel, 5.0)
    shop.fulfilment.refuse(refused, 6.0)
    shop.fulfilment.deliver(kept, 6.0)
    shop.fulfilment.send_back(kept, 7.0)
    shop.fulfilment.inspect(refused, True, 8.0)
    shop.fulfilment.inspect(kept, False, 8.0)
    return shop


def a_message() -> Shop:
    shop = open_shop()
    about = About(1, Reason.REMINDER)
    shop.notices.send(shop.notices.owe(about, Channel.SMS, 0.0), 1.0)
    return shop


def test_every_step_of_the_state_machines_is_one_that_a_command_takes() -> None:
    shops = [an_order_in_time(), orders_that_expired(), a_suspended_order()]
    shops += [contacts(), tickets(), money_on_its_way(), orders_paid_at_the_door()]
    shops += [parcels_of_every_fate(), a_message(), a_refund_and_an_oversold_unit()]
    shops += [late_money(late_payment) for late_payment in LatePayment]
    walked: set[Step] = set()
    for shop in shops:
        books = Books()
        for event in shop.log:
            books.read(event)
        walked |= books.steps
    steps = {
        (state, kind)
        for states, life in MACHINES.items()
        for state in states
        for kind in life[state.value]
    }
    assert steps - walked == set()


# docs/model.md -----------------------------------------------------------------------------


def test_the_page_on_the_model_has_the_tables_of_the_code() -> None:
    tables = runpy.run_path(str(DOCS / "machines.py"))["tables"]()
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    assert tables in page, "out of date: run `python docs/machines.py`"


def test_every_state_movement_and_outcome_has_a_meaning() -> None:
    tables = runpy.run_path(str(DOCS / "machines.py"))["tables"]()
    rows = [line.split(" | ") for line in tables.splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows if not row[1].strip(" |")] == []


def test_the_page_on_the_model_names_every_switch_and_all_its_ways() -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    ways = [way.value for ways in (OnExpiry, ReleasedBy, ExtendOn, LatePayment) for way in ways]
    ways += [point.name.lower() for point in HoldPoint]
    switches = [switch.name for switch in dataclasses.fields(ReservationPolicy)]
    assert [word for word in ways + switches if f"`{word}`" not in page] == []


@pytest.mark.parametrize("department", ["orders", "payments", "stock", "support", "fulfilment"])
def test_the_page_on_the_model_names_every_command(department: str) -> None:
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `shop.{department}`"))
    named = {word for word in row.split("`") if word.isidentifier()}
    assert named <= set(dir(getattr(open_shop(), department)))
