"""`esfand tune`: the curve, the decision, and the same shoppers at every value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from commands import TUNE, invoke

from reports import run_folder
from scenarios.errors import UserError

pytestmark = pytest.mark.usefixtures("no_more_pages")


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


def test_a_grid_is_selected_within_limits_and_tells_it_to_machines(tmp_path: Path) -> None:
    result = invoke(
        *TUNE, "--vary", "support.desks.chat.agents=1,12..13:2", "--certainty", "90%",
        "--indifference", "5%", "--max-replications", "8", "--replications", "5",
        "--subject-to", "support_service_level >= 50%", "--out", tmp_path / "run", "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    outcome = json.loads(result.stdout)["tune"]
    assert outcome["parameter"] == "reservation.timeout, support.desks.chat.agents"
    assert len(outcome["values"]) == 9
    assert outcome["best"] == "reservation.timeout=2min, support.desks.chat.agents=12"
    assert outcome["selected"]["procedure"] == "kn"
    assert outcome["selected"]["certainty"] == 0.9
    missed = {each["value"] for each in outcome["standings"] if each["state"] == "missed"}
    assert "reservation.timeout=2min, support.desks.chat.agents=1" in missed
    assert outcome["replications"][outcome["best"]] >= 5
    run = run_folder.read(tmp_path / "run")
    assert dict(run.measures["value"].value_counts()) == outcome["replications"]
    again = run.manifest.command_line
    for words in ("--certainty 90%", "--indifference 5%", "--procedure kn", "--subject-to"):
        assert words in again


def test_of_several_objectives_the_front_is_printed(tmp_path: Path) -> None:
    result = invoke(
        *TUNE, "--objective", "profit_rial", "--objective", "orders_paid",
        "--out", tmp_path / "run",
    )  # fmt: skip
    assert result.exit_code == 0
    assert any(line.startswith("  *") for line in result.stdout.splitlines())
    assert "profit and orders paid at once" in " ".join(result.stdout.split())


def test_a_wish_that_cannot_be_is_a_mistake_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--certainty '95': write the probability"):
        invoke(*TUNE, "--replications", "9", "--certainty", "95", "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()
