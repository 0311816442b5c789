import numpy as np
import pytest

from reports.arrays import distinct, group_starts, group_sums, pair, slots, stable_order

SPANS = [1, 7, 300, 2**16, 2**16 + 1, 2**31 - 1]
"""Ranges of keys that take none, one and two digits."""


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("n", [0, 1, 500])
def test_rows_are_ordered_by_their_keys_and_equal_rows_keep_their_order(n: int, span: int) -> None:
    draw = np.random.default_rng([n, span])
    major = draw.integers(-1, 3, n).astype(np.int32)
    minor = (draw.integers(0, span, n) - span // 2).astype(np.int32)
    rows = list(zip(major.tolist(), minor.tolist(), strict=True))
    assert stable_order(major, minor).tolist() == sorted(range(n), key=rows.__getitem__)


def test_groups_begin_where_any_key_changes() -> None:
    assert group_starts(np.array([1, 1, 1, 2]), np.array([5, 5, 6, 6])).tolist() == [0, 2, 3]
    assert group_starts(np.array([], int)).tolist() == []


def test_groups_are_summed_exactly_and_named_by_their_last_row() -> None:
    values = np.array([2**60, 1, -(2**60), 5])
    last, sums = group_sums(values, np.array([7, 3, 7, 7]))
    assert dict(zip(last.tolist(), sums.tolist(), strict=True)) == {3: 5, 1: 1}
    last, sums = group_sums(values[:0], values[:0])
    assert (len(last), len(sums)) == (0, 0)


def test_the_first_beginning_goes_with_the_first_end_and_so_on() -> None:
    begins, ends = np.array([4, 9, 4]), np.array([9, 4, 8, 4, 4])
    assert pair((begins,), (ends,)).tolist() == [1, 0, -1, 2, -1]
    assert pair((begins[:0],), (ends,)).tolist() == [-1] * 5
    assert pair((begins,), (ends[:0],)).tolist() == []


def test_numbers_are_counted_once_each() -> None:
    assert distinct(np.array([5, 70_000, 5, -1, 70_000], np.int32)) == 3
    assert distinct(np.array([], np.int32)) == 0


@pytest.mark.parametrize("edges", [[], [0.0], [0.0, 1.0, 1.0, 4.0]])
@pytest.mark.parametrize(
    "moments", [[], [0.0, 0.5, 1.0, 1.0, 3.0, 4.0, 9.0], [2.0, 1.0, 7.0, 0.0, 4.0]]
)
def test_moments_reach_the_edges_that_a_plain_search_finds(
    edges: list[float], moments: list[float]
) -> None:
    found = slots(np.array(edges), np.array(moments))
    assert found.tolist() == np.searchsorted(edges, moments, "right").tolist()
