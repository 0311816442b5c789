"""The stock department: a ledger of immutable movements, the only writer of quantities (INV-1).

Every change of a level is one movement in the event log. `MOVEMENTS` says what each kind does, so
that an audit that only has the log comes to the same levels. Oversell shows as more allocated
than on hand, never as a negative count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from model.catalogue import Catalogue
from model.events import Kind, Log, Reason, packed
from model.lifecycle import RESERVATION_LIFE, Deadlines, Life
from model.outcomes import Refused

if TYPE_CHECKING:
    from model.carts import Line


class Effect(NamedTuple):
    """What one unit of a movement adds to each level."""

    on_hand: int = 0
    reserved: int = 0
    suspended: int = 0
    allocated: int = 0


MOVEMENTS: dict[Kind, Effect] = {
    Kind.RECEIVED: Effect(on_hand=1),
    Kind.RESERVED: Effect(reserved=1),
    Kind.RELEASED: Effect(reserved=-1),
    Kind.SUSPENDED: Effect(reserved=-1, suspended=1),
    Kind.RESUMED: Effect(reserved=1, suspended=-1),
    Kind.RESTORED: Effect(suspended=-1),
    Kind.ALLOCATED: Effect(reserved=-1, allocated=1),
    Kind.OVERSOLD: Effect(allocated=1),
    Kind.DEALLOCATED: Effect(allocated=-1),
    Kind.SHIPPED: Effect(on_hand=-1, allocated=-1),
    Kind.RETURNED: Effect(on_hand=1),
    Kind.ADJUSTED: Effect(on_hand=1),
}
"""`Kind.ADJUSTED` carries a signed quantity and needs a reason."""

ALLOCATED: Final = Kind.ALLOCATED
OVERSOLD: Final = Kind.OVERSOLD
DEALLOCATED: Final = Kind.DEALLOCATED
RELEASED: Final = Kind.RELEASED
RESERVED: Final = Kind.RESERVED
RESTORED: Final = Kind.RESTORED
RESUMED: Final = Kind.RESUMED
RETURNED: Final = Kind.RETURNED
SHIPPED: Final = Kind.SHIPPED
SUSPENDED: Final = Kind.SUSPENDED
LIVE: Final = Life.LIVE
NONE: Final = Reason.NONE


class Shelf:
    """The levels of one product. `available` is what a shopper may still take."""

    __slots__ = (
        "allocated", "available", "customers_only", "deadlines", "in_carts", "limit", "on_hand",
        "price", "product", "suspended", "unpaid",
    )  # fmt: skip

    def __init__(
        self, product: int, price: int, limit: int | None, customers_only: bool = False
    ) -> None:
        self.product = product
        self.price = price
        self.limit = limit
        self.customers_only = customers_only
        self.on_hand = self.allocated = self.in_carts = self.unpaid = self.suspended = 0
        self.available = 0
        """on hand - allocated - in carts - unpaid - suspended; below zero when oversold."""
        self.deadlines: Deadlines | None = None
        """Reservations of this product by deadline, where the policy is lazy."""

    @property
    def reserved(self) -> int:
        """Units in live reservations, of carts and of unpaid orders."""
        return self.in_carts + self.unpaid

    def why_short(self, quantity: int) -> Reason:
        """Where the units are that a shopper who asks for `quantity` misses (ORD-12).

        `GONE` if even all the units held for others could not serve her; else the holder of most.
        """
        if self.available + self.in_carts + self.unpaid + self.suspended < quantity:
            return Reason.GONE
        if self.in_carts >= self.unpaid and self.in_carts >= self.suspended:
            return Reason.IN_CARTS
        return Reason.UNPAID if self.unpaid >= self.suspended else Reason.SUSPENDED


class Stock:
    """All shelves, and the movements between their levels."""

    __slots__ = ("journal", "on_available", "on_received", "record", "shelves")

    def __init__(self, catalogue: Catalogue, log: Log) -> None:
        self.record = log.add
        self.journal = log.journal
        self.on_received: Callable[[int, float], None] | None = None
        """Hears of a product whose units came in, or came back, and when."""
        self.on_available: Callable[[int, float], None] | None = None
        """Told of a product of which units can be taken again; None: nobody is."""
        self.shelves = [
            Shelf(number, product.price, product.limit, product.customers_only)
            for number, product in enumerate(catalogue)
        ]

    def shelf(self, product: int) -> Shelf:
        """The shelf of a product that the shop has."""
        if not 0 <= product < len(self.shelves):
            raise Refused(f"there is no product {product}")
        return self.shelves[product]

    def count(self) -> dict[str, list[int]]:
        """Every level of every shelf, by its name."""
        names = ("on_hand", "reserved", "suspended", "allocated", "available")
        return {name: [getattr(shelf, name) for shelf in self.shelves] for name in names}

    # movements of goods -------------------------------------------------------------------

    def receive(
        self, product: int, quantity: int, now: float, reason: Reason = Reason.DELIVERY
    ) -> None:
        """Goods arrived."""
        if quantity <= 0:
            raise Refused(f"a delivery of {quantity} units of product {product}")
        self._count(product, quantity)
        self.record(now, Kind.RECEIVED, product=product, quantity=quantity, reason=reason)
        if self.on_received is not None:
            self.on_received(product, now)
        if self.on_available is not None:
            self.on_available(product, now)

    def adjust(self, product: int, quantity: int, now: float, reason: Reason) -> None:
        """A count or damage changed what is on hand by the signed `quantity`."""
        if reason not in (Reason.DAMAGE, Reason.COUNT):
            raise Refused(f"an adjustment of product {product} needs a reason: damage or count")
        if self.shelf(product).on_hand + quantity < 0:
            raise Refused(f"product {product} would stand at a negative count")
        self._count(product, quantity)
        self.record(now, Kind.ADJUSTED, product=product, quantity=quantity, reason=reason)
        if quantity > 0 and self.on_available is not None:
            self.on_available(product, now)

    def reprice(self, product: int, price: int, now: float) -> None:
        """The catalogue's price of a product changes, in rial per unit."""
        if price < 0:
            raise Refused(f"product {product} cannot cost {price} rial")
        self.shelf(product).price = price
        self.record(now, Kind.REPRICED, product=product, amount=price)

    def _count(self, product: int, quantity: int) -> None:
        shelf = self.shelf(product)
        shelf.on_hand += quantity
        shelf.available += quantity

    # movements of reservations ------------------------------------------------------------

    def reserve(self, line: Line, now: float, timeout: float) -> None:
        """Set units aside for a cart's line. The caller has checked that they are available."""
        quantity = line.quantity
        after = RESERVATION_LIFE[line.life].get(RESERVED)
        if after is None:
            raise Refused(f"a reservation that is {line.life.name.lower()} cannot be made")
        line.life = after
        line.made_at = now
        line.expires_at = now + timeout
        shelf = self.shelves[line.product]
        shelf.available -= quantity
        if line.ordered:
            shelf.unpaid += quantity
        else:
            shelf.in_carts += quantity
        cart = line.cart
        self.journal += packed(
            now, RESERVED, cart.session, cart.order_id, line.product, quantity, line.number, 0, 0
        )

    def promise(self, line: Line) -> None:
        """The line's cart became a placed order; no unit moves."""
        if line.life is LIVE:
            shelf = self.shelves[line.product]
            shelf.in_carts -= line.quantity
            shelf.unpaid += line.quantity
        line.ordered = True

    def allocate(self, line: Line, now: float) -> None:
        """The order is paid: its reserved units now belong to it."""
        self._leave(line, ALLOCATED, now).allocated += line.quantity

    def release(self, line: Line, now: float, reason: Reason) -> None:
        """A live reservation ends unsold; its units may be taken again."""
        self._offer(self._leave(line, RELEASED, now, reason), line.quantity, now)

    def suspend(self, line: Line, now: float, reason: Reason) -> None:
        """A live reservation ran out; its units are kept apart."""
        self._leave(line, SUSPENDED, now, reason).suspended += line.quantity

    def resume(self, line: Line, now: float, timeout: float) -> None:
        """The shopper came back to her suspended units; a new clock runs."""
        shelf = self._leave(line, RESUMED, now)
        if line.ordered:
            shelf.unpaid += line.quantity
        else:
            shelf.in_carts += line.quantity
        line.made_at = now
        line.expires_at = now + timeout

    def restore(self, line: Line, now: float, reason: Reason) -> None:
        """Suspended units go back on the shelf."""
        self._offer(self._leave(line, RESTORED, now, reason), line.quantity, now)

    def oversell(self, line: Line, now: float) -> None:
        """Promise units to a paid order that the shop does not have."""
        shelf = self._leave(line, OVERSOLD, now)
        shelf.allocated += line.quantity
        shelf.available -= line.quantity

    def deallocate(self, line: Line, now: float) -> None:
        """A paid order was cancelled before it was shipped."""
        self._offer(self._leave(line, DEALLOCATED, now), line.quantity, now)

    def ship(self, line: Line, now: float) -> None:
        """A paid order's units leave the house; oversold ones must have come in first."""
        if self.shelves[line.product].on_hand < line.quantity:
            raise Refused(f"product {line.product} is not on hand and cannot be shipped")
        self._leave(line, SHIPPED, now).on_hand -= line.quantity

    def take_back(self, line: Line, now: float, reason: Reason = NONE) -> None:
        """Shipped units came back and stand on the shelf again."""
        shelf = self._leave(line, RETURNED, now, reason)
        shelf.on_hand += line.quantity
        self._offer(shelf, line.quantity, now)
        if self.on_received is not None:
            self.on_received(line.product, now)

    def _offer(self, shelf: Shelf, quantity: int, now: float) -> None:
        """Units that were somebody's may be taken by anybody."""
        shelf.available += quantity
        if self.on_available is not None:
            self.on_available(shelf.product, now)

    def _leave(self, line: Line, kind: Kind, now: float, reason: Reason = NONE) -> Shelf:
        """Take the units out of the level that they stand in, by the state machine."""
        was = line.life
        after = RESERVATION_LIFE[was].get(kind)
        if after is None:
            raise Refused(f"a reservation that is {was.name.lower()} cannot be {kind.name.lower()}")
        line.life = after
        quantity = line.quantity
        shelf = self.shelves[line.product]
        if was is LIVE:
            if line.ordered:
                shelf.unpaid -= quantity
            else:
                shelf.in_carts -= quantity
        elif was is Life.SUSPENDED:
            shelf.suspended -= quantity
        elif was is Life.CONVERTED:
            shelf.allocated -= quantity
        cart = line.cart
        self.journal += packed(
            now, kind, cart.session, cart.order_id, line.product, quantity, line.number, 0, reason
        )
        return shelf
