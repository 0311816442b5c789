"""How commands end: exit codes, mistakes in one message, interrupts."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from commands import ROOT, SIMULATE, TUNE, invoke, refused, shell
from stops import shown_to_the_end

from model.events import Kind
from reports import run_folder
from scenarios.columns import Shoppers
from scenarios.shoppers import Plan
from sim import replication
from sim.world import Played, play_shoppers


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
    (["calibrate"], "Nothing to fit: give --orders"),
    (["calibrate", "--orders", "missing.csv"], "missing.csv: there is no such file"),
    (["calibrate", "--orders", "missing.csv", "--column", "x"], "--column x: write role=header"),
    (["calibrate", "--orders", "missing.csv", "--replications", "1"], "not in the range x>=2"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_is_one_clear_message_with_exit_code_2_and_leaves_nothing(
    workplace: Path, arguments: list[str], message: str
) -> None:
    assert refused(workplace, *arguments).count(message) == 1


def test_exit_codes_are_those_of_real_processes(tmp_path: Path) -> None:
    kept = shell(
        tmp_path, *SIMULATE, "--set", "thresholds=[sessions > 1]", "--quiet", "--language", "en"
    )
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, "", "")
    assert (tmp_path / "runs" / "benchmark-w1-simulate" / "manifest.json").exists()
    missed = shell(tmp_path, *TUNE, "--set", "thresholds=[sessions < 1]", "--language", "fa")
    assert missed.returncode == 1
    assert missed.stdout.splitlines()[-1].startswith("Reports: runs/benchmark-w1-tune/report.fa.ht")
    wrong = shell(tmp_path, "tune", "nowruz", "--vary", "reservation.timeout=0")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1


@pytest.mark.usefixtures("no_more_pages")
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
    shown += shown_to_the_end(terminal)
    assert (process.returncode, out) == (130, "")
    assert b"\nInterrupted.\r\nNothing new was finished, so nothing is kept." in shown
    assert b"Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def _hear_interrupts() -> None:
    """Tests that run in the background inherit deaf ears."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
