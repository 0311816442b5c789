"""Several objectives at once: which values no other one beats in all of them."""

from __future__ import annotations

import numpy as np
import pytest
from known_answers import assert_as_often
from numpy.typing import NDArray

from reports.tuned import Place
from sim.experiments.pareto import Goal, front

GOALS: dict[str, Goal] = {"profit": "max", "wait": "min"}


def places(means: dict[str, tuple[float, float]], seed: int, n: int = 10) -> dict[str, Place]:
    """Where values with these true profits and waits stand, by replications of unit noise."""
    draws = np.random.default_rng(seed)
    seen: dict[str, dict[str, NDArray[np.float64]]] = {
        value: {
            "profit": profit + draws.standard_normal(n),
            "wait": wait + draws.standard_normal(n),
        }
        for value, (profit, wait) in means.items()
    }
    return {place.value: place for place in front(seen, GOALS)}


def test_a_value_is_dominated_by_one_that_is_better_in_every_objective() -> None:
    found = places({"cheap": (9, 40), "kind": (0, 10), "neither": (-9, 60)}, 1)
    assert (found["cheap"].state, found["kind"].state) == ("front", "front")
    assert found["cheap"].sure
    assert (found["neither"].state, found["neither"].by) == ("dominated", "cheap")


def test_what_may_be_chance_is_no_domination() -> None:
    found = places({"one": (0.1, 10), "other": (0, 10.1)}, 2)
    assert {place.state for place in found.values()} <= {"front", "doubt"}
    assert not any(place.sure for place in found.values())


def test_equal_in_one_objective_and_better_in_another_is_enough() -> None:
    season = np.random.default_rng(3).standard_normal(8)
    alike = {"profit": season, "wait": season}
    found = front({"a": alike, "b": {"profit": season, "wait": season + 5 + season / 9}}, GOALS)
    assert [place.state for place in found] == ["front", "dominated"]


def test_two_of_a_kind_are_both_on_the_front() -> None:
    season = np.random.default_rng(3).standard_normal(8)
    twin = {"profit": season, "wait": season}
    assert [place.state for place in front({"a": twin, "b": twin}, GOALS)] == ["front", "front"]


@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_the_true_front_is_called_dominated_no_more_often_than_claimed(gap: float) -> None:
    """Four values on a true front: calling any of them dominated is a mistake."""
    means = {str(place): (gap * place, gap * place) for place in range(4)}
    mistakes = sum(
        any(place.state == "dominated" for place in places(means, seed).values())
        for seed in range(200)
    )
    assert_as_often(200 - mistakes, 0.95, 200)
