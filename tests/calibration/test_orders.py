"""Reading order exports as shops have them: formats, units, calendars, mistakes, privacy."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scenarios.calibration.orders import read_orders
from scenarios.errors import UserError

HEADER = "order_id,sku,quantity,unit_price,created_at"
ROWS = (
    "71,A-1,2,1000,2026-03-01 10:00:00",
    "71,B-2,1,5000,2026-03-01 10:00:00",
    "72,A-1,3,1000,2026-03-01 11:30:00",
)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an export and tells where."""

    def _write(header: str, rows: Sequence[str], name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return _write


def error_of(path: Path, columns: dict[str, str] | None = None, **options: object) -> str:
    with pytest.raises(UserError) as raised:
        read_orders(path, columns or {}, **options)  # type: ignore[arg-type]
    return str(raised.value)


def test_a_plain_export_becomes_lines_in_order_of_time(write: Write) -> None:
    export = read_orders(write(HEADER, ROWS[::-1]), {})
    lines = export.lines
    assert list(lines.columns) == ["order", "customer", "product", "quantity", "price_rial", "at"]
    assert lines["order"].tolist() == [0, 0, 1]
    assert sorted(lines["product"][:2]) == ["A-1", "B-2"]
    assert lines["at"].iloc[2] == dt.datetime(2026, 3, 1, 11, 30)
    assert export.rows == 3
    assert not export.broken


def test_semicolons_persian_headers_digits_and_jalali_dates_are_understood(write: Write) -> None:
    path = write(
        "شماره سفارش;كد كالا;تعداد;قیمت واحد (تومان);تاریخ ثبت",
        ["۷۱;الف-۱;۲;۱۲۵٬۰۰۰;۱۴۰۴/۱۲/۲۹ ۲۱:۳۰", "۷۲;ب-۲;۱;۹۹۰۰۰;۱۴۰۵/۰۱/۰۱ ۰۰:۰۵:۰۷"],
    )
    export = read_orders(path, {})
    assert export.lines["price_rial"].tolist() == [1_250_000, 990_000]
    assert export.lines["quantity"].tolist() == [2, 1]
    assert export.lines["at"].tolist() == [
        dt.datetime(2026, 3, 20, 21, 30),
        dt.datetime(2026, 3, 21, 0, 5, 7),
    ]
    assert any("toman: its header says so" in sentence for sentence in export.assumptions)


def test_an_excel_workbook_reads_like_its_csv(write: Write, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(tmp_path / "orders.xlsx", {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    for number, row in enumerate(ROWS, start=1):
        order, sku, quantity, price, at = row.split(",")
        sheet.write_row(number, 0, [int(order), sku, int(quantity), int(price)])
        sheet.write_datetime(number, 4, dt.datetime.fromisoformat(at))
    book.close()
    from_excel = read_orders(tmp_path / "orders.xlsx", {}).lines
    assert from_excel.equals(read_orders(write(HEADER, ROWS), {}).lines)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1256"])
def test_windows_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "orders.csv"
    text = "شماره سفارش,کالا,تعداد,مبلغ,تاریخ\n1,چای,1,5000,2026-03-01 10:00\n"
    # Windows-1256 has no Persian ye: Persian spreadsheets write the Arabic one there.
    text = text.replace("ی", "ي") if encoding == "cp1256" else text
    path.write_bytes(text.encode(encoding))
    assert read_orders(path, {}).lines["product"].iloc[0] in ("چای", "چاي")


def test_tabs_and_gzip_are_read(tmp_path: Path) -> None:
    path = tmp_path / "orders.tsv.gz"
    text = "\n".join([HEADER, *ROWS]).replace(",", "\t")
    path.write_bytes(gzip.compress(text.encode()))
    assert len(read_orders(path, {}).lines) == 3


def test_the_total_of_a_line_is_divided_by_its_units(write: Write) -> None:
    path = write(HEADER.replace("unit_price", "line_total"), ROWS)
    assert sorted(read_orders(path, {}).lines["price_rial"]) == [333, 500, 5000]


def test_an_amount_is_told_by_how_it_grows_with_the_quantity(write: Write) -> None:
    header = HEADER.replace("unit_price", "amount")
    each = [f"{i},A,{i % 3 + 1},1000,2026-03-01 10:00" for i in range(60)]
    total = [f"{i},A,{i % 3 + 1},{1000 * (i % 3 + 1)},2026-03-01 10:00" for i in range(60)]
    for rows, meaning in ((each, "price of one unit"), (total, "total of a line")):
        export = read_orders(write(header, rows), {})
        assert set(export.lines["price_rial"]) == {1000}
        assert any(meaning in sentence for sentence in export.assumptions)


def test_an_amount_that_cannot_be_told_is_said_to_be_an_assumption(write: Write) -> None:
    export = read_orders(write(HEADER.replace("unit_price", "amount"), ROWS), {})
    assert "total of a line: an assumption" in export.assumptions[0]


def test_the_total_of_an_order_on_every_line_is_noticed(write: Write) -> None:
    header = HEADER.replace("unit_price", "total")
    rows = [f"{i // 2},P{i % 7},1,{1000 + i // 2},2026-03-01 10:00" for i in range(80)]
    assert "the total of the order, it seems" in error_of(write(header, rows))
    assert len(read_orders(write(header, rows), {"unit_price": "total"}).lines) == 80


def test_the_users_word_overrides_the_guess(write: Write) -> None:
    path = write("order_id,parent,sku,quantity,price,created_at",
                 [f"{row.split(',')[0]},9,{row.split(',', 1)[1]}" for row in ROWS])  # fmt: skip
    export = read_orders(path, {"order": "parent", "line_total": "price"}, currency="toman")
    assert export.lines["order"].nunique() == 1
    assert sorted(export.lines["price_rial"]) == [3333, 5000, 50_000]
    assert export.columns["order"].how == "as given"


def test_columns_without_telling_names_are_guessed_from_their_content(write: Write) -> None:
    rows = [f"{i},P{i},{i % 2 + 1},{(i + 10) * 500},2026-03-01 10:{i:02}" for i in range(20)]
    export = read_orders(write("order,product,x,y,z", rows), {"unit_price": "y"})
    assert export.columns["quantity"].header == "x"
    assert export.columns["date"].how == "by its content"


def test_what_cannot_be_guessed_is_asked_for_with_the_option_to_use(write: Write) -> None:
    message = error_of(write("a,b,c", ["x,y,z"]))
    assert "Found: a, b, c" in message
    assert "--column order=HEADER" in message
    assert "--column line_total=HEADER" in message


def test_a_file_without_a_header_does_not_print_whom_its_first_row_is_about(write: Write) -> None:
    message = error_of(write("7,09123456789,sara@example.ir", ["8,09123456780,reza@example.ir"]))
    assert "Found: 7, ###########, xxxx@xxxxxxx.xx" in message


def test_a_wrong_role_or_header_is_named_with_the_nearest_right_one(write: Write) -> None:
    path = write(HEADER, ROWS)
    assert "did you mean 'quantity'" in error_of(path, {"quantiti": "sku"})
    assert "did you mean 'sku'" in error_of(path, {"product": "skv"})


def test_broken_rows_are_left_out_and_said(write: Write) -> None:
    bad = (
        ",A-1,1,1000,2026-03-01 10:00",
        "80,A-1,0,1000,2026-03-01 10:00",
        "81,A-1,two,1000,2026-03-01 10:00",
        "82,A-1,1,1000,yesterday",
        "83,A-1,1",
        "84,A-1,1,1000,1404/12/30 10:00",
        "85,A-1,1,free,2026-03-01 25:00",
    )
    export = read_orders(write(HEADER, [*ROWS * 50, *bad]), {})
    assert [broken.line for broken in export.broken] == list(range(152, 159))
    reasons = " | ".join(broken.reason for broken in export.broken)
    for part in ("no order", "'0'", "'xxx'", "'xxxxxxxxx'", "3 cells where the header has 5"):
        assert part in reasons
    assert "is no day of the Jalali calendar" in reasons
    assert export.broken_examples().count("\n") == 2


def test_a_date_that_can_be_read_two_ways_is_not_guessed(write: Write) -> None:
    export = read_orders(write(HEADER, [*ROWS, "73,A-1,1,1000,05/03/2026 10:00"]), {}, max_broken=1)
    assert "can be read two ways: write the year first" in export.broken_examples()


def test_too_many_broken_rows_are_an_error_with_examples(write: Write) -> None:
    path = write(HEADER, [*ROWS, "73,A-1,0,1000,2026-03-01 12:00"])
    message = error_of(path)
    assert "1 of 4 rows (25.0%)" in message
    assert "line 5: quantity '0'" in message
    assert len(read_orders(path, {}, max_broken=0.3).lines) == 3


def test_repeated_lines_are_kept(write: Write) -> None:
    assert len(read_orders(write(HEADER, [ROWS[0], ROWS[0]]), {}).lines) == 2


def test_moments_with_an_offset_come_to_local_time(write: Write) -> None:
    path = write(HEADER, ["1,A,1,5,2026-03-01T20:30:00Z", "2,A,1,5,2026-03-02 00:00:01+03:30"])
    midnight = dt.datetime(2026, 3, 2)
    assert read_orders(path, {}).lines["at"].tolist() == [
        midnight,
        midnight + dt.timedelta(seconds=1),
    ]


def test_files_that_are_no_export_give_one_clear_error_each(tmp_path: Path) -> None:
    def file(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    assert "no such file" in error_of(tmp_path / "none.csv")
    assert "is empty" in error_of(file("empty.csv", b""))
    assert "nothing below" in error_of(file("header.csv", HEADER.encode()))
    assert "binary" in error_of(file("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0"))
    assert "not a table" in error_of(file("prose.csv", b"Dear sir\nnothing here\n"))
    assert ".xlsx" in error_of(file("orders.pdf", b"%PDF"))
    assert "not an Excel workbook" in error_of(file("orders.xlsx", b"no zip"))
    assert "gzip" in error_of(file("orders.csv.gz", b"no gzip"))
    assert "cannot be read" in error_of(_folder(tmp_path / "folder.csv"))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_nothing_personal_gets_past_the_door(write: Write) -> None:
    path = write(
        HEADER + ",name,mobile,email,customer_id",
        [f"{row},Sara Ahmadi,0912345678{i},sara{i}@example.ir,0012345678" for i, row in
         enumerate(ROWS)],
    )  # fmt: skip
    export = read_orders(path, {})
    assert export.lines["customer"].tolist() == [0, 0, 0]
    told = export.lines.to_csv() + repr(export)
    for secret in ("Sara", "0912", "example.ir", "0012345678"):
        assert secret not in told


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ('90,"A-1,1,1000,2026-03-01 10:00', ROWS),
        ('90,A-1,1,1000,"2026-03-01 10:00', ROWS),
        ('90,A-1,1,1000,"2026-03-01 10:00', ()),
        ('90,"A-1,1,1000,2026-03-01 10:00', (*ROWS, '91,"B-2",1,5000,2026-03-01 10:00', *ROWS)),
        ('90,A-1,1,1000,"2026-03-01 10:00', (*ROWS, '"91",B-2,1,5000,2026-03-01 10:00')),
        ('90,"A-1,1,1000,2026-03-01 10:00', ROWS * 2000),
    ],
)
def test_a_quotation_mark_that_is_never_closed_is_named_with_its_line(
    write: Write, row: str, after: Sequence[str]
) -> None:
    path = write(HEADER, [*ROWS[:2], row, *after])
    message = error_of(path)
    assert message.startswith(f"{path}, line 4: a quotation mark is opened and not closed")


def test_a_cell_in_quotation_marks_may_run_over_lines_and_later_lines_keep_their_numbers(
    write: Write,
) -> None:
    path = write(
        HEADER + ",address",
        [
            *(f'{row},"Valiasr\n""No."" 3, Tehran"' for row in ROWS),
            "73,A-1,0,1000,2026-03-01 12:00,",
        ],
    )
    export = read_orders(path, {}, max_broken=0.3)
    assert len(export.lines) == 3
    assert [broken.line for broken in export.broken] == [8]


def test_dates_without_a_time_of_day_are_one_mistake_of_the_export(write: Write) -> None:
    path = write(HEADER, [row.split(" ")[0] for row in ROWS])
    message = error_of(path)
    assert message.startswith(f"{path}, line 2: your dates have no time of day")
    assert "'created_at'" in message
    assert "#" not in message


def test_a_single_date_without_a_time_of_day_is_a_broken_row(write: Write) -> None:
    export = read_orders(write(HEADER, [*ROWS, "73,A-1,1,1000,۱۴۰۴/۱۲/۱۰"]), {}, max_broken=0.3)
    assert "the date has no time of day" in export.broken_examples()
