"""`esfand simulate`: what it prints, and the run folder that it leaves."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result
from commands import REPORTS, ROOT, SIMULATE, invoke

from model.events import Kind
from reports import run_folder
from reports.log import read_parquet
from scenarios.loader import load

pytestmark = pytest.mark.usefixtures("no_more_pages")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("simulate") / "run"
    rules = "thresholds=['orders_paid > 10', 'stockouts >= 0']"
    return folder, invoke(*SIMULATE, "--out", folder, "--set", rules)


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
    assert words[-2:] == ["--out", str(folder)]
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


def test_the_command_line_of_the_manifest_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    folder = tmp_path / "a run; echo 'lost'"
    rules = "thresholds=['orders_paid > 10', \"stockouts >= 0\"]"
    logs = ("--keep-logs", "all")
    assert invoke(*SIMULATE, "--set", rules, "--out", folder, "--quiet", *logs).exit_code == 0
    measured = (folder / "measures.csv").read_bytes()
    command = run_folder.read(folder).manifest.command_line
    shutil.rmtree(folder)
    esfand = f'esfand() {{ "{sys.executable}" "{ROOT / "esfand.py"}" "$@"; }}'
    script = f"{esfand}\n{command} --quiet --language en"
    pasted = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert (pasted.returncode, pasted.stdout, pasted.stderr) == (0, b"", b"")
    assert (folder / "measures.csv").read_bytes() == measured
    assert len(run_folder.read(folder).logs) == 3


@pytest.mark.parametrize(("kept", "logs"), [("0", 0), ("3", 3), ("all", 3), ("99", 3)])
def test_more_logs_than_there_are_cannot_be_kept_and_that_is_said(
    tmp_path: Path, kept: str, logs: int
) -> None:
    result = invoke(*SIMULATE, "--out", tmp_path / "run", "--keep-logs", kept, "--quiet")
    assert len(run_folder.read(tmp_path / "run").logs) == logs
    said = "Warning: --keep-logs 99: there are 3 logs, and all are kept.\n" if kept == "99" else ""
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", said)
