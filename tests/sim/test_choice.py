"""The choice among values played equally often, and how much its certainty is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from known_answers import assert_as_often
from numpy.typing import NDArray

from sim.experiments.selection import Choice, choose


def test_differences_are_paired_and_their_intervals_simultaneous() -> None:
    season = np.array([100.0, 900.0, 500.0])  # common to all values: it cancels out
    choice = choose({"a": season + np.array([1, 2, 3]), "b": season, "c": season - 5})
    assert choice.best == "a"
    b, c = choice.rivals
    assert (b.mean, c.mean) == (-2, -7)
    # three pairs: t at 1 - 0.05 / 3 / 2 with 2 degrees of freedom, from a table: 7.6488
    assert b.high - b.mean == pytest.approx(7.6488 / math.sqrt(3), rel=1e-4)
    # P(t2 < -2 sqrt(3)) = (1 - sqrt(12 / 14)) / 2
    assert b.better == pytest.approx((1 - math.sqrt(12 / 14)) / 2)
    assert choice.indistinguishable == ("b",)
    assert choice.confidence == pytest.approx(1 - b.better - c.better)


def test_the_goal_turns_the_choice_around_and_leaves_the_signs() -> None:
    sample = {"a": [1.0, 2.0, 3.0], "b": [7.0, 8.0, 9.5]}
    most, least = choose(sample, "max"), choose(sample, "min")
    assert (most.best, least.best) == ("b", "a")
    assert most.rivals[0].mean == -least.rivals[0].mean < 0
    assert most.confidence == pytest.approx(least.confidence)


def test_one_replication_tells_nothing_apart() -> None:
    choice = choose({"a": [1.0], "b": [5.0], "c": [2.0]})
    assert choice.best == "b"
    assert choice.indistinguishable == ("a", "c")
    assert choice.confidence == pytest.approx(1 / 3)
    assert math.isnan(choice.rivals[0].high)


def test_the_same_difference_twice_is_no_certainty_and_none_at_all_is_a_toss() -> None:
    twice = choose({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    assert (twice.best, twice.confidence, twice.indistinguishable) == ("b", 0.75, ("a",))
    assert math.isnan(twice.rivals[0].low)  # no spread, no interval
    toss = choose({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    assert (toss.best, toss.confidence, toss.indistinguishable) == ("a", 0.5, ("b",))


def test_the_same_difference_again_and_again_is_told_apart_where_its_sign_could_not_be_chance() -> (
    None
):
    season = np.arange(6.0)
    assert choose({"a": season[:5], "b": season[:5] + 3}).indistinguishable == ("a",)
    sixfold = choose({"a": season, "b": season + 3})  # 2 (1/2)^6 is less than 5%
    assert (sixfold.indistinguishable, sixfold.confidence) == ((), 1 - 0.5**6)
    assert (sixfold.rivals[0].low, sixfold.rivals[0].high) == (-3, -3)


def test_what_is_told_apart_jointly_is_never_less_certain_than_the_level() -> None:
    draws = np.random.default_rng(3)
    for replications in (2, 3, 6):
        for table in draws.normal([0, 0, 4], 1, (200, replications, 3)):
            choice = choose({str(place): table[:, place] for place in range(3)})
            assert choice.indistinguishable or choice.confidence >= 0.95


def test_there_must_be_something_to_choose_from() -> None:
    with pytest.raises(ValueError, match="at least two values"):
        choose({"a": [1.0, 2.0]})
    with pytest.raises(ValueError, match="not a finite number"):
        choose({"a": [1.0, 2.0], "b": [1.0, math.nan]})


def trials(seed: int, scale: float, count: int, replications: int = 6) -> NDArray[np.float64]:
    """Choices on a curve with a known optimum; `scale` says how deep it is, the noise is one.

    Neighbours resemble each other, and all values share the season's luck. Columns: the choice
    was right, its confidence, the optimum is among those not told apart, all intervals cover.
    """
    draws = np.random.default_rng(seed)
    places = np.arange(6)
    rows = []
    for _ in range(count):
        truth = -scale * (places - draws.uniform(-0.5, 5.5)) ** 2 / 6
        noise = 0.7 * np.cumsum(draws.standard_normal((replications, 6)), axis=1)
        season = draws.standard_normal((replications, 1))
        table = truth + noise + season
        choice = choose({str(place): table[:, place] for place in places})
        rows.append(_judge(choice, truth))
    return np.array(rows, float)


def _judge(choice: Choice, truth: NDArray[np.float64]) -> tuple[bool, float, bool, bool]:
    optimum = str(truth.argmax())
    covered = all(
        each.low <= truth[int(each.value)] - truth[int(choice.best)] <= each.high
        for each in choice.rivals
    )
    among = optimum in (choice.best, *choice.indistinguishable)
    return choice.best == optimum, choice.confidence, among, covered


@pytest.mark.parametrize("values", [2, 3, 6, 12])
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_all_intervals_hold_at_once_where_all_values_are_equally_good(
    values: int, spread: float
) -> None:
    """The worst case: the best is best by luck alone. The noises of the values may differ."""
    draws = np.random.default_rng(13)
    noise = np.exp(spread * draws.standard_normal((500, 1, values)))
    covered = 0
    for table in draws.standard_normal((500, 6, values)) * noise:
        choice = choose({str(place): table[:, place] for place in range(values)})
        covered += all(each.low <= 0 <= each.high for each in choice.rivals)
    assert_as_often(covered, 0.95, 500)


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_intervals_hold_at_once_and_the_best_is_among_those_not_told_apart(scale: float) -> None:
    _, _, among, covered = trials(11, scale, 400).sum(axis=0)
    assert_as_often(among, 0.95, 400)
    assert_as_often(covered, 0.95, 400)


@pytest.mark.statistical
@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("replications", [4, 6, 20])
def test_choices_keep_what_they_claim(scale: float, replications: int) -> None:
    seen = trials(12, scale, 8000, replications)
    right, confidence, among, covered = seen.sum(axis=0)
    assert_as_often(among, 0.95, 8000)
    assert_as_often(covered, 0.95, 8000)
    # on the average; docs/tune.md says where it is not
    assert_as_often(right, confidence / 8000, 8000)
    sure = seen[seen[:, 1] >= 0.99]
    if len(sure) > 200:
        assert_as_often(sure[:, 0].sum(), 0.99, len(sure))
