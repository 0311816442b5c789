"""Every switch of the shop as a typed field. Durations in seconds, money in rial."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from model.gateways import Terms
from model.settlement import Tiers


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
    exempt_methods: frozenset[int] = frozenset()
    """Nor do orders to be paid like this: `Channel`s, as `Order.method` has them."""
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


class StockCheck(Enum):
    """What a shop does about its stock before it verifies a payment (PAY-3)."""

    VERIFY_FIRST = "verify_first"
    """Nothing: it verifies, and has money for goods that may be gone."""
    RECHECK = "recheck"
    """It verifies only if the order's reservation still stands."""
    RETAKE = "retake"
    """It takes a dead reservation's units again, and verifies only if they are there."""


@dataclass(frozen=True, slots=True)
class PaymentPolicy:
    """PAY-1 to PAY-3, PAY-5: ways to pay, what is verified and when, and who keeps the money."""

    terms: tuple[Terms, ...]
    """Of every way to pay online or from card to card."""
    tiers: dict[int, Tiers] = field(default_factory=dict)
    """Of every channel whose money someone keeps for a while, by its code."""
    before_verify: StockCheck = StockCheck.RETAKE
    keeps_unverified: bool = True
    """Whether no reservation ends while a payment for it may still be verified."""
    keep_at_most: float = 30 * 60.0
    """Longest such respite after the payment, in seconds, whatever the gateway allows."""


@dataclass(frozen=True, slots=True)
class Policy:
    """All the switches of one shop, department by department."""

    reservation: ReservationPolicy = field(default_factory=ReservationPolicy)
    payment: PaymentPolicy | None = None
    """None: one plain gateway, whose answer is the money."""
