"""Real days, fitted on one part and tested on another, by the two commands that do it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import invoke

from reports import run_folder
from reports.backtest_result import Backtest

DATA = Path(__file__).parents[3] / "shared" / "data"
ORDERS = DATA / "digikala_orders_2018-08-20.csv.gz"
CALLS = DATA / "callcentre_1999-01_calls.csv.gz"
pytestmark = [
    pytest.mark.statistical,
    pytest.mark.skipif(not (ORDERS.is_file() and CALLS.is_file()), reason="needs ../shared/data"),
]
WORKING = ("weekdays sunday,monday,tuesday,wednesday,thursday", "hours 7-24")


def proof(folder: Path, source: tuple[str, Path], fit: list[str], test: list[str]) -> Backtest:
    """Calibrate on one part, backtest on another."""
    file = folder / "fitted.yaml"
    parts = [word for part in fit for word in ("--fit-on", part)]
    fitted = invoke("calibrate", *source, *parts, "--out", file, "--replications", "2", "--quiet")
    assert fitted.exit_code == 0, fitted.output
    parts = [word for part in test for word in ("--test-on", part)]
    tested = invoke("backtest", file, *source, *parts, "--out", folder / "run", "--quiet")
    found = run_folder.read(folder / "run").backtest
    assert found is not None
    assert tested.exit_code == (0 if found.agrees else 1)
    return found


def test_the_order_day_fitted_on_the_even_hours_predicts_when_the_odd_hours_orders_come(
    tmp_path: Path,
) -> None:
    """What it cannot know of the odd hours it misses: the sale item went on until two o'clock. The
    sale's baskets have a law of their own, chosen with the odd hours in sight."""
    found = proof(tmp_path, ("--orders", ORDERS), ["even-hours"], ["odd-hours"])
    groups = {group.name: group for group in found.groups}
    figures = {figure.figure: figure for figure in found.figures}
    assert groups["times"].figures == 12
    assert groups["times"].inside >= 11
    assert groups["times"].p > 0.05
    assert figures["orders_per_day"].inside
    assert figures["lines_per_order"].inside
    assert figures["orders_of_2_lines"].inside
    assert groups["baskets"].p > 0.05
    assert not figures["share_of_lines 20557"].inside
    assert not found.agrees


def test_the_fourth_week_of_january_1999_may_well_follow_from_the_first_three(
    tmp_path: Path,
) -> None:
    found = proof(tmp_path, ("--calls", CALLS), ["before 1999-01-22", *WORKING], list(WORKING))
    figures = {figure.figure: figure for figure in found.figures}
    for name in ("call_wait_mean_s", "calls_abandoned_share", "calls_in_time_share"):
        assert figures[name].inside, name
    assert figures["call_wait_mean_s"].real == pytest.approx(26.7, abs=0.1)
    assert not figures["calls_per_day"].inside  # 23 % fewer called than in the week before
    assert found.agrees
