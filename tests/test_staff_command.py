"""`esfand staff`: against a desk whose answer is known, and what it leaves for planners."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from commands import REPORTS, ROOT, invoke, refused
from desks import one_desk

from reports import run_folder
from reports.staffing_result import Staffing
from scenarios.erlang_a import ErlangA, least_agents
from scenarios.loader import load

pytestmark = pytest.mark.usefixtures("no_more_pages")
CONTACTS = 1728
"""A day: 0.02 a second."""


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("staff")
    path = one_desk(folder, CONTACTS)
    wanted = folder / "wanted.yaml"
    out = folder / "run"
    return out, invoke("staff", path, "--out", out, "--jobs", "1", "--write-scenario", wanted)


def staffing_of(folder: Path) -> Staffing:
    found = run_folder.read(folder).staffing
    assert found is not None
    return found


def test_a_desk_at_a_constant_rate_needs_what_erlang_a_says(
    staffed: tuple[Path, Result],
) -> None:
    """Nine agents answer 79.1% in time and ten 87%: so nine at some hours, ten at others."""
    staffing = staffing_of(staffed[0])
    agents = np.array([cell.agents for cell in staffing.cells])
    known = least_agents(CONTACTS / 86400, 360, 180, 1, 20, 0.8)
    assert {cell.erlang for cell in staffing.cells} <= {known - 1, known, known + 1}
    assert known - 1 <= agents.mean() <= known
    by_hour = [ErlangA(CONTACTS / 86400, 360, 180, n).answered_within(20) for n in agents]
    assert 0.8 <= np.mean(by_hour) <= 0.83  # no more than it takes, but for what chance asks


def test_the_targets_hold_on_shoppers_that_the_fit_never_saw(
    staffed: tuple[Path, Result],
) -> None:
    folder, result = staffed
    (target,) = staffing_of(folder).targets
    assert result.exit_code == 0
    assert target.kept
    assert target.bound >= 0.8
    assert not target.present_kept
    assert target.reachable == 1.0
    measures = run_folder.read(folder).measures
    assert set(measures["replication"]).isdisjoint(range(8))
    level = measures[measures["value"] == "B"]["support_service_level_phone"]
    assert target.found == pytest.approx(level.mean())


def test_the_recommended_scenario_is_one_that_simulate_takes(
    staffed: tuple[Path, Result],
) -> None:
    folder, _ = staffed
    fitted = load(str(folder / "scenario-2.yaml"))
    assert fitted == load(str(folder.parent / "wanted.yaml"))
    assert fitted.name == "one-desk-staffed"
    out = folder.parent / "simulated"
    played = invoke("simulate", folder / "scenario-2.yaml", "--replications", "2", "--out", out)
    assert played.exit_code == 0
    cost = run_folder.read(out).measures["support_cost_rial"]
    assert cost.tolist() == pytest.approx([staffing_of(folder).cost_rial] * 2)


def test_costs_are_those_of_the_hours_now_and_then(staffed: tuple[Path, Result]) -> None:
    staffing = staffing_of(staffed[0])
    assert staffing.cost_present_rial == 5 * 96 * 1_500_000
    assert staffing.cost_rial == pytest.approx(sum(cell.cost_rial for cell in staffing.cells))


def test_the_table_goes_to_a_spreadsheet_in_both_languages(
    staffed: tuple[Path, Result],
) -> None:
    folder, _ = staffed
    table = pd.read_csv(folder / "staffing.csv")
    assert table["agents"].tolist() == [cell.agents for cell in staffing_of(folder).cells]
    sheets = pd.read_excel(folder / "staffing.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == ["برنامه", "جدول", "Plan", "Table"]
    assert sheets["Plan"].iloc[0, 3:].tolist() == table["agents"].tolist()
    assert sheets["جدول"]["کارشناس"].tolist() == table["agents"].tolist()


def test_the_console_shows_every_hour_and_closes_with_what_it_comes_to(
    staffed: tuple[Path, Result],
) -> None:
    folder, result = staffed
    lines = result.stdout.splitlines()
    agents = [cell.agents for cell in staffing_of(folder).cells]
    rows = [line.split() for line in lines if line.strip()[:5].endswith(":00")]
    assert [int(row[2]) for row in rows] == agents
    assert "The recommended staffing keeps every target." in result.stdout
    for page in REPORTS:
        assert (folder / page).exists()


def test_as_json_it_is_the_decision_without_words_that_do_not_fit(
    staffed: tuple[Path, Result],
) -> None:
    from reports.outcome import as_object

    outcome = as_object(run_folder.read(staffed[0]))
    assert outcome["staff"]["kept"] is True
    assert len(outcome["staff"]["cells"]) == 24
    assert "confidence" not in outcome["staff"]
    assert "compare" not in outcome
    assert outcome["differences"]["B"]["support_cost_rial"]["mean"] > 0


def test_the_result_does_not_depend_on_jobs(tmp_path: Path) -> None:
    path = one_desk(tmp_path, 600, "agents: 2", days=2)
    results = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        invoke("staff", path, "--replications", "4", "--out", out, "--jobs", jobs)
        results.append((out / "result.json").read_text())
    assert results[0] == results[1]


def test_what_cannot_be_had_in_the_hours_as_they_are_is_said(tmp_path: Path) -> None:
    path = one_desk(tmp_path, 600, "shifts: [{begins: 08:00, ends: 16:00, agents: 2}]", days=2)
    out = tmp_path / "run"
    result = invoke(
        "staff", path, "--replications", "4", "--out", out, "--jobs", "1", "--hours", "as-now"
    )
    assert result.exit_code == 1
    (target,) = staffing_of(out).targets
    assert 0.3 < target.reachable < 0.37  # eight hours of twenty-four
    assert not target.kept
    assert "out of reach" in result.stdout
    open_hours = {cell.hour for cell in staffing_of(out).cells if cell.agents}
    assert open_hours == set(range(8, 16))
    rows = [line.split() for line in result.stdout.splitlines() if line.strip()[:5].endswith(":00")]
    assert [row[1:3] == ["closed", "closed"] for row in rows] == [
        h not in open_hours for h in range(24)
    ]
    plan = pd.read_excel(out / "staffing.xlsx", sheet_name="Plan", engine="calamine")
    assert plan.iloc[0, 3:].tolist().count("closed") == 16


def test_quiet_and_busy_days_are_staffed_apart_and_shifts_are_long_enough(
    tmp_path: Path,
) -> None:
    shape = "{1405-12-01: 100%, 1405-12-02: 100%, 1405-12-03: 300%, 1405-12-04: 300%}"
    path = one_desk(tmp_path, 900, "agents: 4", shape=shape)
    out = tmp_path / "run"
    shift = ("--shortest-shift", "6")
    invoke("staff", path, "--replications", "4", "--out", out, "--jobs", "1", *shift)
    staffing = staffing_of(out)
    assert [(each.name, each.days) for each in staffing.days] == [
        ("quiet", ("1405-12-01 to 1405-12-02",)),
        ("busy", ("1405-12-03 to 1405-12-04",)),
    ]
    agents = np.array([cell.agents for cell in staffing.cells]).reshape(2, 24)
    assert agents[1].mean() > 1.5 * agents[0].mean()
    (desk,) = load(str(out / "scenario-2.yaml")).support.desks
    for each in desk.shifts:
        assert ((each.ends.hour or 24) - each.begins.hour) >= 6


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--target", "support_service_level.fax >= 80%"), "no fax desk"),
        (("--replications", "2"), "--replications"),
        (("--write-scenario", ROOT / "esfand.py"), "is there already"),
    ],
)
def test_a_mistake_is_told_before_anything_is_played(
    tmp_path: Path, options: tuple[str | Path, ...], told: str
) -> None:
    assert told in refused(tmp_path, "staff", one_desk(tmp_path, 600), "--out", "run", *options)
