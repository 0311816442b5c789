"""Decides which column of an export is which: as the user says, by its name, by its content."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenarios.calibration.broken import titles
from scenarios.calibration.cells import is_moment, number
from scenarios.errors import UserError
from scenarios.units import did_you_mean

How = Literal["as given", "by its name", "by its content", "as the format has it"]
OF_FORMAT: How = "as the format has it"

# Names as shop platforms and Persian spreadsheets write them, the surest first; compared by `_key`.
_NAMES: dict[str, tuple[str, ...]] = {
    "order": (
        "order_id", "orderid", "id_order", "order_number", "order_no", "order_code", "order",
        "invoice_id", "invoice_number", "invoice_no", "invoice",
        "شماره_سفارش", "شناسه_سفارش", "کد_سفارش", "سفارش", "شماره_فاکتور", "فاکتور",
    ),
    "customer": (
        "customer_id", "id_customer", "customer_number", "customer", "user_id", "buyer_id",
        "کد_مشتری", "شناسه_مشتری", "شماره_مشتری", "مشتری", "شناسه_کاربر", "خریدار",
    ),
    "product": (
        "sku", "product_id", "id_product", "productid", "product_sku", "item_sku", "lineitem_sku",
        "product_code", "item_id", "item_code", "id_item", "variant_id", "product", "item",
        "product_name", "item_name", "lineitem_name",
        "کد_کالا", "شناسه_کالا", "کد_محصول", "شناسه_محصول", "کالا", "محصول", "نام_کالا",
        "نام_محصول", "شرح_کالا",
    ),
    "quantity": (
        "quantity", "qty", "quantity_item", "item_quantity", "lineitem_quantity",
        "product_quantity", "units", "count", "تعداد", "مقدار", "تعداد_کالا",
    ),
    "unit_price": (
        "unit_price", "price", "item_price", "product_price", "lineitem_price", "item_cost",
        "price_per_unit", "قیمت_واحد", "مبلغ_واحد", "فی", "بهای_واحد", "قیمت",
    ),
    "line_total": (
        "line_total", "total_price", "item_total", "line_amount", "row_total", "subtotal", "total",
        "جمع_ردیف", "مبلغ_کل", "قیمت_کل", "جمع_کل", "جمع",
    ),
    "amount": ("amount", "gross_amount", "amount_gross", "item_amount", "مبلغ"),
    "date": (
        "ordered_at", "order_date", "date_created", "created_at", "paid_at", "date_paid",
        "date_add", "order_time", "datetime", "timestamp", "date",
        "تاریخ_سفارش", "تاریخ_ثبت", "زمان_سفارش", "زمان_ثبت", "تاریخ_پرداخت", "تاریخ",
    ),
    "paid": (
        "paid_at", "date_paid", "paid_date", "payment_date", "تاریخ_پرداخت", "زمان_پرداخت",
    ),
    "status": ("order_status", "status", "وضعیت_سفارش", "وضعیت"),
    "method": ("payment_method", "payment_code", "روش_پرداخت"),
    "currency": ("currency", "currency_code", "order_currency", "ارز", "واحد_پول", "واحد_پولی"),
}  # fmt: skip
_PRICES = ("unit_price", "line_total", "order_total", "amount")
ROLES = (
    "order", "customer", "product", "quantity", "unit_price", "line_total", "order_total", "date",
    "paid", "status", "method", "currency",
)  # fmt: skip
"""What the user can name. `amount` is a guess only: unit price or line total, not yet known."""
_NEEDED = {
    "order": "--column order=HEADER",
    "product": "--column product=HEADER",
    "quantity": "--column quantity=HEADER",
    "amount": "--column unit_price=HEADER (of one unit) or --column line_total=HEADER",
    "date": "--column date=HEADER",
}
_PRICED = frozenset({"unit_price", "line_total", "order_total"})
_CURRENCY = re.compile(r"[_(\[]*(rials?|irr|ریال|tomans?|irt|تومان)[)\]]*$")


@dataclass(frozen=True)
class Column:
    """A column of the export that is used, and how it was found."""

    header: str
    how: How
    index: int


def find_columns(
    path: Path,
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    given: Mapping[str, str],
) -> dict[str, Column]:
    """Role -> column; the price's role is one of `unit_price`, `line_total`, `order_total` and
    `amount`.

    `sample` holds a few hundred rows to guess by content from. Raises UserError that lists the
    headers and the options to use when a role is unknown, missing or cannot be guessed.
    """
    found = {
        role: Column(title, "as given", position(path, header, role, title))
        for role, title in given.items()
    }
    if len(_PRICED & found.keys()) > 1:
        raise UserError(f"{path}: name one of unit_price, line_total and order_total.")
    for role, names in _NAMES.items():
        if not _settled(role, found):
            _claim(found, role, "by its name", _named(header, names, found))
    for role, looks_right in _LOOKS.items():
        if not _settled(role, found):
            _claim(found, role, "by its content", _alike(header, sample, found, looks_right))
    if missing := [role for role in _NEEDED if not _settled(role, found)]:
        raise UserError(_cannot_guess(path, header, missing, given))
    return found


def currency_of(header: str) -> Literal["rial", "toman"] | None:
    """The currency that a header names: `amount_rial`, `مبلغ (تومان)`."""
    match = _CURRENCY.search(_key(header))
    if not match:
        return None
    return "toman" if match[1] in ("toman", "tomans", "irt", "تومان") else "rial"


def _settled(role: str, found: Mapping[str, Column]) -> bool:
    """One price is enough: the unit's, the line's, or an amount that may be either."""
    return any(alike in found for alike in (_PRICES if role in _PRICES else (role,)))


def _key(header: str) -> str:
    """A header without differences that do not matter: case, spaces, Arabic letters."""
    plain = header.strip().lower().replace("ي", "ی").replace("ك", "ک")
    return re.sub(r"[\s\u200c/.-]+", "_", plain)


def position(path: Path, header: Sequence[str], role: str, title: str) -> int:
    """Where the column is that the user names; UserError for a role or header that is not there."""
    if role not in ROLES:
        raise UserError(
            f"--column {role}={title}: there is no such role{did_you_mean(role, ROLES, '.')}\n"
            f"Use one of {', '.join(ROLES)}."
        )
    if title not in header:
        raise UserError(
            f"{path}, line 1: no column {title!r} (--column {role}={title})"
            f"{did_you_mean(title, header, '.')}\nFound: {titles(header)}."
        )
    return list(header).index(title)


def _claim(found: dict[str, Column], role: str, how: How, column: tuple[int, str] | None) -> None:
    if column:
        found[role] = Column(column[1], how, column[0])


def _free(header: Sequence[str], found: Mapping[str, Column]) -> list[tuple[int, str]]:
    taken = {column.index for column in found.values()}
    return [(i, title) for i, title in enumerate(header) if i not in taken]


def _named(
    header: Sequence[str], names: Sequence[str], found: Mapping[str, Column]
) -> tuple[int, str] | None:
    free = {
        _CURRENCY.sub("", _key(title)).rstrip("_"): (i, title)
        for i, title in reversed(_free(header, found))
    }
    return next((free[name] for name in names if name in free), None)


def _alike(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    found: Mapping[str, Column],
    looks_right: Callable[[Sequence[str]], bool],
) -> tuple[int, str] | None:
    """The one free column whose content looks right; none when there are several."""
    whole = [row for row in sample if len(row) == len(header)]
    fits = [c for c in _free(header, found) if whole and looks_right([row[c[0]] for row in whole])]
    return fits[0] if len(fits) == 1 else None


def _mostly(values: Sequence[bool]) -> bool:
    return sum(values) >= 0.95 * len(values)


def _looks_like_moments(cells: Sequence[str]) -> bool:
    return _mostly([is_moment(cell) for cell in cells])


def _looks_like_amounts(cells: Sequence[str]) -> bool:
    """Round numbers in the thousands. Identifiers are numbers too, but seldom round."""
    numbers = [number(cell) for cell in cells]
    return _mostly([n is not None and n >= 1000 and n % 100 == 0 for n in numbers])


def _looks_like_quantities(cells: Sequence[str]) -> bool:
    """Small positive whole numbers, mostly one to a few."""
    numbers = [number(cell) for cell in cells]
    if not _mostly([n is not None and n % 1 == 0 and 1 <= n <= 1000 for n in numbers]):
        return False
    return statistics.median(n for n in numbers if n is not None) <= 5


_LOOKS: dict[str, Callable[[Sequence[str]], bool]] = {
    "date": _looks_like_moments,
    "amount": _looks_like_amounts,
    "quantity": _looks_like_quantities,
}


def _cannot_guess(
    path: Path, header: Sequence[str], missing: Sequence[str], given: Mapping[str, str]
) -> str:
    taken = "".join(
        f"\n{title!r} is taken: --column {role}={title}." for role, title in given.items()
    )
    return (
        f"{path}, line 1: cannot tell the column{'s' if len(missing) > 1 else ''} of "
        f"{', '.join(missing)}.\n"
        f"Found: {titles(header)}.{taken}\n"
        f"Say it with {'; '.join(_NEEDED[role] for role in missing)}."
    )
