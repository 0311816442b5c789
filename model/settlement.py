"""Settlement: money between the shopper's payment and the shop's bank account (PAY-5).

Each way of paying whose money a third party keeps for a while has a till. At the cut the till's
takings become a batch: gross, less fees, is what the bank will credit. When that is, is the
calendar's business, and so the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from model.events import Kind, Log
from model.outcomes import Refused


@dataclass(frozen=True, slots=True)
class Tariff:
    """What is taken from a payment: a share, and a fixed sum, up to a cap. Money in rial."""

    rate: float
    fixed: int
    cap: int | None = None

    def fee(self, amount: int) -> int:
        """Rial for one payment; halves round up."""
        taken = floor(amount * self.rate + self.fixed + 0.5)
        return taken if self.cap is None else min(taken, self.cap)


class Tier(NamedTuple):
    """A tariff that a shop has from some volume on."""

    above: int
    """Rial settled before, in the same month."""
    tariff: Tariff


Tiers = tuple[Tier, ...]
"""In order of volume; the first one begins at 0."""


class Batch(NamedTuple):
    """What one cut settles. Rial."""

    gross: int
    fees: int

    @property
    def net(self) -> int:
        """What the bank will credit."""
        return self.gross - self.fees


class Till:
    """One way's takings since the last cut, and what was cut and not yet credited."""

    __slots__ = ("fees", "gross", "pending", "tariff", "tiers", "volume")

    def __init__(self, tiers: Tiers) -> None:
        self.tiers = tiers
        self.volume = self.gross = self.fees = 0
        """Rial: settled before in this month, taken since, and the fees of that."""
        self.tariff = tiers[0].tariff
        """Of payments until the next cut."""
        self.pending: list[int] = []
        """Net sums of batches that the bank has not credited, the oldest first."""

    def book(self, amount: int, fee: int) -> None:
        """Add a payment, or take it out again with negative sums."""
        self.gross += amount
        self.fees += fee

    def cut(self) -> Batch:
        """Close the takings; from here on the tariff is that of the volume reached."""
        batch = Batch(self.gross, self.fees)
        self.pending.append(batch.net)
        self.volume += self.gross
        self.gross = self.fees = 0
        for tier in self.tiers:
            if self.volume >= tier.above:
                self.tariff = tier.tariff
        return batch

    def begin_month(self) -> None:
        """Count the volume from nothing; payments not yet settled keep their fees."""
        self.volume = 0
        self.tariff = self.tiers[0].tariff


class Settlement:
    """The tills, by the channel that their money comes through."""

    __slots__ = ("record", "tills")

    def __init__(self, tiers: Mapping[int, Tiers], log: Log) -> None:
        self.record = log.add
        self.tills = {channel: Till(ways) for channel, ways in tiers.items()}

    def take(self, channel: int, amount: int) -> int:
        """Book a payment; returns its fee in rial. Money without a till is the shop's at once."""
        till = self.tills.get(channel)
        if till is None:
            return 0
        fee = till.tariff.fee(amount)
        till.book(amount, fee)
        return fee

    def give_back(self, channel: int, amount: int, fee: int) -> None:
        """A payment was reversed: its money leaves the till, and its fee is not taken."""
        self.tills[channel].book(-amount, -fee)

    def cut(self, channel: int, now: float) -> Batch | None:
        """Close a till; None if it owes the shop nothing, then all stays for the next cut.

        Reversals may pass the takings of a quiet day: the next ones make up for it.
        """
        till = self.tills[channel]
        if till.gross - till.fees <= 0:
            return None
        batch = till.cut()
        self.record(now, Kind.SETTLED, amount=batch.gross, channel=channel)
        self.record(now, Kind.FEES_TAKEN, amount=batch.fees, channel=channel)
        return batch

    def begin_month(self, channel: int, now: float) -> None:
        """A month begins: a till's tiers are to be reached anew."""
        self.tills[channel].begin_month()
        self.record(now, Kind.MONTH_BEGUN, channel=channel)

    def deposit(self, channel: int, now: float) -> int:
        """The bank credits the oldest batch that waits; returns its rial."""
        till = self.tills[channel]
        if not till.pending:
            raise Refused(f"nothing of till {channel} waits to be credited")
        net = till.pending.pop(0)
        self.record(now, Kind.DEPOSITED, amount=net, channel=channel)
        return net

    def state(self) -> dict[int, tuple[int, int, int, tuple[int, ...]]]:
        """Volume, takings, fees and pending sums of every till."""
        return {
            channel: (till.volume, till.gross, till.fees, tuple(till.pending))
            for channel, till in self.tills.items()
        }
