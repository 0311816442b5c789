"""What things cost in a scenario, so that comparisons end in profit (ORD-16)."""

from __future__ import annotations

from scenarios.section import Section
from scenarios.units import Rial, Share


class Costs(Section):
    """What things cost, so that comparisons end in profit (ORD-16)."""

    goods: Share = 0.75
    """Cost of goods, as a share of the price."""
    agent_hour: Rial = 1_500_000
    """One support agent for an hour."""
    operator_hour: Rial = 1_500_000
    """One operator of the back office for an hour."""
    warehouse_hour: Rial = 1_000_000
    """One picker or packer of the own warehouse for an hour at work."""
    per_order: Rial = 0
    """Packing and shipping that the shop pays, besides what `fulfilment` costs."""
    return_handling: Rial = 200_000
    """To receive and inspect a parcel that came back."""
    order_manager: Rial = 0
    """An order-management plugin, once."""
