"""`esfand calibrate` on access logs, alone and with an order export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calibration.known_log import ADDED, week_of_shoppers, write
from click.testing import Result
from commands import invoke, refused

from scenarios.loader import load


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [text for _, text in week_of_shoppers(days=2)]
    path = tmp_path_factory.mktemp("logs") / "access.log"
    return write(path, *rows, "Sara Karimi 09123456789")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    rows = (
        f"{n},p{n * n % 20},1,150000,2025-10-10 {10 + n * 7 % 720 // 60}:{n % 60:02}:00"
        for n in range(200)
    )
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["order_id,product,quantity,unit_price_toman,date", *rows]) + "\n")
    return path


def calibrate(out: Path, *options: str) -> Result:
    how = ("--replications", "2", "--jobs", "1", "--out", out)
    return invoke("calibrate", *how, *options)


def test_a_log_alone_makes_a_scenario_that_brings_its_traffic(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop.yaml"
    result = calibrate(out, "--access-log", str(log), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    figures = {row["figure"]: row for row in found["figures"]}
    for figure, off in (
        ("sessions_per_day", 0.1),
        ("engaged_sessions_per_day", 0.2),
        ("orders_per_day", 0.35),
    ):
        assert figures[figure]["simulated"] == pytest.approx(figures[figure]["real"], rel=off)
    assert load(str(out)).demand.sessions_per_day == pytest.approx(600, rel=0.02)
    assert "Pages by the patterns of woocommerce (guessed)" in " ".join(found["account"])
    assert "1 of" in result.stderr
    assert "xxxx xxxxxx ###########" in result.stderr
    assert "Sara" not in result.output + out.read_text(encoding="utf-8")


def test_with_orders_sessions_follow_from_the_measured_share(
    log: Path, orders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "shop.yaml"
    result = calibrate(out, "--access-log", str(log), "--orders", str(orders))
    assert result.exit_code == 0, result.output
    fitted = load(str(out))
    assert fitted.demand.engaged == pytest.approx(ADDED, abs=0.05)
    assert fitted.shoppers.browse.law == "lognormal"
    assert len(fitted.catalogue) > 1
    assert out.read_text(encoding="utf-8").count("source: access log") >= 3


def test_a_share_given_by_hand_wins_over_the_log(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "shop.yaml"
    calibrate(out, "--access-log", str(log), "--engaged", "11%")
    assert load(str(out)).demand.engaged == 0.11
    assert "# as given" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "Nothing to fit: give --orders, --access-log"),
        (("--access-log", "LOG", "--platform", "opncart"), "did you mean 'opencart'?"),
        (("--access-log", "LOG", "--page", "cart"), "write step=pattern"),
        (("--access-log", "LOG", "--page", "basket=/b"), "expected one of received"),
        (("--access-log", "none.log"), "there is no such file"),
        (("--access-log", "LOG", "--column", "order=x"), "--column"),
    ],
)
def test_options_that_make_no_sense_end_with_one_clear_message(
    options: tuple[str, ...], words: str, log: Path, tmp_path: Path
) -> None:
    given = [log if option == "LOG" else option for option in options]
    assert words in refused(tmp_path, "calibrate", "--out", "shop.yaml", *given)
