"""Paid orders as the log leaves them: what each is worth, and which of them were filled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.sorted_log import SortedLog


def worth(log: SortedLog) -> NDArray[np.int64]:
    """Rial that each paid order comes to after lines were taken out of it; shape (paid,).

    In the order of `Kind.PAID`. An order that was cancelled later keeps the worth it had.
    """
    paid, amended = log.rows(Kind.PAID), log.rows(Kind.AMENDED)
    amounts = paid["amount"].copy()
    row_of = (
        {order: row for row, order in enumerate(paid["order"].tolist())} if len(amended) else {}
    )
    paid_at, amended_at = log.at(Kind.PAID), log.at(Kind.AMENDED)
    for event, at in zip(amended, amended_at, strict=True):
        row = row_of.get(int(event["order"]))
        if row is not None and at > paid_at[row]:
            amounts[row] = event["amount"]
    return amounts


def filled(log: SortedLog) -> NDArray[np.bool_]:
    """Which paid orders the shop has the goods for and has not cancelled; shape (paid,).

    An oversold one is filled once its goods have come in.
    """
    of = {
        kind: log.rows(kind)["order"]
        for kind in (Kind.OVERSOLD, Kind.FILLED, Kind.DEALLOCATED, Kind.AMENDED, Kind.CANCELLED)
    }
    missing = np.setdiff1d(of[Kind.OVERSOLD], of[Kind.FILLED])
    given_up = np.setdiff1d(of[Kind.DEALLOCATED], of[Kind.AMENDED])
    out = np.concatenate([missing, given_up, of[Kind.CANCELLED]])
    return ~np.isin(log.rows(Kind.PAID)["order"], out)
