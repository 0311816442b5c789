"""The reservation rules in a scenario: how stock is held, for how long, and what ends it.

Numbers of requirements (ORD-2) are those of the rules that a switch stands for. A `platform` of
`model.platforms` sets all of these fields at once; what a scenario writes here wins over it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum
from typing import Any, Literal

from pydantic import Field

from model.events import Channel
from model.platforms import PLATFORMS
from model.policy import (
    BackorderRule,
    ExtendOn,
    Fill,
    HoldPoint,
    LatePayment,
    LimitPer,
    OnExpiry,
    Price,
    ReleasedBy,
    ReservationPolicy,
    UnreservedPayment,
)
from scenarios.payment import CODES, MethodName
from scenarios.section import Section
from scenarios.units import Clock, Moment, PositiveDuration, Timeout, parse_clock

HoldPointName = Literal["cart_add", "checkout", "order_placed", "payment_submitted", "paid"]
PlatformName = Literal[
    "foroush-gostar",
    "magento",
    "medusa",
    "opencart",
    "prestashop",
    "pretix",
    "saleor",
    "shopify",
    "spree",
    "vendure",
    "woocommerce-blocks",
    "woocommerce-classic",
]
"""The platforms of `model.platforms.PLATFORMS`."""


class LaterReservation(Section):
    """Other rules from some moment of the season on; what is left out stays as it was.

    Reservations that stand keep the time that they were made with, until they are extended,
    suspended or made anew.
    """

    at: Moment
    """Its first moment, local time."""
    hold_point: HoldPointName | None = None
    """Instead of `hold_point`; who has a cart meets it at her next step."""
    timeout: Timeout | None = None
    """Instead of `timeout`."""
    guest_timeout: Timeout | None = None
    """Instead of `guest_timeout`."""
    extend_on: ExtendOn | None = None
    """Instead of `extend_on`."""
    extension_cap: float | None = Field(default=None, ge=1)
    """Instead of `extension_cap`."""
    on_expiry: OnExpiry | None = None
    """Instead of `on_expiry`; units that are suspended already stay so until their time."""
    suspended_timeout: Timeout | None = None
    """Instead of `suspended_timeout`."""
    sweep_every: PositiveDuration | None = None
    """Instead of `sweep_every`, after the sweep that is due next."""
    sweep_batch: int | None = Field(default=None, ge=0)
    """Instead of `sweep_batch`."""
    late_payment: LatePayment | None = None
    """Instead of `late_payment`; who waits for staff already goes on waiting."""
    unreserved_payment: UnreservedPayment | None = None
    """Instead of `unreserved_payment`."""


class Reservation(Section):
    """How long stock stays reserved, from when, and what ends it (ORD-2 to ORD-10)."""

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
    exempt: tuple[str, ...] = ()
    """Catalogue entries that are never released for want of time, nor are orders with one of
    them."""
    exempt_methods: tuple[MethodName, ...] = ()
    """Ways of paying whose orders are never released for want of time."""
    late_payment: LatePayment = LatePayment.HOLD_AGAIN_ELSE_REVERSE
    """What to do with money that arrives after the reservation died."""
    unreserved_payment: UnreservedPayment = UnreservedPayment.REVERSE
    """What to do with money for goods that were never reserved (`hold_point` of
    `payment_submitted` or `paid`) and are gone."""
    backorders: BackorderRule = BackorderRule.NEVER
    """Whether goods that come in fill oversold orders, the oldest first."""
    backorder_patience: Timeout = float("inf")
    """An oversold order that has waited so long is cancelled, and its money goes back."""
    price: Price = Price.FROZEN
    """Which price a cart pays after the catalogue's has changed; a placed order keeps its own."""
    fill: Fill = Fill.ALL_OR_NOTHING
    """What a shopper gets who asks for more than there is."""
    limit_per: LimitPer = LimitPer.CART
    """Whether a product's `limit` counts in one cart, or over all orders of a known customer."""
    waiting_list: bool = False
    """Whether who was refused may wait for the goods to come back."""
    voucher_timeout: Timeout = 48 * 3600.0
    """How long the goods are then kept for who waited."""

    later: tuple[LaterReservation, ...] = ()
    """From some moment on, other rules."""

    def in_time(self) -> list[tuple[dt.datetime, Reservation]]:
        """The moments of the changes, in order, and the rules as they stand from each on."""
        rules, stages = self, []
        for change in sorted(self.later, key=lambda change: change.at):
            fields = {name: value for name, value in change if value is not None and name != "at"}
            rules = rules.model_copy(update=fields)
            stages.append((change.at, rules))
        return stages

    def policy(self, exempt_products: frozenset[int] = frozenset()) -> ReservationPolicy:
        """The same switches as the model takes them; it knows products by number."""
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
            unreserved_payment=self.unreserved_payment,
            backorders=self.backorders,
            backorder_patience=self.backorder_patience,
            exempt_products=exempt_products,
            exempt_methods=frozenset(CODES[name] for name in self.exempt_methods),
            price=self.price,
            fill=self.fill,
            limit_per=self.limit_per,
            waiting_list=self.waiting_list,
            voucher_timeout=self.voucher_timeout,
        )


def preset(platform: str) -> dict[str, Any]:
    """The fields of `Reservation` that a platform sets otherwise than the defaults.

    KeyError for a platform that there is not.
    """
    policy, usual = PLATFORMS[platform].reservation, ReservationPolicy()
    differing = {
        field.name: getattr(policy, field.name)
        for field in dataclasses.fields(ReservationPolicy)
        if getattr(policy, field.name) != getattr(usual, field.name)
    }
    return {name: _as_written(value) for name, value in differing.items()}


def _as_written(value: Any) -> Any:
    """A value of the policy as the section takes it."""
    if isinstance(value, frozenset):
        return sorted(_as_written(each) for each in value)
    if isinstance(value, HoldPoint):
        return value.name.lower()
    if isinstance(value, Channel):
        return next(name for name, code in CODES.items() if code is value)
    return value.value if isinstance(value, Enum) else value


def _seconds_of_day(clock: dt.time) -> float:
    return clock.hour * 3600.0 + clock.minute * 60.0
