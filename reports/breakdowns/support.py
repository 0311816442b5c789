"""Support by channel over time, by what it was asked, and by how long the waiting had waited."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Reason
from reports.arrays import group_starts, stable_order
from reports.breakdowns.breakdown import Breakdown, Columns, Key, Number
from reports.breakdowns.pieces import AT, Column, Floats, crossed, edges_of, piece_of, time_at
from reports.desk_hours import of_desk
from reports.measures.definition import end_of
from reports.measures.support import LOOK_EVERY, backlog_ages
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT, Spells
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Scenario
from scenarios.shoppers import Plan
from scenarios.staffing import agents_over_time

AGES = (0, 60, 300, 900, 3600, 4 * 3600, 86400)
"""Seconds: where each class of the backlog's age begins; the last has no end."""


def over_time(log: SortedLog, plan: Plan) -> Columns:
    """The table `support_over_time`."""
    scenario, edges = plan.scenario, edges_of(plan.scenario.season)
    desks = _asked(log, scenario)
    tables = [_over_time(log, desk, scenario, edges) for desk in desks]
    names = tables[0] if tables else {}
    return crossed(
        {"channel": [desk.channel for desk in desks], AT.name: edges[:-1].astype(int).tolist()},
        {name: np.stack([each[name] for each in tables]) for name in names},
    )


def by_topic(log: SortedLog, plan: Plan) -> Columns:
    """The table `support_topics`."""
    desks = plan.scenario.support.desks
    codes = np.sort([desk.code for desk in desks]).astype(np.int64)
    waits = _waits(log)
    waits = waits.select(np.isin(waits.begins["channel"], codes))
    topics = np.unique(waits.begins["reason"])
    cells = len(codes) * len(topics)
    cell = np.searchsorted(codes, waits.begins["channel"]) * len(topics)
    cell += np.searchsorted(topics, waits.begins["reason"])
    answered = waits.end_kind == Kind.ANSWERED
    wait = (waits.end_t - waits.begins["t"])[answered]

    def count(which: NDArray[np.bool_]) -> Column:
        return np.bincount(cell[which], minlength=cells)

    return crossed(
        {
            "channel": [Channel(code).name.lower() for code in codes.tolist()],
            "topic": [Reason(code).name.lower() for code in topics.tolist()],
        },
        {
            "contacts": np.bincount(cell, minlength=cells),
            "answered": count(answered),
            "given_up": count(waits.end_kind == Kind.GAVE_UP),
            "wait_s": np.bincount(cell[answered], wait, cells),
            "again": count(_again(waits.begins["session"])),
        },
    )


def fatigue(log: SortedLog, plan: Plan) -> Columns:
    """The table `support_fatigue`."""
    edges, desks = edges_of(plan.scenario.season), plan.scenario.support.desks
    tired = log.rows(Kind.TIRED)
    desks = desks if len(tired) else ()
    tables = []
    for desk in desks:
        rows = tired[tired["channel"] == desk.code]
        tables.append(time_at(rows["quantity"] / 1000, rows["t"].copy(), edges))
    return crossed(
        {"channel": [desk.channel for desk in desks], AT.name: edges[:-1].astype(int).tolist()},
        {"fatigue_s": np.array(tables), "length_s": np.array([np.diff(edges)] * len(desks))},
    )


def by_age(log: SortedLog, plan: Plan) -> Columns:
    """The table `support_backlog_ages`."""
    desks = _asked(log, plan.scenario)
    waits, end = _waits(log), end_of(log, plan.scenario)
    looks = max(int(np.ceil(end / LOOK_EVERY)), 1)
    means = []
    for desk in desks:
        ages = backlog_ages(waits.select(waits.begins["channel"] == desk.code), end)
        places = np.searchsorted(AGES, ages, "right") - 1
        means.append(np.bincount(places, minlength=len(AGES)) / looks)
    keys = {"channel": [desk.channel for desk in desks], "age_from_s": AGES}
    return crossed(keys, {"waiting": np.array(means)})


CHANNEL = Key("channel", "The support channel; those without people are left out.")
BREAKDOWNS = (
    Breakdown(
        "support_over_time",
        "Each desk piece by piece of the season. Contacts count in the piece in which they came.",
        (CHANNEL, AT),
        (
            Number("contacts", "count", "Contacts."),
            Number("answered", "count", "Of these, answered by the end of the run."),
            Number("in_time", "count", "Of these, answered within the desk's target."),
            Number("given_up", "count", "Of the contacts, given up."),
            Number("wait_s", "s", "Waits of the answered, summed."),
            Number("length_s", "s", "Length of the piece."),
            Number("waiting_s", "s", "Contacts waiting in the piece, times seconds."),
            Number("busy_s", "s", "Places taken by contacts in the piece, times seconds."),
            Number("place_s", "s", "Places of the agents on the rota, times seconds."),
            Number("aged_s", "s", "Ages of the waiting, summed over looks every 15 minutes."),
            Number("looked", "count", "How many waiting contacts those looks saw."),
        ),
        over_time,
    ),
    Breakdown(
        "support_fatigue",
        "How tired each desk's agents were, piece by piece of the season; where it is modelled.",
        (CHANNEL, AT),
        (
            Number("fatigue_s", "s", "Fatigue from 0 to 1, times seconds."),
            Number("length_s", "s", "Length of the piece."),
        ),
        fatigue,
        needs=(Kind.TIRED,),
    ),
    Breakdown(
        "support_topics",
        "What the desks were asked.",
        (CHANNEL, Key("topic", "Why the shopper asked, as the event log names it.")),
        (
            Number("contacts", "count", "Contacts."),
            Number("answered", "count", "Of these, answered by the end of the run."),
            Number("given_up", "count", "Of the contacts, given up."),
            Number("wait_s", "s", "Waits of the answered, summed."),
            Number("again", "count", "Of the contacts, not the first of their session at a desk."),
        ),
        by_topic,
    ),
    Breakdown(
        "support_backlog_ages",
        "How long the waiting contacts had waited, at looks every 15 minutes.",
        (CHANNEL, Key("age_from_s", "Where the class of age begins, in seconds.", "whole")),
        (Number("waiting", "count", "Contacts of that age, averaged over the looks."),),
        by_age,
    ),
)


def _over_time(log: SortedLog, desk: Desk, scenario: Scenario, edges: Floats) -> dict[str, Column]:
    hours = of_desk(log, desk, edges)
    every = _waits(log)
    waits = every.select(every.begins["channel"] == desk.code)
    pieces = len(edges) - 1
    answered = waits.end_kind == Kind.ANSWERED
    begun = waits.begins["t"].copy()
    wait = (waits.end_t - begun)[answered]
    aged, looked = _ages(waits, edges, end_of(log, scenario))
    return {
        "contacts": hours.contacts,
        "answered": hours.ended - hours.given_up,
        "in_time": hours.in_time,
        "given_up": hours.given_up,
        "wait_s": np.bincount(piece_of(begun[answered], edges), wait, pieces),
        "length_s": np.diff(edges),
        "waiting_s": _waiting(waits, edges),
        "busy_s": hours.busy,
        "place_s": _places(desk, scenario, edges),
        "aged_s": aged,
        "looked": looked,
    }


def _asked(log: SortedLog, scenario: Scenario) -> tuple[Desk, ...]:
    """The desks; none where nobody asked for help."""
    return scenario.support.desks if log.count(Kind.CONTACTED) else ()


def _waits(log: SortedLog) -> Spells:
    return log.spells((Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP), OF_CONTACT)


def _waiting(waits: Spells, edges: Floats) -> Floats:
    """Contact-seconds of waiting in each piece."""
    begun = waits.begins["t"]
    t = np.concatenate((begun, np.minimum(waits.end_t, max(edges[-1], begun.max(initial=0.0)))))
    steps = np.repeat((1.0, -1.0), len(waits))
    order = np.argsort(t, kind="stable")
    return time_at(np.cumsum(steps[order]), t[order], edges)


def _places(desk: Desk, scenario: Scenario, edges: Floats) -> Floats:
    """Agents on the rota times the contacts that each takes at once, times seconds."""
    changes = agents_over_time(desk, Calendar(scenario.season))
    t, agents = (np.array(column, float) for column in zip(*changes, strict=True))
    return time_at(agents * desk.at_once, t, edges)


def _ages(waits: Spells, edges: Floats, end: float) -> tuple[Column, Column]:
    """Ages of the waiting contacts at the looks of each piece, summed, and how many were seen.

    Those waiting at a look are those who have come less those who have gone; so are their ages.
    """
    looks = np.arange(0.0, end, LOOK_EVERY)
    begun = np.sort(waits.begins["t"].copy())
    gone = np.argsort(waits.end_t, kind="stable")
    came_by = np.searchsorted(begun, looks, "right")
    gone_by = np.searchsorted(waits.end_t[gone], looks, "right")
    of_come = np.concatenate(([0.0], np.cumsum(begun)))[came_by]
    of_gone = np.concatenate(([0.0], np.cumsum(waits.begins["t"][gone])))[gone_by]
    waiting = came_by - gone_by
    # Where nobody waits, the two sums may still differ by a rounding.
    ages = np.where(waiting > 0, waiting * looks - (of_come - of_gone), 0.0)
    piece, pieces = piece_of(looks, edges), len(edges) - 1
    return np.bincount(piece, ages, pieces), np.bincount(piece, waiting, pieces)


def _again(sessions: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which rows, in order of time, are not the first of their session."""
    order = stable_order(sessions)
    again = np.ones(len(sessions), bool)
    again[order[group_starts(sessions[order])]] = False
    return again
