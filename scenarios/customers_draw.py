"""Who the shoppers of one replication are: their segment, their history, what they have heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.events import Channel
from scenarios.customers import Customers, Segment
from scenarios.payment import CODES

if TYPE_CHECKING:
    from scenarios.checkout import Registration
    from scenarios.laws import Law
    from scenarios.shoppers import _Draw

Array = NDArray[Any]


@dataclass(frozen=True)
class Identity:
    """What the shop and her friends know of each shopper; lists of length n."""

    segment: list[int]
    """Her segment's place under `customers.segments`; -1: none of them."""
    customer: list[int]
    """The number of a customer who bought before; -1: nobody that the shop knows."""
    opens_account: list[bool]
    """Comes without an account and opens one in the checkout."""
    hears: list[float]
    """Uniform luck: what was told keeps her away if it is below the share that stays away."""


class Segments:
    """Which shoppers belong to which segment, and what that changes.

    `number` has shape (n,): the segment's place in the scenario, or -1 for the rest.
    """

    def __init__(self, customers: Customers, of: _Draw) -> None:
        self.customers = customers
        self.of = of
        shares = {number: segment.share for number, segment in enumerate(customers.segments)}
        rest = 1 - sum(shares.values())
        self.number: Array = np.broadcast_to(-1, of.n)
        if shares:
            self.number = of.choices("segment", shares | {-1: max(rest, 0.0)})

    def share(self, field: str, usual: float) -> float | Array:
        """A share for each shopper: her segment's own, or the usual one."""
        own = [getattr(segment, field) for segment in self.customers.segments]
        if all(value is None for value in own):
            return usual
        by_segment: Array = np.array([usual if value is None else value for value in own] + [usual])
        return by_segment[self.number]  # -1 is the last one, the rest

    def factor(self, field: str, column: Array) -> Array:
        """A column, multiplied for each shopper by her segment's factor."""
        own = [getattr(segment, field) for segment in self.customers.segments]
        if all(value == 1.0 for value in own):
            return column
        by_segment: Array = np.array([*own, 1.0])
        return column * by_segment[self.number]

    def times(self, field: str, usual: Law) -> Array:
        """A duration for each shopper, by her segment's law or the usual one."""
        column = self.of.times(field, usual)
        for segment, here in self._those_with(field):
            column = np.where(
                here, self.of.times(f"{field} of {segment.name}", getattr(segment, field)), column
            )
        return column

    def choices(self, field: str, usual: dict[int, float], owner: Array | None = None) -> Array:
        """A whole number for each shopper, or for each line of the `owner` row given."""
        n = self.of.n if owner is None else len(owner)
        column = self.of.choices(field, usual, n)
        for segment, here in self._those_with(field):
            own = self.of.choices(f"{field} of {segment.name}", getattr(segment, field), n)
            column = np.where(here if owner is None else here[owner], own, column)
        return column

    def pays_by(self) -> Array:
        """Of each shopper the `Channel` of her segment's own method, or `NONE`; shape (n,)."""
        own = [segment.pays_by for segment in self.customers.segments]
        codes: Array = np.array([CODES[name] if name else Channel.NONE for name in (*own, None)])
        return codes[self.number]

    def _those_with(self, field: str) -> list[tuple[Segment, Array]]:
        return [
            (segment, self.number == number)
            for number, segment in enumerate(self.customers.segments)
            if getattr(segment, field) is not None
        ]


def draw_identity(segments: Segments, returning: Array, opens: Array) -> Identity | None:
    """Which customer each returning shopper is; None where the scenario says nothing of them."""
    customers, of = segments.customers, segments.of
    if customers == Customers():
        return None
    customer, hears = np.broadcast_to(-1, of.n), np.broadcast_to(1.0, of.n)
    if returning.any():
        number = of.stream("customer").integers(customers.known, size=of.n)
        customer = np.where(returning, number, -1)
    if customers.word_of_mouth is not None:
        hears = of.stream("hears").random(of.n)
    return Identity(segments.number.tolist(), customer.tolist(), opens.tolist(), hears.tolist())


def put_off(registration: Registration, registered: Array, of: _Draw) -> Array:
    """Shoppers whom a forced account makes leave, shape (n,)."""
    if registration.mode != "forced":
        return np.broadcast_to(False, of.n)
    return ~registered & of.flags("registration", registration.forced_loss)


def opens_account(registration: Registration, registered: Array, of: _Draw) -> Array:
    """Shoppers who open an account at checkout, shape (n,)."""
    if registration.mode == "guest":
        return np.broadcast_to(False, of.n)
    if registration.mode == "forced":
        return ~registered
    return ~registered & of.flags("joins", registration.joins)
