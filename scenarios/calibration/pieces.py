"""Everything that is fitted to an order export, before it becomes a scenario."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.ample import Ample, ample
from scenarios.calibration.baskets import baskets, bin_of, shares
from scenarios.calibration.bursts import FittedBurst, fit_bursts
from scenarios.calibration.campaigns import Campaign, apart, find_campaigns
from scenarios.calibration.doors import Reading
from scenarios.calibration.hot import BIN
from scenarios.calibration.orders import Export
from scenarios.calibration.placed import Placed, fit_placed
from scenarios.calibration.popularity import FittedEntry, Stocking, fit_catalogue
from scenarios.calibration.rhythm import Rhythm, fit_rhythm
from scenarios.calibration.selection import Selection
from scenarios.calibration.stock import Counted, Item, Stock, match_stock
from scenarios.calibration.surges import find_surges
from scenarios.calibration.unfold import day_errors, hour_errors, unfold_days
from scenarios.calibration.unseen import fill_in
from scenarios.errors import UserError
from scenarios.schema import Payment, Reservation, Shoppers

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
HOUR = 3600.0
_BINS_PER_HOUR = round(HOUR / BIN)
_BINS_PER_DAY = 24 * _BINS_PER_HOUR
MIN_ORDERS = 50
"""Fewer say next to nothing about the hours of a day."""


@dataclass(frozen=True)
class Assumptions:
    """What no order export shows. Behaviour, payment and reservation default to the schema's."""

    shoppers: Shoppers = field(default_factory=Shoppers)
    payment: Payment = field(default_factory=Payment)
    reservation: Reservation = field(default_factory=Reservation)
    engaged: float = 0.07
    """Share of sessions that put something in a cart."""
    stock_margin: float = 0.10
    """Stock beyond what was sold and held meanwhile."""
    stock_cover: float | None = None
    """Seconds; where given, every product has stock for so long instead."""
    stock: Reading[Item | None] | None = None
    """A list of what was on hand; for the products that it has, nothing is assumed."""
    stock_at: Counted = "start"
    fit_on: Selection = field(default_factory=Selection)
    """The part of the export that is fitted; of the rest the fit knows nothing but the days."""


@dataclass(frozen=True)
class Pieces:
    """The fitted parts, with the data they rest on."""

    export: Export
    assumptions: Assumptions
    rows: pd.DataFrame
    """As from `baskets`, with the `bin` of each order."""
    start: dt.datetime
    orders: Floats
    """Per day and hour, shape (days, 24); expected ones where the fit must not see them."""
    seen: float
    """Share of these orders that the fit saw."""
    hour_cv: float
    """By how much hours that were not seen are likely off, relatively; 0 where all were."""
    engaged: float
    """Engaged sessions over all days."""
    hours: Floats
    """Weights of the hours, shape (24,), mean one."""
    hour_errors: Floats
    """Their relative standard errors, shape (24,)."""
    ample: Ample
    rhythm: Rhythm
    lines: Counter[int]
    """Products per order, without the orders of campaigns that have baskets of their own."""
    quantities: Counter[int]
    bursts: Sequence[FittedBurst]
    catalogue: Sequence[FittedEntry]
    placed: Placed
    """What orders show that were not paid; `assumptions` holds it already."""
    stock: Stock | None
    """The list of stock by the orders' names of products."""


def fit_pieces(export: Export, assumptions: Assumptions) -> Pieces:
    """Fit every part. Raises UserError for an export of too few orders."""
    rows = baskets(export.lines)
    start = rows["at"].min().to_pydatetime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows["bin"] = bin_of(rows["at"], start, BIN)
    days = int(rows["bin"].max()) // _BINS_PER_DAY + 1
    cells = assumptions.fit_on.cells(start.date(), days)
    rows = rows[cells.ravel()[rows["bin"] // _BINS_PER_HOUR]]
    visible = _per_hour(rows, days, export.source, assumptions.fit_on)
    orders, hour_cv = (filled := fill_in(visible, cells)).orders, filled.hour_cv
    seen = np.repeat(cells.ravel().astype(float), _BINS_PER_HOUR)
    lines = Counter[int](rows.groupby("order").size())
    placed = fit_placed(_visible(export.orders, start, cells), assumptions.payment)
    assumptions = replace(assumptions, shoppers=placed.shoppers_over(assumptions.shoppers))
    behaviour = ample(
        shares(lines), assumptions.shoppers, assumptions.payment, assumptions.reservation
    )
    stock = _matched(assumptions, rows)
    campaigns = find_campaigns(rows, _per_bin(_unfold(orders, behaviour, [])[0]), behaviour, seen)
    campaigns += find_surges(
        orders, cells, _bins(rows, orders), campaigns, round(behaviour.quantile(0.5) / BIN)
    )
    base, campaigns = _unfold(orders, behaviour, campaigns)
    arrivals = _per_bin(base)
    for campaign in campaigns:
        arrivals = arrivals * (1 + (campaign.times - 1) * campaign.arrivals)
    bursts = fit_bursts(rows, campaigns, arrivals, start, behaviour, seen)
    return Pieces(
        export=export,
        assumptions=assumptions,
        rows=rows,
        start=start,
        orders=orders,
        seen=float(visible.sum() / orders.sum()),
        hour_cv=hour_cv,
        engaged=float(arrivals.sum()),
        hours=base.sum(axis=0) / base.sum() * 24,
        hour_errors=hour_errors(base, behaviour.kernel(HOUR)),
        ample=behaviour,
        rhythm=fit_rhythm(
            start.date(),
            base.sum(axis=1),
            day_errors(base, behaviour.kernel(HOUR)),
            np.asarray(cells.any(axis=1)),
        ),
        lines=_everyday_lines(lines, bursts),
        quantities=_everyday_quantities(rows, bursts),
        bursts=bursts,
        catalogue=fit_catalogue(
            rows,
            bursts,
            _stocking(
                assumptions, behaviour.paid_share, float(visible.sum() / orders.sum()), stock
            ),
        ),
        placed=placed,
        stock=stock,
    )


def _bins(rows: pd.DataFrame, orders: Floats) -> Floats:
    """Orders per bin, shape (days * 96,)."""
    first = rows.groupby("order")["bin"].first()
    return np.bincount(first, minlength=orders.size * _BINS_PER_HOUR).astype(float)


def _matched(assumptions: Assumptions, rows: pd.DataFrame) -> Stock | None:
    """The list of stock, if there is one."""
    if assumptions.stock is None:
        return None
    sold = {str(product): int(n) for product, n in rows["product"].value_counts().items()}
    return match_stock(assumptions.stock, sold, assumptions.stock_at)


def _visible(
    orders: pd.DataFrame | None, start: dt.datetime, cells: NDArray[np.bool_]
) -> pd.DataFrame | None:
    """The orders placed in hours that the fit may see; `cells` has shape (days, 24)."""
    if orders is None:
        return None
    hour = bin_of(orders["placed"], start, HOUR).clip(0, cells.size - 1)
    return orders[cells.ravel()[hour]]


def _per_hour(rows: pd.DataFrame, days: int, source: str, part: Selection) -> Floats:
    """Orders per day and hour, shape (days, 24)."""
    hour = rows.groupby("order")["bin"].first() // _BINS_PER_HOUR
    if len(hour) < MIN_ORDERS:
        of_part = "" if part.whole else f" in the part that is fitted ({part.words()})"
        raise UserError(
            f"{source}: {MIN_ORDERS} orders or more show a day's rhythm, and there "
            f"{'is' if len(hour) == 1 else 'are'} {len(hour)}{of_part}."
        )
    orders: Floats = np.bincount(hour, minlength=24 * days).astype(float).reshape(days, 24)
    return orders


def _unfold(
    orders: Floats, behaviour: Ample, campaigns: list[Campaign]
) -> tuple[Floats, list[Campaign]]:
    """Arrivals per day and hour without campaigns, and the campaigns with their `times`.

    The hours of a single day hold its campaigns' shoppers already, so their `times` stays one.
    """
    lifting = apart(campaigns) if len(orders) > 1 else []
    covered = [part.arrivals.reshape(*orders.shape, -1).mean(axis=2) for part in lifting]
    unfolded = unfold_days(
        orders, behaviour.kernel(HOUR), np.array(covered).reshape(-1, *orders.shape)
    )
    times = {id(part): float(t) for part, t in zip(lifting, unfolded.times, strict=True)}
    return unfolded.base, [replace(part, times=times.get(id(part), 1.0)) for part in campaigns]


def _per_bin(per_hour: Floats) -> Floats:
    """Counts per hour spread evenly over its bins, shape (bins,)."""
    return np.repeat(per_hour.ravel() / _BINS_PER_HOUR, _BINS_PER_HOUR)


def _everyday_lines(lines: Counter[int], bursts: Iterable[FittedBurst]) -> Counter[int]:
    """Products per order, without the orders of campaigns whose baskets are unlike the others."""
    everyday = Counter(lines)
    for fitted in bursts:
        everyday.subtract(fitted.baskets)
    return +everyday or lines


def _everyday_quantities(rows: pd.DataFrame, bursts: Iterable[FittedBurst]) -> Counter[int]:
    """Units per line, without the hot items' lines, whose quantities stand with their bursts.

    Where every line is a hot item's, there are no other days to learn from than these.
    """
    hot = np.zeros(len(rows), dtype=bool)
    for window in (fitted.window for fitted in bursts):
        inside = rows["bin"].between(window.first, window.end - 1)
        hot |= (rows["product"] == window.product) & inside
    return Counter[int](rows["quantity"][~hot] if not hot.all() else rows["quantity"])


def _stocking(
    assumptions: Assumptions, paid_share: float, seen: float, listed: Stock | None
) -> Stocking:
    reservation = assumptions.reservation
    held = 0.0 if reservation.hold_point == "paid" else reservation.timeout / HOUR
    return Stocking(
        assumptions.stock_margin, assumptions.stock_cover, paid_share, held, seen, listed
    )
