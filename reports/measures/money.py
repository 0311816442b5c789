"""Measures of money: revenue, what went back, what it cost, and the profit that is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.measures.definition import HOUR, Measure, total
from reports.sorted_log import SortedLog
from scenarios.schema import Scenario

DEFINITIONS = (
    Measure(
        "revenue_rial", "rial", "up",
        "Amounts of the orders paid by the end of the run; of accepted ones, what was collected.",
    ),
    Measure("refunds_rial", "rial", "down", "Captured money that went back to shoppers."),
    Measure(
        "operator_hours", "h", "down",
        "Work of the operator on overdue carts and orders and on late payments.",
    ),
    Measure(
        "profit_rial", "rial", "up",
        "Revenue of the paid orders that were filled (neither oversold nor cancelled), less their "
        "goods, their packing and shipping, the fees on all payments, support and the operator; "
        "orders not paid by the end of the run bring nothing.",
    ),
)  # fmt: skip


def values(
    log: SortedLog, scenario: Scenario, support_cost: float, fees: float
) -> dict[str, float]:
    """The measures of `DEFINITIONS`; `support_cost` and `fees` in rial."""
    operator_hours = total(log.rows(Kind.OPERATOR_WORKED)["quantity"]) / HOUR
    paid = log.events.take(log.at(Kind.PAID, Kind.COD_COLLECTED))
    filled = paid[~np.isin(paid["order"], _unfilled(log))]
    costs = scenario.costs
    profit = (
        (1 - costs.goods) * total(filled["amount"])
        - costs.per_order * len(filled)
        - fees
        - support_cost
        - costs.operator_hour * operator_hours
    )
    return {
        "revenue_rial": total(paid["amount"]),
        "refunds_rial": sum(
            total(log.rows(kind)["amount"]) for kind in (Kind.PAYMENT_REVERSED, Kind.REFUNDED)
        ),
        "operator_hours": operator_hours,
        "profit_rial": round(profit),
    }


def _unfilled(log: SortedLog) -> NDArray[np.int32]:
    """Paid orders that the shop has no goods for, or that it cancelled after all."""
    return np.concatenate(
        [log.rows(kind)["order"] for kind in (Kind.OVERSOLD, Kind.DEALLOCATED, Kind.CANCELLED)]
    )
