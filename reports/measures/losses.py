"""Which refusals lost a sale: not those after which the shopper took something else at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind, Reason
from reports.arrays import is_among, stable_order
from reports.log import Events
from reports.sorted_log import SortedLog, looks_once

REQUESTS = (Kind.ADDED, Kind.REFUSED)


@looks_once
def lost(log: SortedLog) -> NDArray[np.bool_]:
    """Which of the refusals lost what was asked for; shape (refusals,), in order of time.

    A shopper who is refused may ask for a substitute at the same instant, or at the instant when
    support is done with her question about the stock. If she gets it, the refusal is made good; if
    she is refused that too, one wish was lost and not two: the first.
    """
    refused = log.rows(Kind.REFUSED)
    lost = np.ones(len(refused), bool)
    again = _asked_again(refused["session"], log.rows(Kind.ADDED)["session"])
    if not again.any():
        return lost
    at = log.at(*REQUESTS, Kind.CONTACTED, Kind.CLOSED, Kind.GAVE_UP)
    session = log.events["session"][at]
    ours = is_among(session, refused["session"][again])
    at = at[ours][stable_order(session[ours])]
    rows = log.events.take(at)
    first, then = _substitutions(rows)
    row_of = np.searchsorted(log.at(Kind.REFUSED), at)
    lost[row_of[first[rows["kind"][then] == Kind.ADDED]]] = False
    lost[row_of[then[rows["kind"][then] == Kind.REFUSED]]] = False
    return lost


def _asked_again(refused: NDArray[np.int32], added: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of the refused sessions made another request."""
    again = is_among(refused, added)
    order = stable_order(refused)
    same = refused[order[1:]] == refused[order[:-1]]
    again[order[1:][same]] = True
    again[order[:-1][same]] = True
    return again


def _substitutions(rows: Events) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of refusals, and of the requests that followed at once; `rows` session by session."""
    kind, session, t = (rows[name].copy() for name in ("kind", "session", "t"))
    is_request = np.isin(kind, REQUESTS)
    refusals = np.flatnonzero(kind == Kind.REFUSED)
    asks = _ahead(kind, refusals, 1) == Kind.CONTACTED
    asks &= _ahead(rows["reason"], refusals, 1) == Reason.STOCK_QUESTION
    asks &= _ahead(t, refusals, 1) == t[refusals]
    # A question is two rows more: it was asked, and it is over.
    then = refusals + np.where(asks, 3, 1)
    inside = then < len(rows)
    refusals, then = refusals[inside], then[inside]
    at_once = t[then] == t[np.where(then - refusals == 3, then - 1, refusals)]
    follows = (session[then] == session[refusals]) & is_request[then] & at_once
    return refusals[follows], then[follows]


def _ahead(column: NDArray, rows: NDArray[np.intp], by: int) -> NDArray:
    """The column some rows ahead of the given ones; the last row stands in past the end."""
    return column[np.minimum(rows + by, len(column) - 1)]
