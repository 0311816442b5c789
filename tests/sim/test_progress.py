"""Progress: how far work is and how long it will take, where somebody wants to know."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, SIMULATE
from stops import shown_to_the_end

from sim.experiments.progress import LINE_EVERY, Lines, Progress, progress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_where_there_is_no_terminal_a_line_is_written_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    told = Progress(Lines("replications", clock))
    told.expect(10)
    for clock.now in range(12, 121, 12):  # 12 seconds each
        told.advance(1)
    assert capsys.readouterr().err.splitlines() == [
        "replications: 3 of 10 done in 36 s, 84 s left",
        "replications: 6 of 10 done in 72 s, 48 s left",
        "replications: 9 of 10 done in 2 min, 12 s left",
    ]
    told.expect(1000)
    clock.now += LINE_EVERY
    told.advance(1)
    assert "11 of 1,010 done in 3 min, 3 h 48 min left" in capsys.readouterr().err


def test_what_was_expected_from_the_start_is_not_added_once_more() -> None:
    told: list[tuple[int, int]] = []
    work = Progress(lambda done, total: told.append((done, total)))
    work.expect_in_all(10)
    work.expect_in_all(4)
    work.advance(10)
    work.expect_in_all(12)
    assert told == [(0, 10), (0, 10), (10, 10), (10, 12)]


def test_short_work_and_quiet_work_say_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for shown in (True, False):
        with progress("replications", shown) as told:
            told.expect(2)
            told.advance(2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("option", ["--quiet", "--json", None])
def test_a_terminal_shows_a_bar_unless_it_is_not_wanted(option: str | None, tmp_path: Path) -> None:
    terminal, its_end = pty.openpty()
    words = [*SIMULATE, *([option] if option else []), "--language", "en", "--out", "run"]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "esfand.py"), *words],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=its_end,
    )  # fmt: skip
    os.close(its_end)
    shown = shown_to_the_end(terminal)
    assert process.wait(30) == 0
    if option:
        assert shown == b""
    else:
        for word in (b"0/3", b"3/3", b"left"):
            assert word in shown
