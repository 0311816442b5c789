"""The parts of a sensitivity study, on margins that are known in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from known_answers import assert_as_often

from reports.intervals import mean_interval
from scenarios.uncertain import Input
from sim.sensitivity.flips import STEPS, turn_towards
from sim.sensitivity.margins import Floats, Outcome, Point
from sim.sensitivity.screening import morris, sobol

STRONG, WEAK, IDLE = (
    Input(name, 0.0, 1.0, 0.5, "share", "L") for name in ("strong", "weak", "idle")
)
INPUTS = (IDLE, WEAK, STRONG)


def known(points: Sequence[Point]) -> list[Outcome]:
    """A margin that is 4 times the strong input plus the weak one: variances 16 to 1 to 0."""
    margins = [4 * point[STRONG] + point[WEAK] for point in points]
    return [Outcome({"a": 10 * margin, "b": 0.0}, "a", margin, True) for margin in margins]


def test_screening_finds_the_effects_of_a_linear_margin() -> None:
    found = morris(INPUTS, 4, known, "a", seed=1)
    assert [found[each].margin for each in INPUTS] == pytest.approx([0.0, 1.0, 4.0])
    assert [found[each].spread for each in INPUTS] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert found[STRONG].objective == pytest.approx(40.0)


def test_an_input_without_effect_has_an_index_of_zero_and_ranks_are_found() -> None:
    found = sobol(INPUTS, 256, known, seed=1)
    assert found[IDLE].total == pytest.approx(0.0, abs=1e-9)
    assert found[WEAK].total == pytest.approx(1 / 17, abs=0.02)
    assert found[STRONG].total == pytest.approx(16 / 17, abs=0.05)
    assert found[STRONG].first == pytest.approx(16 / 17, abs=0.05)


def test_interaction_shows_as_spread_and_as_a_total_above_the_first_index() -> None:
    def product(points: Sequence[Point]) -> list[Outcome]:
        margins = [point[STRONG] * point[WEAK] for point in points]
        return [Outcome({"a": margin}, "a", margin, True) for margin in margins]

    screened = morris((STRONG, WEAK), 20, product, "a", seed=1)
    assert screened[STRONG].spread > 0.1
    indices = sobol((STRONG, WEAK), 256, product, seed=1)
    assert indices[STRONG].total > indices[STRONG].first + 0.05


def test_a_margin_that_nothing_moves_has_no_indices() -> None:
    def flat(points: Sequence[Point]) -> list[Outcome]:
        return [Outcome({"a": 1.0}, "a", 1.0, True) for _ in points]

    assert {each.total for each in sobol(INPUTS, 16, flat, seed=1).values()} == {0.0}
    assert {each.margin for each in morris(INPUTS, 4, flat, "a", seed=1).values()} == {0.0}


def test_nothing_asked_nothing_played() -> None:
    assert morris(INPUTS, 0, known, "a", seed=1) == {}
    assert sobol((), 16, known, seed=1) == {}


def straight(turn: float, half_width: float, sign: int = 1) -> Callable[[float], Outcome]:
    """A margin that falls (or rises) by one for each unit of the input, and is zero at `turn`."""

    def at(value: float) -> Outcome:
        margin = sign * (turn - value)
        return Outcome({}, "a", margin, margin > 0, margin - half_width, margin + half_width)

    return at


@pytest.mark.parametrize("turn", [0.55, 0.8, 0.97])
def test_where_a_decision_turns_over_is_found_by_bisection(turn: float) -> None:
    found = turn_towards(STRONG, 1.0, straight(turn, 0.0))
    assert found is not None
    assert found.at == pytest.approx(turn, abs=0.5 / 2**STEPS)


def test_the_interval_of_the_place_is_where_the_margins_own_holds_zero() -> None:
    found = turn_towards(STRONG, 1.0, straight(0.75, 0.1))
    assert found is not None
    low, high = found.within or (0.0, 0.0)
    step = 0.5 / 2**STEPS
    assert 0.65 - step <= low <= 0.65
    assert high is not None
    assert 0.85 <= high <= 0.85 + step


def test_downwards_it_is_the_same() -> None:
    found = turn_towards(STRONG, 0.0, straight(0.25, 0.1, sign=-1))
    assert found is not None
    low, high = found.within or (0.0, 0.0)
    assert low >= 0.35 > 0.25 > 0.15 >= (high or 1.0)


def test_an_interval_that_reaches_beyond_the_range_has_no_far_end() -> None:
    found = turn_towards(STRONG, 1.0, straight(0.95, 0.1))
    assert found is not None
    assert found.at == pytest.approx(0.95, abs=0.5 / 2**STEPS)
    assert found.within is not None
    assert found.within[1] is None


def test_a_decision_that_holds_at_the_end_perhaps_by_chance_may_turn_over() -> None:
    found = turn_towards(STRONG, 1.0, straight(1.05, 0.1))
    assert found is not None
    assert found.at is None
    assert found.within == (pytest.approx(0.95, abs=0.5 / 2**STEPS), None)


def test_a_decision_that_is_not_sure_as_it_is_holds_surely_nowhere() -> None:
    found = turn_towards(STRONG, 1.0, straight(0.55, 0.1))
    assert found is not None
    assert found.within == (STRONG.own, pytest.approx(0.65, abs=0.5 / 2**STEPS))


def test_a_decision_that_surely_holds_at_the_end_does_not_turn_over() -> None:
    assert turn_towards(STRONG, 1.0, straight(1.2, 0.1)) is None
    assert turn_towards(STRONG, STRONG.own, straight(0.2, 0.1)) is None


def test_without_intervals_only_the_means_tell() -> None:
    at = straight(0.75, math.nan)
    found = turn_towards(STRONG, 1.0, at)
    assert found is not None
    assert (found.at, found.within) == (pytest.approx(0.75, abs=0.5 / 2**STEPS), None)
    assert turn_towards(STRONG, 0.7, at) is None


def test_a_whole_number_turns_over_at_a_whole_number() -> None:
    attempts = Input("attempts", 1.0, 9.0, 3.0, "whole", "L")
    found = turn_towards(attempts, 9.0, straight(5.5, 1.0))
    assert found is not None
    assert (found.at, found.within) == (6.0, (4.0, 7.0))


def seasons(slope: Floats, season: Floats) -> Callable[[float], Outcome]:
    """A margin that is zero at 0.75 in the mean, of as many seasons as there are numbers."""

    def at(value: float) -> Outcome:
        found = mean_interval(slope * (0.75 - value) + season, 0.95)
        return Outcome({}, "a", found.mean, found.mean > 0, found.low, found.high)

    return at


@pytest.mark.statistical
def test_the_interval_of_the_place_holds_the_true_one_as_often_as_it_claims() -> None:
    """Ten seasons each, with normal luck; a decision that is lost from the start does not hold."""
    luck, repetitions, held = np.random.default_rng(1405), 1000, 0
    for _ in range(repetitions):
        at = seasons(luck.normal(1, 0.1, 10), luck.normal(0, 0.2, 10))
        turn = turn_towards(STRONG, 1.0, at)
        if turn is not None and turn.within is not None:
            low, high = turn.within
            held += low <= 0.75 <= (1.0 if high is None else high)
    assert_as_often(held, 0.95, repetitions)
