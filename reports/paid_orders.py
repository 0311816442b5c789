"""Paid orders as the log leaves them: what each is worth, and which of them were filled."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.sorted_log import SortedLog

PAID: Final = (Kind.PAID, Kind.COD_COLLECTED)
"""What makes an order a paid one: its payment, or the money collected for an accepted one."""


def worth(log: SortedLog, by: tuple[Kind, ...] = PAID) -> NDArray[np.int64]:
    """Rial that each order paid `by` comes to after lines were taken out of it; shape (paid,).

    In the order of the log. An order that was cancelled later keeps the worth it had.
    """
    paid_at, amended_at = log.at(*by), log.at(Kind.AMENDED)
    paid, amended = log.events.take(paid_at), log.rows(Kind.AMENDED)
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
        for kind in (
            Kind.OVERSOLD, Kind.FILLED, Kind.DISPATCHED, Kind.DEALLOCATED, Kind.AMENDED,
            Kind.CANCELLED,
        )
    }  # fmt: skip
    there = np.concatenate([of[Kind.FILLED], of[Kind.DISPATCHED]])
    missing = np.setdiff1d(of[Kind.OVERSOLD], there)
    given_up = np.setdiff1d(of[Kind.DEALLOCATED], of[Kind.AMENDED])
    out = np.concatenate([missing, given_up, of[Kind.CANCELLED]])
    return ~np.isin(log.events["order"][log.at(*PAID)], out)
