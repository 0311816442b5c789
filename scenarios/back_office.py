"""The back office in a scenario: paid orders are confirmed by hand, the slower the more clutter."""

from __future__ import annotations

from pydantic import Field

from scenarios.section import Section
from scenarios.units import Clock, Factor, PositiveDuration, parse_clock


class BackOffice(Section):
    """People who confirm paid orders one by one, among the half-finished ones (ORD-11).

    Where parcels are played, none is packed before its order is confirmed."""

    clerks: int = Field(default=1, ge=1)
    """How many confirm orders at the same time."""
    opens: Clock = parse_clock("09:00")
    """Local time at which they begin, on business days."""
    closes: Clock = parse_clock("17:00")
    """Local time at which they go home."""
    confirmation: PositiveDuration = 30.0
    """Work on one order with no other order in the way (assumption)."""
    clutter: Factor = 0.0
    """So much longer for every 100 unpaid orders that stand in the books (assumption; 0%: they
    do not disturb)."""
