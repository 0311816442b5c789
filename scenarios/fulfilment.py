"""Fulfilment in a scenario: who packs, which carriers bring it where and when, and what comes back.

FUL-1 to FUL-3. A day here is a working day of the season's calendar: carriers neither collect nor
deliver on the others.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from model.events import Channel
from scenarios.laws import AnyLaw, Lognormal
from scenarios.section import Distribution, Section
from scenarios.units import Clock, Day, Duration, Rial, Share, parse_clock

Distance = Literal["local", "near", "far"]
CarrierName = Literal["post", "express", "courier", "freight"]
WorkingDays = Annotated[int, Field(ge=1, le=30)]


class WarehouseShift(Section):
    """People in the warehouse from one time of day to another."""

    begins: Clock
    """Local time."""
    ends: Clock
    """Local time; not after `begins`: on the next day."""
    pickers: int = Field(ge=0)
    """They gather goods from the shelves."""
    packers: int = Field(ge=0)
    """They make parcels of them."""


class Warehouse(Section):
    """The shop's own warehouse: pickers, then packers, each order in its turn (FUL-1)."""

    shifts: tuple[WarehouseShift, ...] = (
        WarehouseShift(
            begins=parse_clock("08:00"), ends=parse_clock("16:00"), pickers=10, packers=8
        ),
    )
    """Who is at work."""
    works_holidays: bool = False
    """Whether the shifts are on at weekends and holidays too."""
    stations: int = Field(default=10, ge=1)
    """Packing tables: more packers than that have no place to work."""
    picking: AnyLaw = Lognormal(law="lognormal", median=90, sigma=0.6)
    """To gather one line of an order."""
    packing: AnyLaw = Lognormal(law="lognormal", median=180, sigma=0.5)
    """To make one parcel."""


class ThirdParty(Section):
    """A third-party logistics provider keeps the goods, packs and hands over to the carriers."""

    capacity: int = Field(default=1_500, ge=1)
    """At most so many orders on one of its days; the others wait for the next."""
    packs_at: Clock = parse_clock("14:00")
    """What has come in by this time of day is ready for the carriers then."""
    works_holidays: bool = False
    """Whether it packs at weekends and holidays too."""
    price: Rial = 450_000
    """For each order that it packs."""


class Pause(Section):
    """A carrier promises nothing for a while, as before Nowruz (FUL-3)."""

    last_orders: Day
    """The last day whose orders are promised a day of delivery."""
    resumes: Day
    """The first day whose orders are promised one again."""
    distances: tuple[Distance, ...] = ("local", "near", "far")
    """Where to."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.resumes <= self.last_orders:
            raise ValueError("resumes must come after last_orders")
        return self


class Carrier(Section):
    """One carrier: when it collects, how long it takes, what it promises and what it costs."""

    name: CarrierName
    """What it is."""
    share: Share
    """Of the shoppers whom several carriers would serve, in proportion to the others' shares."""
    cut_off: Clock = parse_clock("16:00")
    """It collects at this time of day what is packed by then."""
    delivers_from: Clock = parse_clock("09:00")
    """It rings at doors, and takes parcels back, from this time of day on."""
    delivers_until: Clock = parse_clock("20:00")
    """And until then."""
    days: dict[Distance, Distribution] = Field(min_length=1)
    """Shares of the working days from its collecting to the door; elsewhere it does not go."""
    promise: dict[Distance, WorkingDays] = {}
    """The shop promises delivery by the end of so many working days after that of the order."""
    pauses: tuple[Pause, ...] = ()
    """When nothing is promised."""
    price: Rial = 0
    """What it takes for a parcel."""
    price_back: Rial = 0
    """What it takes to bring one back."""

    @property
    def code(self) -> Channel:
        """The carrier as the event log names it."""
        return Channel[self.name.upper()]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for distance, shares in self.days.items():
            if abs(sum(shares.values()) - 1) > 1e-6:
                total = sum(shares.values())
                raise ValueError(f"days.{distance}: the shares add up to {total:.1%}, not 100%")
            if min(shares) < 1 or max(shares) > 30:
                raise ValueError(f"days.{distance}: write numbers of working days from 1 to 30")
        if self.delivers_from > self.delivers_until:
            raise ValueError("delivers_until comes before delivers_from")
        if unknown := self.promise.keys() - self.days.keys():
            raise ValueError(f"promise: {min(unknown)} is no distance under days")
        return self


class Returns(Section):
    """What shoppers refuse at the door, and what they send back (FUL-2)."""

    refused: Share = 0.02
    """Of the parcels that were paid beforehand."""
    refused_on_cash: Annotated[dict[int, Share], Field(min_length=1)] = {2: 0.22, 4: 0.27, 6: 0.35}
    """Of those to be paid at the door, by days since the order; straight lines between, flat
    outside."""
    withdrawn: Share = 0.08
    """Of the delivered: sent back by the right of withdrawal, which needs no reason."""
    within: WorkingDays = 7
    """Working days after delivery in which that right may be used."""
    inspection: Duration = 86400.0
    """From a parcel's coming back until it was looked at and its money is sent."""
    as_new: Share = 0.85
    """Of the parcels that come back: their goods can be sold again."""


class Fulfilment(Section):
    """What follows a paid order: packing, carriers, delivery and returns (FUL-1 to FUL-3)."""

    by: Literal["warehouse", "third_party"] = "warehouse"
    """Who packs."""
    warehouse: Warehouse = Warehouse()
    third_party: ThirdParty = ThirdParty()
    carriers: tuple[Carrier, ...] = Field(min_length=1)
    """Who brings it."""
    distances: dict[Distance, Share] = {"local": 0.35, "near": 0.35, "far": 0.30}
    """Where the shoppers live."""
    leaves_without_promise: Share = 0.50
    """Of the shoppers whom no carrier promises a day: leaves the cart (`delivery_promise`)."""
    returns: Returns = Returns()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(self.distances.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"distances: the shares add up to {total:.1%}, not 100%")
        names = [carrier.name for carrier in self.carriers]
        if len(set(names)) < len(names):
            raise ValueError("carriers: a carrier stands here twice")
        for distance, share in self.distances.items():
            if share and not any(c.share for c in self.carriers if distance in c.days):
                raise ValueError(f"carriers: none goes {distance}, where {share:.0%} live")
        return self
