"""`esfand tune --search`: what is kept of a search, on any number of cores, stopped or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from commands import SMALL, invoke
from stops import assert_same_run, stop_after

from reports import run_folder
from scenarios.errors import UserError
from sim.experiments import remembering
from sim.experiments.journal import RunJournal
from sim.experiments.progress import Progress
from sim.experiments.searching import FEW, FINALISTS

pytestmark = pytest.mark.usefixtures("no_more_pages")
SEARCH = (
    "tune", "benchmark-w1", *SMALL, "--replications", "5", "--max-replications", "6",
    "--vary", "reservation.timeout=1min..2h", "--vary", "support.desks.chat.agents=1..20",
    "--search", "12",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search at a stretch, on one core."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    result = invoke(*SEARCH, "--jobs", "1", "--out", folder)
    assert result.exit_code == 0
    assert "that a search tried" in result.stdout
    return folder


def test_a_search_keeps_every_design_and_the_figures_of_the_best_few(whole: Path) -> None:
    run = run_folder.read(whole)
    assert run.tuned is not None
    searched = run.tuned.searched
    assert searched is not None
    tried = [each.value for each in searched.tried]
    finalists = {each.value for each in searched.tried if each.finalist}
    assert 5 < len(tried) <= searched.proposals == 12
    assert finalists == set(run.tuned.values) == set(run.measures["value"])
    assert run.measures["replication"].min() == searched.replications  # played anew
    table = pd.read_csv(whole / "search.csv", encoding="utf-8-sig")
    assert list(table["reservation.timeout"] + table["support.desks.chat.agents"].astype(str)) == [
        "".join(setting.partition("=")[2] for setting in each.split(", ")) for each in tried
    ]
    assert table["finalist"].sum() == len(finalists)
    assert "--search 12" in run.manifest.command_line
    for language in ("en", "fa"):
        assert "search.csv" in (whole / f"report.{language}.html").read_text(encoding="utf-8")


def test_a_search_is_the_same_on_any_number_of_cores(whole: Path, tmp_path: Path) -> None:
    assert invoke(*SEARCH, "--jobs", "3", "--out", tmp_path / "run").exit_code == 0
    assert_same_run(whole, tmp_path / "run")


@pytest.mark.parametrize("after", [2, 9, 14])
def test_a_stopped_search_is_gone_on_with_as_if_it_never_stopped(
    after: int, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, after)
        assert invoke(*SEARCH, "--jobs", "1", "--out", tmp_path / "run").exit_code == 1
    kept = len(RunJournal.read(tmp_path / "run.unfinished").finished)
    assert kept > 0
    played = 0
    keep = RunJournal.keep

    def counted(journal: RunJournal, replications: list, seconds: float) -> None:
        nonlocal played
        played += len(replications)
        keep(journal, replications, seconds)

    monkeypatch.setattr(RunJournal, "keep", counted)
    assert invoke("tune", "--resume", tmp_path / "run", "--jobs", "1").exit_code == 0
    assert_same_run(whole, tmp_path / "run")
    run = run_folder.read(tmp_path / "run")
    searched = run.tuned.searched if run.tuned else None
    assert searched is not None
    assert kept + played == len(searched.tried) * searched.replications + len(run.measures)


def test_the_progress_of_a_search_knows_from_the_start_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search, and the first batch of the selection; what that adds nobody knows before."""
    seen: list[tuple[int, int]] = []

    @contextmanager
    def told(what: str, shown: bool) -> Iterator[Progress]:
        yield Progress(lambda done, total: seen.append((done, total)))

    monkeypatch.setattr(remembering, "progress", told)
    invoke(*SEARCH, "--jobs", "1", "--out", tmp_path / "run")
    planned = 12 * FEW + FINALISTS * 5
    assert {total for done, total in seen if done < planned - FINALISTS} == {planned}
    assert seen == sorted(seen)
    assert seen[-1][1] <= planned + FINALISTS


def test_a_search_is_not_gone_on_with_in_another_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(invoke("scenarios", "show", "benchmark-w1").stdout)
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        invoke("tune", mine, *SEARCH[2:], "--jobs", "1", "--out", tmp_path / "run")
    mine.write_text(mine.read_text().replace("seed: 1405", "seed: 8"))
    with pytest.raises(UserError, match="is not the scenario that was searched any more"):
        invoke("tune", "--resume", tmp_path / "run", "--jobs", "1")
    assert RunJournal.read(tmp_path / "run.unfinished").finished


def test_a_search_tells_machines_what_it_tried(whole: Path) -> None:
    result = json.loads((whole / "result.json").read_text())
    assert result["searched"]["sampler"].startswith("TPE of optuna ")
    assert [each["field"] for each in result["searched"]["fields"]] == [
        "reservation.timeout", "support.desks.chat.agents"
    ]  # fmt: skip


def test_a_search_that_cannot_be_is_a_mistake_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="leave --search out to play them all"):
        invoke(
            "tune", "benchmark-w1", "--vary", "support.desks.chat.agents=1..9", "--search", "20",
            "--out", tmp_path / "run",
        )  # fmt: skip
    assert not list(tmp_path.iterdir())
    assert invoke(*SEARCH[:-1], "5", "--out", tmp_path / "run").exit_code == 2
