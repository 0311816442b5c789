"""The options of `esfand calibrate` that say what to assume, and what it shows of broken rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from commands import invoke, refused

import esfand
from scenarios.calibration.orders import MAX_BROKEN
from scenarios.calibration.pieces import Assumptions
from scenarios.loader import load
from scenarios.units import format_share

HEADER = "order_id,product,quantity,unit_price_toman,date"
BROKEN = (
    "901,p1,0,150000,2025-03-10 12:00:00",
    "902,p1,Sara Karimi,150000,2025-03-10 12:00:00",
    "903,p1,1,150000,call 0912-345-6789",
    "904,p1,1,09123456789012345,2025-03-10 12:00:00",
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """200 sound order lines of 20 products in one day, then four broken rows."""
    sound = (
        f"{n},p{n * n % 20},1,150000,2025-03-10 {10 + n * 7 % 720 // 60}:{n % 60:02}:00"
        for n in range(200)
    )
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *sound, *BROKEN]) + "\n", encoding="utf-8")
    return path


def calibrate(export: Path, *options: str) -> Result:
    """Into `fitted.yaml`, whatever stands there."""
    files = ("--orders", export, "--out", export.with_name("fitted.yaml"), "--force")
    return invoke("calibrate", *files, "--replications", "2", "--jobs", "1", *options)


def test_a_measured_share_of_engaged_sessions_replaces_the_assumed_one(export: Path) -> None:
    calibrate(export)
    assumed = load(str(export.with_name("fitted.yaml"))).demand
    calibrate(export, "--engaged", "14%")
    text = export.with_name("fitted.yaml").read_text(encoding="utf-8")
    measured = load(str(export.with_name("fitted.yaml"))).demand
    assert (assumed.engaged, measured.engaged) == (Assumptions().engaged, 0.14)
    assert measured.sessions_per_day == pytest.approx(assumed.sessions_per_day / 2, rel=0.001)
    assert "# as given; sessions_per_day is inversely proportional to it" in text


def test_a_larger_stock_margin_leaves_more_on_the_shelf(export: Path) -> None:
    stocks = []
    for margin in ("0%", "200%"):
        calibrate(export, "--stock-margin", margin)
        fitted = load(str(export.with_name("fitted.yaml")))
        stocks.append([entry.stock or 0 for entry in fitted.catalogue])
    assert all(2.5 * little < ample < 3.5 * little for little, ample in zip(*stocks, strict=True))


def test_stock_cover_replaces_the_units(export: Path) -> None:
    calibrate(export, "--stock-cover", "۳ روز")
    catalogue = load(str(export.with_name("fitted.yaml"))).catalogue
    assert {(entry.stock, entry.cover) for entry in catalogue} == {(None, 3 * 86400.0)}


def test_more_broken_rows_than_allowed_are_refused_with_the_option_that_allows_them(
    export: Path,
) -> None:
    message = refused(export.parent, "calibrate", "--orders", export, "--max-broken", "0.5%")
    assert "4 of 204 rows (2.0%) are no order lines, more than the 0.5% allowed" in message
    assert "--max-broken" in message
    assert calibrate(export, "--max-broken", "2%").exit_code == 0


def test_an_export_without_any_order_line_is_not_offered_to_allow_more(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, *BROKEN]) + "\n", encoding="utf-8")
    message = refused(tmp_path, "calibrate", "--orders", path, "--max-broken", "100%")
    assert "4 of 4 rows (100.0%) are no order lines.\n" in message
    assert "--max-broken" not in message


def test_the_first_broken_rows_are_shown_with_their_lines_and_no_personal_data(
    export: Path,
) -> None:
    result = calibrate(export)
    shown = result.stderr
    assert shown.startswith("Warning: 4 of 204 rows (1.96%) are no order lines and were left out.")
    assert "  line 202: quantity '0' is not a whole number above 0\n" in shown
    assert "  line 203: quantity 'xxxx xxxxxx' is not a whole number above 0\n" in shown
    assert "  line 204: 'xxxx ####-###-####' is not a date with a time of day" in shown
    assert "line 205:" not in shown
    written = export.with_name("fitted.yaml").read_text(encoding="utf-8")
    for personal in ("Sara", "Karimi", "0912", "6789"):
        assert personal not in shown + written + result.stdout


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_rows_that_are_left_out_are_warned_of_whatever_else_is_printed(
    export: Path, option: str
) -> None:
    result = calibrate(export, option)
    assert result.stderr == calibrate(export).stderr != ""
    assert (result.stdout == "") == (option == "--quiet")


def test_json_shows_the_same_broken_rows(export: Path) -> None:
    account = json.loads(calibrate(export, "--json").stdout)
    assert [line.split(":")[0] for line in account["broken_examples"]] == [
        "line 202", "line 203", "line 204",
    ]  # fmt: skip


def test_an_export_without_broken_rows_shows_none(export: Path) -> None:
    sound = export.read_text(encoding="utf-8").splitlines()[: -len(BROKEN)]
    export.write_text("\n".join(sound) + "\n", encoding="utf-8")
    assert calibrate(export).stderr == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--engaged", "0.11"), "--engaged 0.11: write a share with a percent sign, for example"),
        (("--engaged", "0%"), "--engaged 0%: expected 0.1% to 100%."),
        (("--engaged", "101%"), "--engaged 101%: expected 0.1% to 100%."),
        (("--stock-margin", "-5%"), "--stock-margin -5%: expected 0% to 1000%."),
        (("--stock-cover", "3"), "--stock-cover 3: a duration needs a unit, for example '3 min'."),
        (("--stock-cover", "none"), "--stock-cover none: expected more than 0 and at most 366 d."),
        (("--stock-cover", "3 dais"), "--stock-cover 3 dais: unknown unit 'dais'; did you mean"),
        (("--max-broken", "many"), "--max-broken many: write a share with a percent sign"),
        (("--max-broken", "120%"), "--max-broken 120%: expected 0% to 100%."),
        (
            ("--stock-margin", "30%", "--stock-cover", "3d"),
            "--stock-margin and --stock-cover exclude each other: give one of them.",
        ),
    ],
)
def test_a_value_that_makes_no_sense_is_one_line_with_exit_code_2(
    export: Path, options: tuple[str, ...], message: str
) -> None:
    told = refused(export.parent, "calibrate", "--orders", export, *options)
    assert told.startswith(message)
    assert told.count("\n") == 1


def test_the_help_names_the_defaults_that_are_taken() -> None:
    text = " ".join(invoke("calibrate", "--help").stdout.split())
    assumed = Assumptions()
    assert f"put something in a cart, such as 11%. [{format_share(assumed.engaged)}]" in text
    assert f"held meanwhile, such as 30%. [{format_share(assumed.stock_margin)}]" in text
    assert f"no order lines, such as 10%. [{format_share(MAX_BROKEN)}]" in text


def test_a_scenario_that_is_there_already_is_replaced_by_force_only(export: Path) -> None:
    calibrate(export)
    file = export.with_name("fitted.yaml")
    edited = file.read_text(encoding="utf-8") + "# my own words\n"
    file.write_text(edited, encoding="utf-8")
    message = refused(export.parent, "calibrate", "--orders", export, "--out", file)
    assert message.startswith(f"{file} is there already.\n")
    assert "--force" in message
    assert file.read_text(encoding="utf-8") == edited
    assert calibrate(export).exit_code == 0  # by force
    assert "my own words" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["other.csv", "compose.yaml"])
def test_a_file_that_is_no_scenario_is_never_replaced(
    export: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = export.with_name(name)
    file.write_text("name: shop\nservices: {}\n", encoding="utf-8")
    message = refused(export.parent, "calibrate", "--orders", export, "--out", file, "--force")
    assert "is no scenario, or one with mistakes, so that it is never replaced" in message
    assert file.read_text(encoding="utf-8") == "name: shop\nservices: {}\n"


def test_a_place_that_cannot_be_written_is_said_before_the_export_is_read(export: Path) -> None:
    export.write_text("no export at all", encoding="utf-8")
    out = export.with_name("missing") / "shop.yaml"
    assert "cannot be written" in refused(
        export.parent, "calibrate", "--orders", export, "--out", out
    )
    assert "is a folder" in refused(
        export.parent, "calibrate", "--orders", export, "--out", export.parent
    )


def test_a_calibration_that_is_interrupted_leaves_nothing(
    export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.experiments.calibrate.run", interrupted)
    with pytest.raises(SystemExit) as end:
        esfand.main(
            ["calibrate", "--orders", str(export), "--out", str(export.with_suffix(".yaml"))]
        )
    assert end.value.code == esfand.INTERRUPTED
    assert [path.name for path in export.parent.iterdir()] == ["orders.csv"]


def test_a_scenario_given_as_the_export_is_told_what_an_export_is(export: Path) -> None:
    scenario = export.rename(export.with_name("my-shop.yaml"))
    message = refused(export.parent, "calibrate", "--orders", scenario)
    assert message.startswith(
        f"{scenario}: an export ends in .csv, .tsv, .csv.gz, .tsv.gz, .xlsx, .json, .jsonl or "
        ".parquet"
    )


@pytest.mark.parametrize(
    ("out", "options", "name"),
    [
        ("yalda-1404.yaml", (), "yalda-1404"),
        ("My Shop.yaml", (), "orders"),
        ("yalda-1404.yaml", ("--name", "plain"), "plain"),
    ],
)
def test_a_scenario_is_called_like_its_file_where_nothing_else_is_said(
    export: Path, out: str, options: tuple[str, ...], name: str
) -> None:
    file = export.with_name(out)
    assert calibrate(export, "--out", str(file), *options).exit_code == 0
    assert load(str(file)).name == name
