"""Reads the cells of an export: numbers and moments as people and shop platforms write them."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from scenarios.units import latin, latin_number, parse_day

_MOMENT = re.compile(
    r"(?P<day>\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:T|[ ,]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?(?:\s*(?P<half>[AP]M|[قب]\.?ظ\.?))?"
    r"\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_LETTERS = str.maketrans("يك", "یک")
_TWO_WAYS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")
"""Day and month in an order that differs from country to country."""
NO_CLOCK = "the date has no time of day (2018-08-20 14:05)"
"""What is wrong with a bare day; no cell is quoted, for this is the same on all rows."""
_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
"""A comma stands before three digits: `12,50` is half of something else than 1250."""
_UNIX = ((1e9, 1e10, 1.0), (1e12, 1e13, 1e-3))
"""From, to and seconds of a unit: seconds since 1970 from 2001 on, or milliseconds."""
_EXCEL = (20_000, 80_000)
"""Days since 1899-12-30, by which Excel keeps moments between 1954 and 2119."""


def number(cell: str) -> float | None:
    """The number in a cell, with or without thousands' commas, in any digits; None for others."""
    text = latin(cell)
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def product_name(cell: str) -> str:
    """A product's code or name, the same however spreadsheets write it: a bare number in Latin
    digits, Persian ya and kaf for Arabic ones."""
    return latin_number(cell).translate(_LETTERS)


def is_moment(cell: str) -> bool:
    """Whether `moment` would read it (the zone does not matter)."""
    return _MOMENT.fullmatch(latin(cell)) is not None


@lru_cache(maxsize=65_536)
def moment(cell: str, zone: str) -> dt.datetime:
    """A naive local moment from `2018-08-20 00:00:04`, ISO 8601 or `1397/05/29 00:00`; from
    seconds or milliseconds since 1970, or Excel's number of days.

    A year before 1700 is Jalali. A moment with an offset from UTC is brought to `zone`; one
    without is local already. Raises ValueError with a sentence that says what is wrong.
    """
    match = _MOMENT.fullmatch(latin(cell))
    if _DAY.fullmatch(latin(cell)):
        raise ValueError(NO_CLOCK)
    if not match and (counted := _counted(number(cell), zone)):
        return counted
    if not match and _TWO_WAYS.match(latin(cell)):
        raise ValueError(f"{cell[:40]!r} can be read two ways: write the year first (2018-08-20)")
    if not match:
        raise ValueError(f"{cell[:40]!r} is not a date with a time of day (2018-08-20 14:05)")
    second = int(match["second"] or 0)
    clock = _clock(_hour(match["hour"], match["half"]), int(match["minute"]), second)
    when = dt.datetime.combine(parse_day(match["day"]), clock)
    if match["offset"]:
        when = when.replace(tzinfo=_offset(match["offset"])).astimezone(ZoneInfo(zone))
    return when.replace(tzinfo=None)


def _counted(count: float | None, zone: str) -> dt.datetime | None:
    """The moment that a bare number stands for; None for other numbers."""
    if count is None:
        return None
    for least, most, seconds in _UNIX:
        if least <= count < most:
            when = dt.datetime.fromtimestamp(count * seconds, ZoneInfo(zone))
            return when.replace(tzinfo=None)
    if not _EXCEL[0] <= count < _EXCEL[1]:
        return None
    if count % 1 == 0:
        raise ValueError(NO_CLOCK)
    return dt.datetime(1899, 12, 30) + dt.timedelta(seconds=round(count * 86400))


def _hour(text: str, half: str | None) -> int:
    """Of 24, with `half` the mark of the morning or the afternoon where there is one."""
    hour = int(text)
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} is no hour of half a day")
    return hour % 12 + (12 if half[0] in "Ppب" else 0)


def _clock(hour: int, minute: int, second: int) -> dt.time:
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"{hour}:{minute:02}:{second:02} is no time of day")
    return dt.time(hour, minute, second)


def _offset(text: str) -> dt.timezone:
    if text.upper() in ("Z", "UTC"):
        return dt.UTC
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    return dt.timezone(sign * dt.timedelta(hours=hours, minutes=minutes))
