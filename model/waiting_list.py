"""The waiting list: who was refused may wait, and has a voucher once goods are back (ORD-10)."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from model.carts import Cart, Line, Voucher
from model.events import Kind, Log
from model.outcomes import Refused
from model.policy import ReservationPolicy
from model.reservations import Reservations


class Wish(NamedTuple):
    """What somebody waits for."""

    session: int
    """The one in which she would return; it has no cart yet."""
    quantity: int


class WaitingList:
    """Wishes by product, in the order in which they were made."""

    __slots__ = ("carts", "policy", "record", "reservations", "waiting", "wishes")

    def __init__(
        self,
        carts: dict[int, Cart],
        reservations: Reservations,
        policy: ReservationPolicy,
        log: Log,
    ) -> None:
        self.carts = carts
        self.reservations = reservations
        self.policy = policy
        self.record = log.add
        self.wishes: dict[int, deque[Wish]] = {}
        self.waiting: set[int] = set()
        """The sessions of all wishes: each has one at most."""

    def sign_up(self, session: int, product: int, quantity: int, now: float) -> None:
        """Wait for units of a product, to come back for them in `session`."""
        if not self.policy.waiting_list:
            raise Refused("the shop has no waiting list")
        if quantity < 1:
            raise Refused(f"nobody waits for {quantity} units of product {product}")
        queue = self.wishes.setdefault(self.reservations.stock.shelf(product).product, deque())
        if session in self.carts or session in self.waiting:
            raise Refused(f"session {session} has a cart or waits already")
        queue.append(Wish(session, quantity))
        self.waiting.add(session)
        self.record(now, Kind.WAITLISTED, session, -1, product, quantity)

    def serve(self, product: int, now: float) -> list[Wish]:
        """Give vouchers for what is available, in turn; who has one now."""
        queue = self.wishes.get(product)
        shelf = self.reservations.stock.shelf(product)
        served = []
        while queue and queue[0].quantity <= shelf.available:
            if queue[0].session in self.carts:
                raise Refused(f"session {queue[0].session} has a cart; its voucher has no place")
            wish = queue.popleft()
            cart = self.hand_out(wish, product, shelf.price)
            self.record(now, Kind.VOUCHER, wish.session, -1, product, wish.quantity, shelf.price)
            self.reservations.reserve(cart.lines[0], now)
            served.append(wish)
        return served

    def hand_out(self, wish: Wish, product: int, price: int) -> Cart:
        """The cart that a voucher is: one line, at the price of today."""
        self.waiting.discard(wish.session)
        cart = self.carts[wish.session] = Voucher(wish.session, self.policy.voucher_timeout)
        cart.lines.append(Line(cart, product, wish.quantity, price))
        return cart

    def strike(self, session: int, product: int) -> Wish:
        """Take a wish off the list. KeyError if there is none of that session."""
        queue = self.wishes.get(product, deque())
        for wish in queue:
            if wish.session == session:
                queue.remove(wish)
                return wish
        raise KeyError(f"session {session} does not wait for product {product}")
