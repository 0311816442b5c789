"""The notices department: messages to shoppers, from due to sent, and who waits for what (NOT-1).

Who sends a message and how fast is the provider's business, or a clerk's; whether a shopper left
an address that works was drawn with her.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from model.events import Channel, Kind, Log, Reason, packed
from model.lifecycle import state_after
from model.orders import Order
from model.outcomes import Refused


class NoticeState(IntEnum):
    """The states of a message."""

    QUEUED = 0
    """Due, and handed over to be sent."""
    SENT = 1
    """On its way; whether anybody reads it, the shop does not learn."""


NOTICE_LIFE: dict[int, dict[int, NoticeState]] = {
    NoticeState.QUEUED: {Kind.NOTICE_SENT: NoticeState.SENT},
    NoticeState.SENT: {},
}
"""The state machine: what may happen in each state, and the state after it."""


class About(NamedTuple):
    """Whom a message is to, and what it is about; -1: no order, no product."""

    session: int
    topic: Reason
    order: int = -1
    product: int = -1


class Notice:
    """One message to one shopper, by one way."""

    __slots__ = ("about", "channel", "state")

    def __init__(self, about: About, channel: Channel) -> None:
        self.about = about
        self.channel = channel
        self.state = NoticeState.QUEUED


class Notices:
    """The books of all messages, and of those who want to hear of a product."""

    __slots__ = ("journal", "on_missing", "queued", "waiting")

    def __init__(self, log: Log) -> None:
        self.journal = log.journal
        self.queued: dict[tuple[About, Channel], Notice] = {}
        """Messages that wait to be sent."""
        self.waiting: dict[int, dict[int, None]] = {}
        """Sessions that signed up, by product, in the order in which they did."""
        self.on_missing: Callable[[Order, Reason, float], None] | None = None
        """Told of an order whose message, by its topic, has not come in time; None: nobody is."""

    def owe(self, about: About, channel: Channel, now: float) -> Notice:
        """A message is due from now on."""
        if (about, channel) in self.queued:
            raise Refused(f"session {about.session} waits for that message already")
        notice = self.queued[about, channel] = Notice(about, channel)
        self._strike(about)
        self._log(Kind.NOTICE_DUE, about, channel, now)
        return notice

    def send(self, notice: Notice, now: float) -> None:
        """The provider sent it."""
        what = f"that message to session {notice.about.session}"
        notice.state = state_after(NOTICE_LIFE, notice.state, Kind.NOTICE_SENT, what)
        del self.queued[notice.about, notice.channel]
        self._log(Kind.NOTICE_SENT, notice.about, notice.channel, now)

    def fail_to_reach(self, about: About, now: float) -> None:
        """A message is due to a shopper who left no address for it that works."""
        self._strike(about)
        self._log(Kind.NOTICE_UNREACHABLE, about, Channel.NONE, now)

    def come_back(self, notice: Notice, now: float) -> None:
        """A shopper read it, and is in the shop again."""
        if notice.state is not NoticeState.SENT:
            raise Refused(f"session {notice.about.session} cannot have read what was not sent")
        self._log(Kind.CAME_BACK, notice.about, notice.channel, now)

    def sign_up(self, session: int, product: int, now: float) -> None:
        """A shopper wants to hear when a product is there again."""
        waiting = self.waiting.setdefault(product, {})
        if session in waiting:
            raise Refused(f"session {session} has signed up for product {product} already")
        waiting[session] = None
        about = About(session, Reason.BACK_IN_STOCK, product=product)
        self._log(Kind.SIGNED_UP, about, Channel.NONE, now)

    def _strike(self, about: About) -> None:
        """Who is told that her product is back, or cannot be, waits no more."""
        if about.topic is Reason.BACK_IN_STOCK and about.product in self.waiting:
            waiting = self.waiting[about.product]
            waiting.pop(about.session, None)
            if not waiting:
                del self.waiting[about.product]

    def _log(self, kind: Kind, about: About, channel: Channel, now: float) -> None:
        self.journal += packed(
            now, kind, about.session, about.order, about.product, 0, 0, channel, about.topic
        )
