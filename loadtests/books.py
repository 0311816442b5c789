"""The books of a shop after a live run, as its own side shows them; the audit reads these.

Whoever can read a shop's administration, by its API, its database or its journal, writes it down
in these words. What a shop does not tell stays out (`None`), and the rules that need it keep quiet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto


class Standing(Enum):
    """What has become of an order."""

    OPEN = auto()
    """It waits for its money."""
    UNDECIDED = auto()
    """Its money came late, and a person will decide."""
    SOLD = auto()
    """Its goods are the shopper's."""
    ENDED = auto()
    """It expired or was cancelled."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Units of a product. What comes in during the run counts from its beginning."""

    before: int
    """For sale when the run began, and come in since."""
    after: int | None = None
    """For sale when it had ended, as the shop counts; below zero where it sold more."""
    set_aside: int = 0
    """In carts and open orders at the end, and not for sale."""
    backordered: int = 0
    """Sold beyond the stock because the shop's own policy says so."""


@dataclass(slots=True)
class Sale:
    """An order as the shop has it. Money in the smallest coin of its currency."""

    order: str
    session: int = -1
    """Whose it is, by the number in the run; -1 where the shop does not show it."""
    units: dict[int, int] = field(default_factory=dict)
    """By product: what is the shopper's or waits for her."""
    amount: int = 0
    standing: Standing = Standing.OPEN
    prepaid: bool = False
    """It is sold because it was paid; or else because the money is to come later."""
    captured: list[int] | None = field(default_factory=list)
    """Sums that came in and stayed; None where the shop does not show them."""
    refunded: int = 0
    waits: dict[int, float] = field(default_factory=dict)
    """Seconds from sending the shopper to pay until the shop heard how that ended, by turn."""


@dataclass(frozen=True, slots=True)
class Books:
    """What a shop's own side says of a run."""

    stock: Mapping[int, Stock]
    """By the scenario's number of each product."""
    sales: Sequence[Sale] | None = None
    carts: Mapping[int, Mapping[int, int]] | None = None
    """Units by product that were ever put in the cart of each session."""
    faults: Sequence[str] = ()
    """What the shop's own journal says against itself, in full sentences."""
