import numpy as np
import slow_measures

from reports.phantoms import explained


def random_case(draw: np.random.Generator) -> tuple[list[tuple], list[tuple]]:
    """A few refusals and reservations of two products, at different places of a short log."""
    refusals, reservations = draw.integers(0, 9), draw.integers(0, 7)
    places = iter(draw.permutation(30).tolist())
    asked = [(int(draw.integers(2)), next(places)) for _ in range(refusals)]
    held = []
    for _ in range(reservations):
        begin, end = sorted((next(places), next(places)))
        held.append((int(draw.integers(2)), begin, end if draw.random() < 0.9 else 30))
    return sorted(asked, key=lambda each: each[1]), held


def columns(rows: list[tuple], width: int) -> list[np.ndarray]:
    return list(np.array(rows, int).reshape(-1, width).T)


def test_no_matching_explains_more_refusals() -> None:
    draw = np.random.default_rng(7)
    explained_in_all = 0
    for _ in range(3_000):
        refusals, reservations = random_case(draw)
        fast = explained(*columns(refusals, 2), *columns(reservations, 3)).tolist()
        assert fast == slow_measures.phantoms(refusals, reservations), (refusals, reservations)
        explained_in_all += sum(fast)
    assert explained_in_all > 3_000


def test_nothing_explains_nothing() -> None:
    assert explained(*columns([], 2), *columns([], 3)).tolist() == []
    assert explained(*columns([(0, 1)], 2), *columns([], 3)).tolist() == [False]
    assert explained(*columns([], 2), *columns([(0, 1, 2)], 3)).tolist() == []
