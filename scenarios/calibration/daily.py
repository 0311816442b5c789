"""Reads totals of days: what a shop sold on each, where it keeps no more than that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.broken import MAX_BROKEN
from scenarios.calibration.cells import number
from scenarios.calibration.doors import Cells, Format, Reading, read
from scenarios.errors import UserError
from scenarios.units import latin, parse_day

_DATE = ("date", "day", "order_date", "تاریخ", "روز", "jalali")
_ORDERS = ("orders", "order_count", "orders_count", "number_of_orders", "تعداد_سفارش", "سفارش‌ها")
_AMOUNT = ("net_sales", "total_sales", "gross_sales", "sales", "revenue", "amount", "gross_amount",
           "total", "فروش", "فروش_خالص", "مبلغ", "جمع")  # fmt: skip
REVENUE = Format(
    "WooCommerce Analytics, report of revenue",
    {"date": ("Date",), "orders": ("Orders",), "amount": ("Net sales", "Total sales")},
    ("date", "orders", "amount"),
)
"""Columns: WooCommerce's help page "Revenue Report"."""
COUNTS = Format("orders a day", {"date": _DATE, "orders": _ORDERS}, ("date", "orders"))
AMOUNTS = Format("sales a day", {"date": _DATE, "amount": _AMOUNT}, ("date", "amount"))
LEAST_DAYS = 14
"""Fewer show no weekdays."""


@dataclass(frozen=True)
class _Day:
    date: dt.date
    total: float


@dataclass(frozen=True)
class DailyTotals:
    """What was sold on each day, from the first to the last."""

    reading: Reading[_Day]
    first: dt.date
    totals: NDArray[np.float64]
    """Orders, or an amount in whatever currency; 0 where unknown; shape (days,)."""
    seen: NDArray[np.bool_]
    """Days that the file has, shape (days,)."""
    counts: bool
    """Whether the totals are orders."""


def read_daily(
    path: Path,
    columns: Mapping[str, str] | None = None,
    *,
    max_broken: float = MAX_BROKEN,
) -> DailyTotals:
    """The totals of days in a CSV, Excel or Parquet file; dates Jalali or Gregorian.

    Orders are taken where the file has them, else the amount. Raises UserError as `doors.read`
    does, for a day that stands there twice, and for fewer than two weeks.
    """
    reading = read(
        path, (REVENUE, COUNTS, AMOUNTS), _day, option="daily", columns=columns,
        max_broken=max_broken,
    )  # fmt: skip
    dates = [each.date for each in reading.records]
    if twice := {day for day in dates if dates.count(day) > 1}:
        raise UserError(f"{path}: {min(twice)} stands there twice; give each day's total once.")
    if len(dates) < LEAST_DAYS:
        raise UserError(
            f"{path}: {len(dates)} days are too few for a season's shape; give {LEAST_DAYS} or "
            f"more."
        )
    first = min(dates)
    days = (max(dates) - first).days + 1
    totals, seen = np.zeros(days), np.zeros(days, dtype=bool)
    for each in reading.records:
        totals[(each.date - first).days] = each.total
        seen[(each.date - first).days] = True
    return DailyTotals(reading, first, totals, seen, "orders" in reading.columns)


def _day(cells: Cells) -> _Day:
    text = latin(cells["date"]).split("T")[0].split(" ")[0]
    try:
        date = parse_day(text)
    except ValueError:
        raise ValueError(f"{cells['date'][:40]!r} is no date (2026-03-01 or 1404/12/10)") from None
    cell = cells["orders"] if "orders" in cells else cells["amount"]
    total = number(cell)
    if total is None or total < 0:
        raise ValueError(f"total {cell[:40]!r} is not a number of 0 or more")
    return _Day(date, total)
