"""Measures of customers: who was recognised, who came again, who stayed away or was turned away."""

from __future__ import annotations

from model.events import Kind
from reports.arrays import is_among
from reports.measures.definition import Measure
from reports.paid_orders import BOUGHT
from reports.sorted_log import SortedLog

DEFINITIONS = (
    Measure(
        "returning_sessions", "count", "neither",
        "Sessions of customers who had bought before, and were recognised when they came.",
    ),
    Measure(
        "returning_orders", "count", "up",
        "Orders paid by the end of the run, or accepted without money, of customers who had bought "
        "before.",
    ),
    Measure(
        "stayed_away", "count", "down",
        "Shoppers who would have put something in a cart or asked support, and did not come, "
        "because of what they had heard of the shop; they count as no session.",
    ),
    Measure(
        "turned_away", "count", "neither",
        "Requests of strangers for a product that only customers may order.",
    ),
)  # fmt: skip


def values(log: SortedLog) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    known = log.rows(Kind.RECOGNISED)["session"]
    return {
        "returning_sessions": len(known),
        "returning_orders": int(is_among(log.rows(*BOUGHT)["session"], known).sum()),
        "stayed_away": log.count(Kind.STAYED_AWAY),
        "turned_away": log.count(Kind.TURNED_AWAY),
    }
