"""Two scenarios are told apart field by field, by the names that `--set` takes."""

import pytest

from scenarios.changes import changes
from scenarios.loader import load, override_all


@pytest.mark.parametrize(
    ("setting", "holder"),
    [
        ("reservation.timeout=3 min", "reservation.timeout"),
        ("seed=3", "seed"),
        ("payment.fee.rate=3%", "payment.fee.rate"),
        ("thresholds=['stockouts < 1']", "thresholds"),
        ("support.desks.chat.agents=1", "support.desks"),
        ("catalogue.goods.stock=3", "catalogue"),
    ],
)
def test_a_change_is_named_as_it_was_set(setting: str, holder: str) -> None:
    before = load("benchmark-w1")
    (change,) = changes(before, override_all(before, [setting]))
    assert (change.field, change.holder) == (setting.partition("=")[0], holder)


def test_equal_scenarios_have_no_changes() -> None:
    assert changes(load("nowruz"), override_all(load("nowruz"), ["seed=1405"])) == []


def test_a_list_of_another_length_is_one_change() -> None:
    before = load("benchmark-w1")
    after = override_all(before, ["support.desks=[]", "demand.support_only=0%"])
    assert [change.field for change in changes(before, after)] == [
        "demand.support_only",
        "support.desks",
    ]
