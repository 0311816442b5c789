"""Measures of money: revenue, what went back, what it cost, and the profit that is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.arrays import is_among
from reports.log import Events
from reports.measures import notices
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
        "Work of the operator on overdue carts and orders, on late payments, and on messages sent "
        "by hand.",
    ),
    Measure(
        "profit_rial", "rial", "up",
        "Revenue of the paid orders that were filled (neither cancelled, nor oversold and not "
        "shipped), less what was refunded of it, their goods (but not those that came back as "
        "new), their packing and shipping, fulfilment, the gateway's fees, messages, support, the "
        "operator and the order-management plugin; orders not paid by the end of the run bring "
        "nothing.",
    ),
)  # fmt: skip


def values(
    log: SortedLog,
    scenario: Scenario,
    support_cost: float,
    fulfilment_cost: float,
    fees: float,
) -> dict[str, float]:
    """The measures of `DEFINITIONS`; the other departments' costs and the fees in rial."""
    operator_hours = total(log.rows(Kind.OPERATOR_WORKED)["quantity"]) / HOUR
    paid = log.rows(Kind.PAID, Kind.COD_COLLECTED)
    filled = paid[~is_among(paid["order"], _unfilled(log))]
    refunded = log.rows(Kind.REFUNDED)
    costs = scenario.costs
    profit = (
        (1 - costs.goods) * total(filled["amount"])
        - _of(refunded, filled)
        + costs.goods * (_of(log.rows(Kind.INSPECTED), filled) - _spoilt(log, filled))
        - costs.per_order * len(filled)
        - fulfilment_cost
        - fees
        - notices.cost(log, scenario)
        - support_cost
        - costs.operator_hour * operator_hours
        - costs.order_manager
    )
    return {
        "revenue_rial": total(paid["amount"]),
        "refunds_rial": sum(
            total(log.rows(kind)["amount"]) for kind in (Kind.PAYMENT_REVERSED, Kind.REFUNDED)
        ),
        "operator_hours": operator_hours,
        "profit_rial": round(profit),
    }


def _of(rows: Events, orders: Events) -> int:
    """The amounts of the rows that are about some orders."""
    return total(rows["amount"][is_among(rows["order"], orders["order"])])


def _spoilt(log: SortedLog, filled: Events) -> int:
    """Rial of goods that came back spoilt from shoppers who had paid nothing."""
    inspected = log.rows(Kind.INSPECTED)
    spoilt = inspected["order"][inspected["amount"] == 0]
    unpaid = spoilt[~is_among(spoilt, filled["order"])]
    placed = log.rows(Kind.PLACED)
    return total(placed["amount"][is_among(placed["order"], unpaid)])


def _unfilled(log: SortedLog) -> NDArray[np.int32]:
    """Paid orders that the shop had no goods to send for, or that it cancelled after all."""
    oversold = log.rows(Kind.OVERSOLD)["order"]
    sent = is_among(oversold, log.rows(Kind.DISPATCHED)["order"])
    cancelled = [log.rows(kind)["order"] for kind in (Kind.DEALLOCATED, Kind.CANCELLED)]
    return np.concatenate([oversold[~sent], *cancelled])
