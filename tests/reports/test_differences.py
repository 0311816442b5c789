"""Differences between scenarios: what their intervals and marks are worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reports.differences import Differences
from reports.intervals import relative_difference, two_sided


def measures(**by_value: dict[str, list[float]]) -> pd.DataFrame:
    """measures.csv of some scenarios."""
    return pd.concat(
        pd.DataFrame(
            {"value": value, "replication": range(len(next(iter(columns.values()))))}
        ).assign(**columns)
        for value, columns in by_value.items()
    )


def test_pairs_are_replications_of_one_number_whatever_the_order_of_the_rows() -> None:
    table = measures(A={"x": [1.0, 2.0, 3.0]}, B={"x": [2.0, 3.5, 4.0]})
    shuffled = table.sample(frac=1, random_state=3)
    one, other = (Differences(each, ("A", "B"), 0.95) for each in (table, shuffled))
    found = one.contrast("B", "x")
    assert found == other.contrast("B", "x")
    expected = stats.ttest_rel([2.0, 3.5, 4.0], [1.0, 2.0, 3.0]).confidence_interval(0.95)
    assert (found.change.low, found.change.high) == pytest.approx(tuple(expected))


def test_two_sided_is_the_paired_t_test() -> None:
    a, b = np.random.default_rng(4).normal(size=(2, 9))
    assert two_sided(a - b) == pytest.approx(stats.ttest_rel(a, b).pvalue)
    assert two_sided([0.0, 0.0, 0.0]) == 1
    assert two_sided([2.0]) == 1
    assert two_sided([3.0, 3.0]) == 0.5  # no spread: as probable as two of one sign


def test_marks_are_those_of_holms_procedure() -> None:
    draws = np.random.default_rng(5)
    names = [f"m{number}" for number in range(6)]
    first = {name: draws.normal(size=8).tolist() for name in names}
    other = {
        name: (np.array(first[name]) + shift + 0.5 * draws.normal(size=8)).tolist()
        for name, shift in zip(names, (3, 1.2, 0.9, 0.5, 0, 0), strict=True)
    }
    differences = Differences(measures(A=first, B=other), ("A", "B"), 0.95)
    chances = sorted((stats.ttest_rel(other[name], first[name]).pvalue, name) for name in names)
    expected = set()
    for place, (chance, name) in enumerate(chances):
        if chance > 0.05 / (len(names) - place):
            break
        expected.add(name)
    found = {name for name, each in differences.of("B").items() if each.apart}
    assert found == expected
    assert 0 < len(found) < 6


def test_less_of_a_loss_is_more() -> None:
    loss, less = np.array([-20.0, -18.0, -19.0]), np.array([-19.9, -17.9, -18.7])
    found = relative_difference(less, loss)
    assert found.mean == pytest.approx((less - loss).mean() / 19)
    assert found.low < found.mean < found.high
    mirrored = relative_difference(-less, -loss)
    assert (found.mean, found.half_width) == pytest.approx((-mirrored.mean, mirrored.half_width))


def test_a_share_of_next_to_nothing_is_not_given() -> None:
    table = measures(A={"x": [-1.0, 0.1, 1.0]}, B={"x": [5.0, 6.0, 7.0]})
    assert np.isnan(Differences(table, ("A", "B"), 0.95).contrast("B", "x").relative.mean)
    assert np.isnan(relative_difference([1.0, 2.0], [0.0, 0.0]).mean)
    with pytest.raises(ValueError, match="two equal lengths"):
        relative_difference([1.0], [1.0, 2.0])


def test_equal_numbers_differ_by_exactly_nothing_however_they_round() -> None:
    numbers = (np.random.default_rng(6).random(7) / 3).tolist()
    found = Differences(measures(A={"x": numbers}, B={"x": numbers}), ("A", "B"), 0.95)
    contrast = found.contrast("B", "x")
    assert contrast.same
    assert not contrast.apart
    assert contrast.change[:4] == contrast.relative[:4] == (0, 0, 0, 0)


def test_what_is_the_same_or_missing_has_not_changed() -> None:
    nothing = [float("nan")] * 2
    table = measures(
        A={"same": [0.0, 0.0], "more": [0.0, 0.0], "none": nothing},
        B={"same": [0.0, 0.0], "more": [2.0, 3.0], "none": nothing},
    )
    differences = Differences(table, ("A", "B"), 0.95)
    assert differences.changed("B", ("same", "more", "none", "unheard of")) == ["more"]


def test_a_replication_without_a_value_makes_no_pair() -> None:
    table = measures(A={"x": [1.0, float("nan"), 3.0, 4.0]}, B={"x": [2.0, 9.0, 4.0, 6.0]})
    found = Differences(table, ("A", "B"), 0.95).contrast("B", "x")
    assert (found.change.n, found.relative.n) == (3, 3)
    assert found.change.mean == pytest.approx(4 / 3)


@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_intervals_in_percent_cover_with_common_shoppers_and_without(shared: float) -> None:
    """The ratio of two means of ten: true value 10%, a spread of a fifth of the mean."""
    draws, covered = np.random.default_rng(8), 0
    for _ in range(1000):
        season, one, two = draws.normal(size=(3, 10))
        luck = shared**0.5 * season
        own = (1 - shared) ** 0.5
        a, b = 1 + 0.2 * (luck + own * one), 1.1 + 0.2 * (luck + own * two)
        found = relative_difference(b, a)
        covered += found.low <= 0.1 <= found.high
    assert stats.binom.cdf(covered, 1000, 0.95) > 0.001


def test_claims_are_a_family_of_their_own() -> None:
    """Many measures that nobody asked for do not blunt the few that were named beforehand."""
    draws = np.random.default_rng(9)
    names = [f"m{number}" for number in range(60)]
    first = {name: draws.normal(size=8).tolist() for name in names}
    other = {name: (np.array(first[name]) + draws.normal(size=8)).tolist() for name in names}
    other["m0"] = (np.array(first["m0"]) + np.array([1, 2, 1, 2, 1, 0.5, 2, 0.1])).tolist()
    table = measures(A=first, B=other)
    alone = Differences(table, ("A", "B"), 0.95)
    claimed = Differences(table, ("A", "B"), 0.95, ("m0", "m1", "unknown"))
    assert claimed.claims == ("m0", "m1")
    assert not alone.contrast("B", "m0").apart
    assert claimed.contrast("B", "m0").apart
    joint, single = claimed.claim("B", "m0").change, claimed.contrast("B", "m0").change
    assert 0 < joint.low < single.low
    assert not claimed.contrast("B", "m1").apart
