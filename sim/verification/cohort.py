"""The contacts of a part of a run, and what became of each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.events import Kind, Log
from reports.log import as_array
from sim.verification.closed_forms import Floats

MINUTE, HOUR = 60.0, 3600.0


class Window(NamedTuple):
    """The part of a run that counts: what comes before has filled the queue, what comes after
    has ended its waits. Seconds."""

    begins: float
    ends: float
    stops: float

    @property
    def length(self) -> float:
        return self.ends - self.begins


class Cohort(NamedTuple):
    """The contacts that came within the window, and what became of them."""

    came: int
    turned_away: int
    delayed: int
    gave_up: int
    waits: Floats
    """Of the served, in seconds."""


def cohort(log: Log, window: Window, turned_away: int = 0) -> Cohort:
    """Read a cohort from an event log in which every session asks at most once.

    Raises ValueError where some of them are still waiting at the log's end.
    """
    events = as_array(log)
    asked = events[events["kind"] == Kind.CONTACTED]
    came = np.full(int(asked["session"].max(initial=-1)) + 1, np.nan)
    came[asked["session"]] = asked["t"]
    came[(came < window.begins) | (came >= window.ends)] = np.nan
    answered = events[events["kind"] == Kind.ANSWERED]
    waits = answered["t"] - came[answered["session"]]
    waits = waits[~np.isnan(waits)]
    gave_up = int((~np.isnan(came[events["session"][events["kind"] == Kind.GAVE_UP]])).sum())
    count = int((~np.isnan(came)).sum())
    if len(waits) + gave_up != count:
        raise ValueError(f"of {count} contacts {count - len(waits) - gave_up} still wait")
    delayed = int((waits > 0).sum()) + gave_up
    return Cohort(count + turned_away, turned_away, delayed, gave_up, waits)
