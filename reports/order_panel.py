"""The orders panel: every order of a log by state, age and cause, and how many there were (ORD-15).

What an operator sees: which orders stand where, since when, and why; and the same over time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Reason
from model.orders import ORDER_LIFE, OrderState
from reports.arrays import stable_order
from reports.log import Events
from reports.sorted_log import SortedLog, looks_once

if TYPE_CHECKING:
    import pandas as pd

HOUR = 3600.0
AGES = {"under an hour": HOUR, "under a day": 24 * HOUR, "under a week": 168 * HOUR}
"""Upper bounds of an order's age in seconds; what is older is `a week or more`."""
OLDEST = "a week or more"
AGE_WORDS = (*AGES, OLDEST)
STATE_AFTER = np.full(256, -1, np.int8)
"""The state that an event brings an order to, by the code of its kind; -1 for none."""
for _life in ORDER_LIFE.values():
    for _kind, _state in _life.items():
        STATE_AFTER[_kind] = _state
STATE_AFTER[Kind.PLACED] = OrderState.UNPAID
STEPS = tuple(int(kind) for kind in np.flatnonzero(STATE_AFTER >= 0))


@dataclass(frozen=True)
class Standing:
    """Where every order stands at a moment; every array has shape (orders,), by their numbers."""

    placed: Events
    """The events by which they were placed."""
    latest: Events
    """Those by which they came to their states."""
    state: NDArray[np.int8]
    """`OrderState`."""
    cause: NDArray[np.uint8]
    """`Reason` of coming to it."""
    age: NDArray[np.intp]
    """Time since they were placed, as a place among `AGE_WORDS`."""
    amount: NDArray[np.int64]
    """What they come to, in rial."""


def standing(events: Events | SortedLog, now: float) -> Standing:
    """Every order placed by `now` (seconds since the start), and where it stands then."""
    log = SortedLog.of(events)
    rows = _steps(log, now)
    placed = rows.take(_firsts(rows["order"]))
    latest = rows.take(_lasts(rows["order"]))
    return Standing(
        placed=placed,
        latest=latest,
        state=STATE_AFTER[latest["kind"]],
        cause=latest["reason"].copy(),
        age=np.searchsorted(list(AGES.values()), now - placed["t"], "right"),
        amount=_amounts(log, now, latest),
    )


def standing_at(events: Events | SortedLog, looks: NDArray[Any]) -> NDArray[np.int64]:
    """How many orders are in each state (rows) at these moments (columns), in seconds."""
    rows = _steps(SortedLog.of(events), np.inf)
    after = STATE_AFTER[rows["kind"]]
    before = np.where(_is_first(rows["order"]), -1, np.roll(after, 1))
    t = rows["t"].copy()
    counts = np.zeros((len(OrderState), len(looks)), np.int64)
    for state in OrderState:
        came, went = np.sort(t[after == state]), np.sort(t[before == state])
        counts[state] = _until(came, looks) - _until(went, looks)
    return counts


def panel(events: Events | SortedLog, now: float) -> pd.DataFrame:
    """Every order placed by `now` (seconds since the start), one row each, the oldest first.

    Columns: `order`, `session`, `state` and `cause` (in lower case; why it came to that state,
    `none` where nothing special did), `placed_s` and `since_s` (when it was placed, and when it
    came to its state), `age` (a word for the time since it was placed), `amount_rial`, and
    `attempts` at the bank.
    """
    import pandas as pd

    log = SortedLog.of(events)
    orders = standing(log, now)
    placed, latest = orders.placed, orders.latest
    attempts = log.rows(Kind.PAYMENT_STARTED)
    attempts = attempts[attempts["t"] <= now]["order"]
    tried = np.bincount(attempts, minlength=int(placed["order"].max(initial=-1)) + 1)
    frame = pd.DataFrame(
        {
            "order": placed["order"].copy(),
            "session": placed["session"].copy(),
            "state": [OrderState(code).name.lower() for code in orders.state],
            "cause": [Reason(code).name.lower() for code in orders.cause],
            "placed_s": placed["t"].copy(),
            "since_s": latest["t"].copy(),
            "age": [AGE_WORDS[place] for place in orders.age],
            "amount_rial": orders.amount,
            "attempts": tried[placed["order"]],
            "method": [Channel(code).name.lower() for code in placed["channel"]],
        }
    )
    return frame.sort_values(["placed_s", "order"], ignore_index=True)


def by_state_and_age(frame: pd.DataFrame) -> pd.DataFrame:
    """How many orders of a `panel` are in each state (rows), by their age (columns)."""
    import pandas as pd

    states = [state.name.lower() for state in OrderState]
    counts = pd.crosstab(frame["state"], frame["age"])
    return counts.reindex(index=states, columns=list(AGE_WORDS), fill_value=0)


def over_time(events: Events | SortedLog, end: float, every: float = 24 * HOUR) -> pd.DataFrame:
    """How many orders were in each state at `every` seconds, up to `end`.

    Index: seconds since the start (`every`, twice `every`, ...); one column for each state.
    """
    import pandas as pd

    looks = np.arange(1, int(end // every) + 1) * every
    counts = standing_at(events, looks)
    columns = {state.name.lower(): counts[state] for state in OrderState}
    return pd.DataFrame(columns, index=pd.Index(looks, name="t"))


def _steps(log: SortedLog, now: float) -> Events:
    """The steps of all orders by `now`, order by order and in order of time."""
    rows = _all_steps(log)
    return rows if now >= log.last else rows.take(np.flatnonzero(rows["t"] <= now))


@looks_once
def _all_steps(log: SortedLog) -> Events:
    rows = log.rows(*STEPS)
    return rows.take(stable_order(rows["order"]))


def _amounts(log: SortedLog, now: float, latest: Events) -> NDArray[np.int64]:
    """What each order comes to: the amount of its last step, or of a later amendment."""
    amounts: NDArray[np.int64] = latest["amount"].copy()
    amended = log.rows(Kind.AMENDED)
    amended = amended[amended["t"] <= now]
    # Of several amendments of one order the last one is written last.
    amounts[np.searchsorted(latest["order"], amended["order"])] = amended["amount"]
    return amounts


def _is_first(numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
    return np.diff(numbers, prepend=-2) != 0


def _firsts(numbers: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.flatnonzero(_is_first(numbers))


def _lasts(numbers: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(numbers, append=-2))


def _until(times: NDArray[Any], looks: NDArray[Any]) -> NDArray[np.intp]:
    return np.searchsorted(times, looks, "right")
