"""Runs that are stopped, or whole, and gone on with: nothing lost, and nothing else comes out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import ROOT, SET, SETTINGS, invoke, refused
from stops import assert_same_run, stop_after, wait_for_lines

from reports import run_folder
from scenarios.errors import Interrupted, UserError
from sim import replication
from sim.experiments import sequential
from sim.experiments.experiment import How
from sim.experiments.resume import More, resume
from sim.experiments.simulate import simulate

pytestmark = pytest.mark.usefixtures("no_pages")
SMALL = ("benchmark-w1", *SET)


def how(folder: Path | None, replications: int = 6, jobs: int = 1) -> How:
    return How(replications=replications, jobs=jobs, out=folder, quiet=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six replications, played at a stretch."""
    return simulate(
        "benchmark-w1", SETTINGS, how(tmp_path_factory.mktemp("whole") / "run"), kept_logs=5
    )


def test_a_stopped_run_is_gone_on_with_to_the_last_bit(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 4)
        with pytest.raises(Interrupted) as stop:
            simulate("benchmark-w1", SETTINGS, how(tmp_path / "run"), kept_logs=5)
    left = tmp_path / "run.unfinished"
    assert str(stop.value).splitlines() == [
        "4 finished replications are kept. Go on with:",
        f"esfand simulate --resume {left}",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["run.unfinished"]
    stop_after(monkeypatch, 2)  # the rest, and not one more
    assert resume(left, More(), how(None)) == tmp_path / "run"
    assert_same_run(whole, tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_it_may_be_stopped_again_and_again(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        with pytest.raises(Interrupted):
            simulate("benchmark-w1", SETTINGS, how(tmp_path / "run"), kept_logs=5)
    for count in (0, 3):
        with monkeypatch.context() as patch:
            stop_after(patch, count)
            with pytest.raises(Interrupted):
                resume(tmp_path / "run", More(), how(None))
    resume(tmp_path / "run", More(), how(None))
    assert_same_run(whole, tmp_path / "run")


def test_a_whole_run_is_added_to_without_playing_it_again(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = simulate("benchmark-w1", SETTINGS, how(tmp_path / "run", 4), kept_logs=5)
    stop_after(monkeypatch, 2)
    result = invoke("simulate", "--resume", folder, "--replications", "6", "--jobs", "1",
                    "--keep-logs", "5")  # fmt: skip
    assert result.exit_code == 0
    assert_same_run(whole, folder)


def test_a_stop_while_a_run_is_added_to_leaves_it_whole(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = simulate("benchmark-w1", SETTINGS, how(tmp_path / "run", 3), kept_logs=5)
    before = (folder / "measures.csv").read_bytes()
    stop_after(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        resume(folder, More(6), how(None))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert (folder / "measures.csv").read_bytes() == before


def test_a_stopped_addition_is_gone_on_with_by_the_same_command(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = simulate("benchmark-w1", SETTINGS, how(tmp_path / "run", 3), kept_logs=5)
    with monkeypatch.context() as patch:
        stop_after(patch, 2)
        with pytest.raises(Interrupted):
            resume(folder, More(6), how(None))
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        resume(folder, More(6), how(None))
    assert_same_run(whole, folder)


def test_what_was_left_by_another_scenario_is_not_taken_for_the_run_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = simulate("benchmark-w1", SETTINGS, how(tmp_path / "run", 2))
    stop_after(monkeypatch, 1)
    with pytest.raises(Interrupted):
        simulate("benchmark-w1", (*SETTINGS, "seed=7"), how(tmp_path / "run", 2))
    with pytest.raises(UserError, match="was left by a run of another scenario"):
        resume(folder, More(4), how(None))
    edited = tmp_path / "run.unfinished" / "scenario.yaml"
    edited.write_text(edited.read_text().replace("seed: 7", "seed: 8"))
    with pytest.raises(UserError, match="is not the scenario that was played any more"):
        resume(tmp_path / "run.unfinished", More(), how(None))


def test_a_torn_last_line_is_played_again(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 3)
        with pytest.raises(Interrupted):
            simulate("benchmark-w1", SETTINGS, how(tmp_path / "run"), kept_logs=5)
    lines = tmp_path / "run.unfinished" / "replications.jsonl"
    lines.write_bytes(lines.read_bytes()[:-20])
    stop_after(monkeypatch, 4)
    resume(tmp_path / "run.unfinished", More(), how(None))
    assert_same_run(whole, tmp_path / "run")


def test_a_precision_is_reached_by_the_same_replications_with_and_without_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ("orders_paid: 3%", 40)
    folder = simulate("benchmark-w1", SETTINGS, how(tmp_path / "one", 10), 1, *wanted)
    count = json.loads((folder / "manifest.json").read_text())["replications"]
    assert 10 < count < 40
    with monkeypatch.context() as patch:
        stop_after(patch, 11)
        with pytest.raises(Interrupted):
            simulate("benchmark-w1", SETTINGS, how(tmp_path / "two", 10), 1, *wanted)
    resume(tmp_path / "two.unfinished", More(), how(None))
    assert_same_run(folder, tmp_path / "two")
    monkeypatch.setattr(replication, "WORTH_A_WORKER", 0)
    simulate("benchmark-w1", SETTINGS, how(tmp_path / "jobs", 10, jobs=2), 1, *wanted)
    assert_same_run(folder, tmp_path / "jobs")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_real_process_that_is_stopped_keeps_what_was_finished(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "esfand.py"), "simulate", *SMALL, "--replications", "4000",
         "--jobs", "1", "--out", "run"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    lines = tmp_path / "run.unfinished" / "replications.jsonl"
    try:
        wait_for_lines(lines, 3)
        os.kill(process.pid, number)
        out, error = process.communicate(timeout=30)
    finally:
        process.kill()
    assert out == ""
    if number is not signal.SIGKILL:
        assert process.returncode == 130
        first, second, third = error.split("\n")[1:-1]  # `^C` stands on a line of its own
        assert first == "Interrupted."
        assert second.endswith("finished replications are kept. Go on with:")
        assert third == "esfand simulate --resume run.unfinished"
    finished = lines.read_bytes().count(b"\n")
    folder = resume(tmp_path / "run.unfinished", More(finished + 1), how(None))
    table = (folder / "measures.csv").read_text(encoding="utf-8-sig")
    assert table.count("\n") == finished + 2


# ---- what cannot be gone on with


def test_what_cannot_be_gone_on_with_is_refused_in_words(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for more, words in (
        (More(), "is whole, with 6 replications"),
        (More(kept_logs=3), "is whole, with 6 replications"),
        (More(4), "has 6 replications already"),
        (More(precision="orders_paid: 2%"), "needs a first batch of 10"),
        (More(12, "orders_paid: 2%", 11), "--max-replications 11 is less than the first batch"),
    ):
        with pytest.raises(UserError, match=words):
            resume(whole, more, how(None))
    with pytest.raises(UserError, match="is not a run folder"):
        resume(tmp_path, More(9), how(None))
    (tmp_path / "head.json").write_text("{}")
    with pytest.raises(UserError, match="cannot be gone on with"):
        resume(tmp_path, More(9), how(None))


def test_old_and_new_replications_must_be_of_one_kind(tmp_path: Path) -> None:
    folder = simulate("benchmark-w1", SETTINGS, how(tmp_path / "run", 2))
    manifest = folder / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"simpy": "', '"simpy": "0.'))
    with pytest.raises(UserError, match=r"was made with simpy 0\..*two kinds do not mix"):
        resume(folder, More(3), how(None))
    manifest.write_text(text)
    scenario = folder / "scenario.yaml"
    scenario.write_text(
        scenario.read_text().replace("sessions_per_day: 60000", "sessions_per_day: 50000")
    )
    with pytest.raises(UserError, match="is not the scenario that was played any more"):
        resume(folder, More(3), how(None))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["simulate"], "Missing argument 'SCENARIO'"),
        (["simulate", "nowruz", "--resume", "run"], "leave them out"),
        (["simulate", "--resume", "run", "--seed", "3"], "leave them out"),
        (["simulate", "--resume", "run"], "run is not a run folder"),
        (["simulate", "nowruz", "--max-replications", "50"], "is for --precision"),
        (["simulate", "nowruz", "--precision", "bogus: 5%"], "There is no measure 'bogus'"),
        (["simulate", "nowruz", "--precision", "stockouts"], "cannot be read"),
        (["simulate", "nowruz", "--precision", "stockouts: 5 s"], "or a plain number, such as"),
        (
            ["simulate", "nowruz", "--precision", "support_wait_p95_s_email: 5 s"],
            "the scenario has no email desk",
        ),
        (
            ["simulate", "nowruz", "--precision", "stockouts: 5%", "--replications", "3"],
            "needs a first batch of 10",
        ),
    ],
)
def test_a_mistake_is_one_clear_message_and_leaves_nothing(
    arguments: Sequence[str], words: str, tmp_path: Path
) -> None:
    assert words in refused(tmp_path, *arguments)


def test_the_first_batch_is_large_enough_to_see_a_spread() -> None:
    assert sequential.LEAST_FIRST == 10


def test_a_run_that_is_added_to_keeps_its_languages_unless_others_are_asked_for(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "run"
    simulate("benchmark-w1", SETTINGS, {**how(folder, 2), "languages": ("tr", "ar")})
    first = run_folder.read(folder).manifest
    assert first.languages == ("tr", "ar")
    assert first.command_line.endswith("--language tr,ar")
    resume(folder, More(replications=3), how(None))
    assert run_folder.read(folder).manifest.languages == ("tr", "ar")
    resume(folder, More(replications=4), {**how(None), "languages": ("fa", "en")})
    last = run_folder.read(folder).manifest
    assert last.languages == ("fa", "en")
    assert "--language" not in last.command_line
