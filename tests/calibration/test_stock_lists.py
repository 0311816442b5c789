"""Lists of stock: matched to the orders' products, and on the shelves of the scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.calibration.fit import Fit, fit
from scenarios.calibration.notes import of_fields
from scenarios.calibration.orders import Export, read_orders
from scenarios.calibration.pieces import Assumptions, fit_pieces
from scenarios.calibration.stock import match_stock, read_stock
from scenarios.calibration.text import scenario_text
from scenarios.errors import UserError

EXPORTS = Path(__file__).parent / "exports"
PRODUCTS = 60


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Orders of sixty products within a day, the first of them the best seller."""
    rows = [
        f"{n},p{min(n % 97, n % PRODUCTS):02},1,5000,2026-03-01 {n % 24:02}:{n % 60:02}"
        for n in range(1_200)
    ]
    path = tmp_path_factory.mktemp("stock") / "orders.csv"
    path.write_text("\n".join(["order_id,sku,quantity,unit_price,created_at", *rows]))
    return read_orders(path, {})


def write_stock(path: Path, units: dict[str, int], head: str = "sku,name,stock") -> Path:
    rows = [f"{code},Name of {code},{n}" for code, n in units.items()]
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def fit_with(export: Export, path: Path, **options: object) -> Fit:
    assumptions = Assumptions(stock=read_stock(path), **options)  # type: ignore[arg-type]
    return fit(export, "stocked", assumptions)


def test_woocommerces_products_are_known_by_their_sku() -> None:
    reading = read_stock(EXPORTS / "woocommerce-products.csv")
    assert reading.format.name == "WooCommerce's export of products"
    stock = match_stock(reading, {"TEA-500": 3, "RICE-10": 2})
    assert stock.units == {"TEA-500": 40, "RICE-10": 0}  # sold more than there was: none is left
    assert (stock.listed, stock.idle, stock.idle_units) == (3, 1, 300)
    assert stock.reorder == {"TEA-500": 10.0, "RICE-10": 5.0}
    assert not [secret for secret in ("0912", "example.ir") if secret in repr(reading)]


def test_shelves_of_several_warehouses_add_up() -> None:
    stock = match_stock(
        read_stock(EXPORTS / "stock.csv"), {"چای-500": 5, "برنج-۱۰": 1, "چای-۵۰۰": 9}
    )
    assert stock.units == {"چای-۵۰۰": 40, "برنج-۱۰": 7}


def test_the_column_that_knows_most_of_what_was_sold_names_the_products() -> None:
    reading = read_stock(EXPORTS / "woocommerce-products.csv")
    assert match_stock(reading, {"93": 3, "22": 2}).units == {"93": 40, "22": 0}
    assert match_stock(reading, {"Green tea 500 g": 3}).units == {"Green tea 500 g": 40}


def test_codes_that_do_not_match_are_shown_side_by_side() -> None:
    with pytest.raises(UserError) as raised:
        match_stock(read_stock(EXPORTS / "woocommerce-products.csv"), {"A-1": 9, "TEA-500": 1})
    message = str(raised.value)
    assert "only 10% of the lines sold" in message
    assert "best sellers are 'A-1', 'TEA-500'" in message
    assert "begins with 'TEA-500', 'RICE-10', 'OIL-1'" in message
    assert "--column stock.product=HEADER" in message


def test_a_list_without_products_or_stock_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("colour,stock\nred,4\n")
    with pytest.raises(UserError, match=r"--column stock\.product=HEADER"):
        read_stock(path)
    path.write_text("sku,colour\nA,red\n")
    with pytest.raises(UserError, match=r"--column stock\.on_hand=HEADER"):
        read_stock(path)
    path.write_text("what,stock\nA,4\n")
    assert read_stock(path, {"product": "what"}).records[0] is not None


def test_listed_stock_is_on_the_shelf_and_scarce_products_have_names(
    export: Export, tmp_path: Path
) -> None:
    units = {f"p{k:02}": 500 for k in range(PRODUCTS)} | {"p33": 3, "idle": 70}
    fitted = fit_with(export, write_stock(tmp_path / "stock.csv", units))
    stocks = {entry.name: entry.stock for entry in fitted.scenario.catalogue}
    assert stocks["p33"] == 3  # it sold more than that: named, though no best seller
    assert {n for name, n in stocks.items() if name != "p33"} == {500}
    told = " ".join(fitted.account)
    assert "1 were not sold in these days" in told
    assert "70 units" in told
    assert "Of 1 products more was sold than the list has" in told
    assert "stock of 60 of 60 products is from stock.csv" in fitted.notes["catalogue"]


def test_stock_counted_at_the_end_was_larger_by_what_was_sold(
    export: Export, tmp_path: Path
) -> None:
    path = write_stock(tmp_path / "stock.csv", {f"p{k:02}": 500 for k in range(PRODUCTS)})
    fitted = fit_with(export, path, stock_at="end")
    sold = export.lines.groupby("product")["quantity"].sum()
    (best,) = [entry for entry in fitted.scenario.catalogue if entry.name == sold.idxmax()]
    assert best.stock == 500 + sold.max()


def test_a_product_that_is_not_listed_keeps_the_assumed_stock(
    export: Export, tmp_path: Path
) -> None:
    path = write_stock(tmp_path / "stock.csv", {f"p{k:02}": 500 for k in range(1, PRODUCTS)})
    pieces = fit_pieces(export, Assumptions(stock=read_stock(path)))
    unlisted = next(f for f in pieces.catalogue if f.entry.name == "p00")
    assert unlisted.entry.stock is not None
    assert unlisted.entry.stock < 500
    notes = of_fields(pieces)
    number = [fitted.entry.name for fitted in pieces.catalogue].index("p00")
    assert "not in the list of stock: assumed" in notes[f"catalogue.{number}"]


def test_no_personal_data_of_a_list_reach_the_file(export: Export, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    rows = [f"p{k:02},Thing,400,Sara Ahmadi,09123456789" for k in range(PRODUCTS)]
    rows += ["09123456789,Thing,4,x,y", "sara@example.ir,Thing,4,x,y"]
    path.write_text("\n".join(["sku,name,stock,seller,mobile", *rows]))
    assumptions = Assumptions(stock=read_stock(path))
    text = scenario_text(fit(export, "private", assumptions))
    assert assumptions.stock is not None
    for secret in ("Sara", "0912", "example.ir"):
        assert secret not in text + assumptions.stock.warning()
