"""Orders of WooCommerce's REST interface as a table: one row for each line item of each order.

The file holds what `GET /wp-json/wc/v3/orders` answers: a list of orders, several such lists one
after the other, or an order a line. Fields are those that WooCommerce documents as "Order
properties" and "Order - Line items properties" of version 3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.calibration.tables import Table, Unreadable, content_of
from scenarios.errors import UserError

_OF_ORDER = ("id", "status", "date_created", "date_paid", "customer_id", "payment_method")
_OF_LINE = ("sku", "product_id", "variation_id", "name", "quantity", "total", "price")
HEADER = (*_OF_ORDER, "currency", *(f"line_items.{name}" for name in _OF_LINE))
"""Nothing else of an order is looked at: neither `billing` and `shipping` nor `meta_data`."""


def open_orders(path: Path) -> Table:
    """The line items in a JSON file, or in one with a JSON value a line.

    Times are UTC where the order has them (`date_created_gmt`), else as the site shows them. Raises
    UserError for a file that is no JSON or holds no order.
    """
    try:
        text = content_of(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8, as JSON is; save it again.") from None
    by_line = path.name.lower().removesuffix(".gz").endswith(("l", "ndjson"))
    orders = _by_line(text) if by_line else _values(path, text)
    rows = (
        (line, row)
        for line, order in orders
        for row in (_rows(order) if isinstance(order, Mapping) else [Unreadable("no order")])
    )
    return Table(HEADER, rows)


def _by_line(text: str) -> Iterator[tuple[int, Any]]:
    """An order a line; a line that is no JSON is one order lost, and no more."""
    for line, each in enumerate(text.split("\n"), start=1):
        if each.strip():
            try:
                value = json.loads(each)
            except json.JSONDecodeError:
                yield line, None
                continue
            for order in _orders(value):
                yield line, order


def _values(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """The orders of one JSON value after the other, each with the line on which it begins."""
    decoder = json.JSONDecoder()
    at, line, counted = _next(text, 0, "["), 1, 0
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise UserError(
                f"{path}, line {error.lineno}: not JSON ({error.msg}, column {error.colno}).\n"
                f"Expected what WooCommerce answers to GET /wp-json/wc/v3/orders: [{{...}}, ...]."
            ) from None
        line, counted = line + text.count("\n", counted, at), at
        for order in _orders(value):
            yield line, order
        at = _next(text, end, ",[]")


def _next(text: str, at: int, between: str) -> int:
    """Where the next value begins: past blanks and what stands between the orders of lists."""
    while at < len(text) and (text[at].isspace() or text[at] in between):
        at += 1
    return at


def _orders(value: Any) -> Iterator[Any]:
    """An order as it is; the orders in a list, or in a mapping that holds a list of them."""
    if isinstance(value, Mapping) and isinstance(held := value.get("orders"), list):
        value = held
    yield from value if isinstance(value, list) else [value]


def _rows(order: Mapping[str, Any]) -> Iterator[list[str]]:
    """One row a line item; an order without any is a row without a product."""
    common = [_text(_first(order, f"{name}_gmt", name)) for name in _OF_ORDER]
    items = order.get("line_items")
    for item in items if isinstance(items, list) and items else [{}]:
        cells = [_text(item.get(name)) for name in _OF_LINE] if isinstance(item, Mapping) else []
        cells = cells or [""] * len(_OF_LINE)
        yield [*common, _text(order.get("currency")), *cells]


def _first(order: Mapping[str, Any], gmt: str, local: str) -> Any:
    """A moment in UTC, marked as such, rather than the site's own."""
    known = order.get(gmt)
    if isinstance(known, str) and known and not known.endswith("Z"):
        return f"{known}Z"
    return known or order.get(local)


def _text(value: Any) -> str:
    """A value as a table would hold it; a list or mapping is no cell."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
