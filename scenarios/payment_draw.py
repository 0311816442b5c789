"""The luck of shoppers who pay in more than one plain way: methods, faults, and what they take.

Drawn once per shopper, like all luck, from streams of its own: neither the shop's switches nor
windows of time move it. A fault's luck is one number per attempt, whatever its share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from model.events import Channel
from scenarios.laws import Law
from scenarios.payment import CODES, LATER, FaultName, Payment

if TYPE_CHECKING:
    from collections.abc import Callable


class Draw(Protocol):
    """What draws columns for all shoppers."""

    n: int

    def stream(self, name: str) -> np.random.Generator: ...

    def flags(self, name: str, share: float) -> NDArray[Any]: ...

    def times(self, name: str, law: Law, needed: bool = True) -> NDArray[Any]: ...


@dataclass(frozen=True)
class PayingDraw:
    """Columns of length n, one value per shopper; those by turn have one column per attempt."""

    method: list[float]
    """Between 0 and 1: which of the methods on offer is hers."""
    prefers: list[int]
    """The `Channel` that she pays through wherever it is on offer; `NONE`: her luck chooses."""
    faults: dict[FaultName, list[list[float]]]
    """Between 0 and 1, by turn: below a fault's share the attempt meets it."""
    delays: list[list[list[float]]]
    """Seconds, by turn, for every fault of the scenario; no columns where it takes no delay."""
    money_back: list[list[float]]
    """Seconds from the end of the window until unverified money is back, by turn."""
    collected_after: dict[Channel, list[float]]
    """Seconds from an accepted order to its money, by method."""
    miscounted: list[bool]
    """Money is missing from what the courier collected."""
    unfetched: list[bool]
    """She does not come for what she was to pay in the store."""


def draw_paying(
    payment: Payment,
    of: Draw,
    as_list: Callable[[NDArray[Any]], list[Any]],
    prefers: NDArray[Any],
) -> PayingDraw | None:
    """The luck that a scenario's payments need, or None for a plain gateway; `prefers` are the
    methods of the shoppers' segments."""
    if payment.is_plain:
        return None
    turns = range(payment.attempts)

    def uniform(name: str) -> list[float]:
        return as_list(of.stream(name).random(of.n))

    methods = {method.method: method for method in payment.offered}
    cod, in_store = methods.get("cod"), methods.get("in_store")
    return PayingDraw(
        method=uniform("payment method") if len(methods) > 1 else [0.0] * of.n,
        prefers=as_list(prefers),
        faults={
            name: [uniform(f"payment fault {name} {turn}") for turn in turns]
            for name in dict.fromkeys(fault.fault for fault in payment.faults)
        },
        delays=[
            []
            if fault.delay is None
            else [
                as_list(of.times(f"payment fault {number} delay {turn}", fault.delay))
                for turn in turns
            ]
            for number, fault in enumerate(payment.faults)
        ],
        money_back=[
            as_list(of.times(f"money back {turn}", payment.verify.money_back)) for turn in turns
        ],
        collected_after={
            CODES[name]: as_list(of.times(f"{name} collected after", methods[name].collected_after))
            for name in LATER
            if name in methods
        },
        miscounted=as_list(of.flags("miscounted", cod.miscounted if cod else 0.0)),
        unfetched=as_list(of.flags("unfetched", in_store.unfetched if in_store else 0.0)),
    )
