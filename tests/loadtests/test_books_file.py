"""The books of any shop as two tables, and what is said of tables that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.audit import audit, oversold_units
from loadtests.books import Books, Sale, Standing, Stock
from loadtests.books_file import read_books
from loadtests.targets.target import Receipt
from model.outcomes import Outcome
from scenarios.errors import UserError

STOCK = "product,before,after\n11,2,-1\n12,5,5\n"
ORDERS = (
    "order,email,product,units,amount\n"
    "55,shopper-1@example.com,11,1,1000\n"
    "56,shopper-2@example.com,11,2,2000\n"
)


def books(folder: Path, stock: str = STOCK, orders: str = ORDERS, products: str = "11 12") -> Books:
    (folder / "stock.csv").write_text(stock)
    (folder / "orders.csv").write_text(orders)
    return read_books(folder, products.split())


def test_products_have_the_scenarios_numbers_and_orders_their_shoppers(tmp_path: Path) -> None:
    read = books(tmp_path)
    assert read.stock == {0: Stock(2, -1), 1: Stock(5, 5)}
    first = Sale("55", 1, {0: 1}, 1000, Standing.SOLD, captured=None)
    assert read.sales == [first, Sale("56", 2, {0: 2}, 2000, Standing.SOLD, captured=None)]


def test_the_audit_reads_them_as_it_reads_any_books(tmp_path: Path) -> None:
    told = [
        Receipt(1, {0: 1}, "55", 1000, Outcome.ACCEPTED),
        Receipt(2, {0: 2}, "56", 2000, Outcome.ACCEPTED),
        Receipt(3, {1: 1}, "57", 1000, Outcome.ACCEPTED),
    ]
    findings = audit(told, books(tmp_path))
    assert [finding.rule for finding in findings] == ["oversold", "negative stock", "lost order"]
    assert oversold_units(findings) == 1
    assert [finding.orders for finding in findings] == [("56",), ("55", "56"), ("57",)]


def test_money_that_came_in_is_checked_where_it_is_shown(tmp_path: Path) -> None:
    orders = (
        "order,email,product,units,amount,standing,captured\n"
        "55,shopper-1@example.com,12,1,1000,sold,900\n"
        "56,somebody@example.org,12,1,1000,ended,\n"
    )
    stock = "product,before,after,set_aside\n12,5,3,1\n"
    told = [Receipt(1, {1: 1}, "55", 1000, Outcome.PAID, charged=[0])]
    findings = audit(told, books(tmp_path, stock, orders))
    assert [finding.sentence for finding in findings] == [
        "Order 55 costs 1,000, and 900 came in for it."
    ]


@pytest.mark.parametrize(
    ("stock", "orders", "sentence"),
    [
        ("product,before\n", ORDERS, "stock.csv, line 1: the column 'after' is missing"),
        ("product,before,after\n11,two,0\n", ORDERS, "line 2: before is 'two'; expected a whole"),
        (STOCK, ORDERS + "57,a@example.com,13,1,1\n", "line 4: there is no product '13'"),
        (STOCK, "order,email,product,units,amount,standing\n5,a,11,1,1,gone\n", "expected one of"),
    ],
)
def test_a_table_that_cannot_be_read_is_explained(
    tmp_path: Path, stock: str, orders: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        books(tmp_path, stock, orders)


def test_a_folder_without_tables_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_books(tmp_path, ["11"])
