"""What a unit of each order line cost, in rial, from whatever amount an export has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from scenarios.calibration.columns import Column, currency_of

if TYPE_CHECKING:
    import pandas as pd

Currency = Literal["rial", "toman"]
TELLING = 30
"""Lines, or orders of several lines, that it takes to tell what an amount is."""
_RIALS = {"IRR": 1, "IRT": 10, "IRHR": 1_000, "IRHT": 10_000}
"""Rial in a unit of each of Iran's currencies as WooCommerce's Persian plugins code them: rial,
toman, a thousand rial, a thousand toman."""
ROLES = ("unit_price", "line_total", "order_total", "amount")


def price_role(found: Mapping[str, Column]) -> str:
    """The role of the column that holds the amounts."""
    return next(role for role in ROLES if role in found)


def rial_in(code: str) -> int | None:
    """Rial in a unit of a currency, by its code or its name; None for other countries' money."""
    named = currency_of(code)
    return _RIALS.get(code, {"toman": 10, "rial": 1}.get(named) if named else None)


def priced(
    lines: pd.DataFrame, found: Mapping[str, Column], currency: Currency | None
) -> tuple[pd.DataFrame, list[str]]:
    """The lines with `price_rial` (of one unit), and what was assumed about it.

    `lines` has the columns order, product, quantity, amount (as it stands) and money (the code of
    its currency, empty where the export has none).
    """
    column = found[price_role(found)]
    factor, unit = _rials(lines, column.header, currency)
    if price_role(found) == "order_total":
        price, meaning = _split(lines), (
            f"{column.header!r} is the total of an order, split among its products by their median "
            f"price in orders of one product"
        )  # fmt: skip
    else:
        per_line, why = _is_line_total(lines, found)
        price = lines["amount"] / (lines["quantity"] if per_line else 1)
        meaning = (
            f"{column.header!r} is the {'total of a line' if per_line else 'price of one unit'}: "
            f"{why}"
        )
    return lines.assign(price_rial=(price * factor).round().astype("int64")), [
        f"{meaning}.",
        f"{column.header!r} is in {unit}.",
    ]


def _rials(
    lines: pd.DataFrame, header: str, given: Currency | None
) -> tuple[pd.Series[int] | int, str]:
    """Rial in a unit of each line's currency, and which that is and why."""
    if given:
        return 10 if given == "toman" else 1, f"{given}: as given"
    if named := currency_of(header):
        return 10 if named == "toman" else 1, f"{named}: its header says so"
    codes = [code for code in sorted(lines["money"].unique()) if code]
    if not codes:
        return 1, "rial: nothing says otherwise (--currency toman changes it)"
    rials = lines["money"].map({code: rial_in(code) for code in codes})
    return rials.fillna(1).astype("int64"), f"{' and '.join(codes)}: each order says so"


def _split(lines: pd.DataFrame) -> pd.Series[float]:
    """The price of a unit of each line, such that the lines of an order add up to its total."""
    single = lines[lines.groupby("order")["order"].transform("size") == 1]
    known = (single["amount"] / single["quantity"]).groupby(single["product"]).median()
    usual = float(known.median()) if len(known) else 1.0
    price = lines["product"].map(known).fillna(usual).clip(lower=1e-9)
    sums = (price * lines["quantity"]).groupby(lines["order"]).transform("sum")
    shares: pd.Series[float] = price * lines["amount"] / sums
    return shares


def _is_line_total(lines: pd.DataFrame, found: Mapping[str, Column]) -> tuple[bool, str]:
    """Whether the amount counts all units of the line, and how that is known."""
    role = price_role(found)
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
    if len(chosen) < TELLING:
        return None
    units, amounts = (
        logs - logs.groupby(chosen["product"]).transform("mean")
        for logs in (np.log(chosen["quantity"]), np.log(chosen["amount"]))
    )
    return float((units * amounts).sum() / (units**2).sum()), len(chosen)
