"""The calendar against dates known by hand."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calendar import Calendar
from scenarios.schema import Season
from scenarios.units import parse_day, parse_moment


def calendar(start: str = "1405-12-01", **fields: object) -> Calendar:
    return Calendar(Season.model_validate({"start": start, "duration": "45 d", **fields}))


def test_weekdays_known_by_hand() -> None:
    assert calendar().weekday(parse_day("1405-01-01")) == "saturday"
    assert calendar().weekday(parse_day("1406-01-01")) == "sunday"
    assert calendar().weekday(parse_day("1405-12-28")) == "friday"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("1405-01-01", "Eid al-Fitr; Nowruz"),
        ("1405-12-29", "Iranian Oil Industry Nationalization Day"),
        ("1406-01-01", "Nowruz"),
        ("1406-01-02", "Nowruz Holiday"),
        ("1406-01-03", "Nowruz Holiday"),
        ("1406-01-04", "Nowruz Holiday"),
        ("1406-01-12", "Islamic Republic Day"),
        ("1406-01-13", "Nature's Day"),
        ("1403-12-30", "Last Day of Year"),
    ],
)
def test_the_public_holidays_around_nowruz(day: str, name: str) -> None:
    date = parse_day(day)
    assert calendar().is_holiday(date)
    assert calendar().holiday_name(date, "en") == name


@pytest.mark.parametrize("day", ["1405-12-28", "1406-01-05", "1406-01-06", "1406-01-11"])
def test_days_beside_the_holidays_are_ordinary(day: str) -> None:
    assert not calendar().is_holiday(parse_day(day))
    assert calendar().holiday_name(parse_day(day)) == ""


def test_names_are_persian_unless_asked_otherwise() -> None:
    assert calendar().holiday_name(parse_day("1406-01-01")) == "جشن نوروز"


def test_a_lunar_holiday_far_ahead_is_an_estimate() -> None:
    eid = next(
        day
        for day in (dt.date(2040, 1, 1) + dt.timedelta(days=n) for n in range(366))
        if "Eid al-Fitr" in calendar().holiday_name(day, "en")
    )
    assert calendar().holiday_name(eid, "en").endswith("(estimated)")


def test_friday_is_no_holiday_but_no_business_day_either() -> None:
    friday = parse_day("1405-12-28")
    assert not calendar().is_holiday(friday)
    assert not calendar().is_business_day(friday)
    assert calendar().is_business_day(parse_day("1405-12-27"))
    assert not calendar(weekend=["thursday", "friday"]).is_business_day(parse_day("1405-12-27"))


def test_closures_added_by_hand_are_holidays() -> None:
    closed = calendar(closures=["1405-12-05"])
    day = parse_day("1405-12-05")
    assert closed.is_holiday(day)
    assert closed.holiday_name(day, "en") == "closed"


def test_a_season_without_holidays_keeps_only_its_closures() -> None:
    bare = calendar(holidays="none", closures=["1405-12-05"])
    assert not bare.is_holiday(parse_day("1406-01-01"))
    assert bare.is_holiday(parse_day("1405-12-05"))


def test_the_jalali_day_of_a_date() -> None:
    assert calendar().jalali(dt.date(2027, 3, 20)) == "1405-12-29"
    assert calendar().jalali(dt.date(2027, 3, 21)) == "1406-01-01"


def test_tehran_keeps_one_clock_all_year() -> None:
    # Iran set its clocks forward after 1 Farvardin and back after 30 Shahrivar; 1401 was the last.
    assert calendar().seconds(parse_moment("1406-01-02")) == 30 * 86400
    assert calendar("1401-01-01").seconds(parse_moment("1401-01-03")) == 47 * 3600


def test_seconds_are_physical_where_the_clocks_change() -> None:
    berlin = calendar("2027-03-27", timezone="Europe/Berlin")
    assert berlin.seconds(dt.datetime(2027, 3, 29)) == 47 * 3600
    autumn = calendar("2027-10-30", timezone="Europe/Berlin")
    twice = dt.datetime(2027, 10, 31, 2, 30)
    assert autumn.seconds(twice.replace(fold=1)) - autumn.seconds(twice) == 3600
    assert autumn.moment(autumn.seconds(twice.replace(fold=1))).fold == 1


@given(
    st.integers(min_value=0, max_value=400 * 86400),
    st.sampled_from(["Asia/Tehran", "Europe/Berlin", "America/New_York"]),
)
def test_a_moment_and_its_seconds_are_one(seconds: int, zone: str) -> None:
    season = calendar("2021-01-01", timezone=zone)
    assert season.seconds(season.moment(seconds)) == seconds


def test_an_unknown_zone_is_a_mistake_with_a_suggestion() -> None:
    with pytest.raises(ValueError, match="no time zone 'Asia/Tehrn'; did you mean 'Asia/Tehran'"):
        calendar(timezone="Asia/Tehrn")
