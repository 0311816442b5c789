"""Rebuilding a shop from its journal: the event log is enough to know everything again.

Each kind of event has one function that writes what the event says, without asking the policy
whether it may: the shop decided when it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from model.carts import CART_LIFE, Cart, Line
from model.catalogue import Catalogue
from model.events import Channel, Event, Kind, Log, Reason
from model.fulfilment import PARCEL_LIFE
from model.lifecycle import Life
from model.notices import About
from model.orders import ORDER_LIFE, Order
from model.policy import Policy
from model.shop import Shop
from model.tickets import TicketState
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


def _parcel_opened(shop: Shop, event: Event) -> None:
    order = shop.orders.orders[event.order]
    shop.fulfilment.open(order, event.t, Channel(event.channel), event.amount)


def _parcel_picked(shop: Shop, event: Event) -> None:
    shop.fulfilment.pick(shop.fulfilment.parcels[event.order], event.t)


def _parcel_dispatched(shop: Shop, event: Event) -> None:
    """Its units leave by events of their own; what was picked leaves with it."""
    _parcel_moved(shop, event)
    shop.fulfilment.set_aside(shop.fulfilment.parcels[event.order], -1)


def _parcel_stopped(shop: Shop, event: Event) -> None:
    shop.fulfilment.stop(shop.orders.orders[event.order], event.t)


def _parcel_overdue(shop: Shop, event: Event) -> None:
    shop.fulfilment.parcels[event.order].is_late = True


def _parcel_turned_round(shop: Shop, event: Event) -> None:
    _parcel_moved(shop, event)
    refused = event.kind == Kind.REFUSED_AT_DOOR
    parcel = shop.fulfilment.parcels[event.order]
    parcel.why_back = Reason.REFUSED_AT_DOOR if refused else Reason.WITHDRAWN


def _parcel_moved(shop: Shop, event: Event) -> None:
    parcel = shop.fulfilment.parcels[event.order]
    parcel.state = PARCEL_LIFE[parcel.state][Kind(event.kind)]


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


def _deposited(shop: Shop, event: Event) -> None:
    _verified(shop).settlement.tills[event.channel].pending.pop(0)


def _verified(shop: Shop) -> VerifiedPayments:
    """The payments department of a shop whose log tells of more than a plain gateway."""
    if not isinstance(shop.payments, VerifiedPayments):
        raise KeyError("the log tells of verified payments, and the shop's policy has none")
    return shop.payments


def _contacted(shop: Shop, event: Event) -> None:
    shop.support.contact(event.session, Channel(event.channel), Reason(event.reason), event.t)


def _answered(shop: Shop, event: Event) -> None:
    shop.support.answer(shop.support.open[event.session], event.t)


def _closed(shop: Shop, event: Event) -> None:
    # Whether it was solved, the ticket's own event says.
    shop.support.close(shop.support.open[event.session], event.t, solved=False)


def _ended_canned(shop: Shop, event: Event) -> None:
    shop.support.end_canned(shop.support.open[event.session], event.t)


def _ticket_solved(shop: Shop, event: Event) -> None:
    ticket = shop.support.tickets.of(event.session, Reason(event.reason))
    if ticket is None:
        raise KeyError(f"no ticket to solve: {event}")
    if ticket.state is not TicketState.SOLVED:
        shop.support.tickets.solve(ticket, event.t)


def _gave_up(shop: Shop, event: Event) -> None:
    shop.support.give_up(shop.support.open[event.session], event.t)


def _recognised(shop: Shop, event: Event) -> None:
    shop.customers.recognise(event.session, event.amount, event.t)


def _about(event: Event) -> About:
    return About(event.session, Reason(event.reason), event.order, event.product)


def _notice_due(shop: Shop, event: Event) -> None:
    shop.notices.owe(_about(event), Channel(event.channel), event.t)


def _notice_sent(shop: Shop, event: Event) -> None:
    shop.notices.send(shop.notices.queued[_about(event), Channel(event.channel)], event.t)


def _unreachable(shop: Shop, event: Event) -> None:
    shop.notices.fail_to_reach(_about(event), event.t)


def _signed_up(shop: Shop, event: Event) -> None:
    shop.notices.sign_up(event.session, event.product, event.t)


WRITERS: dict[int, Callable[[Shop, Event], None]] = {
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
    Kind.DEPOSITED: _deposited,
    Kind.PARCEL_OPENED: _parcel_opened,
    Kind.PICKED: _parcel_picked,
    Kind.PACKED: _parcel_moved,
    Kind.DISPATCHED: _parcel_dispatched,
    Kind.DELIVERED: _parcel_moved,
    Kind.REFUSED_AT_DOOR: _parcel_turned_round,
    Kind.SENT_BACK: _parcel_turned_round,
    Kind.INSPECTED: _parcel_moved,
    Kind.OVERDUE: _parcel_overdue,
    Kind.PARCEL_STOPPED: _parcel_stopped,
    Kind.CONTACTED: _contacted,
    Kind.ANSWERED: _answered,
    Kind.CLOSED: _closed,
    Kind.GAVE_UP: _gave_up,
    Kind.RECOGNISED: _recognised,
    Kind.CANNED_ENDING: _ended_canned,
    Kind.TICKET_SOLVED: _ticket_solved,
    Kind.NOTICE_DUE: _notice_due,
    Kind.NOTICE_SENT: _notice_sent,
    Kind.NOTICE_UNREACHABLE: _unreachable,
    Kind.SIGNED_UP: _signed_up,
}
"""Kinds that change the shop. Traffic, refusals, leavings, an operator's hours, comings back and
pages do not; a ticket is opened, answered and reopened by its contact; and a filled backorder
follows from what came in."""
