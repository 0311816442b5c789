"""Reads ticket exports of Zendesk, Freshdesk and others: when asked, answered, solved, by whom."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.broken import MAX_BROKEN
from scenarios.calibration.cells import moment, number
from scenarios.calibration.doors import Cells, Format, Reading, read, renumber
from scenarios.calibration.selection import Selection
from scenarios.errors import UserError
from scenarios.units import latin

Floats = NDArray[np.float64]
ZENDESK = Format(
    "a Zendesk ticket export",
    {
        "created": ("Created at",),
        "reply_minutes": ("First reply time in minutes",),
        "solved": ("Solved at",),
        "requester": ("Requester id", "Requester"),
        "agent": ("Assignee",),
        "reopens": ("Reopens",),
    },
    ("created", "reply_minutes", "reopens"),
)
"""Columns: support.zendesk.com, "Exporting data to a JSON, CSV or XML file"."""
FRESHDESK = Format(
    "a Freshdesk ticket export",
    {
        "created": ("Created time",),
        "replied": ("Initial response time",),
        "reply_hours": ("First response time (in hrs)",),
        "solved": ("Resolved time",),
        "worked_hours": ("Time tracked",),
        "requester": ("Contact ID", "Email", "Full name", "Requester Email"),
        "agent": ("Agent",),
        "from_agents": ("Agent interactions",),
    },
    ("created", "replied", "solved", "from_agents"),
)
"""Columns: the fields that Freshdesk's "Export tickets" offers."""
GENERIC = Format(
    "a ticket list",
    {
        "created": ("created_at", "created", "opened_at", "asked_at", "date", "تاریخ_ایجاد",
                    "زمان_ایجاد", "تاریخ"),
        "replied": ("first_reply_at", "replied_at", "answered_at", "first_response_at",
                    "زمان_اولین_پاسخ", "تاریخ_پاسخ"),
        "reply_minutes": ("first_reply_minutes", "reply_minutes"),
        "solved": ("solved_at", "resolved_at", "closed_at", "تاریخ_بستن", "زمان_حل"),
        "worked_minutes": ("worked_minutes", "handling_minutes", "مدت_رسیدگی"),
        "requester": ("requester", "requester_id", "customer_id", "customer", "email", "mobile",
                      "مشتری", "کد_مشتری"),
        "agent": ("agent", "assignee", "operator", "کارشناس", "اپراتور"),
        "reopens": ("reopens", "reopened", "بازگشایی"),
    },
    ("created", "replied"),
)  # fmt: skip
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4}) (\d{1,2}:\d{2}(?::\d{2})?)")


@dataclass(frozen=True)
class _Ticket:
    created: dt.datetime
    reply: float
    worked: float
    solved: bool
    reopened: bool | None
    requester: str
    agent: str


@dataclass(frozen=True)
class Tickets:
    """Tickets in order of time; shape (tickets,) each."""

    reading: Reading[_Ticket]
    day: NDArray[np.int64]
    """Proleptic ordinal of the date on which it came."""
    at: Floats
    """Seconds of that day."""
    reply: Floats
    """Seconds until the first answer; nan where there was none."""
    worked: Floats
    """Seconds of an agent's work; nan where it is not recorded."""
    solved: NDArray[np.bool_]
    reopened: NDArray[np.bool_] | None
    """None where the export does not say."""
    requester: NDArray[np.int64]
    """-1 where unknown."""
    agent: NDArray[np.int64]
    """-1 where unknown."""

    def __len__(self) -> int:
        return len(self.day)

    def part(self, selection: Selection) -> Tickets:
        """The tickets of some hours and days, numbered from the export's first. Raises UserError
        where there are none."""
        first = int(self.day[0])
        number, hour = self.day - first, (self.at // 3600).astype(np.int64)
        cells = selection.cells(dt.date.fromordinal(first), int(number[-1]) + 1)
        chosen = cells[number, hour]
        if not chosen.any():
            raise UserError(f"--fit-on {selection.words()}: no ticket is left to fit.")
        return Tickets(
            self.reading, self.day[chosen], self.at[chosen], self.reply[chosen],
            self.worked[chosen], self.solved[chosen],
            None if self.reopened is None else self.reopened[chosen],
            self.requester[chosen], self.agent[chosen],
        )  # fmt: skip


def read_tickets(
    path: Path,
    columns: Mapping[str, str] | None = None,
    *,
    zone: str = "Asia/Tehran",
    max_broken: float = MAX_BROKEN,
) -> Tickets:
    """The tickets in a CSV or Excel export.

    Only times and counts are kept; subjects, names, e-mails and telephone numbers are dropped at
    the door, requesters and agents renumbered. Raises UserError as `doors.read` does.
    """
    reading = read(
        path, (ZENDESK, FRESHDESK, GENERIC), lambda cells: _ticket(cells, zone),
        option="support", columns=columns, max_broken=max_broken,
    )  # fmt: skip
    rows = sorted(reading.records, key=lambda ticket: ticket.created)
    clock = [t.created.hour * 3600.0 + t.created.minute * 60 + t.created.second for t in rows]
    known = [ticket.reopened for ticket in rows]
    return Tickets(
        reading.forgotten(),
        np.array([ticket.created.toordinal() for ticket in rows], np.int64),
        np.array(clock),
        np.array([ticket.reply for ticket in rows]),
        np.array([ticket.worked for ticket in rows]),
        np.array([ticket.solved for ticket in rows]),
        None if None in known else np.array(known, bool),
        renumber(ticket.requester for ticket in rows),
        renumber(ticket.agent for ticket in rows),
    )


def _ticket(cells: Cells, zone: str) -> _Ticket:
    created = _moment(cells["created"], zone)
    reopens = cells.get("reopens", "")
    return _Ticket(
        created,
        _reply(cells, created, zone),
        _span(cells.get("worked_hours", ""), 3600, cells.get("worked_minutes", "")),
        bool(cells["solved"]),
        _count("reopens", reopens) > 0 if reopens else None,
        cells["requester"],
        cells["agent"],
    )


def _reply(cells: Cells, created: dt.datetime, zone: str) -> float:
    """Seconds until the first answer, nan for none; the clock of the wall wins over office hours.

    Freshdesk's "First response time (in hrs)" may count business hours only, and is empty in many
    exports; the moment of the response says it better.
    """
    if cells.get("replied"):
        seconds = (_moment(cells["replied"], zone) - created).total_seconds()
        if seconds < 0:
            raise ValueError("answered before it was asked")
        return seconds
    return _span(cells.get("reply_hours", ""), 3600, cells.get("reply_minutes", ""))


def _span(hours: str, unit: int, minutes: str) -> float:
    """Seconds from hours (`01:30:00` or `1.5`) or else from minutes; nan where both are empty."""
    if ":" in hours:
        parts = [number(part) for part in latin(hours).split(":")]
        if any(part is None or part < 0 for part in parts) or len(parts) > 3:
            raise ValueError(f"time {hours[:40]!r} is no h:mm:ss")
        return float(sum((part or 0) * 3600 / 60**place for place, part in enumerate(parts)))
    if not (hours or minutes):
        return float("nan")
    return _count("time", hours or minutes) * (unit if hours else 60)


def _count(what: str, cell: str) -> float:
    value = number(cell)
    if value is None or value < 0:
        raise ValueError(f"{what} {cell[:40]!r} is not a number of 0 or more")
    return value


def _moment(cell: str, zone: str) -> dt.datetime:
    """As `cells.moment`; spreadsheets of Zendesk also write `03/21/26 14:05`, the month first."""
    if match := _US.fullmatch(latin(cell)):
        month, day, year, clock = match.groups()
        cell = f"{year if len(year) == 4 else '20' + year}-{month}-{day} {clock}"
    return moment(cell, zone)
