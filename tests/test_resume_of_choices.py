"""tune and compare that are stopped and gone on with: what comes out is as if they never were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, SIMULATE, TUNE, invoke, refused
from stops import assert_same_run, killed_at_random, started, stop_after, wait_for_lines, wait_until

from sim.experiments.journal import RunJournal

COMPARE = ("compare", *SIMULATE[2:], "benchmark-w1", "benchmark-w1", "--set",
           "reservation.timeout=2min", "benchmark-w1", "--set", "shoppers.ready=90%")  # fmt: skip
pytestmark = pytest.mark.usefixtures("no_pages")
COMMANDS = {"simulate": SIMULATE, "tune": TUNE, "compare": COMPARE}
CHOICES = ("tune", "compare")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every command at a stretch, nine seasons of a tune and of a compare."""
    folder = tmp_path_factory.mktemp("whole")
    for name, command in COMMANDS.items():
        assert invoke(*command, "--jobs", "1", "--out", folder / name).exit_code == 0
    return {name: folder / name for name in COMMANDS}


def stopped(tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch, after: int) -> Path:
    """What a command leaves that is stopped after so many tasks; a task plays all values once."""
    with monkeypatch.context() as patch:
        stop_after(patch, after)
        result = invoke(*COMMANDS[command], "--jobs", "1", "--out", tmp_path / "run")
    assert result.exit_code == 1  # click's own; `esfand.main` makes 130 of it
    return tmp_path / "run.unfinished"


@pytest.mark.parametrize("command", CHOICES)
def test_a_stopped_choice_is_gone_on_with_to_the_last_bit(
    command: str, whole: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = stopped(tmp_path, command, monkeypatch, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["run.unfinished"]
    assert len(RunJournal.read(left).finished) == 6
    with monkeypatch.context() as patch:
        stop_after(patch, 0)
        assert invoke(command, "--resume", left, "--jobs", "1").exit_code == 1
    stop_after(monkeypatch, 1)  # the rest, and not one more
    result = invoke(command, "--resume", left, "--jobs", "1", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f'"{command}": {{' in result.stdout
    assert_same_run(whole[command], tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("command", CHOICES)
def test_the_run_folder_names_what_was_left_beside_it(
    command: str, whole: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(tmp_path, command, monkeypatch, 1)
    assert invoke(command, "--resume", tmp_path / "run", "--jobs", "1", "-q").output == ""
    assert_same_run(whole[command], tmp_path / "run")


def test_a_task_of_which_a_part_is_kept_plays_the_rest_alone(
    whole: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = stopped(tmp_path, "tune", monkeypatch, 2)
    lines = left / "replications.jsonl"
    lines.write_bytes(lines.read_bytes()[:-20])  # torn while it was written
    assert len(RunJournal.read(left).finished) == 5
    invoke("tune", "--resume", left)
    assert_same_run(whole["tune"], tmp_path / "run")


def test_a_scenario_file_that_is_gone_meanwhile_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(invoke("scenarios", "show", "benchmark-w1").stdout)
    tune = ("tune", mine, *TUNE[2:], "--jobs", "1", "--out")
    invoke(*tune, tmp_path / "one")
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        invoke(*tune, tmp_path / "two")
    mine.unlink()
    assert invoke("tune", "--resume", tmp_path / "two").exit_code == 0
    assert_same_run(tmp_path / "one", tmp_path / "two")


# ---- real processes


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("tune", signal.SIGTERM),
        ("tune", signal.SIGKILL),
        ("compare", signal.SIGINT),
        ("compare", signal.SIGKILL),
    ],
)
def test_a_real_process_that_is_stopped_keeps_what_was_finished(
    command: str, number: signal.Signals, whole: dict[str, Path], tmp_path: Path
) -> None:
    run = tmp_path / "run"
    with started(tmp_path, *COMMANDS[command], "--out", str(run)) as process:
        wait_for_lines(tmp_path / "run.unfinished" / "replications.jsonl", 3)
        os.kill(process.pid, number)
        out, error = process.communicate(timeout=30)
    assert out == ""
    if number is not signal.SIGKILL:
        assert process.returncode == 130
        first, second, third = error.split("\n")[1:-1]  # `^C` stands on a line of its own
        assert first == "Interrupted."
        assert second.endswith("finished replications are kept. Go on with:")
        assert third == f"esfand {command} --resume {run}.unfinished"
    assert invoke(command, "--resume", run).exit_code == 0
    assert_same_run(whole[command], run)


@pytest.mark.statistical
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_random_moments_it_ends_as_if_it_had_never_been(
    command: str, seed: int, whole: dict[str, Path], tmp_path: Path
) -> None:
    run = killed_at_random(tmp_path, f"{command} {seed}", COMMANDS[command])
    assert_same_run(whole[command], run)


def test_worker_processes_end_with_the_one_that_was_killed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "esfand.py"), "simulate", "benchmark-w1", "--jobs", "2",
         "--replications", "40", "--out", "run"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        wait_for_lines(tmp_path / "run.unfinished" / "replications.jsonl", 1)
        family = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not family.exists():
            pytest.skip("this kernel does not name the children of a process")
        workers = [Path("/proc") / pid for pid in family.read_text().split()]
        assert len(workers) >= 2
    finally:
        process.kill()
        process.communicate()
    wait_until(lambda: not any(map(_runs, workers)))


def _runs(process: Path) -> bool:
    """Ended ones may stay in the list until somebody asks for their exit code."""
    try:
        return "\nState:\tZ" not in (process / "status").read_text()
    except OSError:
        return False


# ---- what cannot be gone on with


def test_what_cannot_be_gone_on_with_is_refused_in_words(
    whole: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = stopped(tmp_path, "tune", monkeypatch, 1)
    for words, told in (
        (("tune", "--resume", whole["tune"]), "is whole: there is nothing to go on with"),
        (("tune", "--resume", tmp_path), "is not a run folder"),
        (("compare", "--resume", left), f"esfand tune --resume {left}"),
        (("simulate", "--resume", left), "was left by `esfand tune`"),
        (("tune", "nowruz", "--resume", left), "leave out everything but --jobs"),
        (("tune", "--resume", left, "--set", "seed=1"), "leave out everything but --jobs"),
        (("tune", "--resume", left, "--jobs", "0"), "0 is not in the range"),
        (("tune", "--resume"), "requires an argument"),
    ):
        assert refused(tmp_path, *words).count(told) == 1
    edited = left / "design-2.yaml"
    edited.write_text(edited.read_text().replace("seed: 1405", "seed: 8"))
    told = refused(tmp_path, "tune", "--resume", left)
    assert "design-2.yaml is not the scenario that was played" in told
