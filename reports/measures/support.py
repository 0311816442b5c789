"""Measures of support: who was answered, how long it took, and how busy the agents were."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind
from reports.log import Events
from reports.measures.definition import HOUR, Measure, end_of, ratio
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT, Spells
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Scenario
from scenarios.staffing import agents_over_time

MONTH = 30 * 86400.0
LOOK_EVERY = 900.0
"""Seconds between two looks at the age of the backlog."""

DEFINITIONS = (
    Measure(
        "support_contacts", "count", "down",
        "Contacts that reached a support desk; those of channels without people (chatbot, "
        "questions page) only count by channel, here and below.",
    ),
    Measure("support_served", "count", "up", "Contacts that were answered before the end."),
    Measure(
        "support_abandoned", "count", "down",
        "Contacts whose shopper lost patience before an answer.",
    ),
    Measure(
        "support_unanswered", "count", "down", "Contacts still waiting at the end of the run.",
    ),
    Measure(
        "support_wait_mean_s", "s", "down",
        "Mean wait of the contacts answered before the end; who gave up is not in it.",
    ),
    Measure(
        "support_wait_p95_s", "s", "down",
        "95th percentile of the wait of the contacts answered before the end.",
    ),
    Measure(
        "support_service_level", "share", "up",
        "Contacts answered within their desk's target, of those answered or given up; contacts "
        "still waiting at the end are left out.",
    ),
    Measure(
        "support_abandonment_rate", "share", "down",
        "Contacts given up, of those answered or given up; contacts still waiting at the end are "
        "left out.",
    ),
    Measure(
        "support_backlog_peak", "count", "down", "Most contacts that waited at the same time.",
    ),
    Measure(
        "support_backlog_age_p95_s", "s", "down",
        "95th percentile of how long the waiting contacts had waited, looked at every 15 minutes.",
    ),
    Measure(
        "support_occupancy", "share", "neither",
        "Time that agents spent on contacts, of the time that they were at work (both times the "
        "contacts an agent can take at once), to the end of the run; work finished after a shift "
        "can push it past one.",
    ),
    Measure(
        "support_cost_rial", "rial", "down",
        "Hours of the agents on the rota until the end of the run, at their cost per hour; the "
        "tools by agent and month; and what a chatbot's provider takes.",
    ),
)  # fmt: skip


class Staff(NamedTuple):
    """What a desk had at its disposal over the run."""

    agent_seconds: float
    place_seconds: float
    """Agents times the contacts that each can take at once."""
    tools: float
    """What their software costs, in rial."""


NOBODY = Staff(0.0, 0.0, 0.0)
"""The people of a chatbot."""


def values(log: SortedLog, scenario: Scenario) -> dict[str, float]:
    """The measures of `DEFINITIONS` over all desks, then each by channel (`..._chat`)."""
    desks, doors = scenario.support.desks, scenario.support.doors
    staff = {desk.code: staff_of(desk, scenario) for desk in desks}
    targets = targets_of(scenario)
    with_people = None if doors == desks else list(staff)
    every = _Desks(log, scenario, with_people, targets, list(staff.values())).values()
    every["support_cost_rial"] += sum(
        door.per_contact * _contacts(log, door.code) for door in scenario.support.self_service
    )
    by_channel = [
        every
        if doors == desks and len(desks) == 1
        else _Desks(log, scenario, [door.code], targets, [staff.get(door.code, NOBODY)]).values()
        for door in doors
    ]
    for bot in scenario.support.self_service:
        cost = bot.per_contact * _contacts(log, bot.code)
        by_channel[doors.index(bot)]["support_cost_rial"] = cost
    for door, measured in zip(doors, by_channel, strict=True):
        every = every | {f"{name}_{door.channel}": value for name, value in measured.items()}
    return every


def targets_of(scenario: Scenario) -> NDArray[np.float64]:
    """Seconds within which a channel's contacts are answered in time, by its code, shape (256,)."""
    targets = np.zeros(256)
    for desk in scenario.support.desks:
        targets[desk.code] = desk.target
    return targets


def _contacts(log: SortedLog, channel: Channel) -> int:
    return int((log.rows(Kind.CONTACTED)["channel"] == channel).sum())


def staff_of(desk: Desk, scenario: Scenario) -> Staff:
    """The agents' time at work until the world stops, and their tools."""
    end = scenario.season.end
    changes = [(t, n) for t, n in agents_over_time(desk, Calendar(scenario.season)) if t < end]
    ends = [t for t, _ in changes[1:]] + [end]
    seconds = sum(n * (until - t) for (t, n), until in zip(changes, ends, strict=True))
    tools = 0.0
    if desk.tool is not None:
        months = max(0.0, end - desk.tool.trial) / MONTH
        tools = desk.tool.per_agent_month * desk.seats * months
    return Staff(seconds, seconds * desk.at_once, tools)


class _Desks:
    """The desks of some channels, or (with None) of all."""

    def __init__(
        self,
        log: SortedLog,
        scenario: Scenario,
        channels: list[Channel] | None,
        targets: NDArray[np.float64],
        staff: list[Staff],
    ) -> None:
        self.log = log
        self.channels = channels
        self.targets = targets
        self.staff = staff
        self.end = end_of(log, scenario)
        self.agent_hour = scenario.costs.agent_hour
        waits = log.spells((Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP), OF_CONTACT)
        self.waits = waits if channels is None else waits.select(self._ours(waits.begins))

    def _ours(self, rows: Events) -> NDArray[np.bool_]:
        """Which rows are of these channels."""
        channel = rows["channel"]
        assert self.channels is not None
        if len(self.channels) == 1:  # the most frequent case, and a tenth of the time
            return np.asarray(channel == self.channels[0])
        return np.isin(channel, self.channels)

    def values(self) -> dict[str, float]:
        waits = self.waits
        answered = waits.end_kind == Kind.ANSWERED
        seconds = (waits.end_t - waits.begins["t"])[answered]
        in_time = seconds <= self.targets[waits.begins["channel"][answered]]
        served, open_ = len(seconds), int(waits.is_open.sum())
        ended = len(waits) - open_
        ages = backlog_ages(waits, self.end)
        return {
            "support_contacts": len(waits),
            "support_served": served,
            "support_abandoned": ended - served,
            "support_unanswered": open_,
            "support_wait_mean_s": ratio(float(seconds.sum()), served),
            "support_wait_p95_s": _p95(seconds),
            "support_service_level": ratio(int(in_time.sum()), ended),
            "support_abandonment_rate": ratio(ended - served, ended),
            "support_backlog_peak": self._peak(),
            "support_backlog_age_p95_s": _p95(ages),
            "support_occupancy": ratio(
                self._busy_seconds(), sum(staff.place_seconds for staff in self.staff)
            ),
            "support_cost_rial": self.agent_hour
            * sum(staff.agent_seconds for staff in self.staff)
            / HOUR
            + sum(staff.tools for staff in self.staff),
        }

    def _peak(self) -> int:
        """Who is answered at the very instant of asking never waited."""
        rows = self.log.rows(Kind.CONTACTED, Kind.ANSWERED, Kind.GAVE_UP)
        if self.channels is not None:
            rows = rows.take(np.flatnonzero(self._ours(rows)))
        waiting = np.cumsum(np.where(rows["kind"] == Kind.CONTACTED, 1, -1))
        lasts = np.diff(rows["t"], append=np.inf) > 0
        return int(waiting[lasts].max(initial=0))

    def _busy_seconds(self) -> float:
        """All times of ending less all of beginning; what is under way ends with the run."""
        busy = 0.0
        open_ = 0
        for kind, sign in ((Kind.CLOSED, 1), (Kind.CANNED_ENDING, 1), (Kind.ANSWERED, -1)):
            rows = self.log.rows(kind)
            t = rows["t"] if self.channels is None else rows["t"][self._ours(rows)]
            busy += sign * float(t.sum())
            open_ -= sign * len(t)
        return busy + open_ * self.end


def backlog_ages(waits: Spells, end: float) -> NDArray[np.float64]:
    """Seconds that each waiting contact had waited, at every look until `end`; shape (seen,)."""
    begin = waits.begins["t"].copy()
    first = np.ceil(begin / LOOK_EVERY)
    beyond = np.ceil(np.minimum(waits.end_t, np.nextafter(end, np.inf)) / LOOK_EVERY)
    looks = np.maximum(beyond - first, 0).astype(np.int64)
    seen = np.flatnonzero(looks)
    times = looks[seen]
    nth = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    return (np.repeat(first[seen], times) + nth) * LOOK_EVERY - np.repeat(begin[seen], times)


def _p95(seconds: NDArray[np.float64]) -> float:
    return float(np.percentile(seconds, 95)) if len(seconds) else float("nan")
