"""Payment gateways as data: whose they are, their windows and their fees, each with its source.

A preset is a row. Where the table of defaults (docs/parameters.md, "Payment gateways") has no
figure for a gateway, the preset leaves it out, and the general default stands in: an assumption.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from model.events import Channel
from model.settlement import Tariff

MINUTE, HOUR = 60.0, 3600.0


class Access(Enum):
    """Through whom a shop reaches the card network (PAY-1)."""

    DIRECT = "direct"
    """A local bank's own gateway."""
    FACILITATOR = "facilitator"
    """A payment facilitator, between the shop and the bank."""
    E_BANK = "e_bank"
    """An electronic bank that takes cards from abroad, for a percentage."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of one gateway; None where nothing is."""

    access: Access
    verify_within: float | None = None
    """Seconds from the payment in which the shop must verify it; infinite: no limit."""
    reverse_within: float | None = None
    """Seconds from the payment in which the shop may send verified money back through the
    gateway, free of charge; 0: it cannot."""
    tariff: Tariff | None = None
    source: str = ""
    """Where the figures come from."""


GENERAL = Preset(
    Access.FACILITATOR,
    verify_within=20 * MINUTE,
    reverse_within=30 * MINUTE,
    tariff=Tariff(0.015, 1_200, 80_000),
    source="Assumption: windows in the middle of the others'; RayanPay's fee",
)
"""What stands in for a figure that a preset does not have."""

_DOCS = "iran-payment-laravel docs, row `verify within / later reversal`"
_TARIFFS = "tariff pages of 1402, row `facilitator's fee`"
_DIRECT = Tariff(0.0002, 0, 40_000)

PRESETS: dict[str, Preset] = {
    "behpardakht": Preset(
        Access.DIRECT, 20 * MINUTE, 3 * HOUR, _DIRECT, f"{_DOCS}; {_TARIFFS} (direct bank)"
    ),
    "sep": Preset(
        Access.DIRECT, 30 * MINUTE, 50 * MINUTE, _DIRECT, f"{_DOCS}; {_TARIFFS} (direct bank)"
    ),
    "sadad": Preset(Access.DIRECT, 15 * MINUTE, 0.0, _DIRECT, f"{_DOCS}; {_TARIFFS} (direct bank)"),
    "pasargad": Preset(
        Access.DIRECT, 10 * MINUTE, 25 * MINUTE, _DIRECT, f"{_DOCS}; {_TARIFFS} (direct bank)"
    ),
    "idpay": Preset(Access.FACILITATOR, 10 * MINUTE, 0.0, source=_DOCS),
    "payping": Preset(Access.FACILITATOR, 10 * MINUTE, 30 * MINUTE, source=_DOCS),
    "nextpay": Preset(Access.FACILITATOR, 10 * MINUTE, 20 * MINUTE, source=_DOCS),
    "zibal": Preset(
        Access.FACILITATOR, math.inf, tariff=Tariff(0.01, 0, 60_000), source=f"{_DOCS}; {_TARIFFS}"
    ),
    # Its "set period" to verify is no figure, so that the general one stands in.
    "zarinpal": Preset(
        Access.FACILITATOR,
        reverse_within=30 * MINUTE,
        tariff=Tariff(0.01, 1_200, 40_000),
        source=f"{_DOCS}; {_TARIFFS}",
    ),
    "rayanpay": Preset(Access.FACILITATOR, tariff=Tariff(0.015, 1_200, 80_000), source=_TARIFFS),
    "paypal": Preset(Access.E_BANK),
    "2checkout": Preset(Access.E_BANK),
    "payfort": Preset(Access.E_BANK),
    "paytabs": Preset(Access.E_BANK),
}
"""Gateways by the name that a scenario calls them by."""

LINK_TARIFF = Tariff(0.0, 6_000, None)
"""RayanPay's payment link: 600 toman flat (row `facilitator's fee`)."""

GATEWAYS = (
    Channel.GATEWAY,
    Channel.GATEWAY_2,
    Channel.GATEWAY_3,
    Channel.GATEWAY_4,
    Channel.GATEWAY_5,
)
"""The codes of a shop's gateways, the one that it prefers first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """By which rules money comes in one way, as the payments department keeps them."""

    channel: Channel
    verify_within: float = math.inf
    """Seconds; see `Preset`."""
    reverse_within: float = 0.0
    """Seconds; see `Preset`."""
    returns_unverified: bool = True
    """Whether money that the shop does not verify goes back by itself, free of charge. Money by
    payment link or from card to card is the shop's as soon as it was sent."""
