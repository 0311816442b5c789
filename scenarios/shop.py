"""The shop in a scenario: what it sells, and every switch of how it holds stock and is paid.

Numbers of requirements (ORD-2) are those of the rules that a switch stands for.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from scenarios.section import Section
from scenarios.units import (
    Clock,
    Duration,
    Factor,
    Moment,
    PositiveDuration,
    Rial,
    Share,
    parse_clock,
)


class PriceChange(Section):
    """A new price from some moment on."""

    at: Moment
    """Its first moment, local time."""
    factor: Factor
    """The price from then on, in terms of the entry's own: 110% is a tenth more."""


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
    price_changes: tuple[PriceChange, ...] = ()
    """New prices in the course of the season; `reservation.price` says whom they meet."""

    @model_validator(mode="after")
    def _one_stock(self) -> Self:
        if (self.stock is None) == (self.cover is None):
            raise ValueError(
                "give either stock (units) or cover (a duration), one of the two; `null` takes "
                "the other away"
            )
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
