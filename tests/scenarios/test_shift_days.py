"""Shifts of certain days: who is at work when, how they are written, whom the tool is paid for."""

from __future__ import annotations

import datetime as dt

import pytest

from scenarios.calendar import Calendar
from scenarios.errors import UserError
from scenarios.loader import load, load_text
from scenarios.schema import Desk, Season
from scenarios.staffing import agents_over_time
from scenarios.units import format_days, parse_days
from scenarios.writer import dump

SEASON = Season(start=dt.datetime(2027, 2, 20), duration=4 * 86400.0)  # 1405-12-01
DAY, HOUR = 86400.0, 3600.0


def agents_at(desk: Desk, *moments: float) -> list[int]:
    changes = agents_over_time(desk, Calendar(SEASON))
    return [[agents for t, agents in changes if t <= moment][-1] for moment in moments]


def desk(*shifts: dict[str, object]) -> Desk:
    return Desk.model_validate({"channel": "chat", "shifts": shifts})


def test_a_shift_of_certain_days_is_on_those_days_alone() -> None:
    found = desk(
        {"begins": "08:00", "ends": "16:00", "agents": 2},
        {"begins": "08:00", "ends": "16:00", "agents": 3, "days": ["1405-12-02 to 1405-12-03"]},
    )
    nine = [day * DAY + 9 * HOUR for day in range(4)]
    assert agents_at(found, *nine) == [2, 5, 5, 2]


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    found = desk({"begins": "22:00", "ends": "06:00", "agents": 2, "days": ["1405-12-02"]})
    assert agents_at(found, 23 * HOUR, DAY + 5 * HOUR) == [0, 0]
    assert agents_at(found, DAY + 23 * HOUR, 2 * DAY + 5 * HOUR, 2 * DAY + 7 * HOUR) == [2, 2, 0]


def test_a_whole_day_is_a_shift_from_midnight_to_midnight() -> None:
    found = desk({"begins": "00:00", "ends": "00:00", "agents": 1, "days": ["1405-12-02"]})
    assert agents_at(found, 0.0, DAY, 2 * DAY - 1, 2 * DAY) == [0, 1, 1, 0]


def test_a_tool_is_paid_for_those_of_the_fullest_day() -> None:
    assert desk(
        {"begins": "08:00", "ends": "16:00", "agents": 2},
        {"begins": "08:00", "ends": "16:00", "agents": 3, "days": ["1405-12-02 to 1405-12-03"]},
        {"begins": "08:00", "ends": "16:00", "agents": 4, "days": ["1405-12-03"]},
        {"begins": "08:00", "ends": "16:00", "agents": 5, "days": ["1405-12-04"]},
    ).seats == 9  # fmt: skip


def test_a_desk_of_certain_days_is_not_always_open() -> None:
    whole = {"begins": "00:00", "ends": "00:00", "agents": 1}
    assert desk(whole).always_open
    assert not desk(whole | {"days": ["1405-12-02"]}).always_open


def test_days_are_written_as_they_are_read() -> None:
    shifts = "support.desks.phone.shifts=[{begins: 08:00, ends: 16:00, agents: 1, days: [%s]}]"
    spans = "1405-12-02 to 1405-12-05, 1405-12-09"
    scenario = load("nowruz", [shifts % spans])
    text = dump(scenario)
    assert f"days: [{spans}]" in text
    assert load_text(text, "nowruz") == scenario
    assert " days:" not in dump(load("nowruz")).split("support:")[1].split("contacts:")[0]


def test_a_span_of_days_is_two_days_in_order_or_one() -> None:
    first, last = dt.date(2027, 2, 21), dt.date(2027, 2, 24)
    assert parse_days("1405-12-02 to 1405-12-05") == (first, last)
    assert parse_days("۱۴۰۵-۱۲-۰۲ to ۱۴۰۵-۱۲-۰۵") == (first, last)
    assert parse_days("2027-02-21") == (first, first)
    assert format_days((first, first)) == "1405-12-02"
    for wrong in ("1405-12-05 to 1405-12-02", "soon"):
        with pytest.raises(ValueError, match=r"ends before|not a date"):
            parse_days(wrong)


def test_days_in_the_wrong_order_are_one_sentence() -> None:
    with pytest.raises(UserError, match="ends before it begins"):
        load("nowruz", [
            "support.desks.phone.shifts="
            "[{begins: 08:00, ends: 16:00, agents: 1, days: [1405-12-05 to 1405-12-02]}]"
        ])  # fmt: skip
