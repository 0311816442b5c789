"""Measures of money: revenue, what went back, what it cost, and the profit that is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.measures import notices
from reports.measures.definition import HOUR, Measure, total
from reports.sorted_log import SortedLog
from scenarios.schema import Fee, Scenario

DEFINITIONS = (
    Measure("revenue_rial", "rial", "up", "Amounts of the orders paid by the end of the run."),
    Measure("refunds_rial", "rial", "down", "Captured money that went back to shoppers."),
    Measure(
        "fees_rial", "rial", "down",
        "The gateway's fees on captured payments, each rounded to a rial; a reversed payment "
        "costs none.",
    ),
    Measure(
        "operator_hours", "h", "down",
        "Work of the operator on overdue carts and orders, on late payments, and on messages sent "
        "by hand.",
    ),
    Measure(
        "profit_rial", "rial", "up",
        "Revenue of the paid orders that were filled (neither oversold nor cancelled), less their "
        "goods, their packing and shipping, the gateway's fees, messages, support and the "
        "operator; orders not paid by the end of the run bring nothing.",
    ),
)  # fmt: skip


def values(log: SortedLog, scenario: Scenario, support_cost: float) -> dict[str, float]:
    """The measures of `DEFINITIONS`; `support_cost` in rial."""
    fee = scenario.payment.fee
    kept = fees(log.rows(Kind.PAYMENT_CAPTURED)["amount"], fee)
    free = fees(log.rows(Kind.PAYMENT_REVERSED)["amount"], fee)
    paid_fees = total(kept) - total(free)
    operator_hours = total(log.rows(Kind.OPERATOR_WORKED)["quantity"]) / HOUR
    paid = log.rows(Kind.PAID)
    filled = paid[~np.isin(paid["order"], _unfilled(log))]
    costs = scenario.costs
    profit = (
        (1 - costs.goods) * total(filled["amount"])
        - costs.per_order * len(filled)
        - paid_fees
        - notices.cost(log, scenario)
        - support_cost
        - costs.operator_hour * operator_hours
    )
    return {
        "revenue_rial": total(paid["amount"]),
        "refunds_rial": total(log.rows(Kind.PAYMENT_REVERSED)["amount"]),
        "fees_rial": paid_fees,
        "operator_hours": operator_hours,
        "profit_rial": round(profit),
    }


def fees(amounts: NDArray[np.int64], fee: Fee) -> NDArray[np.int64]:
    """What the gateway takes from payments of these amounts, in rial; halves round up."""
    taken = np.floor(amounts * fee.rate + fee.fixed + 0.5)
    return np.minimum(taken, np.inf if fee.cap is None else fee.cap).astype(np.int64)


def _unfilled(log: SortedLog) -> NDArray[np.int32]:
    """Paid orders that the shop has no goods for, or that it cancelled after all."""
    return np.concatenate(
        [log.rows(kind)["order"] for kind in (Kind.OVERSOLD, Kind.DEALLOCATED, Kind.CANCELLED)]
    )
