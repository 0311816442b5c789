"""The orders panel: every order of a log by state, age and cause, and how many there were (ORD-15).

What an operator sees: which orders stand where, since when, and why; and the same over time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Reason
from model.orders import ORDER_LIFE, OrderState
from reports.arrays import stable_order
from reports.log import Events
from reports.sorted_log import SortedLog

if TYPE_CHECKING:
    import pandas as pd

HOUR = 3600.0
AGES = {"under an hour": HOUR, "under a day": 24 * HOUR, "under a week": 168 * HOUR}
"""Upper bounds of an order's age in seconds; what is older is `a week or more`."""
OLDEST = "a week or more"
STATE_AFTER = np.full(256, -1, np.int8)
"""The state that an event brings an order to, by the code of its kind; -1 for none."""
for _life in ORDER_LIFE.values():
    for _kind, _state in _life.items():
        STATE_AFTER[_kind] = _state
STATE_AFTER[Kind.PLACED] = OrderState.UNPAID
STEPS = tuple(int(kind) for kind in np.flatnonzero(STATE_AFTER >= 0))


def panel(events: Events | SortedLog, now: float) -> pd.DataFrame:
    """Every order placed by `now` (seconds since the start), one row each, the oldest first.

    Columns: `order`, `session`, `state` and `cause` (in lower case; why it came to that state,
    `none` where nothing special did), `placed_s` and `since_s` (when it was placed, and when it
    came to its state), `age` (a word for the time since it was placed), `amount_rial`, and
    `attempts` at the bank.
    """
    import pandas as pd

    log = SortedLog.of(events)
    rows = _steps(log, now)
    first, last = _firsts(rows["order"]), _lasts(rows["order"])
    placed, latest = rows[first], rows[last]
    attempts = log.rows(Kind.PAYMENT_STARTED)
    attempts = attempts[attempts["t"] <= now]["order"]
    tried = np.bincount(attempts, minlength=int(placed["order"].max(initial=-1)) + 1)
    state = STATE_AFTER[latest["kind"]]
    frame = pd.DataFrame(
        {
            "order": placed["order"].copy(),
            "session": placed["session"].copy(),
            "state": [OrderState(code).name.lower() for code in state],
            "cause": [Reason(code).name.lower() for code in latest["reason"]],
            "placed_s": placed["t"].copy(),
            "since_s": latest["t"].copy(),
            "age": [_age(now - t) for t in placed["t"].tolist()],
            "amount_rial": _amounts(log, now, latest),
            "attempts": tried[placed["order"]],
            "method": [Channel(code).name.lower() for code in placed["channel"]],
        }
    )
    return frame.sort_values(["placed_s", "order"], ignore_index=True)


def by_state_and_age(frame: pd.DataFrame) -> pd.DataFrame:
    """How many orders of a `panel` are in each state (rows), by their age (columns)."""
    import pandas as pd

    states = [state.name.lower() for state in OrderState]
    ages = [*AGES, OLDEST]
    counts = pd.crosstab(frame["state"], frame["age"])
    return counts.reindex(index=states, columns=ages, fill_value=0)


def over_time(events: Events | SortedLog, end: float, every: float = 24 * HOUR) -> pd.DataFrame:
    """How many orders were in each state at `every` seconds, up to `end`.

    Index: seconds since the start (`every`, twice `every`, ...); one column for each state.
    """
    import pandas as pd

    log = SortedLog.of(events)
    rows = _steps(log, np.inf)
    looks = np.arange(1, int(end // every) + 1) * every
    after = STATE_AFTER[rows["kind"]]
    first = np.zeros(len(rows), bool)
    first[_firsts(rows["order"])] = True
    before = np.where(first, -1, np.roll(after, 1))
    columns = {}
    for state in OrderState:
        came = np.sort(rows["t"][after == state])
        went = np.sort(rows["t"][before == state])
        columns[state.name.lower()] = np.subtract(_until(came, looks), _until(went, looks))
    return pd.DataFrame(columns, index=pd.Index(looks, name="t"))


def _steps(log: SortedLog, now: float) -> Events:
    """The steps of all orders by `now`, order by order and in order of time."""
    rows = log.events.take(log.at(*STEPS))
    rows = rows.take(np.flatnonzero(rows["t"] <= now))
    return rows[stable_order(rows["order"])]


def _amounts(log: SortedLog, now: float, latest: Events) -> NDArray[np.int64]:
    """What each order comes to: the amount of its last step, or of a later amendment."""
    amounts: NDArray[np.int64] = latest["amount"].copy()
    amended = log.rows(Kind.AMENDED)
    row_of = {order: row for row, order in enumerate(latest["order"].tolist())}
    for event in amended[amended["t"] <= now]:
        amounts[row_of[int(event["order"])]] = event["amount"]
    return amounts


def _age(seconds: float) -> str:
    return next((word for word, bound in AGES.items() if seconds < bound), OLDEST)


def _firsts(numbers: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(numbers, prepend=-2))


def _lasts(numbers: NDArray[np.int32]) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(numbers, append=-2))


def _until(times: NDArray[Any], looks: NDArray[Any]) -> NDArray[np.intp]:
    return np.searchsorted(times, looks, "right")
