"""Measures of care: what support did for shoppers, and what the work did to the agents (SUP-6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind
from reports.arrays import is_among
from reports.log import Events
from reports.measures.definition import HOUR, Measure, end_of, ratio, total
from reports.measures.support import staff_of, targets_of
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT, OF_TICKET
from scenarios.schema import Scenario

BY_CHANNEL = ("canned_endings", "agent_fatigue_peak")
"""Those that also exist by channel (`canned_endings_chat`)."""

DEFINITIONS = (
    Measure(
        "support_unreached", "count", "down",
        "Times that a shopper wanted support and found every channel closed; no contacts.",
    ),
    Measure(
        "self_service_solved", "count", "up",
        "Contacts that a chatbot or a questions page ended without an agent.",
    ),
    Measure(
        "self_service_deflection_rate", "share", "up",
        "Those, of all contacts that a chatbot or a questions page ended.",
    ),
    Measure("tickets", "count", "neither", "Cases in writing, each from its first e-mail on."),
    Measure("tickets_unsolved", "count", "down", "Tickets not solved at the end of the run."),
    Measure(
        "ticket_first_answer_p95_s", "s", "down",
        "95th percentile of the time to a ticket's first answer; unanswered ones are left out.",
    ),
    Measure(
        "ticket_age_p95_s", "s", "down",
        "95th percentile of the age of the tickets not solved at the end of the run.",
    ),
    Measure(
        "canned_endings", "count", "neither",
        "Contacts that an agent ended with a canned reply, since the shopper's anger passed the "
        "limit.",
    ),
    Measure(
        "agent_fatigue_peak", "share", "down",
        "Greatest fatigue of any desk's agents, from 0 (rested) to 1 (worn out), looked at every "
        "15 minutes; no value where fatigue is not modelled.",
    ),
    Measure(
        "agents_missing", "count", "down",
        "Worn-out agents who stayed away from a shift, summed over the shifts.",
    ),
    Measure("back_office_hours", "h", "neither", "Agents' work besides answering."),
    Measure(
        "shopper_satisfaction", "share", "up",
        "Mean over the contacts whose fate is known and the times that a shopper reached nobody: "
        "1 if answered within the channel's target, ½ if later, 0 if given up, ended with a "
        "canned reply or reaching nobody; a contact that was passed on counts where it ended "
        "(the scores are an assumption).",
    ),
    Measure(
        "agent_wellbeing", "share", "up",
        "One less the agents' fatigue, averaged over the season, and over the desks by their "
        "agents' hours; no value where fatigue is not modelled.",
    ),
    Measure(
        "balanced_wellbeing", "share", "up",
        "Mean of `shopper_satisfaction` and `agent_wellbeing`, which weigh the same; no value "
        "where one of them has none.",
    ),
)  # fmt: skip


def values(log: SortedLog, scenario: Scenario) -> dict[str, float]:
    """The measures of `DEFINITIONS`, then those of `BY_CHANNEL` by channel."""
    support = scenario.support
    bots = [door.code for door in support.self_service]
    ended = int(np.isin(log.rows(Kind.CLOSED)["channel"], bots).sum()) if bots else 0
    solved = ended - log.count(Kind.HANDED_ON)
    satisfaction, wellbeing = _satisfaction(log, scenario), _wellbeing(log, scenario)
    canned, tired = log.rows(Kind.CANNED_ENDING), log.rows(Kind.TIRED)
    strained = support.strain is not None
    measured = {
        "support_unreached": log.count(Kind.UNREACHED),
        "self_service_solved": solved,
        "self_service_deflection_rate": ratio(solved, ended),
        **_tickets(log, end_of(log, scenario)),
        "canned_endings": len(canned),
        "agent_fatigue_peak": _peak(tired) if strained else float("nan"),
        "agents_missing": total(log.rows(Kind.AGENTS_MISSING)["quantity"]),
        "back_office_hours": total(log.rows(Kind.CHORE_DONE)["quantity"]) / HOUR,
        "shopper_satisfaction": satisfaction,
        "agent_wellbeing": wellbeing,
        "balanced_wellbeing": (satisfaction + wellbeing) / 2,
    }
    for desk in support.desks:
        ours = _of(tired, desk.code)
        measured[f"canned_endings_{desk.channel}"] = len(_of(canned, desk.code))
        measured[f"agent_fatigue_peak_{desk.channel}"] = _peak(ours) if strained else float("nan")
    return measured


def _of(rows: Events, channel: Channel) -> Events:
    return rows[rows["channel"] == channel]


def _peak(tired: Events) -> float:
    return float(tired["quantity"].max(initial=0)) / 1000


def _tickets(log: SortedLog, end: float) -> dict[str, float]:
    opened = log.rows(Kind.TICKET_OPENED)
    first = log.spells((Kind.TICKET_OPENED,), (Kind.TICKET_ANSWERED,), OF_TICKET)
    answers = (first.end_t - first.begins["t"])[~first.is_open]
    last = np.full(len(opened), Kind.TICKET_OPENED)
    steps = log.rows(Kind.TICKET_ANSWERED, Kind.TICKET_SOLVED, Kind.TICKET_REOPENED)
    last[steps["quantity"]] = steps["kind"]  # in order of time: the last one stays
    unsolved = last != Kind.TICKET_SOLVED
    return {
        "tickets": len(opened),
        "tickets_unsolved": int(unsolved.sum()),
        "ticket_first_answer_p95_s": _p95(answers),
        "ticket_age_p95_s": _p95(end - opened["t"][unsolved]),
    }


def _satisfaction(log: SortedLog, scenario: Scenario) -> float:
    waits = log.spells((Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP), OF_CONTACT)
    seconds = waits.end_t - waits.begins["t"]
    in_time = seconds <= targets_of(scenario)[waits.begins["channel"]]
    answered = waits.end_kind == Kind.ANSWERED
    score = np.where(answered, np.where(in_time, 1.0, 0.5), 0.0)
    if log.count(Kind.CANNED_ENDING):
        talks = log.spells((Kind.ANSWERED,), (Kind.CLOSED, Kind.CANNED_ENDING), OF_CONTACT)
        canned = talks.begin_at[talks.end_kind == Kind.CANNED_ENDING]
        score[is_among(waits.end_at, canned)] = 0.0
    handed_on = log.count(Kind.HANDED_ON)  # each was answered at once, and so scored 1
    known = len(waits) - int(waits.is_open.sum()) - handed_on + log.count(Kind.UNREACHED)
    return ratio(float(score.sum()) - handed_on, known)


def _wellbeing(log: SortedLog, scenario: Scenario) -> float:
    if scenario.support.strain is None:
        return float("nan")
    end = scenario.season.duration
    tired = log.rows(Kind.TIRED)
    fatigue = hours = 0.0
    for desk in scenario.support.desks:
        rows = _of(tired, desk.code)
        lasts = np.diff(rows["t"], append=end)
        weight = staff_of(desk, scenario).agent_seconds
        fatigue += weight * float(rows["quantity"] @ lasts) / 1000 / end
        hours += weight
    return 1 - ratio(fatigue, hours)


def _p95(seconds: NDArray[np.float64]) -> float:
    return float(np.percentile(seconds, 95)) if len(seconds) else float("nan")
