"""Working days are counted over Fridays and the Nowruz holidays, and crews keep to them."""

from __future__ import annotations

import datetime as dt
from math import inf

import pytest

from scenarios.calendar import Calendar
from scenarios.fulfilment import Warehouse
from scenarios.schema import Season
from scenarios.units import parse_moment
from scenarios.warehouse_staff import crews_over_time, hours_at_work
from scenarios.working_days import WorkingDays

CALENDAR = Calendar(Season(start="1405-12-22 10:00", duration="20 d", wind_down="2 d"))
DAYS = WorkingDays(CALENDAR)


def at(moment: str) -> float:
    return CALENDAR.seconds(parse_moment(moment))


def when(seconds: float) -> str:
    moment = CALENDAR.moment(seconds)
    return f"{CALENDAR.jalali(moment.date())} {moment:%H:%M}"


@pytest.mark.parametrize(
    ("now", "count", "day"),
    [
        ("1405-12-22 12:00", 1, "1405-12-23"),
        ("1405-12-27 23:59", 1, "1406-01-05"),  # Friday, 29 Esfand, 1 to 4 Farvardin
        ("1405-12-27 10:00", 2, "1406-01-07"),  # the sixth is a Friday
        ("1406-01-02 10:00", 1, "1406-01-05"),  # a holiday counts from itself
        ("1406-01-11 10:00", 1, "1406-01-15"),  # 12 and 13, and by the moon 14 Farvardin
    ],
)
def test_the_next_working_days_are_counted_by_hand(now: str, count: int, day: str) -> None:
    number = DAYS.after(at(now), count)
    assert when(DAYS.at(number, dt.time(9))) == f"{day} 09:00"
    assert DAYS.over(number) == at(f"{day} 00:00") + 86400


def test_days_too_late_to_be_counted_never_come() -> None:
    assert DAYS.at(len(DAYS), dt.time(9)) == DAYS.over(len(DAYS)) == inf


def test_who_works_on_holidays_works_every_day() -> None:
    every = WorkingDays(CALENDAR, every_day=True)
    assert when(every.at(every.after(at("1405-12-27 10:00"), 1), dt.time(9))) == "1405-12-28 09:00"


def test_shifts_begin_on_working_days_and_may_run_over_midnight() -> None:
    shifts = [
        {"begins": "08:00", "ends": "16:00", "pickers": 2, "packers": 1},
        {"begins": "22:00", "ends": "02:00", "pickers": 1, "packers": 0},
    ]
    crews = crews_over_time(Warehouse.model_validate({"shifts": shifts}), CALENDAR)
    night = [(when(crew.since), crew.pickers, crew.packers) for crew in crews if crew.since > 0]
    first = night.index(("1405-12-26 22:00", 1, 0))
    assert crews[0] == (0.0, 2, 1)
    assert night[first : first + 6] == [
        ("1405-12-26 22:00", 1, 0),
        ("1405-12-27 02:00", 0, 0),
        ("1405-12-27 08:00", 2, 1),
        ("1405-12-27 16:00", 0, 0),
        ("1405-12-27 22:00", 1, 0),
        ("1405-12-28 02:00", 0, 0),
    ]
    assert night[first + 6] == ("1406-01-05 08:00", 2, 1)


def test_hours_are_those_at_work_until_the_world_stops() -> None:
    """From the 22nd at 10:00 there are six working days to the 27th, the first cut short by two
    hours; then 5, 7 to 11 Farvardin; the world stops on the 15th at 10:00, or two
    days earlier without a tail."""
    shift = {"begins": "08:00", "ends": "16:00", "pickers": 2, "packers": 1}
    hours = 6 * 8 - 2 + 6 * 8
    season = Season(start="1405-12-22 10:00", duration="20 d")
    stop = CALENDAR.moment(season.end)
    assert f"{CALENDAR.jalali(stop.date())} {stop:%H:%M}" == "1406-01-13 10:00"
    warehouse = Warehouse.model_validate({"shifts": [shift]})
    assert hours_at_work(warehouse, Calendar(season)) == 3 * hours
    assert hours_at_work(warehouse, CALENDAR) == 3 * (hours + 2)
