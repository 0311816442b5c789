"""The catalogue of a scenario, product by product: names, prices, popularity, stock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from model.catalogue import Product
from scenarios.expected import units_per_day
from scenarios.schema import CatalogueEntry, Scenario
from scenarios.streams import stream

DAY = 86400.0


@dataclass(frozen=True)
class Assortment:
    """All products, entry by entry and rank by rank; every array has shape (products,)."""

    products: tuple[Product, ...]
    popularity: NDArray[np.float64]
    """Share of the requested lines; sums to one."""
    cumulative: NDArray[np.float64]
    limit: NDArray[np.int64]
    """Most units per customer; a huge number for none."""
    daily_units: NDArray[np.float64]
    """Units that an average day is expected to sell if nothing runs out."""
    restocked: NDArray[np.bool_]
    entry: tuple[str, ...]
    """Name of the catalogue entry of each product."""

    def pick(self, generator: np.random.Generator, n: int) -> NDArray[np.int64]:
        """`n` products by popularity, one uniform draw each."""
        luck = generator.random(n)
        first, bounds = self._guide, np.append(self.cumulative, np.inf)
        picked = first[(luck * len(first)).astype(np.intp)]
        beyond = np.flatnonzero(bounds[picked] <= luck)
        while len(beyond):
            picked[beyond] += 1
            beyond = beyond[bounds[picked[beyond]] <= luck[beyond]]
        return picked

    @cached_property
    def _guide(self) -> NDArray[np.int64]:
        """The first product for each of many equal pieces of the luck between 0 and 1.

        It is, or stands shortly before, the one that a search in `cumulative` would find, and
        takes a tenth of the time. Their number is a power of two, so no product is rounded.
        """
        pieces = 1 << max(12, len(self.products).bit_length() + 3)
        return np.searchsorted(self.cumulative, np.arange(pieces) / pieces, "right")

    def index(self, entry: str) -> int:
        """Number of the first product of an entry."""
        return self.entry.index(entry)


def assort(scenario: Scenario) -> Assortment:
    """Expand the scenario's catalogue. Prices depend on the seed, never on the replication."""
    entries = scenario.catalogue
    popularity = np.concatenate([entry.share * _zipf(entry) for entry in entries])
    popularity /= popularity.sum()
    daily = popularity * units_per_day(scenario)
    noise = stream(scenario.seed, 0, "prices").standard_normal(len(popularity))
    products: list[Product] = []
    for entry in entries:
        for rank in range(1, entry.products + 1):
            number = len(products)
            price = entry.price * np.exp(entry.price_sigma * noise[number])
            products.append(
                Product(
                    name=entry.name if entry.products == 1 else f"{entry.name}-{rank}",
                    price=round_price(price) if entry.price_sigma else entry.price,
                    opening_stock=_opening(entry, daily[number]),
                    limit=entry.limit,
                    customers_only=entry.customers_only,
                )
            )
    spread = [entry for entry in entries for _ in range(entry.products)]
    cumulative = np.cumsum(popularity)
    cumulative[-1] = 1.0
    return Assortment(
        products=tuple(products),
        popularity=popularity,
        cumulative=cumulative,
        limit=np.array([entry.limit or 1_000_000 for entry in spread]),
        daily_units=daily,
        restocked=np.array([entry.restocked for entry in spread]),
        entry=tuple(entry.name for entry in spread),
    )


def _zipf(entry: CatalogueEntry) -> NDArray[np.float64]:
    weights = np.arange(1, entry.products + 1, dtype=float) ** -entry.zipf
    normed: NDArray[np.float64] = weights / weights.sum()
    return normed


def _opening(entry: CatalogueEntry, daily_units: float) -> int:
    if entry.stock is not None:
        return entry.stock
    assert entry.cover is not None  # the schema asks for one of the two
    return ceil(daily_units * entry.cover / DAY)


def round_price(rial: float) -> int:
    """Prices end in whole thousands of toman, as on a shop's page."""
    return max(10_000, round(rial / 10_000) * 10_000)
