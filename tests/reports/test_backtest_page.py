"""The page of a backtest says where the real days lie, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_backtests import NAMES, backtests

from reports.backtest import BacktestTables
from reports.estimates import Estimates
from reports.run_folder import Run
from reports.verdict import conclude
from reports.words import LANGUAGES, Words


def headline(run: Run, language: str = "en") -> str:
    return str(conclude(run, Estimates(run), Words(language)).headline.striptags())


def test_the_verdict_is_one_plain_sentence(simulation: Run, tmp_path: Path) -> None:
    agrees, but, departs, together = (headline(run) for run in backtests(simulation, tmp_path))
    assert agrees.startswith("The real days may well be a season of this scenario: every figure")
    assert "no more than chance explains: orders from 01:00 to 02:00" in but
    assert departs.startswith("The scenario misses the real days in orders from 01:00 to 02:00")
    assert "mean wait" not in departs  # the first three are named
    assert "no figure alone lies outside" in together


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_name_in_both_languages(
    simulation: Run, language: str, tmp_path: Path
) -> None:
    backtest = backtests(simulation, tmp_path)[2].backtest
    assert backtest is not None
    rows = list(BacktestTables(backtest, Words(language)).rows())
    assert len(rows) == len(NAMES)
    for name, row in zip(NAMES, rows, strict=True):
        assert name not in row.label
    states = [row.state for row in rows]
    assert (states.count("far"), states.count("outside")) == (1, 3)


def test_the_verdict_says_that_the_fit_itself_has_an_error(simulation: Run, tmp_path: Path) -> None:
    run = backtests(simulation, tmp_path)[0]
    *_, last = conclude(run, Estimates(run), Words("en")).details
    assert "leaves out the chance in their fit" in last
    assert "95% for a share holds 83%" in last.striptags()
