"""Payments, collections and contacts that make no sense are refused like any other command.

Data-driven: every state of their state machines meets every callback.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from refusals import LATER, refused
from shops import open_shop, order, pay, verified, verified_payments

from model.events import Channel, Kind, Reason
from model.payments import ATTEMPT_LIFE, AttemptState
from model.policy import ExtendOn, LatePayment, StockCheck
from model.shop import Shop
from model.support import CONTACT_LIFE, Contact, ContactState
from model.verified_payments import VerifiedAttempt, VerifiedPayments

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
    shop = open_shop(5)
    placed = order(shop, 1, 0.0)
    pay(shop, placed, 1.0)
    assert refused(
        shop, lambda: shop.payments.refund(placed, placed.amount + 1, LATER, Reason.LATE)
    )
    assert refused(shop, lambda: shop.payments.refund(placed, 0, LATER, Reason.LATE))
    shop.payments.refund(placed, placed.amount - 1, LATER, Reason.LATE)
    assert refused(shop, lambda: shop.payments.refund(placed, 2, LATER, Reason.LATE))


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
