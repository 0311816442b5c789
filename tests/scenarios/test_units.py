"""Durations, shares, money and dates: what people write, and back."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import units

nonnegative = st.floats(min_value=0, max_value=1e12, allow_nan=False)
days = st.dates(dt.date(1922, 1, 1), dt.date(2100, 1, 1))


@given(nonnegative)
def test_a_duration_is_read_back_exactly(seconds: float) -> None:
    assert units.parse_duration(units.format_duration(seconds)) == seconds


@given(st.integers(min_value=0, max_value=10**7), st.sampled_from([1, 60, 3600, 86400]))
def test_a_round_duration_is_written_as_a_whole_number(count: int, unit: int) -> None:
    text = units.format_duration(float(count * unit))
    assert text.split()[0].isdecimal()
    assert units.parse_duration(text) == count * unit


@given(st.floats(min_value=0, max_value=1e6, allow_nan=False))
def test_a_share_is_read_back_exactly(share: float) -> None:
    assert units.parse_share(units.format_share(share)) == share


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_money_is_read_back_exactly(rial: int) -> None:
    assert units.parse_money(units.format_money(rial)) == rial


@given(days)
def test_a_day_is_read_back_from_the_jalali_calendar(day: dt.date) -> None:
    assert units.parse_day(units.format_day(day)) == day


@given(st.datetimes(dt.datetime(1922, 1, 1), dt.datetime(2100, 1, 1)))
def test_a_moment_is_read_back_to_the_second(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert units.parse_moment(units.format_moment(moment)) == moment


@given(st.times())
def test_a_time_of_day_is_read_back_to_the_second(clock: dt.time) -> None:
    clock = clock.replace(microsecond=0)
    assert units.parse_clock(units.format_clock(clock)) == clock


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20 min", 1200),
        ("5min", 300),
        ("1 h 30 min", 5400),
        ("1.5 h", 5400),
        ("2 Days", 172800),
        ("۲۰ دقیقه", 1200),
        ("none", math.inf),
    ],
)
def test_a_duration_has_a_unit(text: str, seconds: float) -> None:
    assert units.parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("0", "a duration needs a unit, for example '5 min'"),
        ("20", "a duration needs a unit, for example '20 min'"),
        ("20 minuets", "unknown unit 'minuets'; did you mean 'minutes'?"),
        ("5 m", "did you mean 'min'?"),
        ("-5 min", "not a duration"),
        ("", "not a duration"),
        ("5 min or so", "not a duration"),
    ],
)
def test_a_duration_that_says_too_little_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint.replace("?", r"\?")):
        units.parse_duration(text)


def test_numbers_from_code_are_seconds_fractions_and_rial() -> None:
    assert units.parse_duration(90) == 90
    assert units.parse_duration(dt.timedelta(minutes=2)) == 120
    assert units.parse_share(0.15) == 0.15
    assert units.parse_money(5) == 5


def test_a_share_needs_its_percent_sign() -> None:
    assert units.parse_share("15%") == 0.15
    assert units.parse_share("۱۲٫۵٪") == 0.125
    for text in ("15", "0.15", "%", "x%"):
        with pytest.raises(ValueError, match="percent sign"):
            units.parse_share(text)


def test_a_toman_is_ten_rial_and_a_bare_number_is_neither() -> None:
    assert units.parse_money("250_000 toman") == units.parse_money("2,500,000 rial") == 2_500_000
    assert units.parse_money("۲۵۰٬۰۰۰ تومان") == 2_500_000
    assert units.parse_money("0.5 toman") == 5
    with pytest.raises(ValueError, match="say rial or toman"):
        units.parse_money("250000")
    with pytest.raises(ValueError, match="say rial or toman"):
        units.parse_money("1,5 toman")
    with pytest.raises(ValueError, match="not a whole number of rial"):
        units.parse_money("0.5 rial")


def test_both_calendars_name_the_same_day() -> None:
    nowruz = dt.date(2026, 3, 21)
    for text in ("1405-01-01", "1405/1/1", "۱۴۰۵/۰۱/۰۱", "2026-03-21"):
        assert units.parse_day(text) == nowruz


def test_30_esfand_exists_in_leap_years_only() -> None:
    assert units.parse_day("1403-12-30") == dt.date(2025, 3, 20)
    assert units.parse_day("1404-12-29") == dt.date(2026, 3, 20)
    with pytest.raises(ValueError, match="1404 is no leap year"):
        units.parse_day("1404-12-30")
    with pytest.raises(ValueError, match="no day of the Gregorian calendar"):
        units.parse_day("2026-02-30")


def test_a_mistyped_year_is_noticed() -> None:
    for text in ("1045-12-01", "2207-03-20", "0001-01-01"):
        with pytest.raises(ValueError, match="is the year right"):
            units.parse_day(text)


def test_a_moment_without_a_clock_is_midnight() -> None:
    assert units.parse_moment("1405-12-20") == dt.datetime(2027, 3, 11)
    assert units.parse_moment("1405-12-20 20:30") == dt.datetime(2027, 3, 11, 20, 30)


@pytest.mark.parametrize("text", ["24:00", "9", "20:60", "half past nine"])
def test_what_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        units.parse_clock(text)


@pytest.mark.parametrize("value", [None, [], {}])
def test_nothing_and_lists_are_no_values(value: object) -> None:
    for parse in (units.parse_duration, units.parse_share, units.parse_money, units.parse_day):
        with pytest.raises(ValueError, match="expected a single value"):
            parse(value)


def test_bare_numbers_may_be_persian_or_grouped() -> None:
    assert units.latin_number("۴۰٬۰۰۰") == units.latin_number("40_000") == "40000"
    assert units.latin_number("-1.5") == "-1.5"
    for text in ("1,5", "1405-12-01", "chat", ""):
        assert units.latin_number(text) == text
