"""Order lines as baskets: one row per order and product, the unit that all fitting counts in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_STEPS = 100_000
"""Shares are written in thousandths of a percent."""


def baskets(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per order and product: order, product, quantity, amount_rial, at.

    `lines` has the columns of `Export.lines`. A product that stands twice in an order is one
    line of all its units; an order's time is that of its first line.
    """
    priced = lines.assign(amount_rial=lines["quantity"] * lines["price_rial"])
    rows = priced.groupby(["order", "product"], as_index=False, sort=False).agg(
        quantity=("quantity", "sum"), amount_rial=("amount_rial", "sum")
    )
    rows["at"] = rows["order"].map(lines.groupby("order")["at"].min())
    return rows


def bin_of(at: pd.Series[Any], start: dt.datetime, bin_seconds: float) -> pd.Series[int]:
    """In which bin from `start` on each moment falls, from 0."""
    return ((at - start).dt.total_seconds() // bin_seconds).astype("int64")


def shares(counts: Mapping[int, float]) -> dict[int, float]:
    """Counts (or weights) as shares that add up to one as they are written, by rising key."""
    keys = sorted(int(key) for key in counts)
    rounded = round_shares([counts[key] for key in keys])
    return {key: share for key, share in zip(keys, rounded, strict=True) if share > 0}


def round_shares(weights: Iterable[float]) -> list[float]:
    """Shares in whole thousandths of a percent that still add up to one (largest remainders)."""
    wanted = list(weights)
    total = sum(wanted)
    exact = [weight / total * _STEPS for weight in wanted]
    steps = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: steps[i] - exact[i])
    for i in by_remainder[: _STEPS - sum(steps)]:
        steps[i] += 1
    return [step / _STEPS for step in steps]
