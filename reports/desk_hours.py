"""Support hour by hour of the season: what each desk was asked, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.arrays import slots
from reports.hours import local_hours
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT
from scenarios.schema import Desk, Scenario, Season

Floats = NDArray[np.float64]
Column = NDArray[Any]
"""One number for each local hour of the season, shape (pieces,)."""


@dataclass(frozen=True)
class DeskHours:
    """One desk over the local hours of a season; a contact counts in the hour in which it came.

    `ended` are contacts that were answered or given up, `in_time` those of them that were answered
    within the desk's target: their ratio is the measure `support_service_level`, and `given_up` by
    `ended` is `support_abandonment_rate`. `busy` are the seconds that places were taken in
    the hour.
    """

    contacts: Column
    ended: Column
    in_time: Column
    given_up: Column
    busy: Column


def season_hours(season: Season) -> tuple[Floats, NDArray[np.int64]]:
    """The whole run cut at every full local hour, its tail (`wind_down`) too.

    Edges in seconds since the start, shape (pieces + 1,); hours of day, shape (pieces,).
    """
    return local_hours(season.model_copy(update={"duration": season.end, "wind_down": 0.0}))


def desk_hours(log: SortedLog, scenario: Scenario) -> dict[str, DeskHours]:
    """Every desk by its channel."""
    edges, _ = season_hours(scenario.season)
    return {desk.channel: of_desk(log, desk, edges) for desk in scenario.support.desks}


def of_desk(log: SortedLog, desk: Desk, edges: Floats) -> DeskHours:
    """One desk between the edges, which need not be hours; shape (edges,)."""
    every = log.spells((Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP), OF_CONTACT)
    waits = every.select(every.begins["channel"] == desk.code)
    begun = waits.begins["t"]
    piece = np.minimum(slots(edges, begun), len(edges) - 1) - 1
    answered = waits.end_kind == Kind.ANSWERED
    given_up = waits.end_kind == Kind.GAVE_UP
    in_time = answered & (waits.end_t - begun <= desk.target)

    def count(which: NDArray[np.bool_]) -> Column:
        return np.bincount(piece[which], minlength=len(edges) - 1)

    return DeskHours(
        contacts=np.bincount(piece, minlength=len(edges) - 1),
        ended=count(answered | given_up),
        in_time=count(in_time),
        given_up=count(given_up),
        busy=_busy(log, desk, edges),
    )


def _busy(log: SortedLog, desk: Desk, edges: Floats) -> Column:
    """Seconds that places were taken between two edges, all places together."""
    rows = log.rows(Kind.ANSWERED, Kind.CLOSED, Kind.CANNED_ENDING)
    ours = np.flatnonzero(rows["channel"] == desk.code)
    t = np.concatenate(([0.0], rows["t"][ours], [max(log.last, edges[-1])]))
    taken = np.cumsum(np.where(rows["kind"][ours] == Kind.ANSWERED, 1, -1))
    until = np.concatenate(([0.0, 0.0], np.cumsum(taken * np.diff(t[1:]))))
    return np.diff(np.interp(edges, t, until))
