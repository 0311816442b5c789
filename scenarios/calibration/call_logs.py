"""Reads call logs: one call a row, with its wait and what became of it; callers only as numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.broken import MAX_BROKEN
from scenarios.calibration.calls import Calls
from scenarios.calibration.cells import moment, number
from scenarios.calibration.doors import Cells, Format, Reading, key, read, renumber
from scenarios.calibration.selection import Selection
from scenarios.errors import UserError
from scenarios.units import latin

_LONGEST = 86400.0
TECHNION = Format(
    "a call record with queue times (Technion)",
    {
        "date": ("date",),
        "ready": ("vru_exit",),
        "queued": ("q_start",),
        "waited": ("q_time",),
        "outcome": ("outcome",),
        "handling": ("ser_time",),
        "agent": ("server",),
        "caller": ("customer_id",),
    },
    ("date", "ready", "queued", "waited", "outcome", "handling"),
)
GENERIC = Format(
    "a call log",
    {
        "at": (
            "called_at", "started_at", "start_time", "call_time", "calldate", "queue_time",
            "datetime", "timestamp", "time", "زمان_تماس", "تاریخ_تماس", "زمان", "تاریخ",
        ),
        "waited": (
            "wait_seconds", "waited_s", "wait_time", "waiting_time", "queue_seconds", "wait",
            "hold_time", "مدت_انتظار", "زمان_انتظار", "انتظار",
        ),
        "outcome": ("outcome", "result", "disposition", "status", "نتیجه", "وضعیت"),
        "handling": (
            "talk_seconds", "handling_s", "talk_time", "handle_time", "handling", "billsec",
            "duration", "مدت_مکالمه", "زمان_مکالمه",
        ),
        "caller": (
            "caller", "caller_id", "caller_number", "src", "from", "phone", "customer",
            "شماره_تماس_گیرنده", "تماس_گیرنده", "شماره",
        ),
        "agent": ("agent", "agent_id", "server", "operator", "اپراتور", "کارشناس"),
    },
    ("at", "waited", "outcome", "handling"),
)  # fmt: skip
_ANSWERED = frozenset(
    ("agent", "answered", "answer", "completed", "completeagent", "completecaller", "connected",
     "پاسخ_داده_شده", "پاسخ_داده", "پاسخ", "موفق")
)  # fmt: skip
_LEFT = frozenset(
    ("hang", "abandoned", "abandon", "hangup", "hung_up", "no_answer", "noanswer", "missed", "lost",
     "exitwithtimeout", "انصراف", "قطع", "قطع_شده", "بی_پاسخ", "بی_جواب", "از_دست_رفته")
)  # fmt: skip


@dataclass(frozen=True)
class _Call:
    day: int
    at: float
    waited: float
    gave_up: bool
    handling: float
    caller: str
    agent: str


@dataclass(frozen=True)
class CallLog:
    """The calls that asked for an agent, and who called and answered, as numbers."""

    reading: Reading[_Call | None]
    calls: Calls
    caller: NDArray[np.int64]
    """Shape (calls,), -1 where unknown."""
    agent: NDArray[np.int64]
    """Shape (calls,), -1 where nobody answered or it is not known who."""

    def part(self, selection: Selection) -> CallLog:
        """The calls of some hours and days, numbered from the log's first. Raises UserError where
        there are none."""
        first = int(self.calls.day[0])
        number, hour = self.calls.day - first, (self.calls.at // 3600).astype(np.int64)
        cells = selection.cells(dt.date.fromordinal(first), int(number[-1]) + 1)
        chosen = cells[number, hour]
        if not chosen.any():
            raise UserError(f"--fit-on {selection.words()}: no call is left to fit.")
        return replace(
            self,
            calls=self.calls.select(chosen),
            caller=self.caller[chosen],
            agent=self.agent[chosen],
        )


def read_call_log(
    path: Path,
    columns: Mapping[str, str] | None = None,
    *,
    zone: str = "Asia/Tehran",
    max_broken: float = MAX_BROKEN,
) -> CallLog:
    """The calls in a CSV or Excel call log, by time.

    Waits and talks are seconds or clocks (`0:03:25`). Callers and agents, who may be telephone
    numbers and names, are renumbered at once. Who hung up before the queue asked nobody and is left
    out. Raises UserError as `doors.read` does, and for a log without one call.
    """
    reading = read(
        path, (TECHNION, GENERIC), lambda cells: _call(cells, zone),
        option="calls", columns=columns, max_broken=max_broken,
    )  # fmt: skip
    asked = [call for call in reading.records if call is not None]
    if not asked:
        raise UserError(f"{path}: nobody asked for an agent in this log.")
    asked.sort(key=lambda call: (call.day, call.at))
    return CallLog(
        reading.forgotten(),
        Calls(
            np.array([call.day for call in asked], np.int64),
            np.array([call.at for call in asked]),
            np.array([call.waited for call in asked]),
            np.array([call.gave_up for call in asked]),
            np.array([call.handling for call in asked]),
        ),
        renumber(call.caller for call in asked),
        renumber(call.agent for call in asked),
    )


def _call(cells: Cells, zone: str) -> _Call | None:
    """None for who hung up before the queue."""
    outcome = key(latin(cells["outcome"]))
    if outcome not in _ANSWERED | _LEFT:
        raise ValueError(f"outcome {cells['outcome'][:40]!r} is neither answered nor abandoned")
    gave_up = outcome in _LEFT
    waited = _seconds("waited", cells["waited"])
    if gave_up and not waited:
        return None
    took = 0.0 if gave_up else _seconds("handling", cells["handling"])
    day, at = _technion(cells, waited) if "date" in cells else _generic(cells, zone)
    return _Call(day, at, waited, gave_up, took, cells["caller"], "" if gave_up else cells["agent"])


def _generic(cells: Cells, zone: str) -> tuple[int, float]:
    came = moment(cells["at"], zone)
    return came.toordinal(), came.hour * 3600.0 + came.minute * 60 + came.second


def _technion(cells: Cells, waited: float) -> tuple[int, float]:
    try:
        day = dt.datetime.strptime(cells["date"], "%y%m%d").toordinal()
    except ValueError:
        raise ValueError(f"date {cells['date'][:40]!r} is not yymmdd") from None
    return day, _seconds("time", cells["queued"] if waited else cells["ready"])


def _seconds(what: str, cell: str) -> float:
    """From a number of seconds or a clock of two or three parts."""
    parts = [number(part) for part in latin(cell).split(":")]
    if not 1 <= len(parts) <= 3 or any(part is None or part < 0 for part in parts):
        raise ValueError(f"{what} {cell[:40]!r} is no time in seconds or h:mm:ss")
    seconds = sum((part or 0) * 60**place for place, part in enumerate(reversed(parts)))
    if seconds > _LONGEST:
        raise ValueError(f"{what} {cell[:40]!r} is longer than a day")
    return float(seconds)
