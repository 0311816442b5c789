"""Measures of settlement: what gateways keep, and how long money is on its way to the bank."""

from __future__ import annotations

import numpy as np

from reports.measures.definition import Measure, ratio, total
from reports.settling import Receipts

DAY = 86400.0

DEFINITIONS = (
    Measure(
        "fees_rial", "rial", "down",
        "Fees on payments that came in, each rounded to a rial, at the tariff of the gateway, link "
        "or courier; a payment sent back through its gateway costs none.",
    ),
    Measure(
        "cash_float_peak_rial", "rial", "down",
        "Most money at one time that shoppers had paid, before fees, and the shop's bank had not "
        "credited yet.",
    ),
    Measure(
        "days_to_cash_mean", "d", "down",
        "Days from a payment to the bank's credit, the mean over all rial paid; also after the end "
        "of the run; payments that were sent back are left out.",
    ),
    Measure(
        "days_to_cash_max", "d", "down",
        "Days from a payment to the bank's credit, the longest of them.",
    ),
)  # fmt: skip


def values(paid: Receipts) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    kept = np.flatnonzero(np.isinf(paid.reversed_at))
    days = (paid.credited[kept] - paid.t[kept]) / DAY
    amount = paid.amount[kept]
    return {
        "fees_rial": total(paid.fee),
        "cash_float_peak_rial": _peak(paid),
        "days_to_cash_mean": ratio(float(days @ amount), total(amount)),
        "days_to_cash_max": float(days.max()) if len(days) else float("nan"),
    }


def _peak(paid: Receipts) -> int:
    """The highest level of money on its way; what comes at once never is."""
    leaves = np.minimum(paid.credited, paid.reversed_at)
    delayed = np.flatnonzero(leaves > paid.t)
    t = np.concatenate([leaves[delayed], paid.t[delayed]])
    change = np.concatenate([-paid.amount[delayed], paid.amount[delayed]])
    level = np.cumsum(change[np.argsort(t, kind="stable")])
    return int(level.max(initial=0))
