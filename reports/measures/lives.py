"""The lives of reservations: each from when it was made until it ended for good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.events import Kind, Reason
from reports.arrays import is_among, pair
from reports.measures.leavings import left_for_good
from reports.sorted_log import SortedLog, looks_once
from reports.spells import OF_RESERVATION, Spells

UNSOLD = (Kind.RELEASED, Kind.RESTORED, Kind.SUSPENDED)
"""How a life ends whose units nobody bought; `SUSPENDED`: they lay aside when the run ended."""
RAN_OUT = (Reason.TIMEOUT, Reason.BY_OPERATOR)


@looks_once
def whole_lives(log: SortedLog) -> Spells:
    """Reservations with all their returns from suspension.

    One whose units were suspended when the log ended has `end_kind` SUSPENDED, and no end.
    """
    lives = log.spells(
        (Kind.RESERVED,), (Kind.ALLOCATED, Kind.RELEASED, Kind.RESTORED), OF_RESERVATION
    )
    if not log.count(Kind.SUSPENDED):
        return lives
    aside = log.spells((Kind.SUSPENDED,), (Kind.RESUMED, Kind.RESTORED), OF_RESERVATION)
    still = aside.begins.take(np.flatnonzero(aside.is_open))
    unended = np.flatnonzero(lives.is_open)
    partner = pair(_keys(still), _keys(lives.begins.take(unended)))
    how = lives.end_kind.copy()
    how[unended[partner >= 0]] = Kind.SUSPENDED
    return replace(lives, end_kind=how)


@looks_once
def unsold_lives(log: SortedLog) -> Spells:
    """Reservations whose units nobody bought.

    One that is live at the end of the log is unsold if its shopper has left, and not judged if
    she may still buy: otherwise a shop that never releases anything would show no phantoms.
    """
    lives = whole_lives(log)
    unsold = np.isin(lives.end_kind, UNSOLD)
    still = np.flatnonzero(lives.is_open)
    left = left_for_good(log)["session"]
    unsold[still] = is_among(lives.begins["session"][still], left)
    return lives.select(unsold)


def first_clocks(log: SortedLog) -> Spells:
    """Reservations until their clock first ran out, or until they ended before that."""
    clocks = log.spells(
        (Kind.RESERVED, Kind.RESUMED),
        (Kind.ALLOCATED, Kind.RELEASED, Kind.SUSPENDED),
        OF_RESERVATION,
    )
    if not log.count(Kind.RESUMED):
        return clocks
    return clocks.select(clocks.begins["kind"] == Kind.RESERVED)


def ran_out(log: SortedLog, clocks: Spells) -> NDArray[np.bool_]:
    """Which of the clocks ran out, whatever became of the units."""
    out = clocks.end_kind == Kind.SUSPENDED
    released = np.flatnonzero(clocks.end_kind == Kind.RELEASED)
    why = log.events["reason"][clocks.end_at[released]]
    out[released[np.isin(why, RAN_OUT)]] = True
    return out


def _keys(rows: NDArray[np.void]) -> tuple[NDArray, ...]:
    return tuple(rows[name] for name in OF_RESERVATION)
