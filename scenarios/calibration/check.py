"""Does a fitted scenario reproduce its export? The same figures of both, and a verdict on each."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from model.events import Kind
from scenarios.assortment import assort
from scenarios.calibration.baskets import baskets
from scenarios.calibration.orders import Export
from scenarios.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

Figures: TypeAlias = dict[str, float]
"""Name of a figure -> its value, in the order in which a reader wants them."""
TOP = 10
_LAST_LINES, _LAST_UNITS = 6, 4
"""From so many on, orders by lines and lines by units count together."""
LEVEL = 0.95


def observed(export: Export, scenario: Scenario) -> Figures:
    """The figures of an export, over the scenario's season."""
    rows = baskets(export.lines)
    return _figures(rows, float(rows["amount_rial"].sum()), scenario)


def simulated(events: pd.DataFrame, scenario: Scenario) -> Figures:
    """The figures of one replication, from its event log.

    `events` has the columns of `model.events.Event`: PAID says when and for how much an order was
    paid, ALLOCATED and OVERSOLD what was in it.
    """
    import pandas as pd

    paid = events[events["kind"] == Kind.PAID].drop_duplicates("order").set_index("order")
    filled = events["kind"].isin([Kind.ALLOCATED, Kind.OVERSOLD])
    lines = events[filled & events["order"].isin(paid.index)]
    rows = lines.groupby(["order", "product"], as_index=False).agg(quantity=("quantity", "sum"))
    start = pd.Timestamp(scenario.season.start, tz=scenario.season.timezone)
    at = (start + pd.to_timedelta(paid["t"], unit="s")).dt.tz_localize(None)
    names = pd.Series([product.name for product in assort(scenario).products])
    rows["product"] = rows["product"].map(names)
    rows["at"] = at.reindex(rows["order"]).to_numpy()
    return _figures(rows, float(paid["amount"].sum()), scenario)


def compare(real: Figures, replications: Sequence[Figures]) -> pd.DataFrame:
    """Each figure of the export against the replications.

    Columns: figure, real, simulated (mean), low, high (where one more replication would fall with
    95 % probability: mean -+ t s sqrt(1 + 1/n)) and verdict (`inside` or `outside`). Raises
    ValueError for fewer than two replications.
    """
    import pandas as pd
    from scipy.stats import t

    n = len(replications)
    if n < 2:
        raise ValueError(f"an interval needs two replications or more, not {n}")
    table = pd.DataFrame(replications)[list(real)]
    mean = table.mean()
    half = float(t.ppf((1 + LEVEL) / 2, n - 1)) * math.sqrt(1 + 1 / n) * table.std(ddof=1)
    result = pd.DataFrame(
        {"real": pd.Series(real), "simulated": mean, "low": mean - half, "high": mean + half}
    )
    inside = result["real"].between(result["low"], result["high"])
    result["verdict"] = inside.map({True: "inside", False: "outside"})
    return result.rename_axis("figure").reset_index()


def _figures(rows: pd.DataFrame, revenue_rial: float, scenario: Scenario) -> Figures:
    """`rows`: one per order and product, with the time at which the order was paid."""
    days = max(1.0, scenario.season.duration / 86400)
    at = rows.groupby("order")["at"].first()
    per_hour = at.dt.hour.value_counts() / days
    lines = rows.groupby("order").size().clip(upper=_LAST_LINES).value_counts(normalize=True)
    units = rows["quantity"].clip(upper=_LAST_UNITS).value_counts(normalize=True)
    popular = rows["product"].value_counts(normalize=True)
    figures = {"orders_per_day": len(at) / days, "revenue_per_day_rial": revenue_rial / days}
    for hour in range(24):
        figures[f"orders_{hour:02}h"] = float(per_hour.get(hour, 0.0))
    figures["lines_per_order"] = len(rows) / max(1, len(at))
    for number in range(1, _LAST_LINES + 1):
        name = f"orders_of_{number}_lines{'_or_more' * (number == _LAST_LINES)}"
        figures[name] = float(lines.get(number, 0.0))
    figures["units_per_line"] = float(rows["quantity"].mean()) if len(rows) else 0.0
    for number in range(1, _LAST_UNITS + 1):
        name = f"lines_of_{number}_units{'_or_more' * (number == _LAST_UNITS)}"
        figures[name] = float(units.get(number, 0.0))
    for entry in [entry for entry in scenario.catalogue if entry.products == 1][:TOP]:
        figures[f"share_of_lines {entry.name}"] = float(popular.get(entry.name, 0.0))
    for burst in scenario.demand.bursts:
        end = burst.start + dt.timedelta(seconds=burst.duration)
        if burst.product is not None:
            name = f"share_of_orders {burst.product} {burst.start:%H:%M}-{end:%H:%M}"
            figures[name] = _share_of_orders(rows, burst.product, burst.start, end)
    return figures


def _share_of_orders(
    rows: pd.DataFrame, product: str, start: dt.datetime, end: dt.datetime
) -> float:
    """Of the orders paid from `start` to before `end`, those with the product."""
    inside = rows[(rows["at"] >= start) & (rows["at"] < end)]
    orders = inside["order"].nunique()
    return float((inside["product"] == product).sum() / orders) if orders else 0.0
