"""The parts of a sensitivity study, on margins that are known in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scenarios.uncertain import Input
from sim.sensitivity.flips import turning_point
from sim.sensitivity.margins import Outcome, Point
from sim.sensitivity.screening import morris, sobol

STRONG, WEAK, IDLE = (
    Input(name, 0.0, 1.0, 0.5, "share", "L") for name in ("strong", "weak", "idle")
)
INPUTS = (IDLE, WEAK, STRONG)


def known(points: Sequence[Point]) -> list[Outcome]:
    """A margin that is 4 times the strong input plus the weak one: variances 16 to 1 to 0."""
    margins = [4 * point[STRONG] + point[WEAK] for point in points]
    return [Outcome({"a": 10 * margin, "b": 0.0}, "a", margin) for margin in margins]


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
        return [Outcome({"a": margin}, "a", margin) for margin in margins]

    screened = morris((STRONG, WEAK), 20, product, "a", seed=1)
    assert screened[STRONG].spread > 0.1
    indices = sobol((STRONG, WEAK), 256, product, seed=1)
    assert indices[STRONG].total > indices[STRONG].first + 0.05


def test_a_margin_that_nothing_moves_has_no_indices() -> None:
    def flat(points: Sequence[Point]) -> list[Outcome]:
        return [Outcome({"a": 1.0}, "a", 1.0) for _ in points]

    assert {each.total for each in sobol(INPUTS, 16, flat, seed=1).values()} == {0.0}
    assert {each.margin for each in morris(INPUTS, 4, flat, "a", seed=1).values()} == {0.0}


def test_nothing_asked_nothing_played() -> None:
    assert morris(INPUTS, 0, known, "a", seed=1) == {}
    assert sobol((), 16, known, seed=1) == {}


@pytest.mark.parametrize("turn", [0.55, 0.8, 0.97])
def test_where_a_decision_turns_over_is_found_by_bisection(turn: float) -> None:
    found = turning_point(STRONG, 1.0, lambda value: value < turn, steps=10)
    assert found == pytest.approx(turn, abs=0.5 / 2**10)


def test_a_decision_that_holds_at_the_end_does_not_turn_over() -> None:
    assert turning_point(STRONG, 1.0, lambda value: True) is None
    assert turning_point(STRONG, 0.5, lambda value: False) is None


def test_a_whole_number_turns_over_at_a_whole_number() -> None:
    attempts = Input("attempts", 1.0, 9.0, 3.0, "whole", "L")
    assert turning_point(attempts, 9.0, lambda value: value < 6) == 6.0
