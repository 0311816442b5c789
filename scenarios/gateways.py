"""Gateways in a scenario: their windows, what they take, and the way to one of one's own."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from model.events import Channel
from model.gateways import GENERAL, PRESETS, Preset, Terms
from model.settlement import Tariff, Tier, Tiers
from scenarios.section import Section
from scenarios.units import Duration, Moment, Rial, Share, Timeout

GatewayName = Literal[
    "behpardakht", "sep", "sadad", "pasargad", "idpay", "payping", "nextpay", "zibal", "zarinpal",
    "rayanpay", "paypal", "2checkout", "payfort", "paytabs",
]  # fmt: skip


class Fee(Section):
    """What a gateway takes from a payment."""

    rate: Share = 0.015
    """Of the amount."""
    fixed: Rial = 1_200
    """Besides the rate, for each payment."""
    cap: Rial | None = 80_000
    """At most so much for one payment; `null`: no cap."""

    def tariff(self) -> Tariff:
        """The same as the model takes it."""
        return Tariff(self.rate, self.fixed, self.cap)


class FeeTier(Section):
    """A fee that a larger shop has negotiated."""

    above: Rial
    """From so much settled in the month on, as `tiers_by` says."""
    fee: Fee
    """Instead of the gateway's own."""


class Onboarding(Section):
    """The way to a gateway of one's own (PAY-6): four steps, in business days."""

    requested: Moment
    """When the shop sent its request; may lie before the season."""
    documents: int = Field(default=1, ge=0, le=365)
    """Business days until the documents are in."""
    identity_check: int = Field(default=2, ge=0, le=365)
    """Business days that the check of identity takes then."""
    granting: int = Field(default=3, ge=0, le=365)
    """Business days until the gateway is granted then."""
    installation: int = Field(default=1, ge=0, le=365)
    """Business days until the shop has it installed then; it is live on the day after."""

    @property
    def business_days(self) -> int:
        """All steps together."""
        return self.documents + self.identity_check + self.granting + self.installation


class Gateway(Section):
    """One online gateway: a preset, or one's own figures, or a preset with some of one's own."""

    name: str = ""
    """What faults and reports call it; empty: the preset's name, or `gateway`."""
    preset: GatewayName | None = None
    """Its windows and fee as documented; without one, or where nothing is, general defaults."""
    verify_within: Timeout | None = None
    """After the payment; then the network returns the money. `none`: no limit."""
    reverse_within: Duration | None = None
    """So long after the payment verified money can go back free of charge; `0 s`: it cannot."""
    fee: Fee | None = None
    """Taken from each verified payment."""
    tiers: tuple[FeeTier, ...] = ()
    """Fees from higher volumes on."""
    tiers_by: Literal["jalali_month", "gregorian_month", "season"] = "jalali_month"
    """Whose volume the tiers count; a sale counts in the month in which it is settled, and what was
    sold before the season does not (assumption)."""
    onboarding: Onboarding | None = None
    """When it was asked for, and what that takes; without it, it is live from the start."""

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = [tier.above for tier in self.tiers]
        if any(step <= before for before, step in zip([0, *steps], steps, strict=False)):
            raise ValueError("tiers: each must begin above the one before it, the first above 0")
        return self

    @property
    def label(self) -> str:
        """Its name, in any case."""
        return self.name or self.preset or "gateway"

    def terms(self, channel: Channel) -> Terms:
        """Its windows as the model takes them."""
        known = self._known
        verify, reverse = self.verify_within, self.reverse_within
        return Terms(
            channel,
            verify_within=_first(verify, known.verify_within, GENERAL.verify_within),
            reverse_within=_first(reverse, known.reverse_within, GENERAL.reverse_within),
        )

    def fees(self, general: Fee) -> Tiers:
        """Its fees by volume; `general` where neither it nor its preset has any."""
        documented = PRESETS[self.preset].tariff if self.preset else None
        first = self.fee.tariff() if self.fee else documented or general.tariff()
        return (Tier(0, first), *(Tier(each.above, each.fee.tariff()) for each in self.tiers))

    @property
    def _known(self) -> Preset:
        return PRESETS[self.preset] if self.preset else GENERAL


def _first(*values: float | None) -> float:
    """The first figure that there is."""
    return next(value for value in values if value is not None)
