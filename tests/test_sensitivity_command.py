"""`esfand sensitivity`: on a decision whose answer is known, and what it leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result
from commands import REPORTS, SMALL, invoke, refused
from desks import one_desk

from reports import run_folder
from reports.sensitivity_result import SensitiveInput, Sensitivity

pytestmark = pytest.mark.usefixtures("no_more_pages")
# Nobody buys: the profit is what the agents cost, less when fewer sit there. An input that moves
# the agents' wage moves the margin in proportion, and none of the shoppers' inputs moves anything.
DECISION = "support.desks.phone.agents=4,6"
TUNE_TWO = (
    "benchmark-w1", "--vary", "reservation.timeout=2min,30min", *SMALL, "--replications", "2",
)  # fmt: skip
ASKED = ("costs.agent_hour", "shoppers.ready", "costs.goods")


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("sensitivity")
    path = one_desk(folder, 200, days=1)
    only = [word for field in ASKED for word in ("--only", field)]
    out = folder / "run"
    more = ("--replications", "2", "--sobol", "4", "--jobs", "1")
    return out, invoke("sensitivity", path, "--vary", DECISION, *only, "--out", out, *more)


def study_of(folder: Path) -> Sensitivity:
    found = run_folder.read(folder).sensitivity
    assert found is not None
    return found


def input_of(folder: Path, field: str) -> SensitiveInput:
    return next(each for each in study_of(folder).inputs if each.field == field)


def test_the_input_that_matters_is_first_and_its_effect_is_known(
    studied: tuple[Path, Result],
) -> None:
    folder, result = studied
    assert result.exit_code == 0
    study = study_of(folder)
    assert study.best == "4"
    assert study.margin == 2 * 24 * 1_500_000
    wage = study.inputs[0]
    assert wage.field == "costs.agent_hour"
    assert (wage.margin_low, wage.margin_high) == (2 * 24 * 800_000, 2 * 24 * 4_000_000)
    assert wage.screened == pytest.approx(2 * 24 * 3_200_000)
    assert wage.total > 0.3  # with so few points not more can be said


def test_an_input_without_effect_has_none(studied: tuple[Path, Result]) -> None:
    for field in ("shoppers.ready", "costs.goods"):
        idle = input_of(studied[0], field)
        assert idle.screened == idle.interacts == 0
        assert idle.total == pytest.approx(0.0, abs=1e-9)
        assert idle.margin_low == idle.margin_high == study_of(studied[0]).margin


def test_nothing_turns_this_decision_over_and_the_console_says_so(
    studied: tuple[Path, Result],
) -> None:
    folder, result = studied
    assert study_of(folder).flipping == ()
    assert "None of the 3 poorly known inputs turns the decision over" in " ".join(
        result.stdout.split()
    )
    assert "3 inputs: about 100 seasons" in result.stderr
    for page in REPORTS:
        assert (folder / page).exists()
    table = pd.read_csv(folder / "sensitivity.csv")
    assert table["field"].tolist() == [each.field for each in study_of(folder).inputs]


def test_an_input_that_turns_the_decision_over_is_found_and_where(tmp_path: Path) -> None:
    """A tune at the end of the range, where the study says that the rival wins, agrees."""
    out = tmp_path / "run"
    asked = ("--only", "shoppers.tries_again", "--trajectories", "0", "--sobol", "0")
    study = invoke("sensitivity", *TUNE_TWO, *asked, "--out", out, "--jobs", "1", "--json")
    told = json.loads(study.stdout)["sensitivity"]
    (found,) = told["inputs"]
    assert (told["best"], found["own"], found["low"]) == ("2min", "100%", "30%")
    assert found["margin_low"] < 0 < told["margin"]
    assert found["best_low"] == "30min"
    (turn,) = found["turns"]
    assert 30 < float(turn["at"].rstrip("%")) < 100
    lower = ("--set", "shoppers.tries_again=30%")
    tuned = invoke("tune", *TUNE_TWO, *lower, "--out", tmp_path / "t", "--jobs", "1", "--json")
    best = json.loads(tuned.stdout)["tune"]
    assert best["best"] == found["best_low"]
    assert best["differences"][0]["mean"] == pytest.approx(found["margin_low"])


def test_the_result_does_not_depend_on_jobs(tmp_path: Path) -> None:
    path = one_desk(tmp_path, 200, days=1)
    results = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        invoke(
            "sensitivity", path, "--vary", DECISION, "--only", "costs.agent_hour", "--sobol", "2",
            "--replications", "2", "--out", out, "--jobs", jobs, "--quiet",
        )  # fmt: skip
        results.append((out / "result.json").read_text())
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--only", "shoppers.raedy"), "no poorly known input"),
        (("--sobol", "12"), "a power of two"),
        (("--objective", "profits"), "no measure"),
    ],
)
def test_a_mistake_is_told_before_anything_is_played(
    tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    words = ("sensitivity", one_desk(tmp_path, 200, days=1), "--vary", DECISION, *options)
    assert told in refused(tmp_path, *words)
