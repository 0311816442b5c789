"""The goal of a proposal: moved by what seasons say, and caught between too little and too much."""

import pytest

from sim.staffing.goal import Goal


def test_a_goal_moves_by_what_was_missing() -> None:
    goal = Goal(0.8, 1)
    goal.learn(0.02)
    assert goal.now == pytest.approx(0.82)
    lower = Goal(0.05, -1)
    lower.learn(0.02)
    assert lower.now == pytest.approx(0.03)


def test_a_desk_that_tips_over_is_caught_between_too_little_and_too_much() -> None:
    goal = Goal(0.8, 1)
    for _ in range(12):
        goal.learn(0.19 if goal.now < 0.87 else -0.2)
    assert goal.now == pytest.approx(0.87, abs=0.01)


def test_a_goal_stays_a_share() -> None:
    goal = Goal(0.95, 1)
    goal.learn(0.3)
    assert goal.now < 1


def test_what_was_learnt_is_forgotten_where_more_is_asked() -> None:
    goal = Goal(0.8, 1)
    goal.learn(0.02)
    goal.learn(-0.01)
    goal.ask_more(0.05)
    before = goal.now
    goal.learn(0.01)
    assert goal.now == pytest.approx(before + 0.01)
