"""What shoppers draw for the website: the luck of each of their pages, and what they bear."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log1p

import numpy as np

from scenarios.draws import Draws
from scenarios.website import Website

WORD = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Visits:
    """How shoppers meet the site; lists of length n."""

    key: list[int]
    """64 bits from which the luck of all her pages follows, however many they are."""
    bears: list[float]
    """Seconds that a page may take before she closes the site."""

    def row_of(self, session: int) -> int:
        """The shopper of a session, as `Shoppers.row_of` has it."""
        return session % len(self.bears)

    def luck(self, row: int, number: int) -> float:
        """Uniform in [0, 1), the same whenever it is asked for: the `number`-th of a shopper."""
        return luck(self.key[row], number)


def luck(key: int, number: int) -> float:
    """The `number`-th value of the stream of a key: SplitMix64 (Steele, Lea, Flood 2014)."""
    z = (key + (number + 1) * GOLDEN) & WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & WORD
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def draw_visits(website: Website, of: Draws) -> Visits:
    """The luck of the shoppers' pages, and how long each of them bears to wait for one."""
    keys = of.stream("pages").integers(0, WORD, of.n, np.uint64, endpoint=True)
    lost = website.lost_per_second
    mean = -1 / log1p(-lost) if lost else inf
    beyond = of.stream("bears").standard_exponential(of.n)
    bears = website.unnoticed + mean * beyond
    return Visits(keys.tolist(), bears.tolist())
