"""The people of a support desk in a scenario: their shifts, what tires them, what else they do."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from model.events import Reason
from scenarios.section import Section
from scenarios.units import (
    Clock,
    Days,
    Duration,
    PositiveDuration,
    Rial,
    Share,
    parse_clock,
)

Task = Literal["restocking_check", "parcel_chase", "site_check"]


class Shift(Section):
    """Agents at work from one time of day to another."""

    begins: Clock
    """Local time."""
    ends: Clock
    """Local time; not after `begins`: on the next day."""
    agents: int = Field(ge=0)
    """How many."""
    days: tuple[Days, ...] | None = None
    """On which it begins, such as `[1405-12-18 to 1405-12-24, 1405-12-27]`; `null`: every day."""

    def is_on(self, day: dt.date) -> bool:
        """Whether it begins on a day."""
        return self.days is None or any(first <= day <= last for first, last in self.days)

    def covers(self, clock: Clock) -> bool:
        """Whether the shift is on at a time of day; it may run over midnight."""
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def began_yesterday(self, clock: Clock) -> bool:
        """Whether a shift that is on at a time of day began before midnight."""
        return self.begins >= self.ends and clock < self.ends


class Strain(Section):
    """How work wears agents out, and what tired agents do (SUP-6). A desk tires as one body.

    Fatigue runs from 0 (rested) to 1 (worn out); it is looked at every quarter of an hour.
    """

    ceiling: Share = Field(default=0.85, lt=1)
    """Occupancy above which work tires more than the next pause rests."""
    tires_in: PositiveDuration = 8 * 3600.0
    """At full occupancy rested agents are worn out after so long (assumption)."""
    angry_contact: Share = 0.02
    """Fatigue that one angry or abusive contact adds to the agent who has it (assumption)."""
    recovers_in: PositiveDuration = 8 * 3600.0
    """At or below the ceiling, and off work, two thirds of it are gone after so long (assumption).
    """
    slows: Share = 0.25
    """Worn-out agents take so much longer for a contact (assumption)."""
    loses: Share = 0.20
    """Of worn-out agents so many stay away from the next shift, paid (assumption)."""


class Chore(Section):
    """Back-office work that an agent of a desk does besides (SUP-7)."""

    task: Task
    """What: look for empty shelves, ask after packing and shipping, or try the site and a purchase.
    """
    desk: Literal["chat", "email", "phone", "whatsapp", "social_comments", "site_comments"]
    """Whose agent does it; the desk misses her as soon as one is free."""
    every: PositiveDuration = 86400.0
    """Time between two turns."""
    at: Clock = parse_clock("09:00")
    """Local time of the first; where nobody is at work then, it waits for the next shift."""
    takes: PositiveDuration = 30 * 60.0
    """Work on one turn (assumption)."""

    @property
    def code(self) -> Reason:
        """The task as the event log names it."""
        return Reason[self.task.upper()]


class Tool(Section):
    """A ticket system or chat tool that is paid by agent and month (ORD-16)."""

    name: str = "Zendesk"
    """What it is called: Zendesk, Freshdesk, Desk.com."""
    per_agent_month: Rial = 5_000_000
    """Zendesk begins at 5 USD; a dollar is taken as 1,000,000 rial (assumption)."""
    trial: Duration = 14 * 86400.0
    """Free so long from the season's start; 0 for a shop that pays already."""
