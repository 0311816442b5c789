"""simulate, tune, report and calibrate: what they print and write, and how they end."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import esfand
from model.events import Kind
from reports import run_folder
from reports.log import read_parquet
from scenarios.columns import Shoppers
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim import replication
from sim.world import Played, play_shoppers

ROOT = Path(__file__).parents[1]
SMALL = (
    "--set", "season.duration=2 h",
    "--set", "demand.sessions_per_day=60_000",
    "--set", "catalogue.goods.stock=3",
    "--set", "support.desks.chat.agents=12",
    "--replications", "3",
)  # fmt: skip
SIMULATE = ("simulate", "benchmark-w1", *SMALL)
TUNE = ("tune", "benchmark-w1", "--vary", "reservation.timeout=2min,30min,2h", *SMALL)
REPORTS = ("report.en.html", "report.fa.html")


def invoke(*arguments: str | Path) -> Result:
    """The command within this process; its exceptions are those of the test."""
    return CliRunner().invoke(esfand.cli, list(map(str, arguments)), catch_exceptions=False)


def shell(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as people run it, in a folder."""
    return subprocess.run(
        [sys.executable, str(ROOT / "esfand.py"), *map(str, arguments)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("simulate") / "run"
    rules = "thresholds=['orders_paid > 10', 'stockouts >= 0']"
    return folder, invoke(*SIMULATE, "--out", folder, "--set", rules)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("tune") / "run"
    rules = "thresholds=['phantom_stockout_rate < 0.001%']"
    return folder, invoke(*TUNE, "--out", folder, "--set", rules)


# ---- simulate


def test_simulate_prints_thresholds_then_measures_then_the_reports(
    simulated: tuple[Path, Result],
) -> None:
    folder, result = simulated
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "benchmark-w1, 3 replications, seed 1405"
    first, second = lines[lines.index("Thresholds") + 1 :][:2]
    assert first.split()[:5] == ["✓", "orders_paid", ">", "10", lines[3].split()[4]]
    assert "±" in first
    assert second.startswith("  ✓  stockouts >= 0")
    assert lines.index("Measures") > lines.index("Thresholds")
    assert any(line.strip().startswith("profit_rial ") for line in lines)
    assert lines[-1] == f"Reports: {folder}/report.fa.html, {folder}/report.en.html"
    assert result.stderr == ""


def test_simulate_leaves_a_whole_run_folder(simulated: tuple[Path, Result]) -> None:
    folder, _ = simulated
    run = run_folder.read(folder)
    assert run.manifest.command == "simulate"
    assert (run.manifest.seed, run.manifest.replications) == (1405, 3)
    assert run.manifest.books.balanced
    assert list(run.measures["replication"]) == [0, 1, 2]
    assert len(run.hours) == 3 * 24
    assert run.logs == ("events/0.parquet",)
    for report in REPORTS:
        assert (folder / report).stat().st_size > 10_000
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_the_kept_log_is_that_of_the_measured_run(simulated: tuple[Path, Result]) -> None:
    folder, _ = simulated
    events = read_parquet(folder / "events" / "0.parquet")
    paid = run_folder.read(folder).measures["orders_paid"][0]
    assert (events["kind"] == Kind.PAID).sum() == paid > 0


def test_the_command_line_of_the_manifest_repeats_the_run(
    simulated: tuple[Path, Result], tmp_path: Path
) -> None:
    folder, _ = simulated
    command = run_folder.read(folder).manifest.command_line
    words = shlex.split(command)
    assert words[0] == "esfand"
    again = invoke(*words[1:], "--out", tmp_path / "again", "--jobs", "1", "--quiet")
    assert (again.exit_code, again.output) == (0, "")
    for name in ("measures.csv", "hours.csv", "scenario.yaml", "events/0.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    assert load(str(tmp_path / "again" / "scenario.yaml")).seed == 1405


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    result = invoke(
        *SIMULATE, "--out", tmp_path / "run", "--json", "--seed", "7", "--keep-logs", "all",
        "--set", "thresholds=['orders_paid > 1_000_000']",
    )  # fmt: skip
    assert result.exit_code == 1  # the threshold is missed
    outcome = json.loads(result.stdout)
    assert list(outcome) == [
        "run", "scenario", "source", "seed", "replications", "measures", "thresholds", "books"
    ]  # fmt: skip
    assert outcome["run"] == str(tmp_path / "run")
    assert (outcome["scenario"], outcome["source"]) == ("benchmark-w1", "simulated")
    assert (outcome["seed"], outcome["replications"]) == (7, 3)
    assert outcome["books"] == {"balanced": True, "faults": []}
    orders = outcome["measures"]["orders_paid"]
    assert list(orders) == ["mean", "half_width", "low", "high", "n"]
    assert orders["low"] < orders["mean"] < orders["high"]
    assert orders["n"] == 3
    assert outcome["thresholds"] == [
        {"rule": "orders_paid > 1_000_000", "value": orders["mean"], "passed": False}
    ]
    table = pd.read_csv(tmp_path / "run" / "measures.csv", encoding="utf-8-sig")
    assert table["orders_paid"].mean() == pytest.approx(orders["mean"])
    assert len(list((tmp_path / "run" / "events").iterdir())) == 3


# ---- tune


def test_tune_prints_the_curve_and_closes_with_the_decision(tuned: tuple[Path, Result]) -> None:
    folder, result = tuned
    assert result.exit_code == 1  # a threshold is missed at the recommended value
    best = json.loads((folder / "result.json").read_text())["best"]
    lines = result.stdout.splitlines()
    assert f"Thresholds at {best}" in lines
    assert [line.split()[1] for line in lines if line.startswith("  >")] == [best]
    for value in ("2min", "30min", "2h"):
        assert any(value in line.split()[:2] for line in lines)
    assert "of 3 values" in result.stdout
    assert lines[-1] == f"Reports: {folder}/report.fa.html, {folder}/report.en.html"


def test_tune_leaves_the_decision_and_every_value_over_the_same_shoppers(
    tuned: tuple[Path, Result],
) -> None:
    folder, _ = tuned
    run = run_folder.read(folder)
    assert run.result is not None
    assert run.result.parameter == "reservation.timeout"
    assert run.result.values == run.values == ("2min", "30min", "2h")
    assert run.result.current == "30min"
    assert (run.result.objective, run.result.goal) == ("profit_rial", "max")
    assert len(run.result.differences) == 2
    assert len(run.measures) == 9
    sessions = run.measures.pivot(index="replication", columns="value", values="sessions")
    assert (sessions.nunique(axis=1) == 1).all()
    assert sessions["2h"].nunique() == 3


def test_tune_as_json_adds_the_decision_and_the_curve(tmp_path: Path) -> None:
    result = invoke(
        *TUNE, "--out", tmp_path / "run", "--json", "--objective", "stockouts", "--jobs", "1"
    )
    assert result.exit_code == 0
    outcome = json.loads(result.stdout)
    assert outcome["tune"]["best"] == "2min"
    assert outcome["tune"]["goal"] == "min"
    assert list(outcome["curve"]) == ["2min", "30min", "2h"]
    assert outcome["measures"] == outcome["curve"]["2min"]


# ---- report


def test_report_writes_equal_pages_anew(tuned: tuple[Path, Result]) -> None:
    folder, _ = tuned
    before = [(folder / name).read_bytes() for name in REPORTS]
    for name in REPORTS:
        (folder / name).unlink()
    result = invoke("report", folder)
    assert result.exit_code == 0
    assert result.stdout == f"Reports: {folder}/report.fa.html, {folder}/report.en.html\n"
    assert [(folder / name).read_bytes() for name in REPORTS] == before


def test_report_prints_what_each_run_came_to_for_machines(tuned: tuple[Path, Result]) -> None:
    folder, _ = tuned
    result = invoke("report", folder, folder, "--json")
    assert result.exit_code == 0
    first, second = json.loads(result.stdout)
    assert first == second
    assert first["tune"]["objective"]


def test_report_touches_nothing_if_one_folder_is_no_run(
    tuned: tuple[Path, Result], tmp_path: Path
) -> None:
    folder, _ = tuned
    before = (folder / REPORTS[0]).stat().st_mtime_ns
    result = shell(tmp_path, "report", folder, tmp_path)
    assert result.returncode == 2
    assert f"{tmp_path} is not a run folder" in result.stderr
    assert (folder / REPORTS[0]).stat().st_mtime_ns == before


# ---- calibrate


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
    result = shell(tmp_path, "calibrate", "--orders", orders, "--out", "orders.csv")
    assert result.returncode == 2
    assert "is the export itself" in result.stderr
    assert orders.read_bytes() == before


# ---- how they end


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with things in the way."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_text("no run")
    (tmp_path / "file").write_text("no folder")
    return tmp_path


MISTAKES: list[tuple[Sequence[str], str]] = [
    (["simulate", "nowruz", "--replications", "0"], "0 is not in the range x>=1"),
    (["simulate", "nowruz", "--jobs", "0"], "0 is not in the range x>=1"),
    (["simulate", "nowruz", "--seed", "-1"], "-1 is not in the range x>=0"),
    (["simulate", "nowruz", "--keep-logs", "some"], "'some' is neither a number nor 'all'"),
    (["simulate", "nowruz", "--out", "photos"], "photos is not empty and holds no run"),
    (["simulate", "nowruz", "--out", "file"], "file is a file"),
    (["simulate", "nowruz", "--out", "file/run"], "file: Not a directory"),
    (["simulate", "nowruz", "--out", "/proc/run"], "--out /proc/run: cannot write to /proc"),
    (["simulate", "missing.yaml"], "missing.yaml: no such file"),
    (["simulate", "nowruz", "--set", "reservation.timeout=5"], "a duration needs a unit"),
    (["simulate", "nowruz", "--set", "thresholds=[bogus < 2%]"], "there is no measure 'bogus'"),
    (["tune", "nowruz"], "Missing option '--vary'"),
    (["tune", "nowruz", "--vary", "reservation.timeout=0"], "or 'none' for no limit"),
    (["tune", "nowruz", "--vary", "nonsense=1"], "unknown field"),
    (
        ["tune", "nowruz", "--vary", "reservation.timeout=5min,9min", "--objective", "gain"],
        "--objective gain: There is no measure 'gain'",
    ),
    (["report", "photos"], "photos is not a run folder"),
    (["report", "missing"], "missing is not a run folder: there is no such folder"),
    (["calibrate"], "Missing option '--orders'"),
    (["calibrate", "--orders", "missing.csv"], "missing.csv: there is no such file"),
    (["calibrate", "--orders", "missing.csv", "--column", "x"], "--column x: write role=header"),
    (["calibrate", "--orders", "missing.csv", "--replications", "1"], "not in the range x>=2"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_is_one_clear_message_with_exit_code_2_and_leaves_nothing(
    workplace: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workplace)
    with pytest.raises(SystemExit) as end:
        esfand.main(arguments)
    told = capsys.readouterr()
    assert end.value.code == 2
    assert told.out == ""
    assert told.err.count(message) == 1
    assert "Traceback" not in told.err
    left = sorted(str(path.relative_to(workplace)) for path in workplace.rglob("*"))
    assert left == ["file", "photos", "photos/1.jpg"]


def test_exit_codes_are_those_of_real_processes(tmp_path: Path) -> None:
    kept = shell(tmp_path, *SIMULATE, "--set", "thresholds=[sessions > 1]", "--quiet")
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, "", "")
    assert (tmp_path / "runs" / "benchmark-w1-simulate" / "manifest.json").exists()
    missed = shell(tmp_path, *TUNE, "--set", "thresholds=[sessions < 1]")
    assert missed.returncode == 1
    assert missed.stdout.splitlines()[-1].startswith("Reports: runs/benchmark-w1-tune/report.fa.ht")
    wrong = shell(tmp_path, "tune", "nowruz", "--vary", "reservation.timeout=0")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1


def test_books_that_do_not_balance_end_with_3_and_name_the_replication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play_badly(plan: Plan, shoppers: Shoppers) -> Played:
        """A season after which two units vanish."""
        played = play_shoppers(plan, shoppers)
        played.shop.log.add(plan.scenario.season.duration, Kind.RELEASED, product=0, quantity=2)
        return played

    monkeypatch.setattr(replication, "play_shoppers", play_badly)
    result = invoke(*SIMULATE, "--out", tmp_path / "run", "--jobs", "1")
    assert result.exit_code == 3
    assert "The books do not balance" in result.stdout
    assert "replication 0: " in result.stderr
    assert "replication 2: " in result.stderr
    assert not run_folder.read(tmp_path / "run").manifest.books.balanced


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_interrupt_ends_cleanly_with_130_and_writes_nothing(tmp_path: Path) -> None:
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "esfand.py"), "tune", "nowruz", "--jobs", "2",
         "--vary", "reservation.timeout=5min,20min"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=its_end, start_new_session=True, text=True,
        preexec_fn=_hear_interrupts,
    )  # fmt: skip
    os.close(its_end)
    shown = b""
    try:
        while b"0/12" not in shown:  # the progress is on: it plays
            shown += os.read(terminal, 4096)
        time.sleep(1)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the workers too
        out, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    while chunk := _read(terminal):
        shown += chunk
    os.close(terminal)
    assert (process.returncode, out) == (130, "")
    assert shown.endswith(b"Interrupted.\r\n")
    assert b"Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def _hear_interrupts() -> None:
    """Tests that run in the background inherit deaf ears."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end is closed
        return b""
