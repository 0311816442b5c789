"""Exports of orders by platform: recognised, read alike, nothing personal past the door."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

from scenarios.calibration.fit import fit
from scenarios.calibration.orders import Export, read_orders
from scenarios.calibration.text import scenario_text
from scenarios.errors import UserError

EXPORTS = Path(__file__).parent / "exports"
PLATFORMS = {
    "woocommerce-analytics.csv": "WooCommerce Analytics, report of orders",
    "woocommerce-rest.json": "WooCommerce REST v3, orders",
    "prestashop.csv": "PrestaShop, orders with their details",
    "opencart.csv": "OpenCart, orders with their products",
    "orders-generic.csv": "a list of order lines",
}
PERSONAL = (
    "Sara", "Ahmadi", "Reza", "Karimi", "Nima", "Mina", "Omid", "example.ir", "0912", "0935",
    "912345", "935111", "192.0.2", "Valiasr", "سارا", "احمدی", "۰۹۱۲", "XKBKNABJK",
)  # fmt: skip


def fixture(name: str, **options: object) -> Export:
    return read_orders(EXPORTS / name, {}, **options)  # type: ignore[arg-type]


def error_of(path: Path, **options: object) -> str:
    with pytest.raises(UserError) as raised:
        read_orders(path, {}, **options)  # type: ignore[arg-type]
    return str(raised.value)


def fates(export: Export) -> dict[str, int]:
    assert export.orders is not None
    return {str(fate): int(n) for fate, n in export.orders["fate"].value_counts().items()}


@pytest.mark.parametrize(("name", "told"), PLATFORMS.items())
def test_each_platforms_export_is_recognised(name: str, told: str) -> None:
    export = fixture(name)
    assert export.format == told
    assert not export.broken
    assert set(export.lines.columns) == {
        "order", "customer", "product", "quantity", "price_rial", "at",
    }  # fmt: skip


@pytest.mark.parametrize("name", PLATFORMS)
def test_nothing_personal_gets_past_the_door_of_any_format(name: str) -> None:
    export = fixture(name)
    told = export.lines.to_csv() + repr(export)
    if export.orders is not None:
        told += export.orders.to_csv()
    for secret in PERSONAL:
        assert secret not in told, secret


def test_orders_of_woocommerces_interface_come_with_their_payments() -> None:
    export = fixture("woocommerce-rest.json")
    assert export.lines["product"].tolist() == ["TEA-500", "RICE-10", "RICE-10"]
    assert export.lines["price_rial"].tolist() == [1_250_000, 1_850_000, 1_850_000]
    # UTC brought to Tehran; the moment is that of the payment.
    assert export.lines["at"].iloc[0] == dt.datetime(2026, 3, 1, 10, 4, 10)
    assert export.lines["at"].iloc[2] == dt.datetime(2026, 3, 2, 0, 1)
    assert fates(export) == {"stands": 2, "open": 2, "cancelled": 1}
    assert export.orders is not None
    took = (export.orders["paid"] - export.orders["placed"]).dt.total_seconds()
    assert took.dropna().tolist() == [100.0, 180.0]
    assert export.orders["by_hand"].tolist() == [False, False, False, False, True]


def test_another_zone_moves_the_moments_of_utc() -> None:
    export = fixture("woocommerce-rest.json", zone="Europe/Istanbul")
    assert export.lines["at"].iloc[0] == dt.datetime(2026, 3, 1, 9, 34, 10)
    assert export.zone == "Europe/Istanbul"


def test_an_order_a_line_and_orders_in_a_list_are_read_alike(tmp_path: Path) -> None:
    orders = json.loads((EXPORTS / "woocommerce-rest.json").read_text(encoding="utf-8"))
    expected = fixture("woocommerce-rest.json").lines
    by_line = tmp_path / "orders.jsonl"
    by_line.write_text("\n".join(json.dumps(order) for order in orders), encoding="utf-8")
    pages = tmp_path / "pages.json"
    pages.write_text(f"{json.dumps(orders[:2])}\n{json.dumps(orders[2:])}", encoding="utf-8")
    for path in (by_line, pages):
        pd.testing.assert_frame_equal(read_orders(path, {}).lines, expected)


def test_a_line_that_is_no_json_is_one_order_lost(tmp_path: Path) -> None:
    orders = json.loads((EXPORTS / "woocommerce-rest.json").read_text(encoding="utf-8"))
    path = tmp_path / "orders.jsonl"
    path.write_text("\n".join([*map(json.dumps, orders), '{"id": 732, "sta']), encoding="utf-8")
    export = read_orders(path, {}, max_broken=0.2)
    assert [str(row) for row in export.broken] == ["line 6: no order"]


def test_a_json_file_that_is_cut_off_is_named_with_its_line(tmp_path: Path) -> None:
    text = (EXPORTS / "woocommerce-rest.json").read_text(encoding="utf-8")
    path = tmp_path / "orders.json"
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    message = error_of(path)
    assert message.startswith(f"{path}, line ")
    assert "not JSON" in message
    assert not any(secret in message for secret in PERSONAL)


def test_an_order_of_woocommerce_analytics_is_split_among_its_products() -> None:
    export = fixture("woocommerce-analytics.csv", currency="toman")
    lines = export.lines
    assert lines["product"].tolist() == [
        "Green tea 500 g", "Rice, long grain", "Green tea 500 g", "Rice, long grain",
    ]  # fmt: skip
    assert lines["quantity"].tolist() == [2, 1, 2, 1]
    # The third order is 2 x 625,000 + 900,000 less the coupon, each price by the same share.
    reduced = 1_375_000 / (2 * 625_000 + 900_000)
    assert lines["price_rial"].tolist() == [
        6_250_000, 9_000_000, round(6_250_000 * reduced), round(9_000_000 * reduced),
    ]  # fmt: skip
    assert any("negative quantity or amount: 1." in sentence for sentence in export.assumptions)


def test_a_report_that_leaves_out_unpaid_orders_says_nothing_about_them() -> None:
    export = fixture("woocommerce-analytics.csv")
    assert export.orders is None
    assert any("cannot say how many" in sentence for sentence in export.assumptions)


def test_prestashops_states_tell_what_was_paid() -> None:
    export = fixture("prestashop.csv")
    assert fates(export) == {"stands": 2, "failed": 1, "open": 1, "cancelled": 1}
    assert export.lines["product"].tolist() == ["TEA-500", "RICE-10", "RICE-10"]
    assert export.lines["at"].iloc[0] == dt.datetime(2026, 3, 1, 10, 1, 40)
    assert export.lines["price_rial"].iloc[0] == 1_250_000


def test_prestashops_list_of_orders_is_answered_with_the_way_to_their_lines(
    tmp_path: Path,
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date\n"
        "5;KHWLILZLL;0;Iran;O. JAFARI;61.80;Bank;Shipped;2026-03-01 10:00:00\n"
    )
    assert "SQL manager" in error_of(path)


def test_opencarts_missing_orders_were_never_paid() -> None:
    export = fixture("opencart.csv")
    assert fates(export) == {"stands": 2, "refunded": 1, "open": 1, "failed": 1}
    assert len(export.lines) == 4  # a refunded order was paid once
    assert export.lines["price_rial"].iloc[0] == 1_250_000
    assert any("IRT: each order says so" in sentence for sentence in export.assumptions)


def test_a_shops_own_list_in_persian_has_statuses_too() -> None:
    export = fixture("orders-generic.csv")
    assert fates(export) == {"stands": 2, "open": 1, "cancelled": 1}
    assert export.lines["at"].iloc[0] == dt.datetime(2026, 3, 1, 10, 2, 30)


def test_a_wrong_guess_is_overridden(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,date_added,model,quantity,price,sku\n7,2026-03-01 10:00,x,1,100,A\n")
    assert read_orders(path, {}).lines["product"].tolist() == ["x"]
    generic = read_orders(path, {}, orders_format="generic")
    assert (generic.format, generic.lines["product"].tolist()) == ("a list of order lines", ["A"])
    assert read_orders(path, {"product": "sku"}).lines["product"].tolist() == ["A"]


def test_a_format_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    path = EXPORTS / "opencart.csv"
    assert "needs the columns id_order, product_quantity" in error_of(
        path, orders_format="prestashop"
    )
    assert "did you mean 'opencart'" in error_of(path, orders_format="open-cart")


@pytest.mark.parametrize("status", ["Packed by us", "بسته‌بندی"])
def test_a_status_of_the_shops_own_is_asked_for_and_then_understood(
    tmp_path: Path, status: str
) -> None:
    lines = (EXPORTS / "opencart.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "orders.csv"
    own = [line.replace(",5,IRT,", f",{status},IRT,") for line in lines[1:3]]
    path.write_text("\n".join([lines[0], *own * 5, *lines[3:]]), encoding="utf-8")
    message = error_of(path)
    assert f"Statuses that are not known: '{status}'" in message
    assert f"--order-status '{status}=stands'" in message
    assert "#" not in message  # a half-space is masked as itself, not as its number
    export = read_orders(path, {}, statuses={status.lower(): "stands"})
    assert fates(export)["stands"] == 2


def test_a_status_that_slipped_is_never_printed(tmp_path: Path) -> None:
    lines = (EXPORTS / "opencart.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "orders.csv"
    slipped = [line.replace(",5,IRT,", f",{secret},IRT,") for line in lines[1:2]
               for secret in ("Sara Ahmadi", "09123456789", "sara@example.ir")]  # fmt: skip
    path.write_text("\n".join([lines[0], *slipped, *lines[3:]]), encoding="utf-8")
    message = error_of(path)
    assert "status 'xxxx xxxxxx'" in message
    assert not any(secret in message for secret in PERSONAL)


def test_parquet_reads_like_its_csv(tmp_path: Path) -> None:
    table = pd.read_csv(EXPORTS / "opencart.csv")
    table["date_added"] = pd.to_datetime(table["date_added"])
    table.to_parquet(tmp_path / "orders.parquet")
    export = read_orders(tmp_path / "orders.parquet", {})
    pd.testing.assert_frame_equal(export.lines, fixture("opencart.csv").lines)
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1 but no more")
    assert "not a Parquet file" in error_of(bad)


def test_the_total_of_an_order_on_every_line_can_be_split(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = ["order,sku,quantity,sum,date", "1,A,2,200,2026-03-01 10:00",
            "2,B,1,300,2026-03-01 10:05", "3,A,1,800,2026-03-01 11:00",
            "3,B,1,800,2026-03-01 11:00"]  # fmt: skip
    path.write_text("\n".join(rows))
    lines = read_orders(path, {"order_total": "sum"}).lines
    assert lines["price_rial"].tolist() == [100, 300, 200, 600]


def test_an_export_in_which_nothing_was_paid_is_refused(tmp_path: Path) -> None:
    lines = (EXPORTS / "opencart.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([lines[0], lines[3], lines[4]]), encoding="utf-8")
    assert "none of its 2 orders was paid" in error_of(path)


def test_an_order_that_is_paid_before_it_is_placed_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order,sku,quantity,price,created_at,paid_at\n"
        "1,A,1,100,2026-03-01 10:00,2026-03-01 09:00\n2,A,1,100,2026-03-01 10:00,\n"
        "3,A,1,100,2026-03-01 10:00,2026-03-01 10:01\n"
    )
    export = read_orders(path, {}, max_broken=0.5)
    assert "paid before it was placed" in export.broken_examples()
    assert fates(export) == {"open": 1, "stands": 1}


@pytest.mark.parametrize(
    "product",
    ["Gift for 0912-345-6789", "۰۹۱۲۳۴۵۶۷۸۹", "هدیه +98 912 345 6789", "to sara@example.ir, 2 kg"],
)
def test_a_product_with_a_number_or_an_address_in_it_is_no_product(
    product: str, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order;sku;quantity;price;date\n"
        f"1;{product};1;100;2026-03-01 10:00\n2;A-0912345;1;100;2026-03-01 10:00\n",
        encoding="utf-8",
    )
    export = read_orders(path, {}, max_broken=0.5)
    assert export.lines["product"].tolist() == ["A-0912345"]
    assert "looks like a mobile number" in export.broken_examples()


@pytest.mark.parametrize("name", PLATFORMS)
def test_nothing_personal_reaches_the_file_from_any_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name.endswith(".json"):
        orders = json.loads((EXPORTS / name).read_text(encoding="utf-8"))
        many = [{**each, "id": 1_000 * n + each["id"]} for n in range(40) for each in orders]
        path.write_text(json.dumps(many), encoding="utf-8")
    else:
        header, *rows = (EXPORTS / name).read_text(encoding="utf-8").splitlines()
        first = next(iter(read_orders(EXPORTS / name, {}).columns.values())).index
        delimiter = ";" if header.count(";") > header.count(",") else ","
        lines = []
        for n in range(40):
            for row in csv.reader(rows, delimiter=delimiter):
                lines.append([f"{n}-{cell}" if k == first else cell for k, cell in enumerate(row)])
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(header + "\n")
            csv.writer(file, delimiter=delimiter).writerows(lines)
    export = read_orders(path, {})
    text = scenario_text(fit(export, "planted"))
    assert f"recognised as {PLATFORMS[name]}" in " ".join(text.replace("#", "").split())
    for secret in PERSONAL:
        assert secret not in text, secret
