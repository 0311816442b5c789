"""Every switch of the shop as a typed field. Durations in seconds, money in rial."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, IntEnum


class HoldPoint(IntEnum):
    """From which step on the shop keeps units reserved for a shopper (ORD-2), in order of time."""

    CART_ADD = 0
    CHECKOUT = 1
    ORDER_PLACED = 2
    PAYMENT_SUBMITTED = 3
    PAID = 4


class OnExpiry(Enum):
    """What becomes of units whose reservation ran out (ORD-4)."""

    RELEASE = "release"
    SUSPEND = "suspend"


class ReleasedBy(Enum):
    """Who notices that a reservation ran out (ORD-5)."""

    TIMER = "timer"
    LAZY = "lazy"
    SWEEPER = "sweeper"
    OPERATOR = "operator"


class ExtendOn(Enum):
    """What starts a reservation's clock again (ORD-3)."""

    NEVER = "never"
    CHECKOUT = "checkout"
    ACTIVITY = "activity"


class LatePayment(Enum):
    """What to do with money that arrives after the reservation died (ORD-9)."""

    OVERSELL = "oversell"
    HOLD_AGAIN_ELSE_REVERSE = "hold_again_else_reverse"
    REVERSE = "reverse"
    MANUAL = "manual"


class UnreservedPayment(Enum):
    """What to do with money for goods that were never reserved and are gone (ORD-9)."""

    REVERSE = "reverse"
    OVERSELL = "oversell"


class BackorderRule(Enum):
    """Whether goods that come in later make up for what was oversold."""

    NEVER = "never"
    FILL = "fill"


class Price(Enum):
    """Which price a cart pays when the catalogue's price has changed (ORD-8)."""

    FROZEN = "frozen"
    LATEST = "latest"
    FROZEN_WHILE_HELD = "frozen_while_held"
    CONFIRM_IF_CHANGED = "confirm_if_changed"


class Fill(Enum):
    """What a shopper gets who asks for more units than there are (ORD-10)."""

    ALL_OR_NOTHING = "all_or_nothing"
    AS_MANY = "as_many"


class LimitPer(Enum):
    """Over what a product's limit is counted (ORD-10)."""

    CART = "cart"
    CUSTOMER = "customer"


class Method(IntEnum):
    """Ways of paying that a rule of reservations can name (PAY-1)."""

    ONLINE = 0
    CASH_ON_DELIVERY = 1
    IN_STORE = 2


@dataclass(frozen=True, slots=True)
class ReservationPolicy:
    """ORD-2 to ORD-10. `math.inf` stands for "none": the reservation never runs out."""

    hold_point: HoldPoint = HoldPoint.CART_ADD
    timeout: float = 20 * 60.0
    guest_timeout: float | None = None
    """For guests, where it differs from `timeout`."""
    extend_on: ExtendOn = ExtendOn.NEVER
    extension_cap: float = 11.0
    """However active the shopper, a reservation lives at most this many timeouts."""
    on_expiry: OnExpiry = OnExpiry.RELEASE
    suspended_timeout: float = math.inf
    """Suspended goods go back to stock after this."""
    released_by: ReleasedBy = ReleasedBy.TIMER
    sweep_every: float = 3600.0
    sweep_batch: int = 0
    """At most so many reservations a sweep; 0 for all."""
    operator_opens: float = 9 * 3600.0
    operator_closes: float = 17 * 3600.0
    """Local time of day between which the operator deletes overdue carts and orders by hand."""
    operator_seconds: float = 60.0
    """Work on one overdue cart or order."""
    late_payment: LatePayment = LatePayment.HOLD_AGAIN_ELSE_REVERSE
    unreserved_payment: UnreservedPayment = UnreservedPayment.REVERSE
    backorders: BackorderRule = BackorderRule.NEVER
    backorder_patience: float = math.inf
    """An oversold order that has waited so long for goods is cancelled and refunded."""
    exempt_products: frozenset[int] = frozenset()
    """Their reservations never run out, nor do orders with one of them (ORD-6)."""
    exempt_methods: frozenset[Method] = frozenset()
    """Nor do orders to be paid like this."""
    price: Price = Price.FROZEN
    fill: Fill = Fill.ALL_OR_NOTHING
    limit_per: LimitPer = LimitPer.CART
    waiting_list: bool = False
    """Whether who was refused may wait for the goods, and has a voucher once they are back."""
    voucher_timeout: float = 48 * 3600.0
    """A voucher keeps its units for so long."""

    def timeout_for(self, registered: bool) -> float:
        """Seconds that a new reservation lives."""
        if registered or self.guest_timeout is None:
            return self.timeout
        return self.guest_timeout


@dataclass(frozen=True, slots=True)
class Policy:
    """All the switches of one shop, department by department."""

    reservation: ReservationPolicy = field(default_factory=ReservationPolicy)
