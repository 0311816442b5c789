"""`esfand tune`: the curve, the decision, and the same shoppers at every value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from commands import TUNE, invoke

from reports import run_folder


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("tune") / "run"
    rules = "thresholds=['phantom_stockout_rate < 0.001%']"
    return folder, invoke(*TUNE, "--out", folder, "--set", rules)


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
