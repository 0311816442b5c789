"""Every branch of a shopper's journey, played by hand: intents come out, outcomes go in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.events import Reason
from model.outcomes import Outcome
from scenarios.columns import SUCCEEDS, ContactDraw, Shoppers
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    Away,
    CheckOut,
    ContactSupport,
    Intent,
    Leave,
    Pay,
    PlaceOrder,
    SignUp,
    TakeAgain,
    Wait,
)
from scenarios.journeys import journey
from scenarios.notices_draw import News

ADDED, READY, PLACED, PAID = Outcome.ADDED, Outcome.READY, Outcome.PLACED, Outcome.PAID
DONE, EXPIRED, GONE = Outcome.DONE, Outcome.EXPIRED, Outcome.OUT_OF_STOCK
FAILED, GAVE_UP = Outcome.PAYMENT_FAILED, Outcome.GAVE_UP

BUYER = Shoppers(
    arrival=[0.0],
    traffic=[1],
    asks_only=[False],
    registered=[False],
    first_line=[0, 1],
    product=[7],
    quantity=[2],
    browse=[30.0],
    substitute=[8],
    substitutes=[False],
    ready=[True],
    dawdle=[200.0],
    decide=[360.0],
    leaves_checkout=[0],
    fill_in=[90.0],
    goes_to_pay=[True],
    before_paying=[40.0],
    tries_again=[True],
    fate=[[SUCCEEDS], [SUCCEEDS]],
    at_gateway=[[75.0], [75.0]],
    retries=[[True], [True]],
    before_retry=[[45.0], [45.0]],
    contacts={},
)
"""Wants two units of product 7, and would buy them if all went well; pays twice at most."""
ADD, CHECK_OUT, PLACE, AGAIN = AddToCart(7, 2), CheckOut(), PlaceOrder(), TakeAgain()
DECIDE, FILL_IN, TO_THE_BANK, RETRY = Wait(360.0), Wait(90.0), Wait(40.0), Wait(45.0)
FILLED = [(ADD, ADDED), (DECIDE, DONE)]
ORDERED = [*FILLED, (CHECK_OUT, READY), (FILL_IN, DONE), (PLACE, PLACED), (TO_THE_BANK, DONE)]

Script = list[tuple[Intent, Outcome]]


def a_buyer(**attributes: Any) -> Shoppers:
    return replace(BUYER, **attributes)


def who_asks(*topics: Reason) -> dict[Reason, ContactDraw]:
    """One who would contact support about these topics."""
    return {topic: ContactDraw([True], [3600.0], [0], [60.0], [60.0]) for topic in topics}


def play(shoppers: Shoppers, script: Script) -> Reason | None:
    """Why the shopper left, after she had exactly these intents and heard these outcomes."""
    steps = journey(shoppers, 0)
    outcome = None
    for number, (expected, answer) in enumerate(script):
        intent = steps.send(outcome)  # type: ignore[arg-type]  # None begins it
        assert intent == expected, f"step {number}"
        outcome = answer
    intent = steps.send(outcome)  # type: ignore[arg-type]
    assert isinstance(intent, Leave)
    return intent.why


# the ways to an order -----------------------------------------------------------------------


def test_a_buyer_adds_decides_checks_out_orders_and_pays() -> None:
    assert play(BUYER, [*ORDERED, (Pay(0), PAID)]) is None


def test_a_buyer_whose_money_waits_for_a_person_has_done_her_part() -> None:
    assert play(BUYER, [*ORDERED, (Pay(0), Outcome.WAITING)]) is None


def test_a_checkout_without_forms_is_one_page_and_zero_times_are_not_waited_for() -> None:
    hurried = a_buyer(fill_in=[0.0], before_paying=[0.0])
    assert play(hurried, [*FILLED, (PLACE, PLACED), (Pay(0), PAID)]) is None


def test_a_declined_payment_is_tried_again_after_a_while() -> None:
    assert play(BUYER, [*ORDERED, (Pay(0), FAILED), (RETRY, DONE), (Pay(1), PAID)]) is None


def test_who_finds_her_reservation_dead_at_checkout_takes_it_again() -> None:
    script: Script = [*FILLED, (CHECK_OUT, EXPIRED), (AGAIN, READY), *ORDERED[2:], (Pay(0), PAID)]
    assert play(BUYER, script) is None


def test_who_finds_her_reservation_dead_at_the_order_takes_it_again() -> None:
    script: Script = [
        *ORDERED[:4], (PLACE, EXPIRED), (AGAIN, READY), *ORDERED[4:], (Pay(0), PAID),
    ]  # fmt: skip
    assert play(BUYER, script) is None


def test_who_finds_her_order_dead_at_the_payment_takes_it_again() -> None:
    assert play(BUYER, [*ORDERED, (Pay(0), EXPIRED), (AGAIN, READY), (Pay(0), PAID)]) is None


# baskets ------------------------------------------------------------------------------------

THREE_LINES = a_buyer(
    first_line=[0, 3], product=[1, 2, 3], quantity=[1, 1, 1], substitute=[11, 12, 13],
    browse=[0.0, 20.0, 30.0],
)  # fmt: skip


def add(product: int) -> AddToCart:
    return AddToCart(product, 1)


def test_a_basket_is_filled_line_by_line_with_browsing_between() -> None:
    filling: Script = [
        (add(1), ADDED), (Wait(20.0), DONE), (add(2), ADDED), (Wait(30.0), DONE), (add(3), ADDED),
    ]  # fmt: skip
    assert play(THREE_LINES, [*filling, *ORDERED[1:], (Pay(0), PAID)]) is None


def test_a_missing_later_line_is_left_out_of_the_basket() -> None:
    filling: Script = [
        (add(1), ADDED), (Wait(20.0), DONE), (add(2), GONE), (Wait(30.0), DONE), (add(3), ADDED),
    ]  # fmt: skip
    assert play(THREE_LINES, [*filling, *ORDERED[1:], (Pay(0), PAID)]) is None


def test_without_what_she_came_for_a_shopper_goes_and_leaves_no_cart() -> None:
    assert play(THREE_LINES, [(add(1), GONE)]) is None


def test_who_may_not_have_so_many_of_it_goes_too() -> None:
    assert play(BUYER, [(ADD, Outcome.OVER_LIMIT)]) is None


def test_who_sees_no_page_leaves_what_she_has_and_who_has_nothing_leaves_no_cart() -> None:
    nothing = (add(1), Outcome.NO_PAGE)
    assert play(THREE_LINES, [nothing]) is None
    filling: Script = [(add(1), ADDED), (Wait(20.0), DONE), (add(2), Outcome.NO_PAGE)]
    assert play(THREE_LINES, filling) is Reason.SLOW_SITE


def test_a_substitute_is_as_good() -> None:
    flexible = a_buyer(substitutes=[True])
    script: Script = [(ADD, GONE), (AddToCart(8, 2), ADDED), *ORDERED[1:], (Pay(0), PAID)]
    assert play(flexible, script) is None


def test_a_substitute_may_be_out_of_stock_as_well() -> None:
    assert play(a_buyer(substitutes=[True]), [(ADD, GONE), (AddToCart(8, 2), GONE)]) is None


# contacts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [Outcome.ANSWERED, Outcome.NO_ANSWER])
def test_who_only_asks_does_so_and_goes(answer: Outcome) -> None:
    asker = a_buyer(asks_only=[True], first_line=[0, 0], contacts=who_asks(Reason.GENERAL))
    assert play(asker, [(ContactSupport(Reason.GENERAL), answer)]) is None


@pytest.mark.parametrize("answer", [Outcome.ANSWERED, Outcome.NO_ANSWER])
def test_shoppers_ask_where_their_order_is_some_time_later(answer: Outcome) -> None:
    asker = a_buyer(contacts=who_asks(Reason.WHERE_IS_MY_ORDER))
    asks = (ContactSupport(Reason.WHERE_IS_MY_ORDER), answer)
    assert play(asker, [*ORDERED, (Pay(0), PAID), (Wait(3600.0), DONE), asks]) is None


def test_shoppers_ask_about_a_missing_product_before_they_take_another() -> None:
    asker = a_buyer(substitutes=[True], contacts=who_asks(Reason.STOCK_QUESTION))
    asks = (ContactSupport(Reason.STOCK_QUESTION), Outcome.ANSWERED)
    assert play(asker, [(ADD, GONE), asks, (AddToCart(8, 2), GONE)]) is None


def test_shoppers_ask_about_a_dead_reservation_before_they_take_it_again() -> None:
    asker = a_buyer(contacts=who_asks(Reason.RESERVATION_EXPIRED))
    asks = (ContactSupport(Reason.RESERVATION_EXPIRED), Outcome.ANSWERED)
    script: Script = [*FILLED, (CHECK_OUT, EXPIRED), asks, (AGAIN, GONE)]
    assert play(asker, script) is Reason.RESERVATION_EXPIRED


def test_shoppers_ask_about_their_first_failed_payment_only() -> None:
    asker = a_buyer(contacts=who_asks(Reason.PAYMENT_TROUBLE))
    asks = (ContactSupport(Reason.PAYMENT_TROUBLE), Outcome.ANSWERED)
    script: Script = [*ORDERED, (Pay(0), FAILED), asks, (RETRY, DONE), (Pay(1), PAID)]
    assert play(asker, script) is None
    script = [*ORDERED, (Pay(0), Outcome.REVERSED), asks]
    assert play(asker, script) is Reason.RESERVATION_EXPIRED


# messages -----------------------------------------------------------------------------------


def told(reminder: bool = False, signs_up: bool = False, back: bool = False) -> News:
    """Whom messages would call back."""
    return News({}, {}, [reminder], [back], [signs_up], remembers=7000.0)


REMINDED, BACK = Outcome.REMINDED, Outcome.BACK_IN_STOCK
HEEDING: Script = [FILLED[0], (Away(360.0, REMINDED), DONE), *ORDERED[2:]]
"""The way to the bank of who would hear a reminder on it."""


@pytest.mark.parametrize("heard", [DONE, REMINDED])
def test_who_heeds_reminders_may_hear_one_before_she_comes_back_by_herself(heard: Outcome) -> None:
    buyer = a_buyer(news=told(reminder=True))
    away = (Away(360.0, REMINDED), heard)
    assert play(buyer, [FILLED[0], away, *ORDERED[2:], (Pay(0), PAID)]) is None


def test_who_was_not_ready_leaves_and_buys_if_a_reminder_finds_her() -> None:
    hesitant = a_buyer(ready=[False], dawdle=[0.0], news=told(reminder=True))
    away = Away(7000.0, REMINDED, Reason.NOT_READY)
    assert play(hesitant, [FILLED[0], (away, DONE)]) is None
    assert play(hesitant, [FILLED[0], (away, REMINDED), *ORDERED[2:], (Pay(0), PAID)]) is None


def test_who_never_went_to_pay_does_so_if_a_reminder_finds_her() -> None:
    hesitant = a_buyer(goes_to_pay=[False], news=told(reminder=True))
    away = Away(7000.0, REMINDED, Reason.GAVE_UP_PAYING)
    placed = HEEDING[:5]
    assert play(hesitant, [*placed, (away, DONE)]) is None
    assert play(hesitant, [*placed, (away, REMINDED), (Pay(0), PAID)]) is None


def test_who_gave_up_at_the_bank_pays_if_a_reminder_finds_her() -> None:
    hesitant = a_buyer(news=told(reminder=True))
    away = Away(7000.0, REMINDED, Reason.GAVE_UP_PAYING)
    gave_up: Script = [*HEEDING, (Pay(0), GAVE_UP)]
    assert play(hesitant, [*gave_up, (away, DONE)]) is None
    assert play(hesitant, [*gave_up, (away, REMINDED), (Pay(1), PAID)]) is None


def test_without_what_she_came_for_a_shopper_may_sign_up_and_come_back_for_it() -> None:
    waiting = a_buyer(news=told(signs_up=True, back=True))
    signs_up: Script = [(ADD, GONE), (SignUp(7), DONE)]
    away = Away(7000.0, BACK)
    assert play(waiting, [*signs_up, (away, DONE)]) is None
    assert play(waiting, [*signs_up, (away, BACK), (ADD, GONE)]) is None
    bought: Script = [(ADD, ADDED), *ORDERED[1:], (Pay(0), PAID)]
    assert play(waiting, [*signs_up, (away, BACK), *bought]) is None


def test_who_signs_up_and_would_not_come_back_goes() -> None:
    assert play(a_buyer(news=told(signs_up=True)), [(ADD, GONE), (SignUp(7), DONE)]) is None


# the ways out -------------------------------------------------------------------------------

NEVER_AGAIN = {"tries_again": [False]}
NO_RETRY = {"retries": [[False], [False]]}
ONE_RETRY = {"retries": [[True], [False]]}

WAYS_OUT: list[tuple[str, dict[str, Any], Script, Reason]] = [
    ("is not ready to buy", {"ready": [False]}, [FILLED[0], (Wait(200.0), DONE)],
     Reason.NOT_READY),
    ("is not ready and goes at once", {"ready": [False], "dawdle": [0.0]}, [FILLED[0]],
     Reason.NOT_READY),
    ("finds a loose line gone at checkout", {}, [*FILLED, (CHECK_OUT, GONE)],
     Reason.OUT_OF_STOCK),
    ("finds checkout too long", {"leaves_checkout": [Reason.CHECKOUT_STEPS]},
     [*FILLED, (CHECK_OUT, READY)], Reason.CHECKOUT_STEPS),
    ("wants no account", {"leaves_checkout": [Reason.FORCED_REGISTRATION]},
     [*FILLED, (CHECK_OUT, READY)], Reason.FORCED_REGISTRATION),
    ("finds a loose line gone at the order", {}, [*ORDERED[:4], (PLACE, GONE)],
     Reason.OUT_OF_STOCK),
    ("never goes to pay", {"goes_to_pay": [False]}, ORDERED[:5], Reason.GAVE_UP_PAYING),
    ("finds a loose line gone at the payment", {}, [*ORDERED, (Pay(0), GONE)],
     Reason.OUT_OF_STOCK),
    ("gives up at the bank", {}, [*ORDERED, (Pay(0), GAVE_UP)], Reason.GAVE_UP_PAYING),
    ("is declined and does not retry", NO_RETRY, [*ORDERED, (Pay(0), FAILED)],
     Reason.PAYMENT_FAILED),
    ("is declined as often as she may try", ONE_RETRY,
     [*ORDERED, (Pay(0), FAILED), (RETRY, DONE), (Pay(1), FAILED)], Reason.PAYMENT_FAILED),
    ("gives up at her second attempt", {},
     [*ORDERED, (Pay(0), FAILED), (RETRY, DONE), (Pay(1), GAVE_UP)], Reason.GAVE_UP_PAYING),
    ("paid too late and has her money back", {}, [*ORDERED, (Pay(0), Outcome.REVERSED)],
     Reason.RESERVATION_EXPIRED),
    ("finds a dead cart and does not try again", NEVER_AGAIN, [*FILLED, (CHECK_OUT, EXPIRED)],
     Reason.RESERVATION_EXPIRED),
    ("finds a dead cart and nothing to take", {}, [*FILLED, (CHECK_OUT, EXPIRED), (AGAIN, GONE)],
     Reason.RESERVATION_EXPIRED),
    ("finds a dead cart at the order", NEVER_AGAIN, [*ORDERED[:4], (PLACE, EXPIRED)],
     Reason.RESERVATION_EXPIRED),
    ("finds a dead order", NEVER_AGAIN, [*ORDERED, (Pay(0), EXPIRED)],
     Reason.RESERVATION_EXPIRED),
    ("finds her second reservation dead too", {},
     [*FILLED, (CHECK_OUT, EXPIRED), (AGAIN, READY), (CHECK_OUT, EXPIRED)],
     Reason.RESERVATION_EXPIRED),
    ("meets a broken shop at checkout", {}, [*FILLED, (CHECK_OUT, Outcome.ERROR)],
     Reason.SLOW_SITE),
    ("meets a broken shop at the payment, and her money comes back",
     {"retries": [[False], [False]]},
     [*ORDERED, (Pay(0), Outcome.ERROR), (AwaitMoney(), Outcome.PAYMENT_FAILED)],
     Reason.PAYMENT_FAILED),
    ("takes again at a broken shop", {}, [*FILLED, (CHECK_OUT, EXPIRED), (AGAIN, Outcome.ERROR)],
     Reason.SLOW_SITE),
    ("sees no page at checkout", {}, [*FILLED, (CHECK_OUT, Outcome.NO_PAGE)], Reason.SLOW_SITE),
    ("sees no page at the payment", {}, [*ORDERED, (Pay(0), Outcome.NO_PAGE)], Reason.SLOW_SITE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "script", "reason"),
    [way[1:] for way in WAYS_OUT],
    ids=[way[0] for way in WAYS_OUT],
)
def test_a_shopper_leaves_when_she(
    attributes: dict[str, Any], script: Script, reason: Reason
) -> None:
    assert play(a_buyer(**attributes), script) is reason


def test_every_reason_for_which_shoppers_leave_was_seen() -> None:
    assert {way[3] for way in WAYS_OUT} == {
        Reason.NOT_READY,
        Reason.OUT_OF_STOCK,
        Reason.FORCED_REGISTRATION,
        Reason.CHECKOUT_STEPS,
        Reason.GAVE_UP_PAYING,
        Reason.PAYMENT_FAILED,
        Reason.RESERVATION_EXPIRED,
        Reason.SLOW_SITE,
    }
