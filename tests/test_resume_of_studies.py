"""staff and sensitivity that are stopped and gone on with: as if they never were."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from commands import invoke
from desks import one_desk
from stops import assert_same_run, killed_at_random, started, stop_after, wait_for_lines

from reports import run_folder
from sim.experiments.journal import RunJournal

STAFF = ("--replications", "4")
SENSITIVITY = (
    "--vary", "support.desks.phone.agents=2,3", "--only", "costs.agent_hour", "--only",
    "shoppers.ready", "--replications", "2", "--trajectories", "1", "--sobol", "2",
)  # fmt: skip
pytestmark = pytest.mark.usefixtures("no_pages")
WORDS = {"staff": STAFF, "sensitivity": SENSITIVITY}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return one_desk(tmp_path_factory.mktemp("desk"), 600, "agents: 2", days=1)


@pytest.fixture(scope="module")
def whole(desk: Path) -> dict[str, Path]:
    """Both commands at a stretch."""
    for name, words in WORDS.items():
        result = invoke(name, desk, *words, "--jobs", "1", "--out", desk.parent / name)
        assert result.exit_code in (0, 1), result.output
    return {name: desk.parent / name for name in WORDS}


@pytest.mark.parametrize("command", WORDS)
@pytest.mark.parametrize("after", [2, 7])
def test_a_stopped_study_is_gone_on_with_to_the_last_bit(
    command: str,
    after: int,
    desk: Path,
    whole: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        stop_after(patch, after)
        invoke(command, desk, *WORDS[command], "--jobs", "1", "--out", run)
    assert [path.name for path in tmp_path.iterdir()] == ["run.unfinished"]
    assert len(RunJournal.read(tmp_path / "run.unfinished").finished) >= after
    result = invoke(command, "--resume", run, "--jobs", "1", "--json")
    assert result.exit_code in (0, 1), result.output
    assert_same_run(whole[command], run)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("command", WORDS)
def test_a_term_signal_keeps_what_was_finished_and_says_how_to_go_on(
    command: str, desk: Path, whole: dict[str, Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with started(tmp_path, command, str(desk), *WORDS[command], "--out", str(run)) as process:
        wait_for_lines(tmp_path / "run.unfinished" / "replications.jsonl", 2)
        os.kill(process.pid, signal.SIGTERM)
        out, error = process.communicate(timeout=60)
    assert (out, process.returncode) == ("", 130)
    assert f"esfand {command} --resume {run}.unfinished" in error
    assert invoke(command, "--resume", run).exit_code in (0, 1)
    assert_same_run(whole[command], run)


def test_a_file_for_the_recommended_scenario_is_written_by_who_goes_on(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, run = tmp_path / "wanted.yaml", tmp_path / "run"
    with monkeypatch.context() as patch:
        stop_after(patch, 3)
        invoke("staff", desk, *STAFF, "--jobs", "1", "--out", run, "--write-scenario", wanted)
    assert not wanted.exists()
    invoke("staff", "--resume", run, "--jobs", "1")
    assert wanted.read_bytes() == (run / "scenario-2.yaml").read_bytes()


def test_the_time_of_a_run_is_that_of_all_its_parts(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    for _ in range(3):
        with monkeypatch.context() as patch:
            stop_after(patch, 2)
            left = ("--resume", run) if run.with_name("run.unfinished").exists() else None
            words = left or (desk, *STAFF, "--out", run)
            invoke("staff", *words, "--jobs", "1")
    journal = RunJournal.read(tmp_path / "run.unfinished")
    assert len(journal.finished) == 6
    so_far = journal.seconds
    lines = (journal.folder / "replications.jsonl").read_text().splitlines()
    times = [float(line.partition('"seconds": ')[2].partition(",")[0]) for line in lines]
    assert times == sorted(times)
    assert times[-1] == so_far > times[0] > 0
    invoke("staff", "--resume", run, "--jobs", "1")
    assert run_folder.read(run).manifest.seconds > so_far


@pytest.mark.statistical
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("command", WORDS)
def test_killed_at_random_moments_it_ends_as_if_it_had_never_been(
    command: str, seed: int, desk: Path, whole: dict[str, Path], tmp_path: Path
) -> None:
    words = (command, str(desk), *WORDS[command])
    run = killed_at_random(tmp_path, f"{command} {seed}", words)
    assert_same_run(whole[command], run)
