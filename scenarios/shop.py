"""The shop in a scenario: what it sells, and every switch of how it holds stock, is paid and helps.

Numbers of requirements (ORD-2, SUP-1) are those of the rules that a switch stands for.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from model.events import Channel
from scenarios.laws import AnyLaw, Exponential, Lognormal, Uniform
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

SupportChannel = Literal["chat", "email", "phone", "whatsapp", "social_comments", "site_comments"]


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


class Fee(Section):
    """What a gateway takes from a payment."""

    rate: Share = 0.015
    """Of the amount."""
    fixed: Rial = 1_200
    """Besides the rate, for each payment."""
    cap: Rial | None = 80_000
    """At most so much for one payment; `null`: no cap."""


class Payment(Section):
    """One online gateway."""

    succeeds: Share = 0.92
    """Of the attempts."""
    gives_up: Share = 0.35
    """Of the failed attempts: the shopper left the bank's page; the rest was declined."""
    at_gateway: AnyLaw = Lognormal(law="lognormal", median=75, sigma=0.6)
    """From the redirect to the answer."""
    retries: Share = 0.60
    """After a declined attempt."""
    attempts: int = Field(default=3, ge=1, le=10)
    """At most so many for one order."""
    before_retry: AnyLaw = Lognormal(law="lognormal", median=45, sigma=0.8)
    """From one attempt to the next."""
    fee: Fee = Fee()
    """Taken from each successful payment."""


class Shift(Section):
    """Agents at work from one time of day to another, every day."""

    begins: Clock
    """Local time."""
    ends: Clock
    """Local time; not after `begins`: on the next day."""
    agents: int = Field(ge=0)
    """How many."""

    def covers(self, clock: Clock) -> bool:
        """Whether the shift is on at a time of day; it may run over midnight."""
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


class Desk(Section):
    """One support channel and the people who answer it (SUP-1)."""

    channel: SupportChannel
    """How shoppers reach it."""
    share: Share = 1.0
    """Of the contacts that choose this channel."""
    agents: int = Field(default=0, ge=0)
    """At work around the clock, besides the shifts."""
    shifts: tuple[Shift, ...] = ()
    """Agents who come and go."""
    at_once: int = Field(default=1, ge=1)
    """Contacts that one agent handles at the same time."""
    handling: AnyLaw = Exponential(law="exponential", mean=360)
    """From the answer to the end of the contact."""
    patience: AnyLaw = Exponential(law="exponential", mean=180)
    """A shopper waits so long for an answer, then gives up."""
    target: Duration = 20.0
    """A contact is answered in time within this."""

    @property
    def code(self) -> Channel:
        """The channel as the event log names it."""
        return Channel[self.channel.upper()]


class Contacts(Section):
    """What makes shoppers contact support (SUP-4)."""

    after_order: Share = 0.07
    """Of the paid orders, some time later ("where is my order")."""
    after_order_delay: AnyLaw = Uniform(law="uniform", low=3600, high=3 * 86400)
    """From the payment to that contact."""
    after_failed_payment: Share = 0.10
    """Of those whose first attempt was declined, or whose money went back."""
    after_stockout: Share = 0.02
    """Of the refusals for lack of stock."""
    after_expiry: Share = 0.08
    """Of those who find their reservation dead."""


class Support(Section):
    """The support desks and what reaches them."""

    desks: tuple[Desk, ...] = ()
    """One for each channel."""
    contacts: Contacts = Contacts()
    """What makes shoppers get in touch."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(desk.share for desk in self.desks)
        if self.desks and abs(total - 1) > 1e-6:
            raise ValueError(f"desks: the shares of contacts add up to {total:.1%}, not 100%")
        names = [desk.channel for desk in self.desks]
        if len(set(names)) < len(names):
            raise ValueError("desks: a channel stands here twice")
        return self


class Costs(Section):
    """What things cost, so that comparisons end in profit (ORD-16)."""

    goods: Share = 0.75
    """Cost of goods, as a share of the price."""
    agent_hour: Rial = 1_500_000
    """One support agent for an hour."""
    operator_hour: Rial = 1_500_000
    """One operator of the back office for an hour."""
    per_order: Rial = 0
    """Packing and shipping that the shop pays."""
