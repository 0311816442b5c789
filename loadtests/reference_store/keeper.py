"""The keeper: whoever notices on the wall clock that reservations have run out (ORD-5).

It does for a store what `sim.order_manager` does in a simulation. A *timer* ends a reservation
before the next command is heard, and within `TICK` where none comes. A *sweeper* comes by every so
often, counted from the store's start; so are the rows of the *lazy* policy swept. Where the
*operator* deletes by hand, a person must: on the operator's page.
"""

from __future__ import annotations

import asyncio
from math import isfinite
from typing import Final

from loadtests.reference_store.clock import Clock
from loadtests.reference_store.writer import Broken, Writer
from model.policy import ReleasedBy
from model.shop import Shop

TICK: Final = 0.2
"""Seconds."""


class Keeper:
    """Keeps a store's reservations to their time, as its policy says."""

    def __init__(self, shop: Shop, clock: Clock, writer: Writer) -> None:
        self._orders = shop.orders
        self._policy = shop.policy.reservation
        self._clock = clock
        self._writer = writer
        self._by_hand = self._policy.released_by is ReleasedBy.OPERATOR
        self._is_timer = self._policy.released_by is ReleasedBy.TIMER

    def keep_time(self, now: float) -> None:
        """End what a timer would have ended by `now`."""
        if self._is_timer:
            self._orders.sweep(now)

    async def run(self) -> None:
        """Act whenever it is time; nothing to do where a person acts, or nobody ever sweeps."""
        if self._by_hand or not (self._is_timer or isfinite(self._policy.sweep_every)):
            return
        try:
            while True:
                await asyncio.sleep(self._until_next(self._clock()))
                if self._writer.broken:
                    return
                self._orders.sweep(self._clock(), 0 if self._is_timer else self._policy.sweep_batch)
                await self._writer.durable()
        except Broken:
            return

    def _until_next(self, now: float) -> float:
        return TICK if self._is_timer else self._policy.sweep_every - now % self._policy.sweep_every
