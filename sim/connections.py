"""Who hears of whose work: support of the other departments' and they of its (SUP-4, SUP-7), the
warehouse of the back office's (ORD-11)."""

from __future__ import annotations

from model.events import Reason
from model.listeners import Listener, also
from model.orders import Order
from model.shop import Shop
from sim.back_office import Confirmation
from sim.dispatch import Dispatch
from sim.reception import Reception
from sim.website import Site

MISSED: dict[Reason, Reason] = {
    Reason.CONFIRMATION: Reason.MISSING_CONFIRMATION,
    Reason.TRACKING: Reason.MISSING_TRACKING,
    Reason.DELIVERED: Reason.WHERE_IS_MY_ORDER,
}
"""What a shopper asks support about who misses a message on each topic."""


def connect(shop: Shop, reception: Reception, site: Site | None) -> None:
    """Have late parcels, returns and missing messages make contacts, as far as the scenario names
    them under `support.causes`; and have the agents' check of the site find what is broken."""

    def asks(topic: Reason) -> Listener[Order]:
        return lambda order, now: reception.because(topic, order.cart.session, now)

    def misses(order: Order, topic: Reason, now: float) -> None:
        reception.because(MISSED[topic], order.cart.session, now)

    parcels = shop.fulfilment
    parcels.on_late = also(parcels.on_late, asks(Reason.LATE_PARCEL))
    parcels.on_returned = also(parcels.on_returned, asks(Reason.RETURN_QUESTION))
    shop.notices.on_missing = misses
    if site is not None:
        for desk in reception.desks:
            desk.on_site_check = site.check


def pack_when_cleared(shop: Shop, dispatch: Dispatch, confirmation: Confirmation | None) -> None:
    """Have a parcel wait until a person has confirmed its order, where somebody does; else it may
    be packed as soon as the order is paid."""
    if confirmation is None:
        shop.orders.on_paid = also(shop.orders.on_paid, dispatch.pack)
    else:
        confirmation.on_handled = also(confirmation.on_handled, dispatch.pack)
