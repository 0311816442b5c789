"""The shop's messages in a scenario: which are sent, by whom, what they bring (NOT-1, ORD-7)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from model.events import Channel
from scenarios.laws import AnyLaw, Lognormal
from scenarios.section import Section
from scenarios.units import Clock, Duration, Moment, PositiveDuration, Rial, Share, parse_clock

NoticeMode = Literal["automatic", "manual", "off"]
NoticeWay = Literal["sms", "email", "both"]


class Message(Section):
    """One kind of message: who sends it, and how it goes."""

    mode: NoticeMode = "automatic"
    """`automatic`: handed to the provider at once; `manual`: a clerk writes it; `off`: it is not
    sent, and shoppers miss it."""
    by: NoticeWay = "sms"
    """How it goes, where the shopper left an address for it."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ways as the event log names them; none if it is off."""
        if self.mode == "off":
            return ()
        ways = {"sms": (Channel.SMS,), "email": (Channel.MAIL,)}
        return ways.get(self.by, (Channel.SMS, Channel.MAIL))


class DeliveryReport(Message):
    """The parcel is there."""

    says_where: bool = True
    """Whether it says where the parcel was left; without that shoppers ask as if none had come."""


class Reminder(Message):
    """A reminder to pay before a reservation runs out; one for each shopper at most."""

    mode: NoticeMode = "off"
    """As for every message."""
    before: PositiveDuration = 600.0
    """So long before the end of the reservation; one that lives no longer has no reminder."""


class BackInStock(Message):
    """A message to those who signed up for a product, once it is there again. Where there is a
    waiting list it comes first: those on it are sent their vouchers the same way, and the message
    goes out if units are left."""

    mode: NoticeMode = "off"
    """As for every message."""
    by: NoticeWay = "email"
    """As for every message."""
    signs_up: Share = 0.15
    """Of those who go without what they came for."""
    comes_back: Share = 0.133
    """Of those who read it: they try to buy again."""


class ProviderOutage(Section):
    """A while in which a provider sends nothing; its queue waits."""

    start: Moment
    """Its first moment, local time."""
    duration: PositiveDuration
    """How long it lasts."""


class Provider(Section):
    """The panel that SMS goes through."""

    rate: float = Field(default=10.0, gt=0)
    """Messages a second; what comes faster waits in turn."""
    price: Rial = 2_000
    """For each message, read or not."""
    read: Share = 0.90
    """Of the messages to an address that works."""
    read_after: AnyLaw = Lognormal(law="lognormal", median=180, sigma=0.98)
    """From the sending to the reading."""
    comes_back: Share = 0.067
    """Of those who read a reminder in time: they go on to buy."""
    outages: tuple[ProviderOutage, ...] = ()
    """When it does not work."""


class MailProvider(Provider):
    """The service that e-mail goes through."""

    price: Rial = 100
    """For each message, read or not."""
    read: Share = 0.45
    """Of the messages to an address that works."""
    read_after: AnyLaw = Lognormal(law="lognormal", median=2 * 3600, sigma=1.0)
    """From the sending to the reading."""
    comes_back: Share = 0.073
    """Of those who read a reminder in time: they go on to buy."""


class Clerk(Section):
    """Who sends the messages whose mode is `manual`, on business days."""

    people: int = Field(default=1, ge=1)
    """At work at the same time."""
    opens: Clock = parse_clock("09:00")
    """Local time."""
    closes: Clock = parse_clock("17:00")
    """Local time; later than `opens`."""
    delay: Duration = 0.0
    """Until a message that is due lies on the clerk's desk."""
    work: PositiveDuration = 120.0
    """On each message; it costs what an operator's time does."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens: must come before closes on the same day")
        return self


class Reach(Section):
    """Which shoppers left an address; a guest's is known from her order on (CUS-3)."""

    complete: Share = 0.60
    """Left both a mobile number and an e-mail address."""
    partial: Share = 0.35
    """Left one of the two; the rest of 100% left none."""
    partial_mobile: Share = 0.80
    """Of those who left one: it is a mobile number."""
    stale: Share = 0.05
    """Of the addresses: mistyped, or no longer read. Messages there are paid for and lost."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.complete + self.partial > 1 + 1e-9:
            raise ValueError("complete and partial together pass 100%")
        return self


class Notices(Section):
    """Messages to shoppers. Without this section the simulation leaves messages out: nobody
    waits for one, and nobody comes back for one."""

    confirmation: Message = Message()
    """The order is paid, or accepted."""
    tracking: Message = Message()
    """The parcel is on its way, and its number."""
    delivered: DeliveryReport = DeliveryReport()
    reminder: Reminder = Reminder()
    back_in_stock: BackInStock = BackInStock()
    reach: Reach = Reach()
    sms: Provider = Provider()
    email: MailProvider = MailProvider()
    clerk: Clerk = Clerk()
    late_after: PositiveDuration = 900.0
    """A message that has not been sent so long after it was due is late."""
    remembers: PositiveDuration = 7 * 86400.0
    """Who has left comes back for a message that she reads within this, and for no later one."""

    @property
    def call_back(self) -> bool:
        """Whether any message that is sent would bring a shopper back."""
        return bool(self.reminder.channels or self.back_in_stock.channels)

    def provider(self, channel: Channel) -> Provider:
        """The provider of one way."""
        return self.sms if channel is Channel.SMS else self.email
