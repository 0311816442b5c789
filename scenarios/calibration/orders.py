"""Reads an export of orders: only the columns that are needed, only the rows that make sense."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from scenarios.calibration.broken import MAX_BROKEN as MAX_BROKEN
from scenarios.calibration.broken import Broken, examples
from scenarios.calibration.cells import NO_CLOCK
from scenarios.calibration.columns import OF_FORMAT, Column, currency_of
from scenarios.calibration.order_formats import (
    OrderFormat,
    columns_of,
    recognise,
    with_statuses,
)
from scenarios.calibration.order_prices import TELLING, price_role, priced
from scenarios.calibration.order_prices import Currency as Currency
from scenarios.calibration.order_rows import Rows, read_rows, strange_words
from scenarios.calibration.order_status import SOLD, Fate
from scenarios.calibration.tables import JSON, Table, check_ending, open_table
from scenarios.calibration.woocommerce_json import open_orders
from scenarios.errors import UserError
from scenarios.units import did_you_mean, format_share

if TYPE_CHECKING:
    import pandas as pd

_SAMPLE = 400
"""Rows that columns are guessed from."""


@dataclass(frozen=True)
class Export:
    """A shop's order lines, and what had to be taken for granted to read them."""

    source: str
    """Name of the file."""
    columns: Mapping[str, Column]
    """Role -> the column it was read from."""
    rows: int
    """Rows below the header, blank ones not counted."""
    broken: tuple[Broken, ...]
    assumptions: tuple[str, ...]
    """Sentences a person should check: what the price is, the currency, the time zone."""
    lines: pd.DataFrame
    """Lines of the orders that were paid, or count as if they were; by time: order, customer
    (renumbered from 0; -1 where unknown), product, quantity, price_rial (of one unit), at (naive
    local time: of the payment where the export has it, else of the order)."""
    zone: str = "Asia/Tehran"
    format: str = "a list of order lines"
    """What it was recognised as."""
    orders: pd.DataFrame | None = None
    """All orders by time, where the export says what became of them: placed and paid (naive local
    time, NaT where it was not or is not known), fate (`order_status.Fate`), by_hand (paid without
    a gateway). None where it does not say, or leaves the unpaid ones out."""

    def broken_examples(self) -> str:
        """The first few broken rows, one a line of text, their cells masked."""
        return examples(self.broken)


def read_orders(
    path: Path,
    columns: Mapping[str, str],
    *,
    currency: Currency | None = None,
    zone: str = "Asia/Tehran",
    max_broken: float = MAX_BROKEN,
    orders_format: str | None = None,
    statuses: Mapping[str, Fate] | None = None,
) -> Export:
    """The orders in a CSV, Excel, Parquet or JSON export.

    `columns` maps roles (columns.ROLES) to headers where the guess would be wrong; `orders_format`
    is a word of `order_formats.FORMATS` where the recognised one would be; `statuses` says what
    the shop's own words for the state of an order mean. Whatever else the export holds, such as
    names and mobile numbers, is dropped here and never kept. Raises UserError for a file that is no
    table, columns that cannot be told, no order line at all, and a share of broken rows above
    `max_broken`.
    """
    check_zone(zone)
    check_ending(path, also=JSON)
    table = open_orders(path) if path.name.lower().endswith(JSON) else open_table(path)
    sample = list(itertools.islice(table.rows, _SAMPLE))
    if not sample:
        raise UserError(f"{path}: a header and nothing below it; expected order lines.")
    told = with_statuses(recognise(path, table.header, orders_format), statuses or {})
    found = columns_of(told, path, table.header, [row for _, row in sample], columns)
    if currency or currency_of(found[price_role(found)].header):
        found = {role: column for role, column in found.items() if role != "currency"}
    read = read_rows(Table(table.header, itertools.chain(sample, table.rows)), told, found, zone)
    _check_clocks(path, read, found["date"])
    _check_share(path, read, max_broken)
    return _export(path, told, found, read, currency, zone)


def check_zone(zone: str) -> None:
    """Raise UserError for a time zone that does not exist."""
    if zone not in available_timezones():
        raise UserError(f"no time zone {zone!r}{did_you_mean(zone, available_timezones(), '.')}")


def _check_clocks(path: Path, read: Rows, column: Column) -> None:
    """Bare days all down the column are one mistake of the export, not a mistake of each row;
    and so are days that a database or a spreadsheet has made midnights of."""
    bare = [row.line for row in read.broken if row.reason == NO_CLOCK]
    midnights = sum((line.paid or line.placed).time() == dt.time() for line in read.good)
    if len(bare) > read.rows / 2 or (midnights > len(read.good) / 2 and midnights >= TELLING):
        told = "have no time of day" if bare else "are all midnights, as days without a time are"
        raise UserError(
            f"{path}, line {bare[0] if bare else 2}: your dates {told}, in column "
            f"{column.header!r}.\n"
            f"Export the moment of each order, such as 2026-03-01 10:00 or 1404/12/10 10:00, or "
            f"name the column that has it: --column date=HEADER. Totals of days are another "
            f"input: --daily."
        )


def _check_share(path: Path, read: Rows, max_broken: float) -> None:
    if read.aside == read.rows:
        raise UserError(
            f"{path}: all of its {read.rows:,} rows are refunds, with negative amounts."
        )
    too_many = len(read.broken) > max_broken * read.rows
    if not too_many and read.good:
        return
    allowed = f", more than the {format_share(max_broken)} allowed" if too_many else ""
    mend = ", mend the export, or allow more (--max-broken)" if too_many else ", or mend the export"
    raise UserError(
        f"{path}: {len(read.broken):,} of {read.rows:,} rows ({len(read.broken) / read.rows:.1%}) "
        f"are no order lines{allowed}.\n{examples(read.broken)}\n"
        f"{strange_words(read)}Check that the columns are the right ones (--column){mend}."
    )


def _export(
    path: Path,
    told: OrderFormat,
    found: Mapping[str, Column],
    read: Rows,
    currency: Currency | None,
    zone: str,
) -> Export:
    import pandas as pd

    every = pd.DataFrame(read.good)
    every["paid"] = pd.to_datetime(every["paid"])
    sold = every[every["fate"].isin(SOLD)]
    if sold.empty:
        raise UserError(
            f"{path}: none of its {every['order'].nunique():,} orders was paid, by the column "
            f"{found['status' if 'status' in found else 'paid'].header!r}.\n"
            f"Say what the statuses mean (--order-status WORD=stands)."
        )
    lines = _table(sold)
    _check_total(path, lines, found)
    lines, assumptions = priced(lines, found, currency)
    orders, sentences = _orders(every, found, told)
    kept = ["order", "customer", "product", "quantity", "price_rial", "at"]
    return Export(
        path.name,
        found,
        read.rows,
        tuple(read.broken),
        (
            *assumptions,
            *sentences,
            *_aside(read),
            f"Times without an offset from UTC are local time in {zone}.",
        ),
        lines[kept],
        zone,
        told.name,
        orders,
    )


def _aside(read: Rows) -> list[str]:
    told = []
    if read.aside:
        told.append(
            f"Rows with a negative quantity or amount: {read.aside:,}. These are refunds or "
            f"discounts, and no orders."
        )
    if read.repeated:
        told.append(
            f"Rows that stand in the file again, away from their order, as where exports overlap: "
            f"{read.repeated:,}. They count once."
        )
    return told


def _table(sold: pd.DataFrame) -> pd.DataFrame:
    """The lines by time, orders and customers renumbered, amounts as they stand."""
    import pandas as pd

    lines = sold.assign(at=sold["paid"].fillna(sold["placed"]))
    lines = lines.sort_values(["at", "order"], kind="stable", ignore_index=True)
    lines["order"] = pd.factorize(lines["order"])[0]
    # A customer is a number here, whatever it was in the export: a mobile, an e-mail, a name.
    lines["customer"] = pd.factorize(lines["customer"].replace("", None))[0]
    return lines


def _orders(
    every: pd.DataFrame, found: Mapping[str, Column], told: OrderFormat
) -> tuple[pd.DataFrame | None, list[str]]:
    """What became of the orders, and the sentences about it."""
    each = every.groupby("order", sort=False).first()
    each = each.sort_values("placed", kind="stable", ignore_index=True)
    each = each.loc[each["fate"] != "deleted", ["placed", "paid", "fate", "by_hand"]]
    if not {"status", "paid"} & found.keys():
        return None, []
    counts = each["fate"].value_counts()
    said = ", ".join(f"{counts[fate]:,} {word}" for fate, word in _TOLD.items() if fate in counts)
    sentences = [f"Of {len(each):,} orders: {said}. Lines are those of orders that stand or stood."]
    unpaid = counts.reindex(["open", "failed", "cancelled"], fill_value=0)
    if not unpaid.sum() or (told.hides_unpaid and not unpaid[["failed", "cancelled"]].sum()):
        sentences.append("It leaves out orders that were not paid, so it cannot say how many are.")
        return None, sentences
    return each, sentences


_TOLD: Mapping[str, str] = {
    "stands": "stand",
    "refunded": "were paid and given back",
    "open": "were placed and not paid",
    "failed": "failed to be paid",
    "cancelled": "were cancelled unpaid",
}


def _check_total(path: Path, lines: pd.DataFrame, found: Mapping[str, Column]) -> None:
    """A total that stands again on every line of its order is not a line's amount."""
    column = found[price_role(found)]
    amounts = lines.groupby("order")["amount"].agg(["size", "nunique"])
    several = amounts[amounts["size"] > 1]
    if column.how in ("as given", OF_FORMAT) or len(several) < TELLING:
        return
    if (same := float((several["nunique"] == 1).mean())) > 0.9:
        raise UserError(
            f"{path}: {column.header!r} is the same on all lines of {same:.0%} of the orders with "
            f"several lines: the total of the order, it seems.\n"
            f"Name the amount of the line (--column line_total=HEADER or unit_price=HEADER), or "
            f"say that this is all there is: --column order_total={column.header}."
        )
