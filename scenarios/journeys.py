"""What shoppers do, written once: generators that yield intents and are sent outcomes.

The same journeys are played on the virtual clock against the model and on the wall clock against
a live shop. The last intent of a journey is always `Leave`; its parts return why.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final, TypeVar

from model.events import Reason
from model.outcomes import Outcome
from scenarios.asking import asking_first
from scenarios.columns import Shoppers
from scenarios.intents import (
    AddToCart,
    AwaitMoney,
    Away,
    CheckOut,
    ChooseDelivery,
    ContactSupport,
    Intent,
    JoinWaitingList,
    Journey,
    Leave,
    Pay,
    PlaceOrder,
    SignUp,
    TakeAgain,
    Wait,
)

ADDED: Final = Outcome.ADDED
EXPIRED: Final = Outcome.EXPIRED
OUT_OF_STOCK: Final = Outcome.OUT_OF_STOCK
PAID: Final = Outcome.PAID
PLACED: Final = Outcome.PLACED
READY: Final = Outcome.READY
PAYMENT_FAILED: Final = Outcome.PAYMENT_FAILED
WAITING: Final = Outcome.WAITING
GAVE_UP: Final = Outcome.GAVE_UP
PARTIAL: Final = Outcome.PARTIAL
PRICE_CHANGED: Final = Outcome.PRICE_CHANGED
REMINDED: Final = Outcome.REMINDED
BACK_IN_STOCK: Final = Outcome.BACK_IN_STOCK
BROKEN: Final = (Outcome.ERROR, Outcome.NO_PAGE)
TROUBLE: Final = (Outcome.PAYMENT_FAILED, Outcome.REVERSED, Outcome.ERROR)
UNSETTLED: Final = (Outcome.PAYMENT_FAILED, Outcome.ERROR)
"""What a shopper may try again after; an `ERROR` tells her nothing about her money."""
ABOUT_STOCK: Final = Reason.STOCK_QUESTION

# Intents that are said often are made once.
CHECK_OUT: Final = CheckOut()
PLACE_ORDER: Final = PlaceOrder()
TAKE_AGAIN: Final = TakeAgain()
AWAIT_MONEY: Final = AwaitMoney()
CHOOSE_DELIVERY: Final = ChooseDelivery()
PAY_FIRST: Final = Pay(0)
FAREWELL: Final = {why: Leave(why) for why in (None, *Reason)}
GOODBYE: Final = FAREWELL[None]
NOT_READY: Final = FAREWELL[Reason.NOT_READY]
ASKS_WHERE: Final = Reason.WHERE_IS_MY_ORDER
ASK: Final = ContactSupport(Reason.GENERAL)
ASK_WHERE: Final = ContactSupport(ASKS_WHERE)
ASK_ABOUT_EXPIRY: Final = ContactSupport(Reason.RESERVATION_EXPIRED)
ASK_ABOUT_PAYMENT: Final = ContactSupport(Reason.PAYMENT_TROUBLE)
ASK_ABOUT_STOCK: Final = ContactSupport(Reason.STOCK_QUESTION)

LEAVES: Final[dict[Outcome, Reason]] = {
    Outcome.OUT_OF_STOCK: Reason.OUT_OF_STOCK,
    Outcome.PRICE_CHANGED: Reason.PRICE_CHANGED,
    Outcome.EXPIRED: Reason.RESERVATION_EXPIRED,
    Outcome.REVERSED: Reason.RESERVATION_EXPIRED,
    Outcome.PAYMENT_FAILED: Reason.PAYMENT_FAILED,
    Outcome.GAVE_UP: Reason.GAVE_UP_PAYING,
    Outcome.ERROR: Reason.SLOW_SITE,
    Outcome.NO_PAGE: Reason.SLOW_SITE,
}
"""The reason for leaving that an outcome becomes when the shopper gives in to it."""

_WISHES: Final[dict[int, AddToCart]] = {}

T = TypeVar("T")
Part = Generator[Intent, Outcome, T]


def journey(shoppers: Shoppers, row: int) -> Journey:
    """The journey of the shopper in a row."""
    return _asking() if shoppers.asks_only[row] else shopping(shoppers, row)


def add_to_cart(product: int, quantity: int) -> AddToCart:
    """The intent, made once for a product, unless another quantity is wanted than the last time."""
    wish = _WISHES.get(product)
    if wish is None or wish.quantity != quantity:
        wish = _WISHES[product] = AddToCart(product, quantity)
    return wish


def _asking() -> Journey:
    yield ASK
    yield GOODBYE


def shopping(shoppers: Shoppers, row: int) -> Journey:
    """The journey of a shopper who came to buy: add the basket line by line; then buy, or leave
    the cart.

    The first line is what she came for: without it, or a substitute, she leaves.
    """
    first, end = shoppers.first_line[row], shoppers.first_line[row + 1]
    filled = False
    for line in range(first, end):
        if line > first:
            yield Wait(shoppers.browse[line])
        outcome = yield add_to_cart(shoppers.product[line], shoppers.quantity[line])
        if outcome is OUT_OF_STOCK:
            if _wants(shoppers, row, ABOUT_STOCK):
                yield ASK_ABOUT_STOCK
            if shoppers.substitutes[row]:
                outcome = yield add_to_cart(shoppers.substitute[line], shoppers.quantity[line])
            if outcome is OUT_OF_STOCK and line == first and shoppers.can_wait_for_stock:
                outcome = yield from _wait_for_stock(shoppers, row, line)
        if outcome is ADDED or outcome is PARTIAL:
            filled = True
        elif outcome in BROKEN:
            yield FAREWELL[Reason.SLOW_SITE if filled else None]
            return
        elif line == first:
            break
    if not filled:
        yield GOODBYE
        return
    ready = shoppers.ready[row]
    if shoppers.support is not None and shoppers.support.asks_first[row]:
        answered, ready = yield from asking_first(shoppers.support, row, ready)
        if not answered:
            yield FAREWELL[Reason.NO_ANSWER]
            return
    if not ready:
        if shoppers.dawdle[row]:
            yield Wait(shoppers.dawdle[row])
        if not _heeds_reminder(shoppers, row):
            yield NOT_READY
            return
        if not (yield from _won_back(shoppers, Reason.NOT_READY)):
            yield GOODBYE
            return
    elif _heeds_reminder(shoppers, row):
        yield Away(shoppers.decide[row], REMINDED)
    else:
        yield Wait(shoppers.decide[row])
    why = yield from _buying(shoppers, row)
    yield FAREWELL[why]


def _wait_for_stock(shoppers: Shoppers, row: int, line: int) -> Part[Outcome]:
    """What she came for is out of stock: she may wait for it.

    Where the shop has a waiting list she may put herself on it, and comes back with a voucher if
    at all (`returning`); else she may ask to be told, and come back to try again.
    """
    if shoppers.waiting is not None and shoppers.waiting.joins[row]:
        yield JoinWaitingList(shoppers.product[line], shoppers.quantity[line])
        return OUT_OF_STOCK
    news = shoppers.news
    if news is None or not news.signs_up[row]:
        return OUT_OF_STOCK
    product = shoppers.product[line]
    yield SignUp(product)
    if not news.heeds_back_in_stock[row]:
        return OUT_OF_STOCK
    if (yield Away(news.remembers, BACK_IN_STOCK)) is not BACK_IN_STOCK:
        return OUT_OF_STOCK
    return (yield add_to_cart(product, shoppers.quantity[line]))


def _won_back(shoppers: Shoppers, why: Reason) -> Part[bool]:
    """She leaves her cart or her order; whether a reminder brought her back in time."""
    assert shoppers.news is not None  # or nobody would heed one
    return (yield Away(shoppers.news.remembers, REMINDED, why)) is REMINDED


def _heeds_reminder(shoppers: Shoppers, row: int) -> bool:
    """Whether a reminder would bring this shopper back."""
    return shoppers.news is not None and shoppers.news.heeds_reminder[row]


def returning(shoppers: Shoppers, row: int) -> Journey:
    """The journey of the shopper in a row who comes back with a voucher (ORD-10)."""
    why = yield from _buying(shoppers, row)
    yield FAREWELL[why]


def _buying(shoppers: Shoppers, row: int) -> Part[Reason | None]:
    """Check out, place the order and go to pay.

    Where there are no forms to fill in, the checkout is one page: placing the order is all of it.
    """
    if shoppers.fill_in[row] or shoppers.leaves_checkout[row]:
        outcome = yield CHECK_OUT
        if outcome is not READY:
            outcome = yield from _insist(shoppers, row, CHECK_OUT, outcome)
        if outcome is not READY:
            return LEAVES[outcome]
        if shoppers.leaves_checkout[row]:
            return Reason(shoppers.leaves_checkout[row])
        yield Wait(shoppers.fill_in[row])
    needs_promise = shoppers.delivery is not None and shoppers.delivery.leaves[row]
    if needs_promise and (yield CHOOSE_DELIVERY) is Outcome.NO_PROMISE:
        return Reason.DELIVERY_PROMISE
    outcome = yield PLACE_ORDER
    if outcome is not PLACED:
        outcome = yield from _insist(shoppers, row, PLACE_ORDER, outcome)
    if outcome is not PLACED:
        if outcome is not Outcome.ACCEPTED:
            return LEAVES[outcome]
        if _wants(shoppers, row, ASKS_WHERE):
            yield from _afterwards(shoppers, row)
        return None
    if not shoppers.goes_to_pay[row]:
        if not _heeds_reminder(shoppers, row):
            return Reason.GAVE_UP_PAYING
        if not (yield from _won_back(shoppers, Reason.GAVE_UP_PAYING)):
            return None
    elif shoppers.before_paying[row]:
        yield Wait(shoppers.before_paying[row])
    outcome = yield PAY_FIRST
    if outcome is not PAID:
        outcome = yield from _pay_at_last(shoppers, row, outcome)
    if outcome is GAVE_UP and _heeds_reminder(shoppers, row):
        if not (yield from _won_back(shoppers, Reason.GAVE_UP_PAYING)):
            return None
        outcome = yield Pay(len(shoppers.fate) - 1)  # by the luck of the last attempt drawn
    if outcome is PAID or outcome is WAITING:
        if _wants(shoppers, row, ASKS_WHERE):
            yield from _afterwards(shoppers, row)
        return None
    return LEAVES[outcome]


def _afterwards(shoppers: Shoppers, row: int) -> Part[None]:
    """She has bought; later she wants to know where her order is."""
    yield Wait(shoppers.contacts[ASKS_WHERE].delay[row])
    yield ASK_WHERE
    return None


def _insist(
    shoppers: Shoppers, row: int, step: CheckOut | PlaceOrder, outcome: Outcome
) -> Part[Outcome]:
    """A step did not go through at once: take again what died, put up with less or with another
    price (or do not), and step once more."""
    if outcome is EXPIRED:
        outcome = yield from _again(shoppers, row, step)
    while outcome is PARTIAL or outcome is PRICE_CHANGED:
        if outcome is PRICE_CHANGED and shoppers.leaves_on_new_price[row]:
            break
        outcome = yield step
    return outcome


def _again(shoppers: Shoppers, row: int, intent: Intent) -> Part[Outcome]:
    """Her reservation is dead (ORD-17): she may want to take it again and step once more."""
    if _wants(shoppers, row, Reason.RESERVATION_EXPIRED):
        yield ASK_ABOUT_EXPIRY
    if not shoppers.tries_again[row]:
        return EXPIRED
    outcome = yield TAKE_AGAIN
    if outcome is not READY:
        return EXPIRED if outcome is OUT_OF_STOCK else outcome
    return (yield intent)


def _pay_at_last(shoppers: Shoppers, row: int, outcome: Outcome) -> Part[Outcome]:
    """The first attempt did not end in a paid order; go on until one does or she has had enough.

    Money that she heard nothing of after an error may still pay for the order, or come back.
    """
    unknown = False
    for turn, retries in enumerate(shoppers.retries):
        if turn:
            yield Wait(shoppers.before_retry[turn - 1][row])
            outcome = yield Pay(turn)
        if outcome is EXPIRED:
            outcome = yield from _again(shoppers, row, Pay(turn))
        if turn == 0 and outcome in TROUBLE and _wants(shoppers, row, Reason.PAYMENT_TROUBLE):
            yield ASK_ABOUT_PAYMENT
        unknown = unknown or outcome is Outcome.ERROR
        if outcome not in UNSETTLED or not retries[row]:
            break
    if unknown and outcome is not PAID:
        outcome = yield AWAIT_MONEY
    return outcome


def _wants(shoppers: Shoppers, row: int, topic: Reason) -> bool:
    """Whether this shopper would contact support about a topic."""
    contact = shoppers.contacts.get(topic)
    return contact is not None and contact.wants[row]
