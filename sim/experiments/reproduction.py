"""Does a fitted scenario reproduce its export? The same figures of both, and a verdict on each."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from model.events import Kind, Log
from reports.hours import HOURS_OF_DAY
from reports.log import Events, as_array
from scenarios.assortment import assort
from scenarios.calibration.baskets import baskets
from scenarios.calibration.orders import Export
from scenarios.schema import Scenario
from sim.replication import Replication

if TYPE_CHECKING:
    import pandas as pd

Figures: TypeAlias = dict[str, float]
"""Name of a figure -> its value, in the order in which a reader wants them."""
TOP = 10
_LAST_LINES, _LAST_UNITS = 6, 4
"""From so many on, orders by lines and lines by units count together."""
LEVEL = 0.95
_SHARES = ("orders_of_", "lines_of_", "share_of_")
"""How the names of shares begin."""


def observed(export: Export, scenario: Scenario) -> Figures:
    """The figures of an export, over the scenario's season."""
    rows = baskets(export.lines)
    paid_at = rows.groupby("order")["at"].first()
    per_hour = paid_at.dt.hour.value_counts().reindex(range(HOURS_OF_DAY), fill_value=0)
    revenue = float(rows["amount_rial"].sum())
    return _trade(len(paid_at), revenue, per_hour, scenario) | basket_figures(rows, scenario)


def simulated(played: Replication, scenario: Scenario) -> Figures:
    """The figures of one replication that kept its log.

    Orders and revenue are the measures of every report; what was in the orders only the log tells.
    """
    orders, revenue = played.measures["orders_paid"], played.measures["revenue_rial"]
    trade = _trade(orders, revenue, played.hours["orders_paid"], scenario)
    assert played.log is not None  # whoever compares keeps it
    return trade | basket_figures(paid_lines(as_array(Log(played.log)), scenario), scenario)


def paid_lines(log: Events, scenario: Scenario) -> pd.DataFrame:
    """One row per paid order and product: order, product (its name), quantity, amount_rial (of the
    whole order in its first row, 0 in the others), at (local time of the payment)."""
    import pandas as pd

    events = pd.DataFrame(log)
    paid = events[events["kind"] == Kind.PAID].set_index("order")
    filled = events["kind"].isin([Kind.ALLOCATED, Kind.OVERSOLD])
    lines = events[filled & events["order"].isin(paid.index)]
    rows = lines.groupby(["order", "product"], as_index=False).agg(quantity=("quantity", "sum"))
    start = pd.Timestamp(scenario.season.start, tz=scenario.season.timezone)
    at = (start + pd.to_timedelta(paid["t"], unit="s")).dt.tz_localize(None)
    names = pd.Series([product.name for product in assort(scenario).products])
    rows["product"] = rows["product"].map(names)
    rows["at"] = at.reindex(rows["order"]).to_numpy()
    amount = paid["amount"].reindex(rows["order"]).to_numpy()
    rows["amount_rial"] = np.where(rows["order"].duplicated(), 0, amount)
    return rows


def compare(real: Figures, replications: Sequence[Figures]) -> pd.DataFrame:
    """Each figure of the export against the replications.

    Columns: figure, real, simulated (mean), low, high (where one more replication would fall with
    95 % probability: mean -+ t s sqrt(1 + 1/n), cut off at what a figure cannot pass: no count,
    share or sum is below 0, and no share above 1) and verdict (`inside` or `outside`). Raises
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
    most = pd.Series({name: 1.0 if name.startswith(_SHARES) else math.inf for name in real})
    low, high = (mean - half).clip(lower=0.0), (mean + half).clip(upper=most)
    result = pd.DataFrame({"real": pd.Series(real), "simulated": mean, "low": low, "high": high})
    inside = result["real"].between(result["low"], result["high"])
    result["verdict"] = inside.map({True: "inside", False: "outside"})
    return result.rename_axis("figure").reset_index()


def _trade(
    orders: float, revenue_rial: float, per_hour: Iterable[float], scenario: Scenario
) -> Figures:
    """How much was sold, and when; `per_hour`: orders paid by local hour of day, shape (24,)."""
    days = max(1.0, scenario.season.duration / 86400)
    figures = {"orders_per_day": orders / days, "revenue_per_day_rial": revenue_rial / days}
    return figures | {f"orders_{hour:02}h": float(n) / days for hour, n in enumerate(per_hour)}


def basket_figures(rows: pd.DataFrame, scenario: Scenario) -> Figures:
    """What was in the orders; `rows`: one per order and product, with the time of the payment."""
    per_order = rows.groupby("order").size()
    lines = per_order.clip(upper=_LAST_LINES).value_counts(normalize=True)
    units = rows["quantity"].clip(upper=_LAST_UNITS).value_counts(normalize=True)
    popular = rows["product"].value_counts(normalize=True)
    figures = {"lines_per_order": len(rows) / max(1, len(per_order))}
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
