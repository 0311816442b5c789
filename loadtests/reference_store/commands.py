"""What each intent of a shopper means to the shop.

A command takes the shop, the time in seconds, and what the request says by name. It answers with an
outcome and details for the JSON. It raises `Refused` or `Unknown` before it has changed anything.
"""

from __future__ import annotations

from typing import Any

from loadtests.reference_store.answers import Unknown
from model.carts import Cart
from model.events import RECORD, Channel, Event, Kind, Log, Reason
from model.orders import Order
from model.outcomes import Outcome, Refused
from model.payments import Attempt, AttemptState
from model.shop import Shop
from model.support import Contact
from model.verified_payments import VerifiedAttempt, VerifiedPayments
from scenarios.methods import PAID_LATER

Result = tuple[Outcome, dict[str, Any]]
ATTEMPT_ENDS = {"DECLINED": Reason.DECLINED, "GAVE_UP": Reason.SHOPPER_GAVE_UP}
HEARD = {Reason.DECLINED: Outcome.PAYMENT_FAILED, Reason.SHOPPER_GAVE_UP: Outcome.GAVE_UP}

# a shopper and her cart ---------------------------------------------------------------------------


def recognise(shop: Shop, now: float, *, session: int, customer: int) -> Result:
    """A customer who bought before has come."""
    shop.customers.recognise(session, customer, now)
    return Outcome.DONE, {}


def add(
    shop: Shop, now: float, *, session: int, product: int, quantity: int, registered: bool
) -> Result:
    """Put a line in the cart."""
    _known_product(shop, product)
    outcome = shop.orders.add(session, product, quantity, now, registered)
    return outcome, _why(shop.log, outcome)


def check_out(shop: Shop, now: float, *, session: int) -> Result:
    """Begin checkout; every line is checked again."""
    outcome = shop.orders.check_out(known_cart(shop, session).session, now)
    return outcome, _why(shop.log, outcome)


def take_again(shop: Shop, now: float, *, session: int) -> Result:
    """Reserve again what a dead reservation lost."""
    outcome = shop.orders.take_again(known_cart(shop, session).session, now)
    return outcome, _why(shop.log, outcome)


def place(shop: Shop, now: float, *, session: int, method: str) -> Result:
    """Place the order, to be paid by a method; it is accepted where its money comes later."""
    cart = known_cart(shop, session)
    channel, payments = Channel[method], shop.payments
    if channel is not Channel.GATEWAY and not isinstance(payments, VerifiedPayments):
        raise Refused("this shop takes no payments but through its gateway")
    outcome = shop.orders.place(session, now, channel)
    if outcome is not Outcome.PLACED:
        return outcome, _why(shop.log, outcome)
    order = shop.orders.orders[cart.order_id]
    said = {"order": order.number, "amount": order.amount}
    if isinstance(payments, VerifiedPayments) and channel in PAID_LATER:
        outcome = payments.accept(order, now)
    return outcome, said | _why(shop.log, outcome)


def cancel(shop: Shop, now: float, *, session: int) -> Result:
    """Cancel an order that is not paid."""
    shop.orders.cancel(_order_of(shop, session), now)
    return Outcome.DONE, {}


# paying -------------------------------------------------------------------------------------------


def start_payment(shop: Shop, now: float, *, session: int) -> Result:
    """Send the shopper to the gateway: where to call back, and for how much."""
    order = _order_of(shop, session)
    payments = shop.payments
    attempt = (
        payments.start(order, now, order.method)
        if isinstance(payments, VerifiedPayments)
        else payments.start(order, now)
    )
    if not isinstance(attempt, Attempt):
        return attempt, _why(shop.log, attempt)
    return Outcome.DONE, {
        "order": order.number,
        "turn": attempt.turn,
        "amount": order.amount,
        "callback": f"/payments/{order.number}/{attempt.turn}/callback",
    }


def call_back(shop: Shop, now: float, *, order: int, turn: int, result: str) -> Result:
    """The gateway says how an attempt ended."""
    known_order(shop, order)
    attempt, payments = _attempt_of(shop, order, turn), shop.payments
    reason = ATTEMPT_ENDS.get(result)
    if reason is not None:
        payments.fail(attempt, now, reason)
        return HEARD[reason], {}
    if not isinstance(payments, VerifiedPayments):
        return payments.capture(attempt, now), {}
    assert isinstance(attempt, VerifiedAttempt)
    if attempt.state is AttemptState.STARTED:
        payments.take(attempt, now)
    return payments.verify(attempt, now), {}


# support ------------------------------------------------------------------------------------------


def contact_support(shop: Shop, now: float, *, session: int, channel: str, topic: str) -> Result:
    """Ask for help, and wait."""
    shop.support.contact(session, Channel[channel], Reason[topic], now)
    return Outcome.DONE, {}


def answer_contact(shop: Shop, now: float, *, session: int) -> Result:
    """An agent takes the contact."""
    shop.support.answer(_contact_of(shop, session), now)
    return Outcome.DONE, {}


def close_contact(shop: Shop, now: float, *, session: int) -> Result:
    """The agent is done with it."""
    shop.support.close(_contact_of(shop, session), now)
    return Outcome.ANSWERED, {}


def give_up_contact(shop: Shop, now: float, *, session: int) -> Result:
    """The shopper leaves without an answer."""
    shop.support.give_up(_contact_of(shop, session), now)
    return Outcome.NO_ANSWER, {}


# what is known, and what is not -------------------------------------------------------------------


def known_cart(shop: Shop, session: int) -> Cart:
    """The cart of a session."""
    cart = shop.orders.carts.get(session)
    if cart is None:
        raise Unknown(f"session {session} has no cart")
    return cart


def known_order(shop: Shop, number: int) -> Order:
    """The order of a number."""
    if not 0 <= number < len(shop.orders.orders):
        raise Unknown(f"there is no order {number}")
    return shop.orders.orders[number]


def _order_of(shop: Shop, session: int) -> Order:
    known_cart(shop, session)
    return shop.orders.of_session(session)


def _attempt_of(shop: Shop, order: int, turn: int) -> Attempt:
    try:
        return shop.payments.find(order, turn)
    except KeyError:
        last = shop.payments.attempts.get(order)
    if last is not None and turn < last.turn:
        raise Refused(f"attempt {turn} of order {order} ended before the present one began")
    raise Unknown(f"order {order} has no attempt {turn} to pay")


def _contact_of(shop: Shop, session: int) -> Contact:
    contact = shop.support.open.get(session)
    if contact is None:
        raise Unknown(f"session {session} is not in touch with support")
    return contact


def _known_product(shop: Shop, product: int) -> None:
    if not 0 <= product < len(shop.stock.shelves):
        raise Unknown(f"there is no product {product}")


def _why(log: Log, outcome: Outcome) -> dict[str, Any]:
    """Where the missing units are (ORD-12): the refusal is the last event of its command."""
    if outcome is not Outcome.OUT_OF_STOCK:
        return {}
    refusal = Event(*RECORD.unpack(log.buffer[-RECORD.size :]))
    assert refusal.kind in (Kind.REFUSED, Kind.LATE_REFUSED)
    return {"product": refusal.product, "why": Reason(refusal.reason).name}
