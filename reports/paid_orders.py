"""Paid orders as the log leaves them: what each is worth, and which of them were filled."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.arrays import is_among
from reports.sorted_log import SortedLog, looks_once

PAID: Final = (Kind.PAID, Kind.COD_COLLECTED)
"""What makes an order a paid one: its payment, or the money collected for an accepted one."""
BOUGHT: Final = (Kind.PAID, Kind.ACCEPTED)
"""What makes a shopper a buyer, once for each order: her payment, or the promise to pay later."""


def worth(log: SortedLog, by: tuple[Kind, ...] = PAID) -> NDArray[np.int64]:
    """Rial that each order paid `by` comes to after lines were taken out of it; shape (paid,).

    In the order of the log. An order that was cancelled later keeps the worth it had.
    """
    paid_at, amended_at = log.at(*by), log.at(Kind.AMENDED)
    paid, amended = log.rows(*by), log.rows(Kind.AMENDED)
    amounts = paid["amount"].copy()
    row_of = (
        {order: row for row, order in enumerate(paid["order"].tolist())} if len(amended) else {}
    )
    for event, at in zip(amended, amended_at, strict=True):
        row = row_of.get(int(event["order"]))
        if row is not None and at > paid_at[row]:
            amounts[row] = event["amount"]
    return amounts


def filled(log: SortedLog) -> NDArray[np.bool_]:
    """Which orders of `PAID` the shop has the goods for and has not cancelled; shape (paid,).

    An oversold one is filled once its goods have come in, or were sent.
    """
    of = {
        kind: log.rows(kind)["order"]
        for kind in (Kind.DISPATCHED, Kind.DEALLOCATED, Kind.AMENDED, Kind.CANCELLED)
    }
    missing = np.setdiff1d(still_oversold(log), of[Kind.DISPATCHED])
    given_up = np.setdiff1d(of[Kind.DEALLOCATED], of[Kind.AMENDED])
    out = np.concatenate([missing, given_up, of[Kind.CANCELLED]])
    return ~is_among(log.rows(*PAID)["order"], out)


@looks_once
def still_oversold(log: SortedLog) -> NDArray[np.int32]:
    """Numbers of the orders with an oversold line, ascending, that is neither filled nor was given
    up; what was sent without goods for it on record counts as oversold."""
    oversold, given_up = log.rows(Kind.OVERSOLD), log.rows(Kind.DEALLOCATED)
    gone = set(zip(given_up["order"].tolist(), given_up["amount"].tolist(), strict=True))
    lines = zip(oversold["order"].tolist(), oversold["amount"].tolist(), strict=True)
    missing = np.array([order for order, line in lines if (order, line) not in gone], np.int32)
    return np.setdiff1d(missing, log.rows(Kind.FILLED)["order"])
