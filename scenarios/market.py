"""The market in a scenario: when the season is, how many come, and how shoppers behave."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from scenarios.calendar import Calendar
from scenarios.laws import AnyLaw, Lognormal, Uniform
from scenarios.section import Distribution, Section, Weekday
from scenarios.units import Day, Duration, Factor, Moment, PositiveDuration, Share, did_you_mean


class Window(Section):
    """A part of a season that is played alone, as a load test does against a live shop.

    Only those who come in it are played; the shop opens when it begins, with its opening stock.
    """

    begins: Moment
    """Its first moment, local time."""
    duration: PositiveDuration
    """How long it is, in the season's own time."""
    speed: Annotated[Factor, Field(gt=0)] = 1.0
    """Shoppers come so much faster: at 200% the window is over in half the time. How long they
    think stays as it is."""
    drain: Annotated[Duration, Field(le=86400)] = 0.0
    """After the last arrival those who are still shopping go on for so long."""


class Season(Section):
    """When the scenario plays, and by which calendar."""

    start: Moment
    """First moment, local time; Jalali or Gregorian: `1405-12-01` or `2027-02-20 00:00`."""
    duration: Annotated[PositiveDuration, Field(le=366 * 86400)]
    """How long shoppers keep arriving; a year at most."""
    wind_down: Annotated[Duration, Field(le=90 * 86400)] = 0.0
    """After the last arrival the world goes on for so long, so that parcels and contacts end."""
    timezone: str = "Asia/Tehran"
    """All times of the file are local times here."""
    weekend: tuple[Weekday, ...] = ("friday",)
    """Days on which no business is done."""
    holidays: Literal["official", "none"] = "official"
    """`official`: the public holidays of Iran; lunar ones are estimates."""
    closures: tuple[Day, ...] = ()
    """Further closed days, added by hand."""
    window: Window | None = None
    """The part of it that is played; none: all of it."""

    @property
    def end(self) -> float:
        """When the world stops, in seconds from the start."""
        return self.duration + self.wind_down

    @field_validator("timezone")
    @classmethod
    def _known(cls, timezone: str) -> str:
        try:
            return ZoneInfo(timezone).key
        except (KeyError, ValueError, OSError):
            near = did_you_mean(timezone, available_timezones())
            raise ValueError(f"no time zone {timezone!r}{near}") from None

    @model_validator(mode="after")
    def _window_inside(self) -> Self:
        if self.window is not None:
            begins = Calendar(self).seconds(self.window.begins)
            if not 0 <= begins <= begins + self.window.duration <= self.duration:
                raise ValueError("window: it does not lie in the season")
        return self


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
    lines: Distribution | None = None
    """Different products in the baskets of those who ask for it first; without: as everyone's."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.lines is not None and self.product is None:
            raise ValueError("lines: these are the baskets around a product, and there is none")
        _check_items("quantity", self.quantity)
        if self.lines is not None:
            _check_items("lines", self.lines)
        return self


class Period(Section):
    """Days that keep hours of their own, such as Ramadan, when people shop after sunset (SEA-1)."""

    first: Day
    """Its first day."""
    last: Day
    """Its last day."""
    hours: tuple[float, ...] = ()
    """Weight of each hour of its days, 24 numbers, any scale; empty: as on other days."""
    times: Factor = 1.0
    """Sessions of its days are multiplied by this."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.last < self.first:
            raise ValueError("last: the period ends before it begins")
        if self.hours:
            _check_hours(self.hours)
        return self


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
    month_days: dict[int, Factor] = {}
    """Days of the Jalali month that differ, such as payday: `{1: 115%, 2: 110%}`."""
    hours: tuple[float, ...] = (1.0,) * 24
    """Weight of each hour of the day, 24 numbers, any scale."""
    day_cv: Factor = 0.0
    """Day-to-day randomness beyond Poisson: the coefficient of variation of a gamma factor."""
    hour_cv: Factor = 0.0
    """Randomness beyond Poisson from hour to hour, as `day_cv` from day to day."""
    forecast_error: Factor = 0.0
    """How wrong the whole forecast may be: the coefficient of variation of one lognormal factor of
    mean 1 on all sessions of a replication (SEA-2)."""
    bursts: tuple[Burst, ...] = ()
    """Campaigns and flash sales."""
    periods: tuple[Period, ...] = ()
    """Days with hours and a level of their own; the first that covers a day counts."""
    engaged: Share = 0.07
    """Sessions that put something in a cart or try to."""
    support_only: Share = 0.0
    """Sessions that come only to ask support something."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_hours(self.hours)
        for day in self.month_days:
            if not 1 <= day <= 31:
                raise ValueError(f"month_days: {day} is not a day of a month")
        if self.engaged + self.support_only > 1:
            raise ValueError("engaged and support_only together pass 100%")
        return self


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
    leaves_on_new_price: Share = 0.30
    """Of those who are asked to agree to a changed price (assumption); `price_changed`."""
    joins_waiting_list: Share = 0.15
    """Of those who got nothing of what they came for, where there is a waiting list."""
    returns_for_voucher: Share = 0.06
    """Of those on the waiting list who hear that their goods are kept for them."""
    voucher_delay: AnyLaw = Lognormal(law="lognormal", median=4 * 3600, sigma=1.0)
    """From that news to coming back (assumption)."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_items("lines", self.lines)
        _check_items("quantity", self.quantity)
        if sum(part.share for part in self.come_back) > 1:
            raise ValueError("come_back: the shares pass 100%")
        return self


def _check_items(name: str, shares: dict[int, float]) -> None:
    """Raise ValueError for shares of numbers of items that leave some out, or are of none."""
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"{name}: the shares add up to {sum(shares.values()):.1%}")
    if min(shares) < 1:
        raise ValueError(f"{name}: {min(shares)} is not a number of items")


def _check_hours(hours: tuple[float, ...]) -> None:
    if len(hours) != 24 or min(hours) < 0 or not sum(hours):
        raise ValueError("hours: write 24 weights, none negative, not all zero")
