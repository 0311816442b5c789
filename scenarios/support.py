"""Support in a scenario: its channels, what makes shoppers ask, and how they take the answer.

The people behind the channels stand in `scenarios.agents`. Sections that are `null` are switched
off; `{}` switches one on with its defaults.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from model.events import Channel, Reason
from scenarios.agents import Chore, Shift, Strain, Tool
from scenarios.laws import AnyLaw, Exponential, Lognormal, Uniform
from scenarios.section import Section
from scenarios.units import Duration, Moment, Rial, Share

__all__ = [
    "Before",
    "Cause",
    "Contacts",
    "Desk",
    "LaterAgents",
    "Persistence",
    "SelfService",
    "Shift",
    "Support",
    "SupportChannel",
    "Tempers",
]

SupportChannel = Literal[
    "chat", "email", "phone", "whatsapp", "social_comments", "site_comments", "chatbot", "faq"
]
StaffedChannel = Literal["chat", "email", "phone", "whatsapp", "social_comments", "site_comments"]
Topic = Literal[
    "missing_confirmation", "missing_tracking", "late_parcel", "where_is_my_order",
    "return_question", "payment_trouble", "stock_question",
]  # fmt: skip
"""What a department's event can make a shopper ask about."""

WRITTEN = frozenset(
    (Channel.EMAIL, Channel.WHATSAPP, Channel.SITE_COMMENTS, Channel.SOCIAL_COMMENTS)
)
"""Channels that take a message at any hour; its writer goes on with what she was doing."""

_MESSAGES: dict[str, Any] = {
    "handling": {"law": "exponential", "mean": "5 min"},
    "patience": {"law": "exponential", "mean": "2 d"},
}
_BY_CHANNEL: dict[str, dict[str, Any]] = {
    "email": _MESSAGES | {"target": "4 h"},
    "whatsapp": _MESSAGES | {"target": "20 min"},
    "site_comments": _MESSAGES | {"target": "20 min"},
    "social_comments": _MESSAGES | {"target": "20 min"},
}
"""What a desk for messages takes where the file is silent; patience: assumption. Handling and
targets: ICMI and Call Centre Helper."""


class LaterAgents(Section):
    """Another number of agents, from some moment of the season on."""

    at: Moment
    """Its first moment, local time; who is on a contact finishes it."""
    agents: int = Field(ge=0)
    """At work around the clock from then on, besides the shifts."""


class Desk(Section):
    """One support channel and the people who answer it (SUP-1).

    Phone and chat are open while somebody is at work. Messages (`email`, `whatsapp`, comments) are
    taken at any hour; where the file is silent they take 5 min each, patience is 2 d on average,
    and the target 4 h for e-mail, else 20 min.
    """

    channel: StaffedChannel
    """How shoppers reach it."""
    share: Share = 1.0
    """Of the contacts that choose this channel."""
    agents: int = Field(default=0, ge=0)
    """At work around the clock, besides the shifts."""
    shifts: tuple[Shift, ...] = ()
    """Agents who come and go."""
    business_days: bool = False
    """Whether the shifts fall out on weekends and holidays."""
    later: tuple[LaterAgents, ...] = ()
    """From some moment on, other agents around the clock."""
    at_once: int = Field(default=1, ge=1)
    """Contacts that one agent handles at the same time."""
    handling: AnyLaw = Exponential(law="exponential", mean=360)
    """From the answer to the end of the contact."""
    patience: AnyLaw = Exponential(law="exponential", mean=180)
    """A shopper waits so long for an answer, then gives up."""
    target: Duration = 20.0
    """A contact is answered in time within this."""
    tool: Tool | None = None
    """The software that its agents work with; `null`: free."""

    @model_validator(mode="before")
    @classmethod
    def _of_channel(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        channel = fields.get("channel")
        return (_BY_CHANNEL.get(channel, {}) if isinstance(channel, str) else {}) | fields

    @property
    def code(self) -> Channel:
        """The channel as the event log names it."""
        return Channel[self.channel.upper()]

    @property
    def seats(self) -> int:
        """Accounts that the tool is paid for: every shift of a day has its own people."""
        around_the_clock = max(self.agents, *(change.agents for change in self.later), 0)
        # Somebody is there on the busiest day, which is, or follows, the first of some days.
        firsts = {first for shift in self.shifts for first, _ in shift.days or ()} or {dt.date.min}
        return around_the_clock + max(
            sum(shift.agents for shift in self.shifts if shift.is_on(day)) for day in firsts
        )

    def agents_at(self, moment: dt.datetime) -> int:
        """At work around the clock at a moment, besides the shifts."""
        changed = [change for change in self.later if change.at <= moment]
        return max(changed, key=lambda change: change.at).agents if changed else self.agents

    @property
    def always_open(self) -> bool:
        """Whether a shopper can reach it at any hour."""
        if self.code in WRITTEN or (self.agents and all(each.agents for each in self.later)):
            return True
        changes = [clock for shift in self.shifts for clock in (shift.begins, shift.ends)]
        return bool(changes) and not self.business_days and all(
            any(each.agents and each.days is None and each.covers(clock) for each in self.shifts)
            for clock in changes
        )  # fmt: skip


class SelfService(Section):
    """A chatbot or a page of frequent questions: answers everybody at once, but not everything."""

    channel: Literal["chatbot", "faq"]
    """Which of them."""
    share: Share = 0.0
    """Of the contacts that turn to it first. With 0% it serves those who find all else closed."""
    after_hours: bool = True
    """Whether it answers only while neither chat nor phone is open."""
    deflects: Share = 0.25
    """Of its contacts, solved without an agent; the others are passed on."""
    handling: AnyLaw = Lognormal(law="lognormal", median=90, sigma=0.6)
    """From the question to the answer, or to being passed on (assumption)."""
    per_contact: Rial = 0
    """What the provider takes for one."""

    @property
    def code(self) -> Channel:
        """The channel as the event log names it."""
        return Channel[self.channel.upper()]


class Contacts(Section):
    """What makes shoppers contact support (SUP-4)."""

    after_order: Share = 0.07
    """Of the paid orders, some time later ("where is my order")."""
    after_order_delay: AnyLaw = Uniform(law="uniform", low=3600, high=3 * 86400)
    """From the payment to that contact."""
    after_failed_payment: Share = 0.10
    """Of those whose first attempt was declined, or whose money went back."""
    after_stockout: Share = 0.02
    """Of the refusals for lack of stock."""
    after_expiry: Share = 0.08
    """Of those who find their reservation dead."""


class Cause(Section):
    """How an event of the shop, such as a late parcel, makes shoppers ask."""

    share: Share
    """Of the shoppers to whom it happens."""
    delay: AnyLaw = Exponential(law="exponential", mean=6 * 3600)
    """From the event to the contact (assumption)."""


class Before(Section):
    """Shoppers who ask before they buy (SUP-4): about ways to pay, safety, or to test support."""

    asks: Share = 0.03
    """Of those who have filled a cart (assumption)."""
    topics: dict[Literal["payment_options", "is_it_safe", "tests_support"], Share] = {
        "payment_options": 0.4,
        "is_it_safe": 0.3,
        "tests_support": 0.3,
    }
    """What they ask about (assumption)."""
    unanswered_leaves: Share = 1.0
    """Of those who get no answer, leave without buying."""
    lifts: Share = 0.04
    """An answer makes so many more of them ready to buy, relatively (Inflow). The often quoted 40%
    compares those who like to ask with those who do not."""


class Persistence(Section):
    """Shoppers who try again, and cases that one contact does not solve (SUP-5)."""

    tries_again: Share = 0.35
    """Of those who gave up or reached nobody."""
    tries: int = Field(default=3, ge=1, le=10)
    """At most so many contacts for one case, and so many for one that comes back (assumption)."""
    after: AnyLaw = Exponential(law="exponential", mean=30 * 60)
    """From giving up to the next try (assumption)."""
    solved: Share = 0.75
    """Of the answered cases; the others come back."""
    comes_back_after: AnyLaw = Exponential(law="exponential", mean=86400)
    """From the answer that solved nothing to the next contact (assumption)."""


class Tempers(Section):
    """How shoppers take a wait, and how much of it agents must take (CUS-4, SUP-6).

    A contact's anger begins at 0 for the calm, 0.2 for the hurried, 0.6 for the angry and 1 for the
    abusive; each earlier try without an answer and an answer after the target add 0.2 (assumption).
    """

    hurried: Share = 0.15
    """Of the shoppers: half the patience (assumption)."""
    angry: Share = 0.05
    """Of the shoppers: contacts that take a third longer, and tire agents (assumption)."""
    abusive: Share = 0.005
    """Of the shoppers: like the angry, whatever they hear (assumption)."""
    limit: float = Field(default=1.0, ge=0)
    """Anger from which an agent may end the contact with a canned reply, politely and firmly;
    above 1.8 she never may."""
    endures: Duration = 120.0
    """Before she does (assumption)."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.hurried + self.angry + self.abusive > 1:
            raise ValueError("hurried, angry and abusive together pass 100%")
        return self


class Support(Section):
    """The support desks and what reaches them."""

    desks: tuple[Desk, ...] = ()
    """One for each channel."""
    self_service: tuple[SelfService, ...] = ()
    """Channels without people; their shares and those of the desks add up to 100%."""
    if_closed: Literal["another", "waits"] = "another"
    """Who finds her channel closed takes another that is open, by its share; or waits in vain."""
    contacts: Contacts = Contacts()
    """What makes shoppers get in touch."""
    causes: dict[Topic, Cause] = {}
    """What events of other departments make shoppers ask about, each with its share."""
    before_buying: Before | None = None
    """Shoppers who ask before they buy."""
    persistence: Persistence | None = None
    """Who tries again, and what comes back unsolved."""
    tempers: Tempers | None = None
    """Hurried, angry and abusive shoppers, and what agents may do about them."""
    strain: Strain | None = None
    """How work wears agents out."""
    back_office: tuple[Chore, ...] = ()
    """What agents do besides."""

    @property
    def doors(self) -> tuple[Desk | SelfService, ...]:
        """All channels, those with people first."""
        return (*self.desks, *self.self_service)

    @property
    def is_plain(self) -> bool:
        """Whether shoppers ask, are answered or give up, and nothing else can happen."""
        extras = (self.self_service, self.causes, self.back_office)
        sections = (self.before_buying, self.persistence, self.tempers, self.strain)
        closes = self.if_closed == "another" and not all(desk.always_open for desk in self.desks)
        messages = any(desk.code in WRITTEN for desk in self.desks)
        return not (closes or messages or any(extras) or any(sections))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(door.share for door in self.doors)
        if self.doors and abs(total - 1) > 1e-6:
            raise ValueError(f"desks: the shares of contacts add up to {total:.1%}, not 100%")
        names = [door.channel for door in self.doors]
        if len(set(names)) < len(names):
            raise ValueError("desks: a channel stands here twice")
        for chore in self.back_office:
            if chore.desk not in names:
                raise ValueError(f"back_office: {chore.task} is the work of a {chore.desk} desk, "
                                 "which is not under desks")  # fmt: skip
        return self


PRE_SALE = frozenset((Reason.PAYMENT_OPTIONS, Reason.IS_IT_SAFE, Reason.TESTS_SUPPORT))
"""Topics whose answer decides a sale."""
