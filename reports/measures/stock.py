"""Measures of stock: what reservations came to, who was refused and why, and what that cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.events import Kind, Reason
from reports.ledger import Ledger
from reports.measures.definition import HOUR, Measure, end_of, ratio, total
from reports.measures.lives import first_clocks, ran_out, unsold_lives, whole_lives
from reports.measures.losses import lost
from reports.phantoms import explained
from reports.sorted_log import SortedLog, looks_once
from reports.spells import Spells
from scenarios.schema import Scenario

WHERE = {
    Reason.GONE: "that not even all the units held by others could have served: they were sold",
    Reason.UNPAID: "at which most of the units held by others stood in placed, unpaid orders",
    Reason.IN_CARTS: "at which most of the units held by others lay in carts",
    Reason.SUSPENDED: "at which most of the units held by others were suspended goods",
}
"""Where the missing units were (ORD-12)."""

DEFINITIONS = (
    Measure("reservations_made", "count", "neither", "Reservations made, one a line."),
    Measure(
        "reservations_converted", "count", "neither",
        "Reservations whose units were allocated to a paid order.",
    ),
    Measure(
        "reservations_expired", "count", "neither",
        "Reservations whose clock ran out before they were paid, noticed by the end of the run; "
        "each counts once, whether its units were released or suspended.",
    ),
    Measure(
        "reservations_released", "count", "neither",
        "Reservations that ended unsold, their units back on the shelf, for whatever reason; made "
        "= converted + released + open at the end of the run.",
    ),
    Measure(
        "reservations_suspended", "count", "neither",
        "Reservations whose clock ran out and whose units were put aside as suspended goods.",
    ),
    Measure(
        "reserved_unit_hours_unsold", "h", "down",
        "Units times hours, from reservation to return to the shelf, of the reservations that "
        "ended unsold; suspended goods, and live reservations whose shopper has left, count up to "
        "the end of the run; other live ones do not count.",
    ),
    Measure(
        "stockouts", "count", "down",
        "Requests refused for lack of stock, when a line is added or when the cart is checked "
        "again; shoppers who came too late to a dead reservation are in late_lost.",
    ),
    *(
        Measure(
            f"stockouts_{reason.name.lower()}", "count", "down",
            f"Stockouts {where}.",
        )
        for reason, where in WHERE.items()
    ),
    Measure(
        "phantom_stockouts", "count", "down",
        "Stockouts during which a unit sat in a reservation that later ended unsold, matched one "
        "to one in order of time; one that is suspended at the end of the run, or live though its "
        "shopper has left, counts as unsold; other live ones explain none.",
    ),
    Measure(
        "phantom_stockout_rate", "share", "down",
        "Phantom stockouts, of all requests (lines added and requests refused).",
    ),
    Measure(
        "lost_units", "count", "down",
        "Units asked for and refused, unless the shopper took a substitute at once; who is "
        "refused the substitute too counts once.",
    ),
    Measure(
        "lost_sales_rial", "rial", "down", "The price of the lost units when they were refused.",
    ),
    Measure(
        "phantom_lost_sales_rial", "rial", "down",
        "The part of the lost sales that phantom stockouts lost.",
    ),
    Measure(
        "fill_rate", "share", "up",
        "Units added to carts, of the units asked for (added or refused).",
    ),
    Measure(
        "oversold_units", "count", "down",
        "Units promised to paid orders that the shop did not have then, whatever became of them.",
    ),
    Measure(
        "out_of_stock_hours", "h", "down",
        "Hours in which a product had nothing available, added up over all products, to the end "
        "of the run.",
    ),
)  # fmt: skip


def values(log: SortedLog, scenario: Scenario) -> dict[str, float]:
    """The measures of `DEFINITIONS`."""
    end, unsold = end_of(log, scenario), unsold_lives(log)
    products = sum(entry.products for entry in scenario.catalogue)
    return {
        **_reservations(log, unsold, end),
        **_stockouts(log),
        "oversold_units": total(log.rows(Kind.OVERSOLD)["quantity"]),
        "out_of_stock_hours": float(out_of_stock_hours(log.ledger, products, end).sum()),
    }


def _reservations(log: SortedLog, unsold: Spells, end: float) -> dict[str, float]:
    clocks = first_clocks(log)
    held = np.minimum(unsold.end_t, end) - unsold.begins["t"]
    return {
        "reservations_made": log.count(Kind.RESERVED),
        "reservations_converted": int((whole_lives(log).end_kind == Kind.ALLOCATED).sum()),
        "reservations_expired": int(ran_out(log, clocks).sum()),
        "reservations_released": log.count(Kind.RELEASED) + log.count(Kind.RESTORED),
        "reservations_suspended": int((clocks.end_kind == Kind.SUSPENDED).sum()),
        "reserved_unit_hours_unsold": float(held @ unsold.begins["quantity"]) / HOUR,
    }


def _stockouts(log: SortedLog) -> dict[str, float]:
    refused, added = log.rows(Kind.REFUSED), log.rows(Kind.ADDED)
    why = np.bincount(refused["reason"], minlength=256)
    phantom, counted = phantoms(log), lost(log)
    amount = refused["amount"]
    units_added, units_refused = total(added["quantity"]), total(refused["quantity"])
    return {
        "stockouts": len(refused),
        **{f"stockouts_{reason.name.lower()}": int(why[reason]) for reason in WHERE},
        "phantom_stockouts": int(phantom.sum()),
        "phantom_stockout_rate": ratio(int(phantom.sum()), len(added) + len(refused)),
        "lost_units": total(refused["quantity"][counted]),
        "lost_sales_rial": total(amount[counted]),
        "phantom_lost_sales_rial": total(amount[counted & phantom]),
        "fill_rate": ratio(units_added, units_added + units_refused),
    }


@looks_once
def phantoms(log: SortedLog) -> NDArray[np.bool_]:
    """Which of the stockouts are phantoms; shape (stockouts,), in order of time."""
    unsold = unsold_lives(log)
    return explained(
        log.rows(Kind.REFUSED)["product"],
        log.at(Kind.REFUSED),
        unsold.begins["product"],
        unsold.begin_at,
        unsold.end_at,
    )


def out_of_stock_hours(ledger: Ledger, products: int, end: float) -> NDArray[np.float64]:
    """Hours without an available unit until `end` (seconds), product by product.

    Shape (products,). A shelf is empty before the first movement.
    """
    t = ledger.rows["t"].copy()
    until = np.append(t[1:], end)
    until[ledger.ends] = end
    empty = np.where(ledger.available <= 0, until - t, 0.0)
    seconds = np.full(products, end)
    if len(ledger):
        seconds[ledger.products] = t[ledger.starts] + np.add.reduceat(empty, ledger.starts)
    return seconds / HOUR
