"""What a played season tells of its desks: hour by hour, and contact by contact."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.desk_hours import DeskHours, desk_hours
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT
from scenarios.schema import Desk
from scenarios.shoppers import Plan
from scenarios.streams import stream
from sim.replication import Seen
from sim.staffing.replay import Contacts

Floats = NDArray[np.float64]
_AT, _TOOK = "contacts.at", "contacts.took"


@dataclass(frozen=True)
class Observed:
    """The desks of one replication, by channel."""

    hours: dict[str, DeskHours]
    contacts: dict[str, tuple[Floats, Floats]]
    """When each contact came, and how long its answer took (NaN where it had none, or was not
    over); shape (n,) each, in seconds."""

    @classmethod
    def of(cls, arrays: Seen) -> Observed:
        """What `look` read."""
        hours, contacts = {}, {}
        for each in dict.fromkeys(name.partition(".")[0] for name in arrays):
            columns = {part.name: arrays[f"{each}.{part.name}"] for part in fields(DeskHours)}
            hours[each] = DeskHours(**columns)
            contacts[each] = (arrays[f"{each}.{_AT}"], arrays[f"{each}.{_TOOK}"])
        return cls(hours, contacts)


def look(log: SortedLog, plan: Plan) -> Seen:
    """Read the desks from a log; `Observed.of` puts the columns together again."""
    arrays = {}
    for channel, hours in desk_hours(log, plan.scenario).items():
        for part in fields(hours):
            arrays[f"{channel}.{part.name}"] = getattr(hours, part.name)
    for desk in plan.scenario.support.desks:
        at, took = _contacts(log, desk)
        arrays |= {f"{desk.channel}.{_AT}": at, f"{desk.channel}.{_TOOK}": took}
    return arrays


def _contacts(log: SortedLog, desk: Desk) -> tuple[Floats, Floats]:
    every = log.spells((Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP), OF_CONTACT)
    waits = every.select(every.begins["channel"] == desk.code)
    answers = log.spells((Kind.ANSWERED,), (Kind.CLOSED, Kind.CANNED_ENDING), OF_CONTACT)
    answers = answers.select(answers.begins["channel"] == desk.code)
    took = np.where(answers.is_open, np.nan, answers.end_t - answers.begins["t"])
    handling = np.full(len(waits), np.nan)
    answered = np.flatnonzero(waits.end_kind == Kind.ANSWERED)
    # Both are in the order of the log: the nth answer ends the wait that it stands at.
    place = np.searchsorted(answers.begin_at, waits.end_at[answered])
    handling[answered] = took[place]
    return waits.begins["t"].copy(), handling


def contacts_of(seen: Observed, desk: Desk, seed: int, number: int) -> Contacts:
    """The contacts of one desk, to be met by other agents.

    How long each would wait, and how long an answer would have taken that nobody gave, is drawn by
    the desk's laws: only its season knows.
    """
    at, handling = seen.contacts[desk.channel]
    drawn = stream(seed, number, f"staffing {desk.channel}")
    patience = desk.patience.draw(drawn, len(at))
    handling = np.where(np.isnan(handling), desk.handling.draw(drawn, len(at)), handling)
    return Contacts(at.tolist(), handling.tolist(), patience.tolist())
