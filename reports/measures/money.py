"""Measures of money: revenue, what went back, what it cost, and the profit that is left."""

from __future__ import annotations

from model.events import Kind
from reports.arrays import is_among
from reports.log import Events
from reports.measures import notices
from reports.measures.definition import HOUR, Measure, total
from reports.paid_orders import PAID, filled, worth
from reports.sorted_log import SortedLog
from scenarios.schema import Scenario

DEFINITIONS = (
    Measure(
        "revenue_rial", "rial", "up",
        "Amounts of the orders paid by the end of the run; of accepted ones, what was collected.",
    ),
    Measure(
        "refunds_rial", "rial", "down",
        "Captured money that went back to shoppers, reversed at once or refunded later.",
    ),
    Measure(
        "operator_hours", "h", "down",
        "Work of the operator on overdue carts and orders, on late payments, and on messages sent "
        "by hand.",
    ),
    Measure(
        "profit_rial", "rial", "up",
        "Revenue of the paid orders that were filled (neither cancelled, nor oversold unless the "
        "goods came in for them or were shipped), less what was refunded of it, their goods (but "
        "not those that came back as new, nor lines taken out of the order), their packing and "
        "shipping, fulfilment, the gateway's fees, messages, support, the operator and the "
        "order-management plugin; orders not paid by the end of the run bring nothing.",
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
    paid = log.rows(*PAID)
    is_filled = filled(log)
    sold, earned = paid[is_filled], worth(log)[is_filled]
    taken_out = total(sold["amount"]) - total(earned)
    refunded = _of(log.rows(Kind.REFUNDED), sold) - taken_out  # of which `earned` is free already
    costs = scenario.costs
    profit = (
        (1 - costs.goods) * total(earned)
        - refunded
        + costs.goods * (_of(log.rows(Kind.INSPECTED), sold) - _spoilt(log, sold))
        - costs.per_order * len(sold)
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


def _spoilt(log: SortedLog, sold: Events) -> int:
    """Rial of goods that came back spoilt from shoppers who had paid nothing."""
    inspected = log.rows(Kind.INSPECTED)
    spoilt = inspected["order"][inspected["amount"] == 0]
    unpaid = spoilt[~is_among(spoilt, sold["order"])]
    placed = log.rows(Kind.PLACED)
    return total(placed["amount"][is_among(placed["order"], unpaid)])
