"""The transaction report of a run, as a gateway's panel gives it (PAY-8): no personal data.

Every attempt to pay with its time, method, gateway, amount, outcome, fee and settlement day; and
totals by day. A shopper is not in it, an order is by its number only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind, Reason
from reports.arrays import pair
from reports.attempts import attempts
from reports.log import Events
from reports.settling import BY_TURN, receipts
from reports.sorted_log import SortedLog
from scenarios.calendar import Calendar
from scenarios.payment import CODES
from scenarios.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES: dict[int, str] = {
    Kind.PAYMENT_TAKEN: "not verified yet",
    Kind.PAYMENT_CAPTURED: "paid",
    Kind.PAYMENT_FAILED: "failed",
    Kind.PAYMENT_LAPSED: "returned by the network",
    Kind.PAYMENT_REVERSED: "reversed",
}
"""What an attempt has come to, by its last event."""
OPEN = "open"
METHODS = {code: name for name, code in CODES.items()}


TRANSACTIONS, BY_DAY = "transactions.csv", "transactions_by_day.csv"
"""Their names in a run folder."""


def transactions(log: Events | SortedLog, scenario: Scenario) -> pd.DataFrame:
    """One row for each attempt and each collection, in order of time.

    Columns: `time` (local, with the Gregorian date), `day` (Jalali), `method`, `gateway` (empty for
    other methods), `order`, `attempt` (from 1), `amount_rial`, `outcome`, `reason`, `fee_rial`,
    `settlement_date` (Gregorian) and `settlement_day` (Jalali), empty where nothing is settled.
    """
    import pandas as pd

    log = SortedLog.of(log)
    calendar = Calendar(scenario.season)
    at = log.at(Kind.PAYMENT_STARTED, Kind.COD_COLLECTED)
    rows = log.events.take(at)
    outcome, reason = _outcomes(log, rows)
    fee, credited = _settled(log, scenario, rows, at)
    channel = np.where(rows["channel"] == 0, Channel.GATEWAY, rows["channel"]).tolist()
    names = {code: gateway.label for code, gateway in scenario.payment.lines.items()}
    times = [calendar.moment(t) for t in rows["t"].tolist()]
    settled = [None if np.isnan(t) else calendar.moment(t).date() for t in credited.tolist()]
    return pd.DataFrame(
        {
            "time": [time.isoformat(" ", "seconds") for time in times],
            "day": [calendar.jalali(time.date()) for time in times],
            "method": [METHODS.get(Channel(code), "online") for code in channel],
            "gateway": [names.get(Channel(code), "") for code in channel],
            "order": rows["order"],
            "attempt": np.where(rows["kind"] == Kind.COD_COLLECTED, 1, rows["quantity"] + 1),
            "amount_rial": rows["amount"],
            "outcome": outcome,
            "reason": reason,
            "fee_rial": fee,
            "settlement_date": ["" if day is None else day.isoformat() for day in settled],
            "settlement_day": ["" if day is None else calendar.jalali(day) for day in settled],
        }
    )


def totals_by_day(transactions: pd.DataFrame) -> pd.DataFrame:
    """Totals of each day, method and gateway.

    Columns: `date` (Gregorian), `day` (Jalali), `method`, `gateway`, `attempts`, `paid` (counts),
    `paid_rial`, `fee_rial`, `reversed_rial` (rial).
    """
    paid = transactions["outcome"] == "paid"
    back = transactions["outcome"].isin(["returned by the network", "reversed"])
    parts = transactions.assign(
        date=[time[:10] for time in transactions["time"]],
        attempts=1,
        paid=paid.astype(int),
        paid_rial=transactions["amount_rial"].where(paid, 0),
        reversed_rial=transactions["amount_rial"].where(back, 0),
    )
    return (
        parts.groupby(["date", "day", "method", "gateway"], sort=True)[
            ["attempts", "paid", "paid_rial", "fee_rial", "reversed_rial"]
        ]
        .sum()
        .reset_index()
    )


def write_transactions(log: Events, scenario: Scenario, folder: Path) -> None:
    """Write `transactions.csv` and `transactions_by_day.csv` into a run folder."""
    table = transactions(log, scenario)
    for name, rows in ((TRANSACTIONS, table), (BY_DAY, totals_by_day(table))):
        rows.to_csv(folder / name, index=False, encoding="utf-8-sig")  # as spreadsheets like it


def _outcomes(log: SortedLog, rows: NDArray[np.void]) -> tuple[list[str], list[str]]:
    """What became of each attempt, and why; a collection is paid."""
    outcome = np.full(len(rows), OUTCOMES[Kind.PAYMENT_CAPTURED], object)
    reason = rows["reason"].copy()
    attempted = np.flatnonzero(rows["kind"] == Kind.PAYMENT_STARTED)
    made = attempts(log)
    outcome[attempted] = [OUTCOMES.get(kind, OPEN) for kind in made.last.tolist()]
    ended = made.last > 0
    reason[attempted[ended]] = made.reason[ended]
    return outcome.tolist(), [_reason(code) for code in reason.tolist()]


def _reason(code: int) -> str:
    return Reason(code).name.lower() if code else ""


def _settled(
    log: SortedLog, scenario: Scenario, rows: NDArray[np.void], at: NDArray[np.intp]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The fee of each row, and when the bank credits it; NaN where it does not."""
    fee, credited = np.zeros(len(rows), np.int64), np.full(len(rows), np.nan)
    paid = receipts(log, scenario)
    money = log.events.take(paid.at)
    is_collection = money["kind"] == Kind.COD_COLLECTED
    row_of = np.searchsorted(at, paid.at)
    started = tuple(rows[key].copy() for key in BY_TURN)
    captured = np.flatnonzero(~is_collection)
    only = rows["kind"] == Kind.PAYMENT_STARTED
    of = pair(
        tuple(key[only] for key in started),
        tuple(money[key][captured] for key in BY_TURN),
    )
    # A payment that nobody was sent to make has no row of its own.
    known = of >= 0
    row_of[captured[known]] = np.flatnonzero(only)[of[known]]
    use = np.ones(len(money), bool)
    use[captured[~known]] = False
    kept = use & np.isinf(paid.reversed_at)
    fee[row_of[use]] = paid.fee[use]
    credited[row_of[kept]] = paid.credited[kept]
    return fee, credited
