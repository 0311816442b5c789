"""The catalogue behind an export: the products that matter by name, the rest in a few groups."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.baskets import round_shares
from scenarios.calibration.bursts import FittedBurst
from scenarios.calibration.stock import Stock
from scenarios.schema import CatalogueEntry

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
NAMED = 10
"""Best sellers that stand in the file by name, besides the hot items."""
_FEW = 15
"""A shop of so few products has them all named."""
_TOLD_APART = 5
"""Lines below which no product has a name: a person's that slipped does not sell so often."""
_CLASSES = 4
"""The rest is grouped by price, so that revenue does not hang on who draws which price."""
_SCARCE = 50
"""Products, besides, of which a list of stock has less than the shop sold and held: the best
sellers of them are named too, for it is with these that a reservation costs a sale."""
_PER_CLASS = 10
"""Products at least, or there are fewer classes."""


@dataclass(frozen=True)
class Stocking:
    """How much stock there was: as a list says, and to assume where none does.

    Of what no list has, the shop did not run out while it sold: on its shelves were the units
    sold, and those that carts and unpaid orders held meanwhile, and a margin.
    """

    margin: float
    cover: float | None
    """Seconds; instead of counting units sold."""
    paid_share: float
    held_hours: float
    """How long a reservation may keep units."""
    seen: float = 1.0
    """Of all that the season sells; less where the fit is to a part of the export."""
    listed: Stock | None = None
    """What was on the shelves, product by product."""

    def units(self, sold: float, busiest_hour: float) -> int:
        """Opening stock of a product, by its units sold in all and in its busiest hour."""
        held = min(sold, busiest_hour * self.held_hours) * (1 / self.paid_share - 1)
        return math.ceil((sold / self.seen + held) * (1 + self.margin))

    def opening(self, product: str, sold: float, busiest_hour: float) -> int:
        """Opening stock of a product: as listed, or else as `units` has it."""
        known = self.listed.opening(product, round(sold)) if self.listed else None
        return self.units(sold, busiest_hour) if known is None else known

    def scarce(self, products: pd.DataFrame) -> list[str]:
        """Best sellers of which the list has less than would be assumed."""
        if self.listed is None:
            return []
        short = (
            str(name)
            for name, sold, busiest in zip(
                products.index, products["units"], products["busiest"], strict=True
            )
            if str(name) in self.listed.units
            and self.opening(str(name), sold, busiest) < self.units(sold, busiest)
        )
        return list(itertools.islice(short, _SCARCE))


@dataclass(frozen=True)
class FittedEntry:
    """A catalogue entry and what it rests on."""

    entry: CatalogueEntry
    lines: int
    prices: tuple[float, float, float]
    """5th, 50th and 95th percentile over the lines sold, rial: a cell that slipped stays unseen."""
    distance: float | None
    """Largest gap between the cumulative popularity sold and fitted (Kolmogorov-Smirnov)."""
    stock: tuple[int, int, int] | None = None
    """Of its products, how many are in the list of stock, and the least and the most on hand."""


def fit_catalogue(
    rows: pd.DataFrame, bursts: Sequence[FittedBurst], stocking: Stocking
) -> list[FittedEntry]:
    """Entries in the order of the catalogue: named products by popularity, then the groups.

    `rows` as from `baskets`. A hot item's everyday share leaves out the lines its bursts bring.
    """
    products = _products(rows)
    everyday = products["lines"].astype(float)
    limits: dict[str, int | None] = {}
    for burst in bursts:
        if not (product := burst.window.product):
            continue
        everyday[product] = max(0.0, everyday[product] - burst.orders)
        limits[product] = limits.get(product) or burst.limit
    parts = list(_parts(products, {*limits, *stocking.scarce(products)}))
    weights = round_shares([float(everyday[part.index].sum()) for _, part in parts])
    mean_units = float(rows["quantity"].mean())
    return [
        _entry(name, part, rows, mean_units, stocking, {"share": share, "limit": limits.get(name)})
        for (name, part), share in zip(parts, weights, strict=True)
    ]


def zipf_exponent(lines: Floats) -> tuple[float, float]:
    """Exponent of 1 / k^s for lines by rank, by maximum likelihood, and its KS distance."""
    from scipy.optimize import minimize_scalar

    rank = np.arange(1, len(lines) + 1)
    logs = np.log(rank)

    def surprise(exponent: float) -> float:
        weights = np.exp(-exponent * logs)
        return float(exponent * (lines @ logs) / lines.sum() + np.log(weights.sum()))

    exponent = float(minimize_scalar(surprise, bounds=(0, 5), method="bounded").x)
    weights = np.exp(-exponent * logs)
    gap = np.abs(np.cumsum(weights) / weights.sum() - np.cumsum(lines) / lines.sum())
    return exponent, float(gap.max())


def _products(rows: pd.DataFrame) -> pd.DataFrame:
    """Per product, the most popular first: lines, units in all and in the busiest hour, price."""
    hour = rows["at"].dt.floor("h")
    busiest = rows.groupby(["product", hour])["quantity"].sum().groupby("product").max()
    products = rows.groupby("product").agg(
        lines=("order", "size"), units=("quantity", "sum"), amount=("amount_rial", "sum")
    )
    price = products.pop("amount") / products["units"]
    products = products.assign(busiest=busiest, price=price)
    return products.sort_values("lines", ascending=False, kind="stable")


def _parts(products: pd.DataFrame, hot: Collection[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and products of each entry, the most popular first within a group."""
    named = products.index if len(products) <= _FEW else products.index[:NAMED]
    often = products["lines"].to_numpy() >= _TOLD_APART
    chosen = products.index.isin([*named, *hot]) & often
    if (~chosen).sum() == 1:  # one product is no group: the next joins it
        cooler = np.flatnonzero(chosen & ~products.index.isin(list(hot)))
        chosen[cooler[-1:]] = False
    for product in products.index[chosen]:
        yield product, products.loc[[product]]
    rest = products[~chosen].sort_values("price", kind="stable")
    if rest.empty:
        return
    classes = min(_CLASSES, max(1, len(rest) // _PER_CLASS))
    # Each class sells about the same number of lines.
    position = (rest["lines"].cumsum() - rest["lines"] / 2) / rest["lines"].sum()
    for number, part in rest.groupby((position * classes).astype(int)):
        name = _unused(f"price-class-{int(str(number)) + 1}", products)
        yield name, part.sort_values("lines", ascending=False, kind="stable")


def _unused(name: str, products: pd.DataFrame) -> str:
    """A group's name that no product has."""
    while name in products.index:
        name += "-group"
    return name


def _entry(
    name: str,
    part: pd.DataFrame,
    rows: pd.DataFrame,
    mean_units: float,
    stocking: Stocking,
    fields: dict[str, Any],
) -> FittedEntry:
    sold = rows[rows["product"].isin(part.index)]
    prices = sold["amount_rial"] / sold["quantity"]
    distance = None
    if len(part) == 1:
        fields["price"] = round(float(prices.median()))
    else:
        exponent, distance = zipf_exponent(part["lines"].to_numpy(dtype=float))
        sigma = float(np.log(prices.clip(lower=1)).std(ddof=0))
        # Baskets draw their quantities whatever the product, and a lognormal's mean lies above
        # its median: the price is the median that gives the group's true revenue.
        mean_price = float(sold["amount_rial"].sum()) / (len(sold) * mean_units)
        fields |= {
            "products": len(part),
            "zipf": round(exponent, 3),
            "price": round(mean_price * math.exp(-(sigma**2) / 2)),
            "price_sigma": round(sigma, 3),
        }
    if stocking.cover is not None:
        fields["cover"] = stocking.cover
    else:
        fields["stock"] = _stock(part, stocking)
    low, middle, high = (float(price) for price in prices.quantile([0.05, 0.5, 0.95]))
    entry = CatalogueEntry(name=name, **fields)
    listed = _listed(part, stocking)
    return FittedEntry(entry, len(sold), (low, middle, high), distance, listed)


def _stock(part: pd.DataFrame, stocking: Stocking) -> int:
    """Opening stock of each product of an entry: the mean where they are listed, so that the
    entry holds as much as the shelves; else that of its best seller."""
    if stocking.listed is None:
        return max(map(stocking.units, part["units"], part["busiest"]))
    each = map(stocking.opening, map(str, part.index), part["units"], part["busiest"])
    return round(float(np.mean(list(each))))


def _listed(part: pd.DataFrame, stocking: Stocking) -> tuple[int, int, int] | None:
    """How many of an entry's products are listed, and the least and the most on hand."""
    if stocking.listed is None:
        return None
    known = [
        stocking.opening(str(name), sold, busiest)
        for name, sold, busiest in zip(part.index, part["units"], part["busiest"], strict=True)
        if str(name) in stocking.listed.units
    ]
    return (len(known), min(known), max(known)) if known else (0, 0, 0)
