"""Reads an order-line export: only the columns that are needed, only the rows that make sense."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import available_timezones

from scenarios.calibration.cells import NO_CLOCK, moment, number
from scenarios.calibration.columns import Column, currency_of, find_columns
from scenarios.calibration.tables import open_table
from scenarios.errors import UserError
from scenarios.units import did_you_mean, format_share, latin_number

if TYPE_CHECKING:
    import pandas as pd

Currency = Literal["rial", "toman"]
_SAMPLE = 400
"""Rows that columns are guessed from."""
_TELLING = 30
"""Lines, or orders of several lines, that it takes to tell what an amount is."""
_MOST_UNITS, _MOST_MONEY = 100_000, 10**15
"""On one line; more is a cell that slipped, such as a telephone number."""
_PERSONAL = re.compile(r"(\+98|0098|0)9\d{9}|[^@\s]+@[^@\s]+\.[^@\s]+")
MAX_BROKEN = 0.05
"""Share of broken rows above which an export is not to be trusted."""
_QUOTED = 3
"""Broken rows that a message quotes."""
_CELL = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
"""A quoted cell within a reason, as `repr` writes it."""
_HARMLESS_DIGITS = 6
"""A number of no more digits is shown as it is; a mobile number has ten or more."""


@dataclass(frozen=True)
class Broken:
    """A row that was left out, and why."""

    line: int
    reason: str
    """Quotes the cell as it stands in the export."""

    def __str__(self) -> str:
        """For print: the cell masked, for one that slipped may hold a name or a mobile number."""
        return f"line {self.line}: {_CELL.sub(lambda cell: _masked(cell[0]), self.reason)}"


def _masked(cell: str) -> str:
    """Letters as x and digits as #, so that the cell's form shows; a short number stays."""
    letters, digits = sum(map(str.isalpha, cell)), sum(map(str.isnumeric, cell))
    if not letters and digits <= _HARMLESS_DIGITS:
        return cell
    return "".join("#" if c.isnumeric() else "x" if c.isalpha() else c for c in cell)


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
    """One row a line, by time: order, customer (renumbered from 0; -1 where unknown), product,
    quantity, price_rial (of one unit), at (naive local time)."""
    zone: str = "Asia/Tehran"

    def broken_examples(self) -> str:
        """The first few broken rows, one a line of text, their cells masked."""
        return _examples(self.broken)


@dataclass(frozen=True, slots=True)
class _Line:
    order: str
    customer: str
    product: str
    quantity: int
    amount: float
    at: dt.datetime


def read_orders(
    path: Path,
    columns: Mapping[str, str],
    *,
    currency: Currency | None = None,
    zone: str = "Asia/Tehran",
    max_broken: float = MAX_BROKEN,
) -> Export:
    """The order lines in a CSV or Excel export.

    `columns` maps roles (columns.ROLES) to headers where the guess would be wrong. Whatever else
    the export holds, such as names and mobile numbers, is dropped here and never kept. Raises
    UserError for a file that is no table, columns that cannot be told, no order line at all, and
    a share of broken rows above `max_broken`.
    """
    if zone not in available_timezones():
        raise UserError(f"no time zone {zone!r}{did_you_mean(zone, available_timezones())}.")
    table = open_table(path)
    sample = list(itertools.islice(table.rows, _SAMPLE))
    if not sample:
        raise UserError(f"{path}: a header and nothing below it; expected order lines.")
    found = find_columns(path, table.header, [row for _, row in sample], columns)
    good, broken = [], []
    for line, row in itertools.chain(sample, table.rows):
        try:
            good.append(_read_line(row, len(table.header), found, zone))
        except ValueError as error:
            broken.append(Broken(line, str(error)))
    rows = len(good) + len(broken)
    _check_clocks(path, rows, broken, found["date"])
    _check_share(path, rows, broken, max_broken)
    lines = _table(good)
    _check_total(path, lines, found[_price_role(found)])
    lines, assumptions = _priced(lines, found, currency)
    assumptions.append(f"Times without an offset from UTC are local time in {zone}.")
    return Export(path.name, found, rows, tuple(broken), tuple(assumptions), lines, zone)


def _read_line(row: Sequence[str], width: int, found: Mapping[str, Column], zone: str) -> _Line:
    """Raises ValueError with a sentence for a row that is no order line."""
    if len(row) != width:
        raise ValueError(f"{len(row)} cells where the header has {width}")
    cells = {role: row[column.index].strip() for role, column in found.items()}
    for role in ("order", "product"):
        if not cells[role]:
            raise ValueError(f"no {role}")
    quantity = number(cells["quantity"])
    if quantity is None or quantity % 1 or not 1 <= quantity <= _MOST_UNITS:
        raise ValueError(f"quantity {cells['quantity'][:40]!r} is not a whole number above 0")
    amount_cell = cells[_price_role(found)]
    amount = number(amount_cell)
    if amount is None or not 0 <= amount <= _MOST_MONEY:
        raise ValueError(f"amount {amount_cell[:40]!r} is not a number of 0 or more")
    at = moment(cells["date"], zone)
    # The same number in Persian and in Latin digits is one product.
    product = latin_number(cells["product"])
    # Products are named in the scenario; a row whose cells slipped must not name a person there.
    if _PERSONAL.fullmatch(product):
        raise ValueError("the product looks like a mobile number or an e-mail address")
    return _Line(cells["order"], cells.get("customer", ""), product, int(quantity), amount, at)


def _price_role(found: Mapping[str, Column]) -> str:
    return next(role for role in ("unit_price", "line_total", "amount") if role in found)


def _check_clocks(path: Path, rows: int, broken: Sequence[Broken], column: Column) -> None:
    """Bare days all down the column are one mistake of the export, not a mistake of each row."""
    bare = [row.line for row in broken if row.reason == NO_CLOCK]
    if len(bare) > rows / 2:
        raise UserError(
            f"{path}, line {bare[0]}: your dates have no time of day, in column "
            f"{column.header!r}.\n"
            f"Export the moment of each order, such as 2026-03-01 10:00 or 1404/12/10 10:00, or "
            f"name the column that has it: --column date=HEADER."
        )


def _check_share(path: Path, rows: int, broken: Sequence[Broken], max_broken: float) -> None:
    too_many = len(broken) > max_broken * rows
    if not too_many and len(broken) < rows:
        return
    allowed = f", more than the {format_share(max_broken)} allowed" if too_many else ""
    mend = ", mend the export, or allow more (--max-broken)" if too_many else ", or mend the export"
    raise UserError(
        f"{path}: {len(broken):,} of {rows:,} rows ({len(broken) / rows:.1%}) are no order lines"
        f"{allowed}.\n{_examples(broken)}\n"
        f"Check that the columns are the right ones (--column){mend}."
    )


def _examples(broken: Sequence[Broken]) -> str:
    return "\n".join(f"  {row}" for row in broken[:_QUOTED])


def _table(good: Sequence[_Line]) -> pd.DataFrame:
    """The lines by time, orders and customers renumbered, amounts as they stand."""
    import pandas as pd

    lines = pd.DataFrame(good).sort_values(["at", "order"], kind="stable", ignore_index=True)
    lines["order"] = pd.factorize(lines["order"])[0]
    # A customer is a number here, whatever it was in the export: a mobile, an e-mail, a name.
    lines["customer"] = pd.factorize(lines["customer"].replace("", None))[0]
    return lines


def _check_total(path: Path, lines: pd.DataFrame, column: Column) -> None:
    """A total that stands again on every line of its order is not a line's amount."""
    amounts = lines.groupby("order")["amount"].agg(["size", "nunique"])
    several = amounts[amounts["size"] > 1]
    if column.how == "as given" or len(several) < _TELLING:
        return
    if (same := float((several["nunique"] == 1).mean())) > 0.9:
        raise UserError(
            f"{path}: {column.header!r} is the same on all lines of {same:.0%} of the orders with "
            f"several lines: the total of the order, it seems.\n"
            f"Name the amount of the line: --column line_total=HEADER or unit_price=HEADER."
        )


def _priced(
    lines: pd.DataFrame, found: Mapping[str, Column], currency: Currency | None
) -> tuple[pd.DataFrame, list[str]]:
    """The same with unit prices in rial, and what was assumed about them."""
    column = found[_price_role(found)]
    per_line, meaning = _is_line_total(lines, found)
    unit, why = _currency(column.header, currency)
    divisor = lines["quantity"] if per_line else 1
    factor = 10 if unit == "toman" else 1
    price = (lines["amount"] * factor / divisor).round().astype("int64")
    kept = ["order", "customer", "product", "quantity", "price_rial", "at"]
    return lines.assign(price_rial=price)[kept], [
        f"{column.header!r} is the {'total of a line' if per_line else 'price of one unit'}: "
        f"{meaning}.",
        f"{column.header!r} is in {unit}: {why}.",
    ]


def _currency(header: str, given: Currency | None) -> tuple[Currency, str]:
    if given:
        return given, "as given"
    if named := currency_of(header):
        return named, "its header says so"
    return "rial", "nothing says otherwise (--currency toman changes it)"


def _is_line_total(lines: pd.DataFrame, found: Mapping[str, Column]) -> tuple[bool, str]:
    """Whether the amount counts all units of the line, and how that is known."""
    role = _price_role(found)
    if role != "amount":
        return role == "line_total", found[role].how
    evidence = _growth_with_quantity(lines)
    if evidence is None:
        return True, "an assumption, too few products sell in several quantities to tell"
    growth, count = evidence
    return growth > 0.5, (
        f"over {count:,} lines of products sold in several quantities the amount "
        f"{'grows' if growth > 0.5 else 'does not grow'} with the quantity (slope {growth:.2f}; "
        f"a line's total has 1, a unit's price 0)"
    )


def _growth_with_quantity(lines: pd.DataFrame) -> tuple[float, int] | None:
    """Slope of log amount on log quantity within a product, and the lines it rests on.

    None where too few lines can tell.
    """
    import numpy as np

    priced = lines[lines["amount"] > 0]
    several = priced.groupby("product")["quantity"].transform("nunique") > 1
    chosen = priced[several]
    if len(chosen) < _TELLING:
        return None
    units, amounts = (
        logs - logs.groupby(chosen["product"]).transform("mean")
        for logs in (np.log(chosen["quantity"]), np.log(chosen["amount"]))
    )
    return float((units * amounts).sum() / (units**2).sum()), len(chosen)
