"""The books of any shop, from two tables that its database gives away with a query each.

    stock.csv:  product,before,after[,set_aside]
    orders.csv: order,email,product,units,amount[,standing][,captured]

A product has the shop's own name, as `--products` lists them. `orders.csv` has a row for each line
of an order; the mail address says whose it is; `amount` and `captured` are of the whole order, in
the smallest coin. `standing` is a word of `books.Standing`; without it every order is sold.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadtests.books import Books, Sale, Standing, Stock
from loadtests.targets.address import session_of
from scenarios.errors import UserError
from scenarios.units import did_you_mean

STOCK: Final = ("product", "before", "after")
ORDERS: Final = ("order", "email", "product", "units", "amount")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, which knows where it stands."""

    where: str
    cells: Mapping[str, str]

    def text(self, name: str) -> str:
        return (self.cells.get(name) or "").strip()

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number. Raises UserError."""
        text = self.text(name)
        if not text and default is not None:
            return default
        try:
            return int(text)
        except ValueError:
            raise UserError(f"{self.where}: {name} is {text!r}; expected a whole number.") from None

    def product(self, numbers: Mapping[str, int]) -> int:
        """The scenario's number of the product. Raises UserError."""
        name = self.text("product")
        if name not in numbers:
            raise UserError(
                f"{self.where}: there is no product {name!r} in the list of products"
                f"{did_you_mean(name, numbers, '.')}"
            )
        return numbers[name]

    def standing(self) -> Standing:
        """What has become of the order. Raises UserError."""
        word = self.text("standing").upper() or Standing.SOLD.name
        if word not in Standing.__members__:
            known = ", ".join(Standing.__members__)
            raise UserError(f"{self.where}: standing is {word!r}; expected one of {known}.")
        return Standing[word]


def read_books(folder: Path, products: Sequence[str]) -> Books:
    """The books in a folder. Raises UserError for a table that is missing or cannot be read."""
    numbers = {name: number for number, name in enumerate(products)}
    stock = {
        row.product(numbers): Stock(
            row.number("before"), row.number("after"), row.number("set_aside", 0)
        )
        for row in _rows(folder / "stock.csv", STOCK)
    }
    sales: dict[str, Sale] = {}
    for row in _rows(folder / "orders.csv", ORDERS):
        name = row.text("order")
        if name not in sales:
            sales[name] = _sale(name, row)
        units, product = sales[name].units, row.product(numbers)
        units[product] = units.get(product, 0) + row.number("units")
    return Books(stock, list(sales.values()))


def _sale(name: str, row: Row) -> Sale:
    captured = [row.number("captured")] if row.text("captured") else None
    return Sale(
        name, session_of(row.text("email")), {}, row.number("amount"), row.standing(),
        prepaid=captured is not None, captured=captured,
    )  # fmt: skip


def _rows(path: Path, needed: Sequence[str]) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            missing = [name for name in needed if name not in (table.fieldnames or ())]
            if missing:
                raise UserError(
                    f"{path}, line 1: the column {missing[0]!r} is missing; expected "
                    f"{','.join(needed)}."
                )
            for cells in table:
                yield Row(f"{path}, line {table.line_num}", cells)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read ({error}).") from None
