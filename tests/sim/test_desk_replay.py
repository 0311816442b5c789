"""One desk by itself: as the simulated desk answers, and what one agent more or less changes."""

import numpy as np
import pytest

from sim.staffing.replay import Contacts, change_of, replay
from sim.verification.closed_forms import Queue

HOUR = 3600.0


def poisson(rate: float, hours: int, handling: float, patience: float, seed: int = 1) -> Contacts:
    generator = np.random.default_rng(seed)
    at = np.sort(generator.uniform(0, hours * HOUR, generator.poisson(rate * hours * HOUR)))
    n = len(at)
    return Contacts(
        at.tolist(),
        generator.exponential(handling, n).tolist(),
        generator.exponential(patience, n).tolist(),
    )


def edges(hours: int) -> list[float]:
    return [hour * HOUR for hour in range(hours + 1)]


def test_who_comes_first_is_answered_first_and_who_waits_too_long_is_not() -> None:
    contacts = Contacts([0.0, 10.0, 20.0], [100.0, 50.0, 50.0], [1e9, 1e9, 60.0])
    assert replay(contacts, edges(1), [1]).answered == [0.0, 100.0, float("inf")]
    assert replay(contacts, edges(1), [2]).answered == [0.0, 10.0, 60.0]


def test_a_closed_desk_answers_when_it_opens_whoever_still_waits() -> None:
    contacts = Contacts([100.0, 200.0], [60.0, 60.0], [1e9, 300.0])
    assert replay(contacts, edges(2), [0, 1]).answered == [HOUR, float("inf")]


def test_who_has_begun_is_finished_after_the_shift() -> None:
    contacts = Contacts([3500.0, 3650.0], [200.0, 10.0], [1e9, 1e9])
    assert replay(contacts, edges(3), [1, 0, 1]).answered == [3500.0, 2 * HOUR]


def test_a_long_desk_agrees_with_erlang_a() -> None:
    hours = 4_000
    answers = replay(poisson(0.02, hours, 360, 180), edges(hours), [7] * hours)
    chain = Queue(0.02, 1 / 360, 7, 1 / 180)
    assert 1 - np.isfinite(answers.answered).mean() == pytest.approx(
        chain.share_giving_up, abs=0.003
    )


@pytest.mark.parametrize("extra", [-1, 1])
@pytest.mark.parametrize("hour", [0, 7, 30])
def test_a_change_in_one_hour_is_that_of_a_whole_replay(extra: int, hour: int) -> None:
    contacts = poisson(0.02, 48, 360, 180)
    places = [7] * 48
    base = replay(contacts, edges(48), places)
    changed = list(places)
    changed[hour] += extra
    whole = replay(contacts, edges(48), changed)
    in_time = int(whole.in_time(20).sum()) - int(base.in_time(20).sum())
    served = int(np.isfinite(whole.answered).sum()) - int(np.isfinite(base.answered).sum())
    assert in_time * extra >= 0
    assert change_of(base, edges(48), places, hour, extra, 48 * HOUR, 20) == (in_time, served)
