"""Objectives, limits and precisions that have no value, and limits that no run can keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import SIMULATE, TUNE, invoke
from stops import stop_after

from scenarios.errors import FutileError, UserError
from sim.experiments import playing

IDLE = ("--set", "support.desks.chat.agents=500")
"""Nobody ever waits: the backlog has no age."""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            (*TUNE, "--objective", "balanced_wellbeing"),
            "--objective balanced_wellbeing: balanced_wellbeing has no value in benchmark-w1, "
            "where `support.strain` is missing",
        ),
        (
            (*TUNE, "--subject-to", "agent_fatigue_peak_chat < 80%"),
            "--subject-to `agent_fatigue_peak_chat < 80%`: agent_fatigue_peak_chat has no value",
        ),
        ((*SIMULATE, "--precision", "page_time_p95_s: 5%"), "where `website` is missing"),
        (
            ("compare", "benchmark-w1", "nowruz", "--objective", "delivered_late_share"),
            "where `fulfilment` is missing",
        ),
        ((*TUNE, "--subject-to", "phantom_stockout_rate < 0%"), "always between 0% and 100%"),
        ((*TUNE, "--subject-to", "fill_rate > 100%"), "always between 0% and 100%"),
        ((*TUNE, "--subject-to", "fill_rate >= 120%"), "compared with a share"),
        ((*TUNE, "--subject-to", "fill_rate >= -5%"), "compared with a share"),
        ((*TUNE, "--subject-to", "support_wait_p95_s <= -3"), "always 0 or more"),
        ((*SIMULATE, "--set", "thresholds=[support_wait_p95_s < 0]"), "always 0 or more"),
    ],
)
def test_it_is_refused_before_anything_is_played(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(monkeypatch, 0)
    with pytest.raises(UserError) as error:
        invoke(*words, "--out", tmp_path / "run")
    assert told in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_money_may_be_limited_below_zero(tmp_path: Path) -> None:
    limit = ("--subject-to", "profit_rial >= -1_000_000 rial")
    assert invoke(*TUNE, *limit, "--out", tmp_path / "run", "--jobs", "1", "-q").exit_code == 0


def test_an_objective_that_turns_out_without_a_value_ends_at_the_first_replication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_after(monkeypatch, 1)
    words = (*TUNE, *IDLE, "--objective", "support_backlog_age_p95_s", "--jobs", "1")
    with pytest.raises(FutileError, match="has no value in replication 0 at 2min") as error:
        invoke(*words, "--out", tmp_path / "run")
    assert "--resume" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_with_such_an_objective_is_not_gone_on_with_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (*TUNE, *IDLE, "--objective", "support_backlog_age_p95_s", "--jobs", "1")
    with monkeypatch.context() as patch:  # as a run is left that was killed before it looked
        stop_after(patch, 1)
        patch.setattr(playing, "_check_number", lambda each, objective: None)
        invoke(*words, "--out", tmp_path / "run")
    assert [path.name for path in tmp_path.iterdir()] == ["run.unfinished"]
    stop_after(monkeypatch, 0)
    with pytest.raises(FutileError, match="Name another measure"):
        invoke("tune", "--resume", tmp_path / "run", "--jobs", "1")
    assert list(tmp_path.iterdir()) == []


def test_a_limit_without_a_value_in_any_season_is_no_limit(tmp_path: Path) -> None:
    words = (*TUNE, *IDLE, "--subject-to", "support_backlog_age_p95_s <= 60", "--jobs", "1")
    with pytest.raises(FutileError, match="has no value in any replication"):
        invoke(*words, "--out", tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
