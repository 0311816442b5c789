"""How carts reserve stock: from when, for how long, and what ends it (ORD-2 to ORD-4).

What a shopper may still take is a question to `is_short`; under the lazy policy asking it puts
back what ran out unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from typing import Final

from model.carts import Cart, Line
from model.events import Kind, Log, Reason, packed
from model.lifecycle import Deadlines, Life
from model.policy import ExtendOn, HoldPoint, OnExpiry, ReleasedBy, ReservationPolicy
from model.stock import Shelf, Stock

LATE_REFUSED: Final = Kind.LATE_REFUSED
REFUSED: Final = Kind.REFUSED
LIVE: Final = Life.LIVE


class Reservations:
    """The reservations of all carts, and the clocks that run on them."""

    __slots__ = (
        "at_add", "at_payment", "deadlines", "exempt", "expire", "extends_always",
        "extends_at_checkout", "is_lazy", "journal", "policy", "postpone", "record", "stock",
        "suspends", "timeouts", "watch",
    )  # fmt: skip

    def __init__(
        self,
        stock: Stock,
        policy: ReservationPolicy,
        log: Log,
        expire: Callable[[Line, float], None],
    ) -> None:
        self.stock = stock
        self.record = log.add
        self.journal = log.journal
        self.expire = expire
        """Ends a reservation that ran out, and what depends on it."""
        self.deadlines = Deadlines()
        self.watch: Callable[[Line], None] = self.deadlines.push
        """Told of every reservation whose clock starts; a timer puts itself here."""
        self.is_lazy = policy.released_by is ReleasedBy.LAZY
        if self.is_lazy:
            for shelf in stock.shelves:
                shelf.deadlines = Deadlines()
            self.watch = self._watch_lazily
        self.postpone: Callable[[Line], None] = self.watch
        """Told of a reservation that may not end at its time (PAY-3), with a new `expires_at`."""
        self.adopt(policy)

    def adopt(self, policy: ReservationPolicy) -> None:
        """Go by these rules from now on; who notices the end of a reservation stays the same.

        Reservations that stand keep the time that they were made with.
        """
        self.policy = policy
        self.at_add = policy.hold_point is HoldPoint.CART_ADD
        self.at_payment = policy.hold_point > HoldPoint.ORDER_PLACED
        self.extends_always = policy.extend_on is ExtendOn.ACTIVITY
        self.extends_at_checkout = policy.extend_on is not ExtendOn.NEVER
        self.timeouts = (policy.timeout_for(False), policy.timeout_for(True))
        """Of guests, and of registered shoppers."""
        self.suspends = policy.on_expiry is OnExpiry.SUSPEND
        self.exempt = policy.exempt_products

    def reserve(self, line: Line, now: float) -> None:
        """Set units aside for a line; the caller knows that they are there."""
        if self.exempt or line.cart.timeout is not None:
            self.stock.reserve(line, now, self.timeout_of(line))
            if line.expires_at == inf:
                return
        else:
            self.stock.reserve(line, now, self.timeouts[line.cart.registered])
        self.watch(line)

    def timeout_of(self, line: Line) -> float:
        """Seconds that a new reservation of a line lives; an exempt one for ever (ORD-6)."""
        if line.product in self.exempt:
            return inf
        own = line.cart.timeout
        return self.timeouts[line.cart.registered] if own is None else own

    def reserve_all(self, lines: list[Line], now: float) -> tuple[int, int] | None:
        """Reserve these lines if stock suffices for all of them.

        None if it did; else what is short: a product, and the units of it that were wanted.
        """
        if (short := self.shortage(lines, now)) is not None:
            return short
        for line in lines:
            self.reserve(line, now)
        return None

    def extend(self, cart: Cart, now: float) -> None:
        """Start the clock of a cart's reservations again, up to the cap (ORD-3)."""
        timeout = self.timeouts[cart.registered]
        longest = self.policy.extension_cap * timeout
        live = cart.lines_in(LIVE)
        for line in live:
            longest_for_it = min(now + timeout, line.made_at + longest)
            line.expires_at = max(line.expires_at, longest_for_it)  # never a voucher cut short
        if live:
            self.record(now, Kind.EXTENDED, cart.session, cart.order_id)

    def end(self, line: Line, now: float, reason: Reason) -> None:
        """Release or suspend a live reservation, as the policy says (ORD-4)."""
        if not self.suspends or reason is Reason.BY_OPERATOR:
            self.stock.release(line, now, reason)
            return
        self.stock.suspend(line, now, reason)
        line.expires_at = now + self.policy.suspended_timeout
        self.watch(line)

    def resume(self, cart: Cart, now: float) -> None:
        """Give a shopper her suspended units back, with a new clock."""
        for line in cart.lines_in(Life.SUSPENDED):
            self.stock.resume(line, now, self.timeout_of(line))
            self.watch(line)

    def notice(self, cart: Cart, now: float) -> None:
        """End what ran out in this cart and nobody has acted on; for the lazy policy."""
        for line in cart.lines:
            if line.expires_at <= now and line.life in (LIVE, Life.SUSPENDED):
                self.expire(line, now)

    def is_short(self, shelf: Shelf, quantity: int, now: float) -> bool:
        """Whether units are missing, after what ran out unnoticed is put back."""
        if shelf.deadlines is not None:
            while shelf.available < quantity and (line := shelf.deadlines.pop_due(now)):
                self.expire(line, now)
        return shelf.available < quantity

    def shortage(self, lines: Iterable[Line], now: float) -> tuple[int, int] | None:
        """The first product of which there is not enough for these lines, all taken together,
        and how many units they want."""
        wanted: dict[int, int] = {}
        for line in lines:
            wanted[line.product] = total = wanted.get(line.product, 0) + line.quantity
            shelf = self.stock.shelves[line.product]
            if shelf.available < total and self.is_short(shelf, total, now):
                return line.product, total
        return None

    def refuse(
        self,
        session: int,
        order: int,
        product: int,
        quantity: int,
        now: float,
        kind: Kind = REFUSED,
        why: Reason | None = None,
    ) -> None:
        """Log a refusal for lack of stock, with where the missing units are (ORD-12)."""
        shelf = self.stock.shelves[product]
        self.journal += packed(
            now, kind, session, order, product, quantity, shelf.price * quantity, 0,
            shelf.why_short(quantity) if why is None else why,
        )  # fmt: skip

    def _watch_lazily(self, line: Line) -> None:
        deadlines = self.stock.shelves[line.product].deadlines
        assert deadlines is not None  # the lazy policy gives every shelf its own
        deadlines.push(line)
        self.deadlines.push(line)
