"""The typed scenario: every field a planner can set, with its meaning, unit and default.

Defaults cite their row in `docs/parameters.md`. Durations are seconds inside, money is rial,
shares are fractions; files write them as `20 min`, `250_000 toman` and `15%`. The sections stand in
`scenarios.market`, `scenarios.shop` and `scenarios.support`; this is the one door to all of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from model.platforms import PLATFORMS
from model.policy import Policy
from scenarios.back_office import BackOffice
from scenarios.checkout import Checkout, Registration
from scenarios.costs import Costs
from scenarios.customers import Customers, Segment, WordOfMouth
from scenarios.fulfilment import (
    Carrier,
    Fulfilment,
    Pause,
    Returns,
    ThirdParty,
    Warehouse,
    WarehouseShift,
)
from scenarios.gateways import Fee
from scenarios.market import Burst, Demand, Period, Return, Season, Shoppers
from scenarios.notices import Notices
from scenarios.payment import Payment
from scenarios.reservation import PlatformName, Reservation, preset
from scenarios.section import Distribution, Section, Weekday
from scenarios.shop import (
    CatalogueEntry,
    PriceChange,
    Restocking,
    SupplyFault,
)
from scenarios.support import Contacts, Desk, SelfService, Shift, Support, SupportChannel
from scenarios.units import did_you_mean, format_moment
from scenarios.website import Website

__all__ = [
    "NAME",
    "BackOffice",
    "Burst",
    "Carrier",
    "CatalogueEntry",
    "Checkout",
    "Contacts",
    "Costs",
    "Customers",
    "Demand",
    "Desk",
    "Distribution",
    "Fee",
    "Fulfilment",
    "Notices",
    "Pause",
    "Payment",
    "Period",
    "PriceChange",
    "Registration",
    "Reservation",
    "Restocking",
    "Return",
    "Returns",
    "Scenario",
    "Season",
    "Section",
    "Segment",
    "SelfService",
    "Shift",
    "Shoppers",
    "SupplyFault",
    "Support",
    "SupportChannel",
    "ThirdParty",
    "Warehouse",
    "WarehouseShift",
    "Website",
    "Weekday",
    "WordOfMouth",
]

NAME = r"^[a-z0-9][a-z0-9-]*$"
"""What a scenario may be called."""


class Scenario(Section):
    """Who comes, when and with what intent, to a shop with which policies."""

    name: str = Field(pattern=NAME)
    """What commands and run folders call it: small Latin letters, digits and dashes."""
    title: dict[Literal["fa", "en", "ar", "tr"], str] = {}
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
    customers: Customers = Customers()
    checkout: Checkout = Checkout()
    platform: PlatformName | None = None
    """Reserves the way a real platform does ([platforms](platforms.md)): it sets the fields of
    `reservation`, perhaps those of `notices.reminder`; what the scenario writes itself wins."""
    reservation: Reservation = Reservation()
    back_office: BackOffice | None = None
    payment: Payment = Payment()
    support: Support = Support()
    fulfilment: Fulfilment | None = None
    """What follows a paid order; without it the scenario ends with the payment."""
    notices: Notices | None = None
    website: Website | None = None
    costs: Costs = Costs()
    thresholds: tuple[str, ...] = ()
    """Rules that a run must keep, such as `phantom_stockout_rate < 2%`."""

    @model_validator(mode="before")
    @classmethod
    def _on_platform(cls, fields: Any) -> Any:
        """A platform's fields stand behind those that the scenario writes itself."""
        if not isinstance(fields, dict) or fields.get("platform") not in PLATFORMS:
            return fields
        return fields | {
            section: _behind(fields.get(section, {}), usual)
            for section, usual in preset(fields["platform"]).items()
        }

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(entry.share for entry in self.catalogue)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"catalogue: the shares add up to {total:.2%}, not 100%")
        names = [entry.name for entry in self.catalogue]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise ValueError(f"catalogue.{number}.name: {name!r} stands here twice")
        products = sum(entry.products for entry in self.catalogue if entry.share)
        if max(self.shoppers.lines) > products:
            raise ValueError(
                f"shoppers.lines: {max(self.shoppers.lines)} different products in a basket, "
                f"but the catalogue has {products}"
            )
        single = {entry.name for entry in self.catalogue if entry.products == 1}
        wanted = {
            "demand.bursts": [burst.product for burst in self.demand.bursts],
            "customers.segments": [segment.product for segment in self.customers.segments],
        }
        for field, products_asked in wanted.items():
            for product in products_asked:
                if product is not None and product not in single:
                    raise ValueError(f"{field}: {product!r} is no catalogue entry of one product")
        methods = [method.method for method in self.payment.offered]
        for segment in self.customers.segments:
            if segment.pays_by is not None and segment.pays_by not in methods:
                raise ValueError(
                    f"customers.segments: {segment.name!r} pays by {segment.pays_by!r}, which is "
                    "not under payment.methods"
                )
        entries = {entry.name for entry in self.catalogue}
        for fault in self.restocking.faults if self.restocking else ():
            if fault.entry is not None and fault.entry not in entries:
                near = did_you_mean(fault.entry, entries)
                raise ValueError(f"restocking.faults: no catalogue entry {fault.entry!r}{near}")
        for number, entry in enumerate(self.catalogue):
            if any(change.at < self.season.start for change in entry.price_changes):
                raise ValueError(
                    f"catalogue.{number}.price_changes: {entry.name!r} has a change before the "
                    "season; write that price as its `price`"
                )
        for name in self.reservation.exempt:
            if name not in names:
                raise ValueError(
                    f"reservation.exempt: {name!r} is no catalogue entry{did_you_mean(name, names)}"
                )
        self._check_later()
        if self.demand.support_only and not self.support.doors:
            raise ValueError("demand.support_only: there is no desk under support.desks")
        return self

    def _check_later(self) -> None:
        """A change after the season would silently do nothing, one before it would hold at once."""
        season = self.season
        end = season.start + dt.timedelta(seconds=season.end)
        changes = [("reservation.later", each.at) for each in self.reservation.later]
        for desk in self.support.desks:
            changes += [(f"support.desks.{desk.channel}.later", each.at) for each in desk.later]
        for field, moment in changes:
            if not season.start <= moment < end:
                raise ValueError(
                    f"{field}: {format_moment(moment)} is not within the season, from "
                    f"{format_moment(season.start)} to {format_moment(end)}"
                )

    def policy(self) -> Policy:
        """The shop's switches as the model takes them."""
        return Policy(
            reservation=self.reservation.policy(self._exempt_products()),
            payment=self.payment.policy(),
        )

    def later_policies(self) -> list[tuple[dt.datetime, Policy]]:
        """The moments at which the shop's switches change, in order, and what they are then."""
        exempt, payment = self._exempt_products(), self.payment.policy()
        return [
            (moment, Policy(reservation=rules.policy(exempt), payment=payment))
            for moment, rules in self.reservation.in_time()
        ]

    def _exempt_products(self) -> frozenset[int]:
        """Numbers of the products of the exempt entries, in the order of the catalogue."""
        numbers: set[int] = set()
        first = 0
        for entry in self.catalogue:
            if entry.name in self.reservation.exempt:
                numbers.update(range(first, first + entry.products))
            first += entry.products
        return frozenset(numbers)


def _behind(own: Any, usual: dict[str, Any]) -> Any:
    """`usual` fields behind those that a section writes itself; a section that is off stays so."""
    if isinstance(own, Section):
        own = own.model_dump(exclude_unset=True)
    if not isinstance(own, dict):
        return own
    return usual | {
        name: _behind(value, usual[name]) if isinstance(usual.get(name), dict) else value
        for name, value in own.items()
    }
