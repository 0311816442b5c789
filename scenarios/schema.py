"""The typed scenario: every field a planner can set, with its meaning, unit and default.

Defaults cite their row in `docs/parameters.md`. Durations are seconds inside, money is rial,
shares are fractions; files write them as `20 min`, `250_000 toman` and `15%`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from model.events import Channel
from model.policy import (
    ExtendOn,
    HoldPoint,
    LatePayment,
    OnExpiry,
    Policy,
    ReleasedBy,
    ReservationPolicy,
)
from scenarios.laws import AnyLaw, Exponential, Lognormal, Uniform
from scenarios.units import (
    Clock,
    Day,
    Duration,
    Factor,
    Moment,
    PositiveDuration,
    Rial,
    Share,
    Timeout,
    did_you_mean,
    parse_clock,
)

Weekday = Literal["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]
HoldPointName = Literal["cart_add", "checkout", "order_placed", "payment_submitted", "paid"]
SupportChannel = Literal["chat", "email", "phone", "whatsapp", "social_comments", "site_comments"]
Distribution = Annotated[dict[int, Share], Field(min_length=1)]


class Section(BaseModel):
    """A part of a scenario: unknown names are mistakes, values never change after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )


class Season(Section):
    """When the scenario plays, and by which calendar."""

    start: Moment
    """First moment, local time; Jalali or Gregorian: `1405-12-01` or `2027-02-20 00:00`."""
    duration: Annotated[PositiveDuration, Field(le=366 * 86400)]
    """How long shoppers keep arriving; a year at most."""
    timezone: str = "Asia/Tehran"
    """All times of the file are local times here."""
    weekend: tuple[Weekday, ...] = ("friday",)
    """Days on which no business is done."""
    holidays: Literal["official", "none"] = "official"
    """`official`: the public holidays of Iran; lunar ones are estimates."""
    closures: tuple[Day, ...] = ()
    """Further closed days, added by hand."""

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            return ZoneInfo(timezone).key
        except (KeyError, ValueError, OSError):
            near = did_you_mean(timezone, available_timezones())
            raise ValueError(f"no time zone {timezone!r}{near}") from None


class Burst(Section):
    """A campaign: more sessions for a while, part of them after one product."""

    start: Moment
    """Its first moment, local time."""
    duration: PositiveDuration
    """How long it lasts."""
    times: Factor = 1.0
    """Sessions are multiplied by this: 300% is three times as many."""
    product: str | None = None
    """The catalogue entry that the campaign is about (an entry of one product)."""
    share: Share = 0.0
    """This share of the burst's carts asks for that product first."""
    quantity: Distribution = {1: 1.0}
    """Units of it that a shopper asks for."""


class Demand(Section):
    """How many sessions come, and how they spread over season, week and day."""

    sessions_per_day: float = Field(gt=0, le=1e9)
    """On a day whose factors are all 100%."""
    shape: dict[Day, Factor] = {}
    """The season's curve: factors at some days, straight lines between; flat outside."""
    weekdays: dict[Weekday, Factor] = {}
    """Days of the week that differ; the others have 100%."""
    holiday: Factor = 1.0
    """On public holidays and closures."""
    hours: tuple[float, ...] = (1.0,) * 24
    """Weight of each hour of the day, 24 numbers, any scale."""
    day_cv: Factor = 0.0
    """Day-to-day randomness beyond Poisson: the coefficient of variation of a gamma factor."""
    bursts: tuple[Burst, ...] = ()
    """Campaigns and flash sales."""
    engaged: Share = 0.07
    """Sessions that put something in a cart or try to."""
    support_only: Share = 0.0
    """Sessions that come only to ask support something."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.hours) != 24 or min(self.hours) < 0 or not sum(self.hours):
            raise ValueError("hours: write 24 weights, none negative, not all zero")
        if self.engaged + self.support_only > 1:
            raise ValueError("engaged and support_only together pass 100%")
        return self


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
    restocked: bool = True
    """Whether the shop's restocking covers it."""

    @model_validator(mode="after")
    def _one_stock(self) -> Self:
        if (self.stock is None) == (self.cover is None):
            raise ValueError("give either stock (units) or cover (a duration), one of the two")
        return self


class Restocking(Section):
    """A person looks through the shelves every so often and orders what is short."""

    every: PositiveDuration = 86400.0
    """Time between two checks."""
    at: Clock = parse_clock("08:00")
    """Local time of the first check."""
    lead_time: Duration = 86400.0
    """From the order to the delivery."""
    cover: PositiveDuration = 2 * 86400.0
    """Order up to this much expected demand of an average day."""


class Return(Section):
    """A share of the shoppers who come back to their cart later, and when."""

    share: Share
    """Of those who mean to buy."""
    after: AnyLaw
    """From the filled cart to coming back."""


class Shoppers(Section):
    """How shoppers behave; every field is drawn once per shopper, before the run."""

    guests: Share = 0.6
    """Shoppers without an account."""
    lines: Distribution = {1: 1.0}
    """Different products in a basket."""
    quantity: Distribution = {1: 1.0}
    """Units of each."""
    browse: AnyLaw = Lognormal(law="lognormal", median=30, sigma=1.34)
    """Time between one line and the next (page-view gaps of an Iranian shop)."""
    substitutes: Share = 0.30
    """Takes another product when the one she wants is out of stock; the rest gives up on it."""
    ready: Share = 0.45
    """Of the filled carts, those whose shopper means to buy; the rest is `not_ready`."""
    dawdle: AnyLaw = Lognormal(law="lognormal", median=200, sigma=2.04)
    """For the rest: from the first add to leaving."""
    decide: AnyLaw = Lognormal(law="lognormal", median=360, sigma=1.0)
    """From the filled cart to checkout, for those who buy in the same session."""
    come_back: tuple[Return, ...] = (
        Return(share=0.09, after=Uniform(law="uniform", low=3600, high=7 * 3600)),
        Return(share=0.16, after=Uniform(law="uniform", low=12 * 3600, high=36 * 3600)),
    )
    """Those who buy later; the rest of 100% buys in the same session."""
    finishes_checkout: Share = 0.90
    """Of those who begin checkout; the rest finds it too long (`checkout_steps`)."""
    fill_in: AnyLaw = Lognormal(law="lognormal", median=90, sigma=0.6)
    """Time to fill in the checkout's forms."""
    goes_to_pay: Share = 0.92
    """Of those who placed an order; the rest never pays (`gave_up_paying`)."""
    before_paying: AnyLaw = Lognormal(law="lognormal", median=40, sigma=1.2)
    """From the placed order to the gateway."""
    tries_again: Share = 0.60
    """Of those who find their reservation dead; the rest leaves (`reservation_expired`)."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in ("lines", "quantity"):
            shares: dict[int, float] = getattr(self, name)
            if abs(sum(shares.values()) - 1) > 1e-6:
                raise ValueError(f"{name}: the shares add up to {sum(shares.values()):.1%}")
            if min(shares) < 1:
                raise ValueError(f"{name}: {min(shares)} is not a number of items")
        if sum(part.share for part in self.come_back) > 1:
            raise ValueError("come_back: the shares pass 100%")
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
    """Of the failed attempts."""
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


class Scenario(Section):
    """Who comes, when and with what intent, to a shop with which policies."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    """What commands and run folders call it: small Latin letters, digits and dashes."""
    title: dict[Literal["fa", "en"], str] = {}
    """What reports call it, in each language."""
    summary: str = ""
    """One sentence: what this scenario shows."""
    seed: int = Field(default=1405, ge=0)
    """All luck follows from it: the same seed, the same shoppers."""
    season: Season
    demand: Demand
    catalogue: tuple[CatalogueEntry, ...] = Field(min_length=1)
    restocking: Restocking | None = None
    shoppers: Shoppers = Shoppers()
    reservation: Reservation = Reservation()
    payment: Payment = Payment()
    support: Support = Support()
    costs: Costs = Costs()
    thresholds: tuple[str, ...] = ()
    """Rules that a run must keep, such as `phantom_stockout_rate < 2%`."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(entry.share for entry in self.catalogue)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"catalogue: the shares add up to {total:.2%}, not 100%")
        products = sum(entry.products for entry in self.catalogue if entry.share)
        if max(self.shoppers.lines) > products:
            raise ValueError(
                f"shoppers.lines: {max(self.shoppers.lines)} different products in a basket, "
                f"but the catalogue has {products}"
            )
        single = {entry.name for entry in self.catalogue if entry.products == 1}
        for burst in self.demand.bursts:
            if burst.product is not None and burst.product not in single:
                raise ValueError(
                    f"demand.bursts: {burst.product!r} is no catalogue entry of one product"
                )
        if self.demand.support_only and not self.support.desks:
            raise ValueError("demand.support_only: there is no desk under support.desks")
        return self

    def policy(self) -> Policy:
        """The shop's switches as the model takes them."""
        return Policy(reservation=self.reservation.policy())


def _seconds_of_day(clock: Clock) -> float:
    return clock.hour * 3600.0 + clock.minute * 60.0
