"""Reads lists of stock: what is on the shelves, product by product."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenarios.calibration.broken import MAX_BROKEN, looks_personal
from scenarios.calibration.cells import number, product_name
from scenarios.calibration.doors import Cells, Format, Reading, read
from scenarios.errors import UserError

Counted = Literal["start", "end"]
"""Before the first of the orders was sold, or after the last."""
_CODES = ("sku", "code", "id", "name")
"""Roles that may name a product; an export of orders has one of them."""
_ON_HAND = ("stock", "stock_quantity", "on_hand", "units_on_hand", "quantity", "qty",
            "available", "physical_quantity", "موجودی", "تعداد", "موجودی_انبار")  # fmt: skip
WOOCOMMERCE = Format(
    "WooCommerce's export of products",
    {
        "sku": ("SKU",), "id": ("ID",), "name": ("Name",), "on_hand": ("Stock",),
        "reorder_point": ("Low stock amount",), "price": ("Regular price",),
    },
    ("id", "name", "on_hand", "reorder_point"),
)  # fmt: skip
"""Columns: WooCommerce's help page "Product CSV Importer and Exporter"."""
GENERIC = Format(
    "a list of stock",
    {
        "sku": ("sku", "reference", "product_reference", "product_sku", "model"),
        "code": ("product_code", "item_code", "code", "variant_id", "کد_کالا", "کد_محصول", "کد"),
        "id": ("product_id", "id_product", "item_id", "id", "شناسه_کالا", "شناسه_محصول"),
        "name": ("name", "product_name", "product", "item", "product_variation", "title",
                 "نام_کالا", "نام_محصول", "کالا", "محصول"),
        "on_hand": _ON_HAND,
        "reorder_point": ("reorder_point", "low_stock_amount", "low_stock_threshold",
                          "min_stock", "نقطه_سفارش", "حداقل_موجودی"),
        "price": ("price", "unit_price", "regular_price", "قیمت", "قیمت_واحد"),
    },
    ("on_hand",),
)  # fmt: skip
MATCHED = 0.5
"""Of the lines sold; with fewer in the list it is another shop's list, or names other codes."""
_MOST = 1_000_000_000


@dataclass(frozen=True)
class Item:
    """One product of the list."""

    codes: Mapping[str, str]
    """Role -> what it is called there."""
    on_hand: int
    reorder_point: float | None


@dataclass(frozen=True)
class Stock:
    """What is on hand, by the names that the orders use."""

    source: str
    units: Mapping[str, int]
    """Product -> units, of those that the list has."""
    listed: int
    """Products of the list."""
    idle: int
    """Of them, those without a sale."""
    idle_units: int
    reorder: Mapping[str, float]
    """Product -> units at which the shop orders it anew."""
    counted: Counted
    account: str
    """What was read, a sentence or two."""
    warning: str

    def opening(self, product: str, sold: int) -> int | None:
        """Units on hand when the orders begin, or None for a product that the list has not."""
        units = self.units.get(product)
        if units is None:
            return None
        return units + (sold if self.counted == "end" else 0)


def read_stock(
    path: Path, columns: Mapping[str, str] | None = None, *, max_broken: float = MAX_BROKEN
) -> Reading[Item | None]:
    """The products in a CSV, Excel or Parquet list of stock.

    Negative stock, as shops have it that sell what they have not, counts as none; a row without a
    product or without a number (whose stock WooCommerce does not manage) is left out. Raises
    UserError as `doors.read` does, and for a list without a column that names the products.
    """
    columns = dict(columns or {})
    if "product" in columns:
        columns["code"] = columns.pop("product")
    reading = read(
        path, (WOOCOMMERCE, GENERIC), _item, option="stock", columns=columns,
        max_broken=max_broken,
    )  # fmt: skip
    if not set(_CODES) & reading.columns.keys():
        raise UserError(
            f"{path}, line 1: no column names the products.\n"
            f"Say which one does: --column stock.product=HEADER."
        )
    return reading


def match_stock(
    reading: Reading[Item | None], sold: Mapping[str, int], counted: Counted = "start"
) -> Stock:
    """The list by the names of the orders' products; `sold`: product -> lines sold.

    Of the list's columns that name products, the one is taken that knows most of what was sold.
    Raises UserError where it knows less than half.
    """
    items = [item for item in reading.records if item is not None]
    roles = [role for role in _CODES if role in reading.columns]
    known = {role: _lines(sold, {item.codes[role] for item in items}) for role in roles}
    role = max(roles, key=lambda each: known[each])
    total = sum(sold.values())
    if known[role] < MATCHED * total:
        theirs = ", ".join(repr(item.codes[role]) for item in items[:3])
        ours = ", ".join(repr(name) for name in sorted(sold, key=lambda n: -sold[n])[:3])
        raise UserError(
            f"{reading.source}: only {known[role] / total:.0%} of the lines sold are of products "
            f"in this list, by its column {reading.columns[role]!r}.\n"
            f"The orders' best sellers are {ours}; the list begins with {theirs}.\n"
            f"Name the column with the orders' codes (--column stock.product=HEADER), or take the "
            f"orders' products from another column (--column product=HEADER)."
        )
    units: dict[str, int] = {}
    reorder: dict[str, float] = {}
    for item in items:
        name = item.codes[role]
        units[name] = units.get(name, 0) + item.on_hand  # of several shelves or warehouses
        if item.reorder_point is not None:
            reorder[name] = item.reorder_point
    idle = units.keys() - sold.keys()
    return Stock(
        source=reading.source,
        units={name: n for name, n in units.items() if name in sold},
        listed=len(units),
        idle=len(idle),
        idle_units=sum(units[name] for name in idle),
        reorder={name: point for name, point in reorder.items() if name in sold},
        counted=counted,
        account=reading.account("products"),
        warning=reading.warning(),
    )


def _lines(sold: Mapping[str, int], names: Set[str]) -> int:
    return sum(lines for name, lines in sold.items() if name in names)


def _item(cells: Cells) -> Item | None:
    if not cells["on_hand"]:
        return None
    on_hand = number(cells["on_hand"])
    if on_hand is None or on_hand % 1 or on_hand > _MOST:
        raise ValueError(f"stock {cells['on_hand'][:40]!r} is not a whole number")
    codes = {role: product_name(cells[role]) for role in _CODES if role in cells}
    if not any(codes.values()):
        return None  # a total below the list, or a list that names no products
    if any(looks_personal(code) for code in codes.values()):
        raise ValueError("the product looks like a mobile number, a card's or an e-mail address")
    return Item(codes, max(0, int(on_hand)), number(cells["reorder_point"]))
