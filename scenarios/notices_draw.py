"""What shoppers draw for the shop's messages: who can be reached, and whom a message calls back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.events import Channel
from scenarios.draws import Array, Draws
from scenarios.notices import Notices

NEVER = float("inf")


@dataclass(frozen=True)
class Reach:
    """The addresses that each shopper has left, or leaves with her order; lists of length n."""

    mobile: list[bool]
    mobile_works: list[bool]
    email: list[bool]
    email_works: list[bool]

    def has(self, session: int, channel: Channel) -> bool:
        """Whether the shop has an address for this way."""
        return (self.mobile if channel is Channel.SMS else self.email)[self.row_of(session)]

    def works(self, session: int, channel: Channel) -> bool:
        """Whether what is sent there arrives."""
        works = self.mobile_works if channel is Channel.SMS else self.email_works
        return works[self.row_of(session)]

    def row_of(self, session: int) -> int:
        """The shopper of a session, as `Shoppers.row_of` has it."""
        return session % len(self.mobile)


@dataclass(frozen=True)
class News:
    """Whom messages would call back, if they are sent; lists of length n."""

    after_reminder: dict[Channel, list[float]]
    """Seconds from the sending of a reminder to her coming back; infinite: she does not."""
    after_back_in_stock: dict[Channel, list[float]]
    """The same from the message that a product is there again."""
    heeds_reminder: list[bool]
    """Whether a reminder by any of its ways would bring her back."""
    heeds_back_in_stock: list[bool]
    signs_up: list[bool]
    """To be told when what she came for is there again."""
    remembers: float
    """Seconds for which she can be called back."""


def draw_reach(notices: Notices, of: Draws) -> Reach:
    """Which addresses shoppers leave, and which of them work."""
    rule = notices.reach
    complete = of.flags("reach complete", rule.complete)
    rest = 1 - rule.complete
    partial = ~complete & of.flags("reach partial", min(rule.partial / rest, 1.0) if rest else 0.0)
    by_mobile = of.flags("reach mobile", rule.partial_mobile)
    mobile, email = complete | partial & by_mobile, complete | partial & ~by_mobile
    return Reach(
        mobile=mobile.tolist(),
        mobile_works=(mobile & ~of.flags("mobile stale", rule.stale)).tolist(),
        email=email.tolist(),
        email_works=(email & ~of.flags("email stale", rule.stale)).tolist(),
    )


def draw_news(notices: Notices, of: Draws, reach: Reach) -> News:
    """Whom reminders and messages about stock would call back."""
    back = notices.back_in_stock
    reminded = {
        channel: _returns(notices, of, "reminder", channel, notices.provider(channel).comes_back)
        for channel in notices.reminder.channels
    }
    told = {
        channel: _returns(notices, of, "back in stock", channel, back.comes_back)
        for channel in back.channels
    }
    signs_up = back.signs_up if back.channels else 0.0
    addressed = np.array(reach.mobile, bool) | np.array(reach.email, bool)
    return News(
        after_reminder={channel: after.tolist() for channel, after in reminded.items()},
        after_back_in_stock={channel: after.tolist() for channel, after in told.items()},
        heeds_reminder=_heeds(reminded, of.n, reach),
        heeds_back_in_stock=_heeds(told, of.n, reach),
        signs_up=(addressed & of.flags("signs up", signs_up)).tolist(),
        remembers=notices.remembers,
    )


def _returns(
    notices: Notices, of: Draws, message: str, channel: Channel, comes_back: float
) -> Array:
    """Seconds from the sending to coming back; infinite for who does not."""
    name = f"{message} {channel.name.lower()}"
    provider = notices.provider(channel)
    comes = of.flags(name, provider.read * comes_back)
    return np.where(comes, of.times(f"{name} read", provider.read_after), NEVER)


def _heeds(after: dict[Channel, Array], n: int, reach: Reach) -> list[bool]:
    heeds = np.zeros(n, bool)
    for channel, seconds in after.items():
        works = reach.mobile_works if channel is Channel.SMS else reach.email_works
        heeds |= np.isfinite(seconds) & np.array(works, bool)
    return heeds.tolist()
