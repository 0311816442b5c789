"""`esfand calibrate`: the scenario that it writes, its account, and fields set by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import invoke, refused

from scenarios.loader import load


def write_orders(path: Path, count: int = 400) -> Path:
    """Made-up orders of 53 products over two days, between ten and ten."""
    lines = ["order_id,product,quantity,unit_price_toman,date"]
    for order in range(count):
        day, minute = order % 2, (order * 7919) % 720
        at = f"2025-03-{10 + day} {10 + minute // 60:02}:{minute % 60:02}:00"
        lines += [f"{order},p{order * order % 53},{1 + order % 3 // 2},150000,{at}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_calibrate_writes_a_scenario_and_accounts_for_it(tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "My Orders.csv")
    result = invoke(
        "calibrate", "--orders", orders, "--out", tmp_path / "mine.yaml", "--replications", "2"
    )
    assert result.exit_code == 0
    scenario = load(str(tmp_path / "mine.yaml"))
    assert scenario.name == "mine"
    assert scenario.catalogue[0].price == 1_500_000
    row = next(line for line in result.stdout.splitlines() if "orders_per_day" in line)
    assert row.split()[1] == "200"
    assert result.stdout.splitlines()[-1] == f"Scenario: {tmp_path / 'mine.yaml'}"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["My Orders.csv", "mine.yaml"]


def test_calibrate_as_json_has_the_same_account(tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.csv")
    columns = ("--column", "product=product", "--currency", "rial", "--name", "plain")
    out = ("--out", str(tmp_path / "plain.yaml"), "--replications", "2")
    result = invoke("calibrate", "--orders", orders, *columns, *out, "--json")
    account = json.loads(result.stdout)
    assert (account["name"], account["scenario"]) == ("plain", str(tmp_path / "plain.yaml"))
    figures = {figure["figure"]: figure for figure in account["figures"]}
    assert figures["orders_per_day"]["real"] == 200
    assert figures["revenue_per_day_rial"]["real"] == pytest.approx(200 * 4 / 3 * 150_000, rel=0.01)
    assert account["books"]["balanced"]


def test_calibrate_never_overwrites_the_export(tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.csv")
    before = orders.read_bytes()
    told = refused(tmp_path, "calibrate", "--orders", orders, "--out", "orders.csv")
    assert "is the export itself" in told
    assert orders.read_bytes() == before


def test_fields_set_by_hand_are_checked_written_and_told_from_the_fitted(tmp_path: Path) -> None:
    orders, file = write_orders(tmp_path / "orders.csv"), tmp_path / "mine.yaml"
    how = ("--orders", orders, "--out", file, "--force", "--replications", "2", "--json")
    fitted = json.loads(invoke("calibrate", *how).stdout)
    by_hand = (
        "--set", "reservation.timeout=5min",
        "--set", "support.desks.chat.agents=9",
        "--set", "thresholds=['stockouts < 10']",
        "--seed", "7",
    )  # fmt: skip
    changed = json.loads(invoke("calibrate", *how, *by_hand).stdout)
    scenario = load(str(file))
    assert (scenario.reservation.timeout, scenario.seed) == (300.0, 7)
    assert scenario.support.desks[0].agents == 9
    assert scenario.thresholds == ("stockouts < 10",)
    text = file.read_text(encoding="utf-8")
    assert "  # set by hand, not fitted\n  timeout: 5 min\n" in text
    assert "\n# set by hand, not fitted\nseed: 7\n" in text
    assert "support.desks.chat.agents is set by hand" in text
    assert changed["account"][-1] == (
        "Set by hand, after the fit: reservation.timeout=5min, support.desks.chat.agents=9, "
        "thresholds=['stockouts < 10'], seed=7."
    )
    assert changed["figures"] != fitted["figures"]  # what is checked is what is written


def test_the_seed_of_the_check_makes_other_replications_of_the_same_fit(tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.csv")
    told = []
    for seed in ("1", "1", "2"):
        how = ("--out", tmp_path / "mine.yaml", "--force", "--replications", "2", "--json")
        told.append(
            json.loads(invoke("calibrate", "--orders", orders, *how, "--seed", seed).stdout)
        )
    assert told[0] == told[1]
    means = [{row["figure"]: row["simulated"] for row in each["figures"]} for each in told]
    reals = [{row["figure"]: row["real"] for row in each["figures"]} for each in told]
    assert means[0] != means[2]
    assert reals[0] == reals[2]


def test_a_setting_that_does_not_fit_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.csv")
    wrong = ("--set", "reservation.timeout=5", "--set", "support.desks.phone.agents=2")
    told = refused(tmp_path, "calibrate", "--orders", orders, *wrong)
    assert "--set support.desks.phone.agents=2: support.desks: " in told
    assert "--set reservation.timeout=5: reservation.timeout: a duration needs a" in told
