"""A written scenario is the same scenario, and people can read it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scenarios.loader import library, load
from scenarios.schema import Scenario
from scenarios.writer import dump

positive = st.floats(min_value=1e-6, max_value=1e9)
shares = st.floats(min_value=0, max_value=1)


def read_back(scenario: Scenario, folder: Path) -> Scenario:
    path = folder / "written.yaml"
    path.write_text(dump(scenario), encoding="utf-8")
    return load(str(path))


@pytest.mark.parametrize("name", [name for name, _ in library()])
def test_every_scenario_of_the_library_is_read_back_equal(name: str, tmp_path: Path) -> None:
    scenario = load(name)
    assert read_back(scenario, tmp_path) == scenario


@example(summary="4_0", title="0 ", timeout=1.0, engaged=0.0, stock=0)
@example(summary="۴۰", title="null", timeout=1.0, engaged=0.0, stock=0)
@given(
    summary=st.text(),
    title=st.text(),
    timeout=positive,
    engaged=shares,
    stock=st.integers(0, 10**9),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_text_and_number_is_read_back_exactly(
    summary: str, title: str, timeout: float, engaged: float, stock: int, tmp_path: Path
) -> None:
    base = load("benchmark-w1")
    scenario = base.model_copy(
        update={
            "summary": summary,
            "title": {"fa": title},
            "demand": base.demand.model_copy(update={"engaged": engaged, "support_only": 0.0}),
            "catalogue": (base.catalogue[0].model_copy(update={"stock": stock}),),
            "reservation": base.reservation.model_copy(update={"timeout": timeout}),
        }
    )
    assert read_back(scenario, tmp_path) == scenario


def test_values_are_written_as_people_write_them() -> None:
    lines = dump(load("nowruz")).splitlines()
    for line in (
        "  start: 1405-12-01 00:00",
        "  duration: 45 d",
        "  engaged: 7%",
        "    price: 19_000_000 rial",
        "  timeout: 20 min",
        "  suspended_timeout: none",
        "  decide: {law: lognormal, median: 6 min, sigma: 1}",
        "        - {begins: 08:00, ends: 16:00, agents: 4}",
    ):
        assert line in lines


def test_long_text_stays_one_value(tmp_path: Path) -> None:
    scenario = load("nowruz").model_copy(update={"summary": "a rather long sentence " * 20 + "."})
    assert read_back(scenario, tmp_path) == scenario


def test_a_cap_that_was_taken_off_stays_off(tmp_path: Path) -> None:
    scenario = load("nowruz", ["payment.fee.cap=null"])
    assert scenario.payment.fee.cap is None
    assert read_back(scenario, tmp_path) == scenario
