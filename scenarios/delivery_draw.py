"""What each shopper's parcel would go through: drawn once, whoever packs it and carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios.fulfilment import Distance, Fulfilment

if TYPE_CHECKING:
    from scenarios.shoppers import _Draw


@dataclass(frozen=True)
class Delivery:
    """One column for each attribute, shape (shoppers,). Luck is uniform between 0 and 1: the same
    luck makes a parcel early or late whichever carrier has it."""

    distance: list[Distance]
    carrier: list[float]
    """Luck that picks among the carriers which would serve her."""
    leaves: list[bool]
    """Does not order where nobody promises a day."""
    picking: list[float]
    """Seconds for each line."""
    packing: list[float]
    """Seconds."""
    transit: list[float]
    """Luck of the way to her door."""
    hour: list[float]
    """Luck of the hour within the carrier's day."""
    refuses: list[float]
    """Luck at the door: the lower, the sooner she refuses."""
    withdraws: list[bool]
    """Sends back what was delivered."""
    withdrawal: list[float]
    """Luck of the day on which she does."""
    way_back: list[float]
    """Luck of the way back."""
    as_new: list[bool]
    """Her goods could be sold again."""

    def row_of(self, session: int) -> int:
        """The shopper of a session, as `Shoppers.row_of` has it."""
        return session % len(self.distance)


def draw_delivery(fulfilment: Fulfilment, of: _Draw) -> Delivery:
    """The columns for all shoppers of `of`, each from a stream of its own."""
    names = list(fulfilment.distances)
    shares = {number: fulfilment.distances[name] for number, name in enumerate(names)}
    warehouse, returns = fulfilment.warehouse, fulfilment.returns
    return Delivery(
        distance=[names[number] for number in of.choices("distance", shares).tolist()],
        carrier=_luck(of, "carrier"),
        leaves=of.flags("leaves without promise", fulfilment.leaves_without_promise).tolist(),
        picking=of.times("picking", warehouse.picking).tolist(),
        packing=of.times("packing", warehouse.packing).tolist(),
        transit=_luck(of, "transit"),
        hour=_luck(of, "delivery hour"),
        refuses=_luck(of, "refuses"),
        withdraws=of.flags("withdraws", returns.withdrawn).tolist(),
        withdrawal=_luck(of, "withdrawal"),
        way_back=_luck(of, "way back"),
        as_new=of.flags("as new", returns.as_new).tolist(),
    )


def _luck(of: _Draw, name: str) -> list[float]:
    luck: list[float] = of.stream(name).random(of.n).tolist()
    return luck
