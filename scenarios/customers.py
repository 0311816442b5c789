"""The customers in a scenario: who they are, what they bought before, what they tell each other."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from scenarios.laws import AnyLaw
from scenarios.payment import MethodName
from scenarios.section import Distribution, Section
from scenarios.units import Factor, PositiveDuration, Share


class Segment(Section):
    """Shoppers who behave alike, and unlike the rest (CUS-4). What is not said is as usual."""

    name: str
    """`hurried`, `classic`, `bot`: what reports call it."""
    share: Share
    """Of the sessions that touch the cart or support."""
    returning: Share | None = None
    """Those who bought before."""
    product: str | None = None
    """The catalogue entry (of one product) that they ask for first."""
    lines: Distribution | None = None
    """Different products in a basket."""
    quantity: Distribution | None = None
    """Units of each."""
    substitutes: Share | None = None
    """Takes another product when the one she wants is out of stock."""
    ready: Share | None = None
    """Of the filled carts, those whose shopper means to buy."""
    dawdle: AnyLaw | None = None
    """For the rest: from the first add to leaving."""
    decide: Factor = 1.0
    """The time to decide is multiplied by this: 50% is twice as fast."""
    finishes_checkout: Share | None = None
    """Of those who begin checkout."""
    goes_to_pay: Share | None = None
    """Of those who placed an order."""
    tries_again: Share | None = None
    """Of those who find their reservation dead."""
    pays_by: MethodName | None = None
    """How they pay wherever that is on offer; the others choose by the shares of the methods."""
    patience: Factor = 1.0
    """The time that she waits for support is multiplied by this."""


class WordOfMouth(Section):
    """A bad experience is told to friends, and some of them stay away (CUS-5).

    Bad experiences: a refusal for lack of stock, no answer from support or all of it closed, money
    that went back, a parcel later than promised, a checkout that was left for its length or for the
    account that it demanded.
    """

    tells: float = Field(default=3.0, ge=0)
    """Friends who hear of each bad experience; assumption."""
    stays_away: Share = 0.05
    """Of these friends, those who would have come within `lasts` and do not; assumption."""
    lasts: PositiveDuration = 7 * 86400.0
    """How long what was told keeps people away; assumption."""


class Customers(Section):
    """Who comes, and what they have to do with the shop already."""

    returning: Share = 0.0
    """Shoppers who bought here before this season."""
    known: int = Field(default=10_000, ge=1)
    """How many different customers the returning shoppers are."""
    recommendations: Share = 0.0
    """Of the returning shoppers, those who take one more product, since the shop recommends by
    what they bought before."""
    segments: tuple[Segment, ...] = ()
    """Kinds of shoppers that differ from the rest."""
    word_of_mouth: WordOfMouth | None = None
    """What bad experiences do to later arrivals; none: nothing."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(segment.share for segment in self.segments)
        if total > 1 + 1e-9:
            raise ValueError(f"segments: the shares add up to {total:.1%}, over 100%")
        names = [segment.name for segment in self.segments]
        if len(set(names)) < len(names):
            raise ValueError("segments: a name stands here twice")
        for segment in self.segments:
            for field in ("lines", "quantity"):
                shares = getattr(segment, field)
                if shares is not None and abs(sum(shares.values()) - 1) > 1e-6:
                    raise ValueError(
                        f"segments.{segment.name}.{field}: the shares add up to "
                        f"{sum(shares.values()):.1%}, not 100%"
                    )
        return self
