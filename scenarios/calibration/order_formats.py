"""The order exports of shop platforms: how each names its columns, and how an export is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scenarios.calibration.broken import titles
from scenarios.calibration.columns import OF_FORMAT, Column, find_columns, position
from scenarios.calibration.doors import Cells, key
from scenarios.calibration.order_status import (
    OPENCART_NUMBERS,
    PRESTASHOP_NUMBERS,
    WORDS,
    Fate,
)
from scenarios.errors import UserError
from scenarios.units import did_you_mean

_FILLED = 0.9
"""Of the sample's rows; a column with fewer cells does not name the products."""


def _as_it_is(cells: Cells) -> list[Cells]:
    return [cells]


@dataclass(frozen=True)
class OrderFormat:
    """How one platform writes its orders."""

    word: str
    """What the command line calls it."""
    name: str
    """What people call it."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role -> headers, the surest first; compared as `doors.key` has them."""
    needed: tuple[str, ...] = ()
    """Headers by which it is told from others."""
    statuses: Mapping[str, Fate] = field(default_factory=lambda: WORDS)
    """Words, and numbers, of the status column."""
    lines: Callable[[Cells], list[Cells]] = _as_it_is
    """A row's cells as those of its order lines, none for a row about something else. Raises
    ValueError with a sentence."""
    hides_unpaid: bool = False
    """Whether it leaves out unpaid orders unless it was told to show them."""


_QUANTITY = r"(-?\d+)[×x] "


def _analytics_lines(cells: Cells) -> list[Cells]:
    """`2× Tea, 1× Rice, long` in one cell; the row of a refund has no lines."""
    if cells["product"].startswith("-"):
        return []
    parts = re.split(rf"(?:^|, )(?={_QUANTITY})", cells["product"])
    # The group that looks ahead returns each quantity a second time.
    found = [re.match(_QUANTITY, part) for part in parts[2::2]]
    if parts[0] or not found or None in found:
        raise ValueError("its products are not written as '2× name, 1× name'")
    return [
        {**cells, "quantity": match[1], "product": part[match.end() :]}
        for match, part in zip(found, parts[2::2], strict=True)
        if match
    ]


ANALYTICS = OrderFormat(
    "woocommerce-analytics",
    "WooCommerce Analytics, report of orders",
    {
        "order": ("Order #",),
        "date": ("Date",),
        "status": ("Status",),
        "product": ("Product(s)",),
        "order_total": ("Net Sales", "N. Revenue"),
        "customer": ("Customer",),
    },
    ("Order #", "Product(s)", "Items sold"),
    lines=_analytics_lines,
    hides_unpaid=True,
)
"""WooCommerce 9, `get_export_columns` and `get_products` of its Reports/Orders/Controller.php: one
row an order, refunds as rows of their own; pending, failed and cancelled orders are left out unless
the settings of Analytics say otherwise."""

REST = OrderFormat(
    "woocommerce-rest",
    "WooCommerce REST v3, orders",
    {
        "order": ("id",),
        "date": ("date_created",),
        "paid": ("date_paid",),
        "status": ("status",),
        "method": ("payment_method",),
        "currency": ("currency",),
        "customer": ("customer_id",),
        "product": ("line_items.sku", "line_items.variation_id", "line_items.product_id",
                    "line_items.name"),
        "quantity": ("line_items.quantity",),
        "line_total": ("line_items.total",),
    },
    ("line_items.quantity",),
)  # fmt: skip
"""See `woocommerce_json`."""

PRESTASHOP = OrderFormat(
    "prestashop",
    "PrestaShop, orders with their details",
    {
        "order": ("id_order", "reference"),
        "date": ("date_add",),
        "paid": ("invoice_date", "date_paid"),
        "status": ("order_state", "state_name", "status", "current_state"),
        "method": ("module",),
        "customer": ("id_customer",),
        "product": ("product_reference", "product_id", "product_name"),
        "quantity": ("product_quantity",),
        "unit_price": ("unit_price_tax_incl", "unit_price_tax_excl", "product_price"),
        "line_total": ("total_price_tax_incl", "total_price_tax_excl"),
    },
    ("id_order", "product_quantity"),
    {**WORDS, **PRESTASHOP_NUMBERS},
)
"""PrestaShop 8: columns of its tables `orders` and `order_detail`, which its SQL manager exports
(install-dev/data/db_structure.sql); `invoice_date` is set when an order comes to a paid state."""

OPENCART = OrderFormat(
    "opencart",
    "OpenCart, orders with their products",
    {
        "order": ("order_id",),
        "date": ("date_added",),
        "paid": ("date_paid",),
        "status": ("order_status", "status", "order_status_id"),
        "method": ("payment_code",),
        "currency": ("currency_code",),
        "customer": ("customer_id",),
        "product": ("model", "product_id", "name"),
        "quantity": ("quantity",),
        "unit_price": ("price",),
        "line_total": ("total",),
    },
    ("order_id", "date_added", "model", "quantity"),
    {**WORDS, **OPENCART_NUMBERS},
)
"""OpenCart 3: columns of its tables `order`, `order_product` and `order_status`, for it has no
export of orders of its own (upload/install/opencart.sql)."""

GENERIC = OrderFormat("generic", "a list of order lines")
FORMATS = (ANALYTICS, REST, PRESTASHOP, OPENCART, GENERIC)
_PRESTASHOP_LIST = frozenset({"reference", "new_client", "customer", "total", "payment", "status"})


def recognise(path: Path, header: Sequence[str], word: str | None = None) -> OrderFormat:
    """The format that has these headers, or the one that is asked for; else `GENERIC`.

    Raises UserError for an unknown word, and for a file that is not of the format asked for or is
    one that has no order lines.
    """
    known = {key(title) for title in header}
    by_word = {each.word: each for each in FORMATS}
    if word is not None:
        if word not in by_word:
            raise UserError(
                f"--orders-format {word}: no such format{did_you_mean(word, by_word, '.')}\n"
                f"Use one of {', '.join(by_word)}."
            )
        missing = [title for title in by_word[word].needed if key(title) not in known]
        if missing:
            raise UserError(
                f"{path}, line 1: --orders-format {word} needs the column"
                f"{'s' if len(missing) > 1 else ''} {', '.join(missing)}.\n"
                f"Found: {titles(header)}."
            )
        return by_word[word]
    if known >= _PRESTASHOP_LIST:
        raise UserError(
            f"{path}, line 1: this is PrestaShop's list of orders, which has no order lines.\n"
            f"Export orders with their details from its SQL manager: docs/calibrate.md has the "
            f"query."
        )
    told = (each for each in FORMATS if each.needed and known >= {key(t) for t in each.needed})
    return next(told, GENERIC)


def columns_of(
    each: OrderFormat,
    path: Path,
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    given: Mapping[str, str],
) -> dict[str, Column]:
    """Role -> column, by the format's headers; `given` (role -> header) has the last word.

    Raises UserError where a role is unknown or missing, as `find_columns` does.
    """
    if not each.columns:
        return _with_known_statuses(find_columns(path, header, sample, given), each, sample, given)
    found = {
        role: Column(title, "as given", position(path, header, role, title))
        for role, title in given.items()
    }
    price = {"unit_price", "line_total", "order_total"}
    for role, known in each.columns.items():
        if role not in found and not (role in price and price & found.keys()):
            place = _place(header, sample, known)
            if place is not None:
                found[role] = Column(header[place], OF_FORMAT, place)
    needed = ["order", "product", "date"] + ["quantity"] * ("quantity" in each.columns)
    missing = [role for role in needed if role not in found]
    if not price & found.keys():
        missing.append("unit_price")
    if missing:
        raise UserError(
            f"{path}, line 1: it looks like {each.name}, but the columns of {', '.join(missing)} "
            f"are missing.\nFound: {titles(header)}.\n"
            f"Say it with {'; '.join(f'--column {role}=HEADER' for role in missing)}, or take it "
            f"for another format: --orders-format generic."
        )
    return found


def _place(
    header: Sequence[str], sample: Sequence[Sequence[str]], wanted: Sequence[str]
) -> int | None:
    """The first column with one of the titles that is filled in; else the first there is."""
    places = [
        place for title in wanted for place, known in enumerate(header) if key(known) == key(title)
    ]
    rows = [row for row in sample if len(row) == len(header)]
    filled = (
        place
        for place in places
        if sum(row[place] not in ("", "0") for row in rows) >= _FILLED * len(rows)
    )
    return next(filled, places[0] if places else None)


def _with_known_statuses(
    found: dict[str, Column],
    each: OrderFormat,
    sample: Sequence[Sequence[str]],
    given: Mapping[str, str],
) -> dict[str, Column]:
    """Without a status column that was found by its name and whose words nobody knows."""
    column = found.get("status")
    if column is None or "status" in given:
        return found
    cells = [row[column.index] for row in sample if len(row) > column.index]
    if sum(word_of(cell) in each.statuses for cell in cells) >= _FILLED * len(cells):
        return found
    return {role: kept for role, kept in found.items() if role != "status"}


def word_of(cell: str) -> str:
    """A status as `order_status.WORDS` has it."""
    return key(cell).removeprefix("wc_")


def with_statuses(each: OrderFormat, said: Mapping[str, Fate]) -> OrderFormat:
    """The format with words of the shop's own."""
    return replace(each, statuses={**each.statuses, **{word_of(w): f for w, f in said.items()}})
