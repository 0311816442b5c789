"""Rebuilding a shop from its journal: the event log is enough to know everything again.

Here stand orders, stock and money; `model.replay_after_sale` has the departments that follow. Each
kind of event has one function that writes what the event says, without asking the policy
whether it may: the shop decided when it happened.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.carts import CART_LIFE, Cart, Line
from model.catalogue import Catalogue
from model.events import Channel, Event, Kind, Log, Reason
from model.lifecycle import Life
from model.orders import ORDER_LIFE, Order
from model.policy import Policy
from model.replay_after_sale import AFTER_THE_SALE, Writer
from model.shop import Shop
from model.verified_payments import VerifiedPayments


def replay(
    catalogue: Catalogue, policy: Policy, events: Iterable[Event], later: Iterable[Policy] = ()
) -> Shop:
    """The shop as it stood after `events`; its own log then holds the same events.

    `later` are the policies that it changed to, one for each POLICY_CHANGED. Raises ValueError for
    an event of an unknown kind, KeyError for one that contradicts the events before it.
    """
    shop = Shop(catalogue, policy)
    journal = Log()
    changes = iter(later)
    for event in events:
        Kind(event.kind)
        if event.kind == Kind.POLICY_CHANGED:
            if (changed := next(changes, None)) is None:
                raise KeyError(f"POLICY_CHANGED without a policy to change to: {event}")
            shop.adopt(changed, event.t)
        if (write := WRITERS.get(event.kind)) is not None:
            write(shop, event)
        journal.add(*event)
    shop.log.buffer[:] = journal.buffer
    return shop


def _added(shop: Shop, event: Event) -> None:
    carts = shop.orders.carts
    cart = carts.get(event.session)
    if cart is None:
        cart = carts[event.session] = Cart(event.session, event.channel == Channel.ACCOUNT)
        if shop.orders.limits is not None:
            shop.orders.limits.know(event.session)
    cart.state = CART_LIFE[cart.state][Kind.ADDED]
    price = event.amount // event.quantity
    cart.lines.append(Line(cart, event.product, event.quantity, price))


def _checked_out(shop: Shop, event: Event) -> None:
    cart = shop.orders.carts[event.session]
    cart.state = CART_LIFE[cart.state][Kind.CHECKED_OUT]


def _placed(shop: Shop, event: Event) -> None:
    cart = shop.orders.carts[event.session]
    cart.state = CART_LIFE[cart.state][Kind.PLACED]
    cart.order_id = event.order
    order = Order(event.order, cart, event.t, event.channel or Channel.GATEWAY)
    shop.orders.orders.append(order)
    for line in cart.lines:
        shop.stock.promise(line)
    shop.orders.spare(order)


def _order_moved(shop: Shop, event: Event) -> None:
    order = shop.orders.orders[event.order]
    order.state = ORDER_LIFE[order.state][Kind(event.kind)]
    if event.reason == Reason.LATE:
        order.cart.late = True
    if event.kind == Kind.AWAITING_STAFF:
        shop.orders.awaiting_staff[order.number] = order
    else:
        shop.orders.awaiting_staff.pop(order.number, None)
    if event.kind == Kind.CANCELLED and shop.orders.backorders is not None:
        for line in order.cart.lines:
            shop.orders.backorders.forget(line)


def _reserved(shop: Shop, event: Event) -> None:
    cart = shop.orders.carts[event.session]
    line = _line(shop, event)
    cart.late = cart.late or line.life is Life.ENDED
    shop.orders.reservations.reserve(line, event.t)
    _spare(shop, cart)


def _spare(shop: Shop, cart: Cart) -> None:
    if cart.order_id >= 0:
        shop.orders.spare(shop.orders.orders[cart.order_id])


def _line(shop: Shop, event: Event) -> Line:
    """The line whose reservation the event moves."""
    line = shop.orders.carts[event.session].line(event.amount)
    if line is not None and line.product == event.product and line.quantity == event.quantity:
        return line
    raise KeyError(f"{Kind(event.kind).name} without a line to fit: {event}")


def _released(shop: Shop, event: Event) -> None:
    shop.stock.release(_line(shop, event), event.t, Reason(event.reason))


def _suspended(shop: Shop, event: Event) -> None:
    line = _line(shop, event)
    shop.stock.suspend(line, event.t, Reason(event.reason))
    line.expires_at = event.t + shop.policy.reservation.suspended_timeout
    shop.orders.reservations.watch(line)


def _resumed(shop: Shop, event: Event) -> None:
    line = _line(shop, event)
    reservations = shop.orders.reservations
    shop.stock.resume(line, event.t, reservations.timeout_of(line))
    reservations.watch(line)
    _spare(shop, line.cart)


def _restored(shop: Shop, event: Event) -> None:
    shop.stock.restore(_line(shop, event), event.t, Reason(event.reason))


def _allocated(shop: Shop, event: Event) -> None:
    shop.stock.allocate(_line(shop, event), event.t)


def _extended(shop: Shop, event: Event) -> None:
    shop.orders.reservations.extend(shop.orders.carts[event.session], event.t)


def _oversold(shop: Shop, event: Event) -> None:
    line = _line(shop, event)
    shop.stock.oversell(line, event.t)
    if shop.orders.backorders is not None:
        shop.orders.backorders.owe(line, event.t)


def _deallocated(shop: Shop, event: Event) -> None:
    line = _line(shop, event)
    if shop.orders.backorders is not None:
        shop.orders.backorders.forget(line)
    shop.stock.deallocate(line, event.t)


def _line_reduced(shop: Shop, event: Event) -> None:
    cart = shop.orders.carts[event.session]
    line = cart.line(event.amount)
    if line is None or line.product != event.product or line.quantity < event.quantity:
        raise KeyError(f"LINE_REDUCED without a line to fit: {event}")
    cart.reduce(line, event.quantity)
    if not cart.lines:
        del shop.orders.carts[event.session]


def _line_repriced(shop: Shop, event: Event) -> None:
    line = shop.orders.carts[event.session].line(event.quantity)
    if line is None or line.product != event.product:
        raise KeyError(f"LINE_REPRICED without a line to fit: {event}")
    line.price = event.amount


def _repriced(shop: Shop, event: Event) -> None:
    shop.stock.reprice(event.product, event.amount, event.t)


def _amended(shop: Shop, event: Event) -> None:
    shop.orders.orders[event.order].amount = event.amount


def _waitlisted(shop: Shop, event: Event) -> None:
    shop.orders.waiting_list.sign_up(event.session, event.product, event.quantity, event.t)


def _voucher(shop: Shop, event: Event) -> None:
    waiting = shop.orders.waiting_list
    wish = waiting.strike(event.session, event.product)
    waiting.hand_out(wish, event.product, event.amount)


def _shipped(shop: Shop, event: Event) -> None:
    shop.stock.ship(_line(shop, event), event.t)


def _returned(shop: Shop, event: Event) -> None:
    shop.stock.take_back(_line(shop, event), event.t)


def _received(shop: Shop, event: Event) -> None:
    shop.stock.receive(event.product, event.quantity, event.t, Reason(event.reason))


def _adjusted(shop: Shop, event: Event) -> None:
    shop.stock.adjust(event.product, event.quantity, event.t, Reason(event.reason))


def _payment_started(shop: Shop, event: Event) -> None:
    order = shop.orders.orders[event.order]
    shop.payments.remember(order, event.quantity, event.channel, event.t)


def _payment_moved(shop: Shop, event: Event) -> None:
    attempt = shop.payments.find(event.order, event.quantity)
    shop.payments.move(attempt, event.kind, event.t)
    if event.kind == Kind.PAYMENT_REVERSED and event.reason == Reason.LATE:
        attempt.order.cart.late = True


def _kept(shop: Shop, event: Event) -> None:
    order = shop.orders.orders[event.order]
    shop.orders.keep(order, order.cart.lines_in(Life.LIVE), event.t)


def _refunded(shop: Shop, event: Event) -> None:
    refunded = shop.payments.refunded
    refunded[event.order] = refunded.get(event.order, 0) + event.amount
    if event.reason == Reason.LATE:
        shop.orders.orders[event.order].cart.late = True


def _collected(shop: Shop, event: Event) -> None:
    order = shop.orders.orders[event.order]
    order.state = ORDER_LIFE[order.state][Kind.COD_COLLECTED]
    _verified(shop).remember_collected(order, event.amount)


def _settled(shop: Shop, event: Event) -> None:
    _verified(shop).settlement.tills[event.channel].cut()


def _month_begun(shop: Shop, event: Event) -> None:
    _verified(shop).settlement.tills[event.channel].begin_month()


def _deposited(shop: Shop, event: Event) -> None:
    _verified(shop).settlement.tills[event.channel].pending.pop(0)


def _verified(shop: Shop) -> VerifiedPayments:
    """The payments department of a shop whose log tells of more than a plain gateway."""
    if not isinstance(shop.payments, VerifiedPayments):
        raise KeyError("the log tells of verified payments, and the shop's policy has none")
    return shop.payments


WRITERS: dict[int, Writer] = {
    Kind.ADDED: _added,
    Kind.CHECKED_OUT: _checked_out,
    Kind.PLACED: _placed,
    Kind.EXPIRED: _order_moved,
    Kind.ON_HOLD: _order_moved,
    Kind.REOPENED: _order_moved,
    Kind.PAID: _order_moved,
    Kind.CANCELLED: _order_moved,
    Kind.AWAITING_STAFF: _order_moved,
    Kind.AMENDED: _amended,
    Kind.LINE_REDUCED: _line_reduced,
    Kind.LINE_REPRICED: _line_repriced,
    Kind.REPRICED: _repriced,
    Kind.WAITLISTED: _waitlisted,
    Kind.VOUCHER: _voucher,
    Kind.RECEIVED: _received,
    Kind.RESERVED: _reserved,
    Kind.RELEASED: _released,
    Kind.SUSPENDED: _suspended,
    Kind.RESUMED: _resumed,
    Kind.RESTORED: _restored,
    Kind.ALLOCATED: _allocated,
    Kind.OVERSOLD: _oversold,
    Kind.DEALLOCATED: _deallocated,
    Kind.SHIPPED: _shipped,
    Kind.RETURNED: _returned,
    Kind.ADJUSTED: _adjusted,
    Kind.EXTENDED: _extended,
    Kind.PAYMENT_STARTED: _payment_started,
    Kind.PAYMENT_CAPTURED: _payment_moved,
    Kind.PAYMENT_FAILED: _payment_moved,
    Kind.PAYMENT_REVERSED: _payment_moved,
    Kind.ACCEPTED: _order_moved,
    Kind.PAYMENT_TAKEN: _payment_moved,
    Kind.PAYMENT_LAPSED: _payment_moved,
    Kind.MONEY_BACK: _payment_moved,
    Kind.KEPT: _kept,
    Kind.REFUNDED: _refunded,
    Kind.COD_COLLECTED: _collected,
    Kind.SETTLED: _settled,
    Kind.MONTH_BEGUN: _month_begun,
    Kind.DEPOSITED: _deposited,
    **AFTER_THE_SALE,
}
"""Kinds that change the shop. Traffic, refusals, leavings, an operator's hours, comings back and
pages do not; a ticket is opened, answered and reopened by its contact; and a filled backorder
follows from what came in."""
