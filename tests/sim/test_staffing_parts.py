"""The parts of a staffing: classes of days, shifts that cover a need, and targets as written."""

import datetime as dt

import numpy as np
import pytest

from scenarios.calendar import Calendar
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Season
from sim.staffing.cells import HOURS, cells, classes_of
from sim.staffing.rota import at_work, staffed, stretches
from sim.staffing.targets import LOSS, SERVICE, Target, targets_of

SEASON = Season(start=dt.datetime(2027, 2, 20), duration=6 * 86400.0)
NOWRUZ = load("nowruz")


def by_hour(per_day: list[float]) -> np.ndarray:
    return np.repeat(np.array(per_day) / HOURS, HOURS)


def test_days_that_are_alike_are_of_one_class() -> None:
    assert classes_of([100, 104, 97, 101]) == [0, 0, 0, 0]


def test_days_fall_into_as_few_classes_as_tell_them_apart() -> None:
    assert classes_of([100, 300, 104, 290]) == [0, 1, 0, 1]
    assert classes_of([100, 600, 104, 590, 1000, 1010]) == [0, 1, 0, 1, 2, 2]
    assert classes_of([100, 600, 104, 590, 1000, 1010], most=2) == [0, 1, 0, 1, 1, 1]


def test_a_class_knows_its_days_and_its_hours() -> None:
    found = cells(SEASON, by_hour([10, 10, 30, 30, 10, 30]))
    assert found.names == ("quiet", "busy")
    assert found.hours.tolist() == [3.0] * (2 * HOURS)
    days = [dt.date(2027, 2, 20) + dt.timedelta(days=number) for number in range(6)]
    assert found.spans(0) == ((days[0], days[1]), (days[4], days[4]))
    assert found.spans(1) == ((days[2], days[3]), (days[5], days[5]))
    assert cells(SEASON, by_hour([10] * 6)).spans(0) is None


def test_shifts_put_to_work_whom_the_cells_ask_for_and_no_others() -> None:
    found = cells(SEASON, by_hour([10, 10, 30, 30, 10, 30]))
    need = np.random.default_rng(1).integers(0, 5, found.count)
    desk = staffed(NOWRUZ.support.desks[0], need, found, shortest=1)
    assert at_work(desk, found).tolist() == need.tolist()
    assert found.present(desk, Calendar(SEASON)).tolist() == need.tolist()


def test_people_stay_on_as_long_as_they_are_needed() -> None:
    need = np.array([0] * 8 + [1, 2, 2, 1, 0, 1] + [0] * 10)
    assert stretches(need) == {(8, 12): 1, (9, 11): 1, (13, 14): 1}


@pytest.mark.parametrize("shortest", [2, 4, 8])
def test_no_shift_is_too_short_and_every_hour_is_covered_at_least_cost(shortest: int) -> None:
    need = np.array([0] * 8 + [1, 2, 2, 1, 0, 1] + [0] * 10)
    found = stretches(need, shortest)
    at = np.zeros(HOURS, int)
    for (begins, ends), people in found.items():
        assert ends - begins >= shortest
        at[begins:ends] += people
    assert (at >= need).all()
    assert at.sum() == {2: 8, 4: 9, 8: 16}[shortest]


def test_without_a_word_every_desk_has_the_usual_target() -> None:
    assert targets_of(load("support-understaffed"), []) == (
        Target("chat", SERVICE, 0.8),
        Target("phone", SERVICE, 0.8),
        Target("email", SERVICE, 0.95),
    )


@pytest.mark.parametrize(
    "text",
    [
        "support_service_level.chat >= 85%",
        "support_service_level_chat ≥ ۸۵٪",
        " support_service_level.chat>=0.85",
    ],
)
def test_a_target_names_its_desk(text: str) -> None:
    assert targets_of(NOWRUZ, [text]) == (
        Target("chat", SERVICE, 0.85),
        Target("phone", SERVICE, 0.8),
    )


def test_a_target_without_a_desk_is_for_all_others() -> None:
    texts = ["support_abandonment_rate <= 5%", "support_abandonment_rate.phone <= 3%"]
    found = targets_of(NOWRUZ, texts)
    assert [each for each in found if each.measure == LOSS] == [
        Target("chat", LOSS, 0.05),
        Target("phone", LOSS, 0.03),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("support_service_level.chat", "cannot be read"),
        ("support_service_level.chat <= 80%", "held against > or >="),
        ("support_abandonment_rate >= 5%", "held against < or <="),
        ("support_service_level.fax >= 80%", "no fax desk"),
        ("support_wait_p95_s < 1 min", "a target is support_service_level"),
        ("support_service_levl >= 80%", "did you mean 'support_service_level'"),
        ("support_service_level >= 100%", "between 0% and 100%"),
        ("support_service_level >= fast", "not with `fast`"),
    ],
)
def test_a_target_that_makes_no_sense_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        targets_of(NOWRUZ, [text])


def test_nobody_can_staff_a_scenario_without_desks() -> None:
    with pytest.raises(UserError, match="no desk"):
        targets_of(load("flash-sale", ["support={}", "demand.support_only=0%"]), [])
