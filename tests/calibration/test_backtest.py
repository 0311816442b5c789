"""`esfand backtest` from an export to its verdict: a shop whose scenario is known."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from commands import invoke, refused, without_pages
from known_shop import known_scenario, write_export

from reports import run_folder
from scenarios.schema import Scenario
from scenarios.writer import dump


def shop(**changes: object) -> Scenario:
    """Four days of a small shop without campaigns."""
    demand = {"sessions_per_day": 4_000, "hours": (1,) * 6 + (4,) * 18, "day_cv": "5%"}
    season = {"start": "1404-10-06", "duration": "4 d", "holidays": "none"}
    return known_scenario(**({"season": season, "demand": demand} | changes))


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_export(shop(seed=3), tmp_path_factory.mktemp("real") / "orders.csv")


def write_scenario(folder: Path) -> Path:
    path = folder / "shop.yaml"
    path.write_text(dump(shop()), encoding="utf-8")
    return path


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return write_scenario(tmp_path)


Tested = tuple[int, Path, str]
"""Exit code, run folder, what was printed."""


def with_pages(scenario: Path, export: Path, *options: str) -> Tested:
    folder = scenario.parent / "run"
    result = invoke(
        "backtest", scenario, "--orders", export, "--replications", "39", "--jobs", "1",
        "--out", folder, *options,
    )  # fmt: skip
    return result.exit_code, folder, result.stdout


def backtest(scenario: Path, export: Path, *options: str) -> Tested:
    with without_pages():
        return with_pages(scenario, export, *options)


@pytest.fixture(scope="module")
def itself(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Tested:
    """A season of the scenario, from an export that says who bought."""
    header, *lines = export.read_text(encoding="utf-8").splitlines()
    planted = [f"{line},Sara Karimi,09121234567,sara@example.ir" for line in lines]
    folder = tmp_path_factory.mktemp("itself")
    path = folder / "private.csv"
    path.write_text("\n".join([f"{header},name,mobile,email", *planted]) + "\n", encoding="utf-8")
    return with_pages(write_scenario(folder), path)


def test_a_season_of_the_scenario_itself_agrees_with_it(itself: Tested) -> None:
    code, folder, shown = itself
    found = run_folder.read(folder).backtest
    assert code == 0
    assert found is not None
    assert found.agrees
    assert (found.days, found.first, found.last) == (4, "1404-10-06", "1404-10-09")
    assert "orders_per_day" in shown
    assert "The real days may well be a season of this scenario" in shown
    assert (folder / "backtest.csv").is_file()
    for page in ("report.fa.html", "report.en.html"):
        assert "backtest-orders" in (folder / page).read_text(encoding="utf-8")


def test_a_scenario_of_half_as_many_shoppers_is_called_wrong_with_exit_code_1(
    scenario: Path, export: Path
) -> None:
    code, folder, shown = backtest(
        scenario, export, "--set", "demand.sessions_per_day=2000", "--json"
    )
    told = json.loads(shown)["backtest"]
    assert code == 1
    assert not told["agrees"]
    by_name = {each["figure"]: each for each in told["figures"]}
    assert not by_name["orders_per_day"]["inside"]
    # Baskets do not hang on how many come.
    assert {g["name"]: g["p"] for g in told["groups"]}["baskets"] > 0.05
    again = invoke("report", folder)
    assert again.exit_code == 0  # pages were written; nothing was judged again


def test_a_scenario_fitted_to_the_odd_days_predicts_the_even_ones(
    tmp_path: Path, export: Path
) -> None:
    file = tmp_path / "fitted.yaml"
    fitted = invoke(
        "calibrate", "--orders", export, "--fit-on", "odd-days", "--out", file,
        "--replications", "2", "--jobs", "1", "--quiet",
    )  # fmt: skip
    assert fitted.exit_code == 0
    assert "Fitted on odd-days only" in file.read_text(encoding="utf-8")
    code, folder, _ = backtest(file, export, "--test-on", "even-days")
    found = run_folder.read(folder).backtest
    assert found is not None
    assert (found.days, found.part) == (2, "even-days")
    volume = next(group for group in found.groups if group.name == "volume")
    assert volume.p > 0.05
    assert code == (0 if found.agrees else 1)


def test_of_the_days_that_were_not_fitted_only_their_dates_are_known(
    tmp_path: Path, export: Path
) -> None:
    """Whatever stands on the even days of the export, the fit to the odd ones is the same."""
    header, *lines = export.read_text(encoding="utf-8").splitlines()
    odd = [line for line in lines if "2025-12-27" in line or "2025-12-29" in line]
    last = next(line for line in lines if "2025-12-30" in line)
    other = tmp_path / export.name  # it stands in the summary
    other.write_text("\n".join([header, *odd, last]) + "\n", encoding="utf-8")
    texts = []
    for orders in (export, other):
        file = tmp_path / f"fit-{len(texts)}" / "fitted.yaml"
        file.parent.mkdir()
        invoke(
            "calibrate", "--orders", orders, "--fit-on", "odd-days", "--out", file,
            "--replications", "2", "--jobs", "1", "--quiet",
        )  # fmt: skip
        text = file.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "#" not in line]
        texts.append([line for line in lines if not line.startswith("summary:")])
    assert texts[0] == texts[1]


def test_the_ranges_hold_the_chance_of_a_fit_that_is_named(tmp_path: Path, export: Path) -> None:
    """As many orders tested as fitted, a few more: the root of two times as wide, and a little."""
    ranges = {}
    for options in ((), ("--fit-on", "odd-days")):
        file = tmp_path / str(len(options)) / "shop.yaml"
        file.parent.mkdir()
        file.write_text(dump(shop()), encoding="utf-8")
        _, folder, _ = with_pages(file, export, "--test-on", "even-days", *options)
        found = run_folder.read(folder).backtest
        assert found is not None
        ranges[options] = {f.figure: f.high - f.low for f in found.figures}
    alone, together = ranges.values()
    assert (found.fitted_on, found.wider) == ("odd-days", pytest.approx(1.45, abs=0.06))
    for name in ("orders_per_day", "lines_per_order", "share_of_lines p3"):
        assert together[name] == pytest.approx(found.wider * alone[name])
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    assert "The range also holds the chance in the fit to" in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--test-on", "odd-days", "--fit-on", "odd-days"), "was fitted too"),
        (("--test-on", "odd-days", "--fit-on", "before 1404-01-01"), "orders.csv was fitted"),
        (("--replications", "38"), "38 is not in the range"),
        (("--test-on", "odd-hour"), "--test-on odd-hour: this is no part of an export"),
        (("--test-on", "from 1405-01-01"), "has no hour that counts on the days of known"),
        (("--set", "season.start=1404-11-01"), "Move the season (--set season.start=1404-10-06"),
    ],
)
def test_a_mistake_ends_with_2_before_anything_is_played(
    scenario: Path, export: Path, options: tuple[str, ...], message: str
) -> None:
    words = ("backtest", scenario, "--orders", export, "--out", "run", *options)
    assert message in refused(scenario.parent, *words)


def test_without_an_export_there_is_nothing_to_lay_beside(scenario: Path) -> None:
    assert "Nothing to lay beside" in refused(scenario.parent, "backtest", scenario)


def test_no_customer_of_the_export_reaches_the_run_folder(itself: Tested) -> None:
    _, folder, shown = itself
    written = [file for file in folder.rglob("*") if file.is_file()]
    assert written
    for personal in ("Sara", "Karimi", "0912123", "example.ir"):
        assert personal not in shown
        for file in written:
            assert personal.encode() not in file.read_bytes(), file.name


def test_the_shops_own_statuses_and_format_are_understood_as_in_calibrate(
    scenario: Path, export: Path, tmp_path: Path
) -> None:
    """Every fourth order was cancelled unpaid, in the shop's own words."""
    header, *lines = export.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("order_id")
    told = [
        f"{line},{'called off' if int(line.split(',')[at]) % 4 == 0 else 'Packed by us'}"
        for line in lines
    ]
    path = tmp_path / "statuses.csv"
    path.write_text("\n".join([f"{header},status", *told]) + "\n", encoding="utf-8")
    words = ("--order-status", "Packed by us=stands", "--order-status", "called off=cancelled")
    code, folder, _ = backtest(scenario, path, "--orders-format", "generic", *words)
    found = run_folder.read(folder).backtest
    assert found is not None
    assert code == 1  # a quarter of the orders is missing
    assert not next(each for each in found.figures if each.figure == "orders_per_day").inside


def test_moments_of_utc_come_to_the_time_zone_of_the_scenario(export: Path, tmp_path: Path) -> None:
    """Told in UTC, the orders of a shop in Berlin agree with the scenario in Berlin only."""
    zone = ZoneInfo("Europe/Berlin")
    header, *lines = export.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("created_at")
    told = []
    for line in lines:
        cells = line.split(",")
        moment = dt.datetime.fromisoformat(cells[at]).replace(tzinfo=zone)
        cells[at] = moment.astimezone(dt.UTC).isoformat()
        told.append(",".join(cells))
    path = tmp_path / "utc.csv"
    path.write_text("\n".join([header, *told]) + "\n", encoding="utf-8")
    file = tmp_path / "berlin.yaml"
    season = shop().season.model_copy(update={"timezone": zone.key})
    file.write_text(dump(shop(season=season)), encoding="utf-8")
    code, _, shown = backtest(file, path)
    assert code == 0, shown
