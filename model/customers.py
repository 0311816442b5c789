"""The customers department: whom the shop recognises, and what they bought before (INV-4, CUS-4).

A customer who bought before is recognised when she comes, by her account. What she buys counts for
her from the moment at which the order is paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.events import Kind, Log, Reason
from model.outcomes import Refused

if TYPE_CHECKING:
    from model.orders import Order


class Customers:
    """The books of all customers, by a number that says nothing about the person."""

    __slots__ = ("_customer", "_earlier", "_record", "orders_paid")

    def __init__(self, log: Log) -> None:
        self._record = log.add
        self._customer: dict[int, int] = {}
        """Of a session; sessions of strangers are not in it."""
        self._earlier: set[int] = set()
        """Sessions whose customer had bought before they began."""
        self.orders_paid: dict[int, int] = {}
        """Orders that a customer paid this season."""

    def recognise(self, session: int, customer: int, now: float) -> None:
        """A customer with at least one earlier purchase has come."""
        if customer < 0:
            raise Refused(f"{customer} is no customer's number")
        if session in self._customer:
            raise Refused(f"session {session} was recognised already")
        self._customer[session] = customer
        self._earlier.add(session)
        self._record(now, Kind.RECOGNISED, session, amount=customer)

    def customer_of(self, session: int) -> int | None:
        """The customer of a session, or None for a stranger."""
        return self._customer.get(session)

    def has_bought_before(self, session: int) -> bool:
        """Whether an offer for customers only is open to the session."""
        return session in self._earlier

    def turn_away(self, session: int, product: int, quantity: int, now: float) -> None:
        """A stranger asked for what only customers may order."""
        self._record(
            now, Kind.TURNED_AWAY, session, -1, product, quantity, reason=Reason.CUSTOMERS_ONLY
        )

    def state(self) -> dict[int, int]:
        """The customer of every session that was recognised."""
        return dict(self._customer)

    def count_purchase(self, order: Order, _now: float) -> None:
        """An order is paid: it counts for its customer, if the shop knows her."""
        customer = self._customer.get(order.cart.session)
        if customer is not None:
            self.orders_paid[customer] = self.orders_paid.get(customer, 0) + 1
