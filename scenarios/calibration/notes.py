"""Says in words what each field of a fitted scenario rests on: the honest account of a fit."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from scenarios.calibration.access.laws import wilson as interval
from scenarios.calibration.baskets import shares
from scenarios.calibration.bursts import FittedBurst
from scenarios.calibration.columns import OF_FORMAT, Column
from scenarios.calibration.hot import BIN
from scenarios.calibration.pieces import HOUR, Assumptions, Pieces
from scenarios.calibration.popularity import FittedEntry
from scenarios.calibration.rhythm import MONTH_DAYS
from scenarios.expected import paid_share
from scenarios.units import format_day, format_duration

_Z = 1.96
_ASSUMED = "assumed: no order export shows it (docs/parameters.md)"


def account(pieces: Pieces) -> tuple[str, ...]:
    """What was read, left out and taken for granted, a sentence each.

    Cells are never quoted here: a broken row may hold anything, a mobile number too.
    """
    export, rows = pieces.export, pieces.rows
    first, last = rows["at"].min(), rows["at"].max()
    customers = export.lines["customer"]
    count = customers[customers >= 0].nunique()
    known = f" of {count:,} customers" if "customer" in export.columns else ""
    return (
        f"Read from {export.source}, recognised as {export.format}: "
        f"{rows['order'].nunique():,} orders{known}, {len(export.lines):,} lines, "
        f"{rows['product'].nunique():,} products, from "
        f"{format_day(first.date())} {first:%H:%M} to {format_day(last.date())} {last:%H:%M}.",
        _left_out(pieces),
        f"Columns: {'; '.join(_column(role, c) for role, c in export.columns.items())}.",
        *_part(pieces),
        *export.assumptions,
        *pieces.placed.account,
        *_stock_account(pieces),
        "Fitted to paid orders. What shoppers did before, what was in stock, how "
        "long stock was reserved and who wrote to support are assumptions, and marked as such.",
    )


def _column(role: str, column: Column) -> str:
    how = "" if column.how == OF_FORMAT else f" ({column.how})"
    return f"{role} from {column.header!r}{how}"


def _part(pieces: Pieces) -> tuple[str, ...]:
    """Which part was fitted, where it is not all of the export."""
    part = pieces.assumptions.fit_on
    if part.whole:
        return ()
    return (
        f"Fitted on {part.words()} only: {pieces.rows['order'].nunique():,} orders, about "
        f"{pieces.seen:.1%} of the season's. Hours not seen lie on straight lines between the "
        f"logarithms of those next to them; days not seen on the season's curve.",
    )


def _stock_account(pieces: Pieces) -> tuple[str, ...]:
    """What a list of stock says that no field takes."""
    stock = pieces.stock
    if stock is None:
        return ()
    days = len(pieces.orders)
    units = pieces.rows.groupby("product")["quantity"].sum()
    told = [
        stock.account,
        f"Of its {stock.listed:,} products {stock.idle:,} were not sold in these days: they are "
        f"left out, with {stock.idle_units:,} units.",
    ]
    short = sum(float(units[name]) > held for name, held in stock.units.items())
    if short and stock.counted == "start":
        told.append(
            f"Of {short:,} products more was sold than the list has: goods came in meanwhile, or "
            f"it was made after these days (--stock-at end). The scenario sells no more than the "
            f"list."
        )
    if stock.reorder:
        cover = [point / (float(units[name]) / days) for name, point in stock.reorder.items()]
        low, middle, high = (float(q) for q in np.quantile(cover, [0.05, 0.5, 0.95]))
        told.append(
            f"It has reorder points for {len(cover):,} of the products sold: stock for "
            f"{middle:.1f} days in the middle, 90% at {low:.1f} to {high:.1f}. Nothing is "
            f"restocked in the scenario: write restocking.reorder_point if the shop orders within "
            f"the season."
        )
    return tuple(told)


def _left_out(pieces: Pieces) -> str:
    export = pieces.export
    if not export.broken:
        return "No row had to be left out."
    lines = ", ".join(str(broken.line) for broken in export.broken[:3])
    return (
        f"Left out: {len(export.broken):,} of {export.rows:,} rows "
        f"({len(export.broken) / export.rows:.2%}) that are no order lines, beginning with "
        f"lines {lines}."
    )


def of_fields(pieces: Pieces) -> dict[str, str]:
    """Dotted path of a field -> what it rests on."""
    found = {
        "season.start": "the export's own days",
        "demand.sessions_per_day": _sessions(pieces),
        "demand.hours": _hours(pieces),
        "demand.engaged": _engaged(pieces),
        "catalogue": _catalogue(pieces),
        "shoppers": (
            "lines and quantity are fitted; what is not said to be fitted is assumed, and "
            "sessions_per_day and hours rest on it: after a change here, calibrate again"
        ),
        "shoppers.lines": _distribution(
            "different products per order" + _others(pieces), pieces.lines
        )
        + "; large baskets a little more often, for more of them run out before they are paid",
        "shoppers.quantity": _distribution(
            "units per order and product, hot items in their windows left out", pieces.quantities
        ),
        "reservation": "assumed: say here what the shop did when these orders were placed",
        "payment": _ASSUMED,
        "support": "assumed: a chat desk sized for the busiest hour at 85% occupancy",
    }
    found |= _rhythm(pieces)
    found |= pieces.placed.notes
    if pieces.hour_cv:
        found["demand.hour_cv"] = (
            "fitted: by how much hours that were not seen are likely off, told by leaving out seen "
            "ones; 0 for a scenario fitted to all hours"
        )
    if pieces.rhythm.week_cv:
        found["demand.forecast_error"] = (
            "fitted: typical change of the level from week to week, for the days after those seen"
        )
    for number, burst in enumerate(pieces.bursts):
        found[f"demand.bursts.{number}"] = _burst(burst, single_day=len(pieces.orders) == 1)
    for number, fitted in enumerate(pieces.catalogue):
        found[f"catalogue.{number}"] = _entry(fitted)
    return found


def _others(pieces: Pieces) -> str:
    own = any(fitted.baskets for fitted in pieces.bursts)
    return ", campaigns with lines of their own left out" if own else ""


def _engaged(pieces: Pieces) -> str:
    why = _ASSUMED if pieces.assumptions.engaged == Assumptions().engaged else "as given"
    return f"{why}; sessions_per_day is inversely proportional to it"


def _sessions(pieces: Pieces) -> str:
    orders = int(pieces.orders.sum())
    share, closed = pieces.ample.paid_share, _closed_form(pieces)
    engaged = pieces.engaged
    return (
        f"fitted: {orders:,} paid orders (Poisson: +-{_Z / math.sqrt(orders):.1%}) need "
        f"{engaged:,.0f} engaged sessions, of which {share:.1%} pay ({closed:.1%} if no "
        f"reservation ran out) and {orders / engaged:.1%} pay before the season ends"
    )


def _closed_form(pieces: Pieces) -> float:
    assumptions = pieces.assumptions
    return paid_share(assumptions.shoppers, assumptions.payment)


def _hours(pieces: Pieces) -> str:
    middle, worst = (_Z * float(error) for error in np.quantile(pieces.hour_errors, [0.5, 1]))
    median, late = (_about(pieces.ample.quantile(share)) for share in (0.5, 0.9))
    least = f"+-{worst:.0%} in the least known" if worst < 1 else "next to nothing in the quietest"
    return (
        f"fitted: arrivals behind the orders of column {_paid_column(pieces)!r}; "
        f"shoppers pay {median} after they come, a tenth more than {late} (assumed behaviour), "
        f"and the hours are unfolded by that; known to +-{middle:.0%} in a middling hour, {least} "
        f"(95 %)"
    )


def _paid_column(pieces: Pieces) -> str:
    """The header of the moments that orders count at."""
    columns = pieces.export.columns
    return columns["paid" if "paid" in columns else "date"].header


def _about(seconds: float) -> str:
    """A duration for reading, in whole minutes or hours."""
    unit = 60.0 if seconds < 2 * HOUR else HOUR
    return format_duration(unit * round(seconds / unit))


def _rhythm(pieces: Pieces) -> dict[str, str]:
    rhythm, days = pieces.rhythm, len(pieces.orders)
    middling = float(np.median(pieces.orders.sum(axis=1)))
    spread = _Z * math.hypot(rhythm.day_cv, 1 / math.sqrt(max(middling, 1.0)))
    if days == 1:
        return {"demand.day_cv": "0: a replay of a single day; give 12% to forecast another"}
    if rhythm.cv_interval is None:
        return {
            "demand.shape": f"fitted: each of the {days} days for itself, a middling one known to "
            f"+-{_Z / math.sqrt(max(middling, 1.0)):.0%} (95 %, Poisson)",
            "demand.day_cv": f"assumed: {days} days are too few to show it (docs/parameters.md)",
        }
    low, high = rhythm.cv_interval
    return {
        "demand.shape": f"fitted: moving average of seven days, over {days} days; known to "
        f"+-{spread / math.sqrt(7):.0%} (95 %)",
        "demand.weekdays": f"fitted: average against that curve, {days // 7} of each weekday; "
        f"known to +-{spread / math.sqrt(days / 7):.0%} (95 %)",
        "demand.day_cv": f"fitted: beyond Poisson, {low:.1%} to {high:.1%} (95 %)",
        "demand.holiday": rhythm.holiday_note(),
        **({"demand.month_days": MONTH_DAYS} if rhythm.month_days else {}),
    }


def _distribution(what: str, counts: Mapping[int, int]) -> str:
    n = sum(counts.values())
    common = max(shares(counts).values())
    half = _Z * math.sqrt(common * (1 - common) / n)
    mean = sum(value * count for value, count in counts.items()) / n
    return f"fitted: {what}, n = {n:,}, mean {mean:.2f}; the largest share +-{half:.1%} (95 %)"


def _burst(fitted: FittedBurst, single_day: bool) -> str:
    window, share = fitted.window, fitted.window.share
    if not window.product:
        return _surge(fitted)
    half = _Z * share * math.sqrt((1 - share) / window.orders)
    times = "stays 100%, for the hours above already hold them"
    if not single_day:
        times = "is against the same hours of other days"
    return (
        f"fitted: in {window.orders:,} orders, {share:.1%} +-{half:.1%} of those paid from "
        f"{_clock(window.first)} to {_clock(window.end)}, against {window.outside:.2%} of all "
        f"others (by chance: {_odds(window.p_value)}); share is of the shoppers who come; times "
        f"{times}{_own_baskets(fitted)}"
    )


def _own_baskets(fitted: FittedBurst) -> str:
    """Where those who come for the product fill other carts than everyone."""
    if not fitted.baskets:
        return ""
    n = sum(fitted.baskets.values())
    most, often = fitted.baskets.most_common(1)[0]
    low, high = interval(often, n)
    return (
        f"; lines are those of its {n:,} orders, which are unlike the others: {often / n:.0%} "
        f"({low:.0%} to {high:.0%}, 95 %) have {most} product{'s' if most > 1 else ''}"
    )


def _surge(fitted: FittedBurst) -> str:
    """Of a campaign that no product shows."""
    window = fitted.window
    low, high = (
        window.share * math.exp(sign * _Z / math.sqrt(max(window.orders, 1))) for sign in (-1, 1)
    )
    return (
        f"fitted: {window.orders:,} orders paid from {_clock(window.first)} to "
        f"{_clock(window.end)}, {window.share:.0%} ({low:.0%} to {high:.0%}, 95 %) of what the day "
        f"and the hour usually bring (by chance: {_odds(window.p_value)}); no product stands out, "
        f"so its shoppers ask for what others do; times is of the shoppers who come, "
        f"{_about(fitted.burst.duration)} long"
    )


def _odds(chance: float) -> str:
    return f"{chance:.1g}" if chance > 1e-12 else "less than 1e-12"


def _clock(number: int) -> str:
    """Time of day at which a bin begins."""
    minutes = round(number * BIN / 60) % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _catalogue(pieces: Pieces) -> str:
    assumptions, listed = pieces.assumptions, pieces.stock
    if listed is not None:
        when = (
            "before the first order"
            if listed.counted == "start"
            else ("after the last order, and what was sold till then")
        )
        stock = (
            f"stock of {len(listed.units):,} of {pieces.rows['product'].nunique():,} products is "
            f"from {listed.source}, on hand {when}, in a group their mean; of the others assumed: "
            f"units sold and held, plus {assumptions.stock_margin:.0%}"
        )
    elif assumptions.stock_cover is not None:
        stock = f"cover is assumed ({format_duration(assumptions.stock_cover)})"
    else:
        stock = (
            f"stock is assumed: units sold, and units that carts held in the busiest hour, plus "
            f"{assumptions.stock_margin:.0%}; in a group as for its best seller"
        )
    column = pieces.export.columns["product"].header
    return f"fitted to column {column!r}; shares are of the lines that no burst brings; {stock}"


def _entry(fitted: FittedEntry) -> str:
    entry, (low, median, high) = fitted.entry, fitted.prices
    text = f"{fitted.lines:,} lines (share +-{_Z / math.sqrt(fitted.lines):.0%}, 95 %)"
    if fitted.distance is not None:
        text += (
            f" of {entry.products:,} products; 90% sold at {low:,.0f} to {high:,.0f} rial, median "
            f"{median:,.0f}; price is such that revenue comes out; popularity off by at most "
            f"{fitted.distance:.1%} (Kolmogorov-Smirnov)"
        )
    elif high > low:
        text += f", 90% sold at {low:,.0f} to {high:,.0f} rial"
    if fitted.stock is not None:
        known, least, most = fitted.stock
        if entry.products > 1 and known:
            text += f"; {known:,} in the list of stock, {least:,} to {most:,} on hand"
        elif not known:
            text += "; not in the list of stock: assumed"
    if entry.limit is not None:
        text += f"; next to no order has more than {entry.limit}"
    return text
