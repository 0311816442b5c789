"""Measures of money: revenue, what went back, what it cost, and the profit that is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.measures.definition import HOUR, Measure, total
from reports.paid_orders import filled, worth
from reports.sorted_log import SortedLog
from scenarios.schema import Fee, Scenario

DEFINITIONS = (
    Measure("revenue_rial", "rial", "up", "Amounts of the orders paid by the end of the run."),
    Measure(
        "refunds_rial", "rial", "down",
        "Captured money that went back to shoppers, reversed at once or refunded later.",
    ),
    Measure(
        "fees_rial", "rial", "down",
        "The gateway's fees on captured payments, each rounded to a rial; a reversed payment "
        "costs none.",
    ),
    Measure(
        "operator_hours", "h", "down",
        "Work of the operator on overdue carts and orders and on late payments.",
    ),
    Measure(
        "profit_rial", "rial", "up",
        "Revenue of the paid orders that were filled (not cancelled, and not oversold unless goods "
        "came in for them), without the lines taken out of them, less their "
        "goods, their packing and shipping, the gateway's fees, support and the operator; orders "
        "not paid by the end of the run bring nothing.",
    ),
)  # fmt: skip


def values(log: SortedLog, scenario: Scenario, support_cost: float) -> dict[str, float]:
    """The measures of `DEFINITIONS`; `support_cost` in rial."""
    fee = scenario.payment.fee
    kept = fees(log.rows(Kind.PAYMENT_CAPTURED)["amount"], fee)
    free = fees(log.rows(Kind.PAYMENT_REVERSED)["amount"], fee)
    paid_fees = total(kept) - total(free)
    operator_hours = total(log.rows(Kind.OPERATOR_WORKED)["quantity"]) / HOUR
    earned = worth(log)[filled(log)]
    costs = scenario.costs
    profit = (
        (1 - costs.goods) * total(earned)
        - costs.per_order * len(earned)
        - paid_fees
        - support_cost
        - costs.operator_hour * operator_hours
    )
    return {
        "revenue_rial": total(log.rows(Kind.PAID)["amount"]),
        "refunds_rial": sum(
            total(log.rows(kind)["amount"]) for kind in (Kind.PAYMENT_REVERSED, Kind.REFUNDED)
        ),
        "fees_rial": paid_fees,
        "operator_hours": operator_hours,
        "profit_rial": round(profit),
    }


def fees(amounts: NDArray[np.int64], fee: Fee) -> NDArray[np.int64]:
    """What the gateway takes from payments of these amounts, in rial; halves round up."""
    taken = np.floor(amounts * fee.rate + fee.fixed + 0.5)
    return np.minimum(taken, np.inf if fee.cap is None else fee.cap).astype(np.int64)
