"""Exports as spreadsheets, databases and people spoil them: read as they were meant, or refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import esfand
from scenarios.calibration.broken import looks_personal, titles
from scenarios.calibration.cells import moment, number
from scenarios.calibration.fit import fit
from scenarios.calibration.orders import Export, read_orders
from scenarios.calibration.tables import open_table
from scenarios.errors import UserError

HEADER = "order,sku,quantity,line_total,date"
ROWS = (
    "71,A-1,2,2000,2026-03-01 10:00:00",
    "71,B-2,1,5000,2026-03-01 10:00:00",
    "72,A-1,3,3000,2026-03-01 11:30:00",
)
PERSIAN = "شماره سفارش,کد کالا,تعداد,مبلغ کل,تاریخ"


def export(folder: Path, *rows: str, header: str = HEADER, **options: object) -> Export:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_orders(path, {}, **options)  # type: ignore[arg-type]


def error_of(folder: Path, *rows: str, header: str = HEADER) -> str:
    with pytest.raises(UserError) as raised:
        export(folder, *rows, header=header)
    return str(raised.value)


def test_excels_unicode_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([PERSIAN, *ROWS]).replace(",", "\t"), encoding="utf-16")
    assert len(read_orders(path, {}).lines) == 3


def test_a_line_that_tells_excel_the_delimiter_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("sep=;\r\na;b\r\n1;2\r\n", encoding="utf-8")
    table = open_table(path)
    assert table.header == ("a", "b")
    assert list(table.rows) == [(3, ["1", "2"])]


def test_a_letter_that_was_cut_in_half_does_not_spoil_all_others(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [row.replace("A-1", "کالای بسیار خوب") for row in ROWS * 3]
    whole = "\n".join([PERSIAN, *rows]).encode()
    path.write_bytes(whole[:-40].replace("خوب".encode(), "خو".encode() + b"\xd8", 1) + whole[-40:])
    assert read_orders(path, {}).columns["product"].header == "کد کالا"


def test_orders_that_stand_in_two_overlapping_exports_count_once(tmp_path: Path) -> None:
    read = export(tmp_path, *ROWS, *ROWS[:2], "73,A-1,1,1000,2026-03-01 12:00")
    assert len(read.lines) == 4
    assert any("overlap: 2." in sentence for sentence in read.assumptions)


def test_two_lines_of_one_order_that_are_alike_are_two(tmp_path: Path) -> None:
    assert len(export(tmp_path, ROWS[0], ROWS[0], *ROWS[1:]).lines) == 4


def test_refunds_are_no_orders_and_no_mistakes(tmp_path: Path) -> None:
    read = export(
        tmp_path, *ROWS, "71,A-1,-2,-2000,2026-03-02 10:00", "72,A-1,1,-500,2026-03-02 11:00"
    )
    assert len(read.lines) == 3
    assert not read.broken
    assert any("negative quantity or amount: 2." in sentence for sentence in read.assumptions)
    assert "all of its 1 rows are refunds" in error_of(tmp_path, "1,A,-1,5,2026-03-02 10:00")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2026-03-01 09:05 PM", dt.datetime(2026, 3, 1, 21, 5)),
        ("2026-03-01 12:05:07 am", dt.datetime(2026, 3, 1, 0, 5, 7)),
        ("۱۴۰۴/۱۲/۱۰ ۰۹:۰۵ ب.ظ", dt.datetime(2026, 3, 1, 21, 5)),
        ("2026-03-01t17:35:00z", dt.datetime(2026, 3, 1, 21, 5)),
        ("1772388300", dt.datetime(2026, 3, 1, 21, 35)),
        ("1772388300000", dt.datetime(2026, 3, 1, 21, 35)),
        ("46082.878472", dt.datetime(2026, 3, 1, 21, 5)),
    ],
)
def test_a_moment_is_read_as_databases_and_spreadsheets_write_it(
    cell: str, meant: dt.datetime
) -> None:
    assert abs(moment(cell, "Asia/Tehran") - meant) < dt.timedelta(seconds=1)


@pytest.mark.parametrize("cell", ["46082", "7", "13:00", "2026-03-01 13:05 PM", "1e9"])
def test_a_number_that_is_no_moment_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"no time of day|no hour|not a date"):
        moment(cell, "Asia/Tehran")


def test_a_comma_stands_before_three_digits_or_the_cell_is_no_number() -> None:
    assert number("1,234,567.5") == 1_234_567.5
    assert number("۱۲٬۵۰۰") == 12_500
    assert number("12,50") is None
    assert number("1,2345") is None


def test_days_that_became_midnights_are_one_mistake_of_the_export(tmp_path: Path) -> None:
    rows = [f"{n},A,1,5,2026-03-{1 + n % 9:02} 00:00:00" for n in range(40)]
    assert "your dates are all midnights" in error_of(tmp_path, *rows)


def test_long_numbers_that_a_spreadsheet_cut_short_are_refused(tmp_path: Path) -> None:
    message = error_of(tmp_path, *(row.replace("71", "1.00000E+17") for row in ROWS))
    assert "order '#.#####x+##' was cut short by a spreadsheet" in message


def test_each_order_is_in_its_own_currency(tmp_path: Path) -> None:
    header = HEADER.replace("date", "date,currency")
    rows = [f"{row},{code}" for row, code in zip(ROWS, ("IRT", "تومان", "ریال"), strict=True)]
    prices = export(tmp_path, *rows, header=header).lines["price_rial"].tolist()
    assert sorted(prices) == [1_000, 10_000, 50_000]


def test_other_countries_money_is_never_taken_for_rial_unasked(tmp_path: Path) -> None:
    header, rows = HEADER.replace("date", "date,currency"), [f"{row},USD" for row in ROWS]
    assert "the currency USD is neither rial nor toman" in error_of(tmp_path, *rows, header=header)
    read = export(tmp_path, *rows, header=header, currency="rial")
    assert read.lines["price_rial"].tolist() == [1_000, 5_000, 1_000]


def test_arabic_and_persian_letters_name_the_same_product(tmp_path: Path) -> None:
    names = ("كيك شكلاتي", "", "کیک شکلاتی")
    rows = [row.replace("A-1", name) for row, name in zip(ROWS, names, strict=True)]
    read = export(tmp_path, *rows)
    assert set(read.lines["product"]) == {"کیک شکلاتی", "B-2"}


@pytest.mark.parametrize(
    "cell",
    [
        "9121234567",
        "989121234567",
        "0098 912 123 45 67",
        "(0912) 123-4567",
        "۹۱۲۱۲۳۴۵۶۷",
        "6037-9911-8877-6655",
    ],
)
def test_a_mobile_number_is_known_in_all_its_forms_and_so_is_a_card(cell: str) -> None:
    assert looks_personal(cell)


@pytest.mark.parametrize(
    "cell", ["6260012345678", "9640012345", "A9121234567", "98912345", "19121234567890"]
)
def test_the_code_of_a_product_is_no_mobile_number(cell: str) -> None:
    assert not looks_personal(cell)


def test_a_first_row_of_data_is_not_printed_as_a_header() -> None:
    shown = titles(["1001", "سارا احمدی", "2", "2026-03-01 10:00"])
    assert "سارا" not in shown
    assert "a row of data, not a header" in shown


def test_a_column_that_was_given_away_is_said_to_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *ROWS]))
    with pytest.raises(UserError, match="'order' is taken: --column date=order"):
        read_orders(path, {"date": "order"})


def test_who_slipped_into_the_column_of_the_products_is_not_named(tmp_path: Path) -> None:
    clocks = [f"2026-03-01 {9 + n % 12:02}:{n % 60:02}" for n in range(90)]
    rows = [f"{n},P-{n % 3},1,1000,{clock}" for n, clock in enumerate(clocks)]
    read = export(tmp_path, *rows, "99,سارا احمدی,1,1000,2026-03-01 12:00")
    catalogue = fit(read, "slipped").scenario.catalogue
    assert [entry.name for entry in catalogue] == ["P-0", "P-1", "price-class-1"]
    assert catalogue[-1].products == 2  # one product is no group


def test_a_file_is_one_export_and_no_other_besides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *ROWS]))
    with pytest.raises(SystemExit) as end:
        esfand.main(["calibrate", "--orders", str(path), "--stock", str(path)])
    assert end.value.code == 2
    assert "--orders and --stock are the same file, orders.csv" in capsys.readouterr().err
