"""Faults that can be switched on, so that a load test has something to find.

Each is a mistake that real shops make, or a bad day that they have. The mistakes (`skip-recheck`,
`lost-update`) break the books of stock; the bad days must not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import isfinite
from typing import Any, Final

from loadtests.reference_store import answers
from loadtests.reference_store.answers import Answer
from loadtests.reference_store.commands import Result
from loadtests.reference_store.operations import Command
from loadtests.reference_store.store import Store
from model.lifecycle import Life
from model.orders import OrderState
from model.policy import HoldPoint
from model.shop import Shop
from model.stock import Shelf
from scenarios.errors import UserError
from scenarios.units import did_you_mean, latin, parse_duration, parse_share

READ_TO_WRITE: Final = 0.01
"""Seconds between reading a level and writing it back under `lost-update` (assumption)."""
STEPS: Final = {
    "check-out": HoldPoint.CHECKOUT,
    "place": HoldPoint.ORDER_PLACED,
    "start-payment": HoldPoint.PAYMENT_SUBMITTED,
}
"""Commands that check a cart's lines again, and the steps of the purchase that they are."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a store. Times in seconds, shares as fractions."""

    skip_recheck: bool = False
    """Checkout does not ask whether the units are still there."""
    lost_update: bool = False
    """A level is read, and written back later: what others wrote meanwhile is lost."""
    slow_store: float = 0.0
    """Every command is heard so much later."""
    callback_lost: float = 0.0
    """Of the callbacks, the share whose first delivery never arrives."""
    callback_twice: float = 0.0
    """Of the callbacks, the share that arrives twice."""
    callback_late: float = 0.0
    """Of the callbacks, the share that arrives `callback_delay` late."""
    callback_delay: float = 0.0
    error_after_commit: float = 0.0
    """Of the commands, the share that is executed and then answered 500."""


@dataclass(frozen=True, slots=True)
class Switch:
    """How a fault is written behind `--fault`."""

    fields: tuple[str, ...]
    example: str
    values: tuple[Callable[[str], float], ...] = ()

    def set(self, faults: Faults, given: list[str]) -> Faults:
        """The faults with this one among them; ValueError where the values do not fit."""
        if len(given) != len(self.values):
            raise ValueError(f"{len(given)} values")
        if not self.values:
            return replace(faults, **{self.fields[0]: True})
        read = [read(text) for read, text in zip(self.values, given, strict=True)]
        return replace(faults, **dict(zip(self.fields, read, strict=True)))  # type: ignore[arg-type]


def _share(text: str) -> float:
    share = parse_share(text)
    if not 0 <= share <= 1:
        raise ValueError(f"{text} is no share")
    return share


def _seconds(text: str) -> float:
    """A finite duration; unlike a scenario's, one of milliseconds too."""
    if latin(text).endswith("ms"):
        return float(latin(text).removesuffix("ms")) / 1000
    seconds = parse_duration(text)
    if not isfinite(seconds):
        raise ValueError(f"{text} never ends")
    return seconds


SWITCHES: Final[dict[str, Switch]] = {
    "skip-recheck": Switch(("skip_recheck",), "skip-recheck"),
    "lost-update": Switch(("lost_update",), "lost-update"),
    "slow-store": Switch(("slow_store",), "slow-store:200ms", (_seconds,)),
    "callback-lost": Switch(("callback_lost",), "callback-lost:2%", (_share,)),
    "callback-twice": Switch(("callback_twice",), "callback-twice:2%", (_share,)),
    "callback-late": Switch(
        ("callback_late", "callback_delay"),
        "callback-late:2%:30s",
        (_share, _seconds),
    ),
    "5xx-after-commit": Switch(("error_after_commit",), "5xx-after-commit:1%", (_share,)),
}


def parse_faults(texts: Sequence[str]) -> Faults | None:
    """Faults as the command line names them, or None for none. Raises UserError."""
    faults = Faults()
    for text in texts:
        name, *given = text.split(":")
        switch = SWITCHES.get(name)
        if switch is None:
            known = ", ".join(each.example for each in SWITCHES.values())
            near = did_you_mean(name, SWITCHES, ".")
            raise UserError(f"--fault: there is no fault {name!r}{near} There are: {known}.")
        try:
            faults = switch.set(faults, given)
        except ValueError:
            raise UserError(
                f"--fault: {text!r} cannot be read; write it like {switch.example}."
            ) from None
    return faults if texts else None


def chance(*key: object) -> float:
    """A number from 0 to 1 that hangs on `key` alone, so that equal runs have equal luck."""
    digest = blake2b(repr(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


class FaultyStore(Store):
    """A store with something wrong with it."""

    def __init__(self, faults: Faults, *parts: Any) -> None:
        super().__init__(*parts)
        self._faults = faults
        self._executed = 0
        self._lost: set[tuple[int, int]] = set()
        self._read_before: dict[int, int] = {}

    async def execute(
        self, command: Command, arguments: dict[str, Any], key: str = "", request: str = ""
    ) -> Answer:
        if self._remembered(command, key, request) is not None:
            return await super().execute(command, arguments, key, request)
        if self._faults.slow_store:
            await asyncio.sleep(self._faults.slow_store)
        if command.name == "call-back":
            return await self._call_back(command, arguments, key, request)
        return await self._execute(command, arguments, key, request)

    def _run(self, command: Command, now: float, arguments: dict[str, Any]) -> Result:
        if self._faults.skip_recheck and (step := STEPS.get(command.name)) is not None:
            take_unchecked(self.shop, arguments["session"], step, now)
        levels, self._read_before = self._read_before, {}
        return write_back(
            self.shop, levels, lambda: super(FaultyStore, self)._run(command, now, arguments)
        )

    async def _execute(
        self, command: Command, arguments: dict[str, Any], key: str, request: str
    ) -> Answer:
        levels: dict[int, int] = {}
        if self._faults.lost_update:
            levels = {shelf.product: shelf.available for shelf in wanted(self.shop, arguments)}
            await asyncio.sleep(READ_TO_WRITE)
        self._read_before = levels  # the command runs before anybody else does
        answer = await super().execute(command, arguments, key, request)
        self._executed += 1
        if chance("5xx-after-commit", self._executed) < self._faults.error_after_commit:
            return answers.broken("the store broke after it had done what it was asked")
        return answer

    async def _call_back(
        self, command: Command, arguments: dict[str, Any], key: str, request: str
    ) -> Answer:
        faults, attempt = self._faults, (arguments["order"], arguments["turn"])
        if attempt not in self._lost and chance("callback-lost", *attempt) < faults.callback_lost:
            self._lost.add(attempt)
            return answers.broken("the callback was lost on its way", 504)
        if chance("callback-late", *attempt) < faults.callback_late:
            await asyncio.sleep(faults.callback_delay)
        if chance("callback-twice", *attempt) < faults.callback_twice:
            await self._execute(command, arguments, key, request)
        return await self._execute(command, arguments, key, request)


def take_unchecked(shop: Shop, session: int, step: HoldPoint, now: float) -> None:
    """Reserve what a cart has nothing set aside for, whether or not there is any."""
    cart = shop.orders.carts.get(session)
    if cart is None:
        return
    if cart.order_id >= 0 and shop.orders.orders[cart.order_id].state is not OrderState.UNPAID:
        return
    holds = step >= shop.policy.reservation.hold_point
    for line in cart.lines:
        if line.life is Life.ENDED or (holds and line.life is Life.NONE):
            cart.late = cart.late or line.life is Life.ENDED
            shop.orders.reservations.reserve(line, now)


def wanted(shop: Shop, arguments: dict[str, Any]) -> list[Shelf]:
    """The shelves on which a command may reserve."""
    shelves = shop.stock.shelves
    if "product" in arguments:
        return shelves[arguments["product"] :][:1]
    cart = shop.orders.carts.get(arguments.get("session", -1))
    if cart is None:
        return []
    return [shelves[line.product] for line in cart.lines if line.life is not Life.LIVE]


def write_back(shop: Shop, levels: dict[int, int], run: Callable[[], Result]) -> Result:
    """Run a command that sees these levels, as they were read before, and writes what follows
    from them. A level that it does not change stays as it is."""
    shelves = [shop.stock.shelves[product] for product in levels]
    present = {shelf.product: shelf.available for shelf in shelves}
    for shelf in shelves:
        shelf.available = levels[shelf.product]
    try:
        return run()
    finally:
        for shelf in shelves:
            if shelf.available == levels[shelf.product]:
                shelf.available = present[shelf.product]
