"""The shop: its departments, put together."""

from __future__ import annotations

from typing import Any

from model.carts import Cart
from model.catalogue import Catalogue
from model.customers import Customers
from model.events import Kind, Log, Reason
from model.fulfilment import Fulfilment
from model.lifecycle import Life
from model.management import Management
from model.notices import Notices
from model.orders import Orders
from model.payments import Payments
from model.policy import Policy
from model.stock import Stock
from model.support import Support
from model.verified_payments import VerifiedPayments


class Shop:
    """A reference shop. Each department alone writes its books; all write one event log.

    Commands take `now` in seconds; the shop has no clock. A new shop has empty shelves: call
    `open` to fill them from the catalogue.
    """

    __slots__ = (
        "catalogue",
        "customers",
        "fulfilment",
        "log",
        "management",
        "notices",
        "orders",
        "payments",
        "policy",
        "stock",
        "support",
    )

    def __init__(self, catalogue: Catalogue, policy: Policy) -> None:
        self.catalogue = catalogue
        self.policy = policy
        self.log = Log()
        self.stock = Stock(catalogue, self.log)
        self.customers = Customers(self.log)
        self.orders = Orders(self.stock, self.customers, policy.reservation, self.log)
        self.payments: Payments = (
            Payments(self.orders, self.log)
            if policy.payment is None
            else VerifiedPayments(self.orders, policy.payment, self.log)
        )
        self.support = Support(self.log)
        self.fulfilment = Fulfilment(self.stock, self.log)
        self.notices = Notices(self.log)
        self.management = Management(self.orders, self.payments, self.fulfilment)

    def open(self, now: float = 0.0) -> None:
        """Receive the catalogue's opening stock."""
        for number, product in enumerate(self.catalogue):
            if product.opening_stock:
                self.stock.receive(number, product.opening_stock, now, Reason.OPENING_STOCK)

    def adopt(self, policy: Policy, now: float) -> None:
        """Go by other rules for reservations from now on (`Orders.adopt` says which may change)."""
        self.policy = policy
        self.orders.adopt(policy.reservation)
        self.log.add(now, Kind.POLICY_CHANGED)

    def close(self) -> None:
        """Forget carts and orders, so that their memory returns at once; the log stays."""
        for cart in self.orders.carts.values():
            cart.lines.clear()
        self.orders.carts.clear()
        self.orders.orders.clear()
        self.payments.forget()
        self.fulfilment.parcels.clear()

    def state(self) -> dict[str, Any]:
        """Everything the shop knows, as plain values: equal states are equal shops."""
        return {
            "shelves": [
                (s.on_hand, s.available, s.in_carts, s.unpaid, s.suspended, s.allocated)
                for s in self.stock.shelves
            ],
            "carts": {session: _cart(cart) for session, cart in self.orders.carts.items()},
            "orders": [
                (
                    order.cart.session,
                    order.state.name,
                    order.amount,
                    order.placed_at,
                    int(order.method),
                )
                for order in self.orders.orders
            ],
            "prices": [shelf.price for shelf in self.stock.shelves],
            "waiting list": {
                product: list(queue)
                for product, queue in self.orders.waiting_list.wishes.items()
                if queue
            },
            "backorders": _backorders(self.orders),
            "awaiting staff": sorted(self.orders.awaiting_staff),
            "attempts": {
                number: (attempt.turn, attempt.state.name, attempt.started_at)
                for number, attempt in self.payments.attempts.items()
            },
            "customers": self.customers.state(),
            "money": self.payments.state(),
            "parcels": {
                number: (parcel.state.name, parcel.carrier, parcel.due, parcel.is_late)
                for number, parcel in self.fulfilment.parcels.items()
            },
            "picked": {
                product: units for product, units in self.fulfilment.picked.items() if units
            },
            "contacts": {
                session: (contact.channel, contact.topic, contact.state.name)
                for session, contact in self.support.open.items()
            },
            "tickets": [
                (ticket.session, ticket.topic, ticket.state.name, ticket.trail)
                for ticket in self.support.tickets.all
            ],
            "messages to send": sorted(self.notices.queued),
            "waiting for products": {
                product: list(sessions) for product, sessions in self.notices.waiting.items()
            },
        }


def _backorders(orders: Orders) -> dict[int, list[tuple[int, int]]]:
    """Session and line of what is owed of each product."""
    queues = {} if orders.backorders is None else orders.backorders.queues
    return {
        product: [(line.cart.session, line.number) for line in queue]
        for product, queue in queues.items()
        if queue
    }


def _cart(cart: Cart) -> tuple[Any, ...]:
    lines = tuple(
        (line.number, line.product, line.quantity, line.price, line.ordered, line.life.name)
        + ((line.made_at, line.expires_at) if line.life in (Life.LIVE, Life.SUSPENDED) else ())
        for line in cart.lines
    )
    return cart.registered, cart.late, cart.state.name, cart.timeout, lines
