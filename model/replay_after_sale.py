"""Rebuilding what follows a sale from the journal: parcels, support, messages to customers.

The other half of `model.replay`, by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable

from model.events import Channel, Event, Kind, Reason
from model.fulfilment import PARCEL_LIFE
from model.notices import About
from model.shop import Shop
from model.tickets import TicketState

Writer = Callable[[Shop, Event], None]
"""Writes into a shop what an event says."""


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


AFTER_THE_SALE: dict[int, Writer] = {
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
"""Kinds that change these departments."""
