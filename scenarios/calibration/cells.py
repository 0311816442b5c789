"""Reads the cells of an export: numbers and moments as people and shop platforms write them."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from scenarios.units import latin, parse_day

_MOMENT = re.compile(
    r"(?P<day>\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:T|[ ,]+)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?",
)
_DAY = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_TWO_WAYS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b")
"""Day and month in an order that differs from country to country."""
NO_CLOCK = "the date has no time of day (2018-08-20 14:05)"
"""What is wrong with a bare day; no cell is quoted, for this is the same on all rows."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def number(cell: str) -> float | None:
    """The number in a cell, with or without thousands' commas, in any digits; None for others."""
    text = latin(cell).replace(",", "")
    return float(text) if _NUMBER.fullmatch(text) else None


def is_moment(cell: str) -> bool:
    """Whether `moment` would read it (the zone does not matter)."""
    return _MOMENT.fullmatch(latin(cell)) is not None


@lru_cache(maxsize=65_536)
def moment(cell: str, zone: str) -> dt.datetime:
    """A naive local moment from `2018-08-20 00:00:04`, ISO 8601 or `1397/05/29 00:00`.

    A year before 1700 is Jalali. A moment with an offset from UTC is brought to `zone`; one
    without is local already. Raises ValueError with a sentence that says what is wrong.
    """
    match = _MOMENT.fullmatch(latin(cell))
    if _DAY.fullmatch(latin(cell)):
        raise ValueError(NO_CLOCK)
    if not match and _TWO_WAYS.match(latin(cell)):
        raise ValueError(f"{cell[:40]!r} can be read two ways: write the year first (2018-08-20)")
    if not match:
        raise ValueError(f"{cell[:40]!r} is not a date with a time of day (2018-08-20 14:05)")
    second = int(match["second"] or 0)
    clock = _clock(int(match["hour"]), int(match["minute"]), second)
    when = dt.datetime.combine(parse_day(match["day"]), clock)
    if match["offset"]:
        when = when.replace(tzinfo=_offset(match["offset"])).astimezone(ZoneInfo(zone))
    return when.replace(tzinfo=None)


def _clock(hour: int, minute: int, second: int) -> dt.time:
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"{hour}:{minute:02}:{second:02} is no time of day")
    return dt.time(hour, minute, second)


def _offset(text: str) -> dt.timezone:
    if text in ("Z", "UTC"):
        return dt.UTC
    sign = -1 if text[0] == "-" else 1
    hours, minutes = int(text[1:3]), int(text[-2:])
    return dt.timezone(sign * dt.timedelta(hours=hours, minutes=minutes))
