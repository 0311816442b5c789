"""The shop in a scenario: what it sells, and every switch of how it holds stock and is paid.

Numbers of requirements (ORD-2) are those of the rules that a switch stands for.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from model.policy import (
    ExtendOn,
    HoldPoint,
    LatePayment,
    OnExpiry,
    ReleasedBy,
    ReservationPolicy,
)
from scenarios.section import Section
from scenarios.units import (
    Clock,
    Duration,
    Moment,
    PositiveDuration,
    Rial,
    Share,
    Timeout,
    parse_clock,
)

HoldPointName = Literal["cart_add", "checkout", "order_placed", "payment_submitted", "paid"]


class CatalogueEntry(Section):
    """One product, or a group of products that differ only in how popular they are."""

    name: str
    """What reports call it."""
    products: int = Field(default=1, ge=1, le=1_000_000)
    """How many products the entry stands for."""
    share: Share
    """Share of all requested lines that fall on this entry."""
    zipf: float = Field(default=1.0, ge=0)
    """Within the entry, the product of rank k is asked for in proportion to 1 / k^zipf."""
    price: Rial
    """The median price."""
    price_sigma: float = Field(default=0.0, ge=0)
    """Spread of prices within the entry (standard deviation of the logarithm)."""
    stock: int | None = Field(default=None, ge=0, le=1_000_000_000)
    """Units on hand at the start, of each product."""
    cover: PositiveDuration | None = None
    """Instead of `stock`: units for so long at the expected demand of an average day."""
    limit: int | None = Field(default=None, ge=1)
    """At most so many units per customer."""
    customers_only: bool = False
    """Only customers with an earlier purchase (`customers.returning`) may order it (INV-4)."""
    restocked: bool = True
    """Whether the shop's restocking covers it."""

    @model_validator(mode="after")
    def _one_stock(self) -> Self:
        if (self.stock is None) == (self.cover is None):
            raise ValueError("give either stock (units) or cover (a duration), one of the two")
        return self


class SupplyFault(Section):
    """A time in which the supplier is late, or sends less than was ordered."""

    start: Moment
    """Its first moment, local time."""
    duration: PositiveDuration
    """Orders sent to the supplier within it suffer."""
    entry: str | None = None
    """Only this catalogue entry; none: all of them."""
    late: Duration = 0.0
    """Goods come so much later."""
    missing: Share = 0.0
    """Of the ordered units, never sent; the next check may order them again."""


class Restocking(Section):
    """A person looks through the shelves every so often and orders what is short (INV-2)."""

    every: PositiveDuration = 86400.0
    """Time between two checks."""
    at: Clock = parse_clock("08:00")
    """Local time of the first check."""
    business_days: bool = False
    """Whether nobody looks on weekends, holidays and closed days."""
    lead_time: Duration = 86400.0
    """From the order to the delivery."""
    cover: PositiveDuration = 2 * 86400.0
    """Order up to this much expected demand of an average day."""
    reorder_point: PositiveDuration | None = None
    """Order only what is down to this much expected demand; none: whatever is below `cover`."""
    lot: PositiveDuration | None = None
    """Order whole lots of this much expected demand; none: as many units as are short."""
    at_most: int = Field(default=0, ge=0)
    """Products that one check orders at most, best sellers first; 0: all that are short."""
    faults: tuple[SupplyFault, ...] = ()
    """When the supplier lets the shop down; the first that covers an order counts."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.reorder_point is not None and self.reorder_point > self.cover:
            raise ValueError("reorder_point: cannot be above cover, up to which is ordered")
        return self


class Reservation(Section):
    """How long stock stays reserved, from when, and what ends it (ORD-2 to ORD-5, ORD-9)."""

    hold_point: HoldPointName = "cart_add"
    """From which step on units are reserved for the shopper; `paid`: never before."""
    timeout: Timeout = 20 * 60.0
    """`none`: never runs out."""
    guest_timeout: Timeout | None = None
    """For guests, where it differs."""
    extend_on: ExtendOn = ExtendOn.NEVER
    """What starts a reservation's clock again."""
    extension_cap: float = Field(default=11.0, ge=1)
    """However active the shopper, a reservation lives at most this many timeouts."""
    on_expiry: OnExpiry = OnExpiry.RELEASE
    """Units go back to stock, or aside as suspended goods."""
    suspended_timeout: Timeout = float("inf")
    """Suspended goods go back to stock after this."""
    released_by: ReleasedBy = ReleasedBy.TIMER
    """Who notices that a reservation ran out, and so when it really ends."""
    sweep_every: PositiveDuration = 3600.0
    """Time between two runs of the sweeper."""
    sweep_batch: int = Field(default=0, ge=0)
    """At most so many per sweep; 0: all."""
    operator_opens: Clock = parse_clock("09:00")
    """Local time at which the operator begins to delete overdue carts and orders by hand."""
    operator_closes: Clock = parse_clock("17:00")
    """Local time at which the operator goes home."""
    operator_time: PositiveDuration = 60.0
    """Work on one overdue cart or order."""
    late_payment: LatePayment = LatePayment.HOLD_AGAIN_ELSE_REVERSE
    """What to do with money that arrives after the reservation died."""

    def policy(self) -> ReservationPolicy:
        """The same switches as the model takes them."""
        return ReservationPolicy(
            hold_point=HoldPoint[self.hold_point.upper()],
            timeout=self.timeout,
            guest_timeout=self.guest_timeout,
            extend_on=self.extend_on,
            extension_cap=self.extension_cap,
            on_expiry=self.on_expiry,
            suspended_timeout=self.suspended_timeout,
            released_by=self.released_by,
            sweep_every=self.sweep_every,
            sweep_batch=self.sweep_batch,
            operator_opens=_seconds_of_day(self.operator_opens),
            operator_closes=_seconds_of_day(self.operator_closes),
            operator_seconds=self.operator_time,
            late_payment=self.late_payment,
        )


def _seconds_of_day(clock: Clock) -> float:
    return clock.hour * 3600.0 + clock.minute * 60.0
