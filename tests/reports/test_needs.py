"""What a scenario must have before a measure has a value: told before it is played."""

from __future__ import annotations

import math

import pytest

from reports.measures.needs import NEEDS, missing
from scenarios.loader import load
from sim.replication import Task, run

SMALL = ("season.duration=3 h", "demand.sessions_per_day=20_000")
NOBODY = ("support.desks=[]", "demand.support_only=0%")
SCENARIOS = {
    "as it is": (),
    "agents tire": ("support.strain={}",),
    "no support": NOBODY,
    "with a website": ("website={}",),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_said_to_be_missing_has_no_value_and_all_else_has_one(name: str) -> None:
    """But for the age of a backlog where nobody ever waited."""
    scenario = load("benchmark-w1", (*SMALL, *SCENARIOS[name]))
    (played,) = run([Task(1, 0, (("", scenario),))], 1)
    without = {each for each, value in played.measures.items() if math.isnan(value)}
    said = {each for each in played.measures if missing(each, scenario)}
    assert {each for each in without - said if "backlog_age" not in each} == set()
    assert said <= without


def test_what_to_switch_on_is_a_part_of_the_scenario() -> None:
    scenario = load("benchmark-w1")
    for need in NEEDS:
        section = scenario
        for part in need.field.split("."):
            assert part in type(section).model_fields
            section = getattr(section, part)
