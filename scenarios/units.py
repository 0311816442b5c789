"""How people write durations, shares, money and dates in a scenario file, and what they become.

Text must say its unit. A Python number is taken as it is: seconds, a fraction, rial. Every
`format_*` writes text that its `parse_*` reads back to the very same value.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from persiantools.jdatetime import JalaliDate
from pydantic import BeforeValidator, Field, PlainSerializer

SECONDS = {
    "s": 1, "sec": 1, "second": 1, "seconds": 1, "ثانیه": 1,
    "min": 60, "minute": 60, "minutes": 60, "دقیقه": 60,
    "h": 3600, "hour": 3600, "hours": 3600, "ساعت": 3600,
    "d": 86400, "day": 86400, "days": 86400, "روز": 86400,
}  # fmt: skip
RIAL = {"rial": 1, "rials": 1, "ریال": 1, "toman": 10, "tomans": 10, "تومان": 10}
PERSIAN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬٪", "01234567890123456789.,%")
_NUMBER = r"(\d+(?:\.\d+)?)"
_GROUPED = r"([-+]?\d+(?:[_,]\d{3})*(?:\.\d+)?)"
_PART = re.compile(_NUMBER + r"\s*([^\W\d_]+)\s*")
_JALALI_YEARS = range(1300, 1500)
_GREGORIAN_YEARS = range(1921, 2121)


def latin(text: str) -> str:
    """The same text with Latin digits, decimal point and percent sign."""
    return text.translate(PERSIAN_DIGITS).strip()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a single value, not a list or a section")
    return latin(value)


def latin_number(text: str) -> str:
    """A bare number in plain Latin digits (`۴۰٬۰۰۰` or `40_000` become `40000`); else the text."""
    number = latin(text)
    return re.sub("[_,]", "", number) if re.fullmatch(_GROUPED, number) else text


def did_you_mean(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """The end of a sentence: `; did you mean 'min'?` for the nearest of `words`, or `otherwise`.

    As it may be a question, what follows begins a new sentence: a full stop goes into `otherwise`.
    """
    near = difflib.get_close_matches(word, list(words), 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else otherwise


def ended(told: object) -> str:
    """A sentence, such as that of an error, with a full stop where no mark of its own ends it."""
    text = str(told)
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _plain(number: Decimal) -> str:
    """Decimal notation without exponent or needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_duration(value: Any) -> float:
    """Seconds from `20 min`, `1 h 30 min`, `2d`, `none` (infinite), a timedelta or a number.

    Raises ValueError with a sentence for text without unit, an unknown unit or nonsense.
    """
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, int | float):
        return float(value)
    text = _text(value).lower()
    if text == "none":
        return math.inf
    if re.fullmatch(_NUMBER, text):
        example = text if float(text) else "5"  # 0 would seldom be taken with a unit either
        raise ValueError(f"a duration needs a unit, for example '{example} min'")
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        raise ValueError(f"not a duration: {value!r}; write for example '20 min' or '1 h 30 min'")
    total = Decimal(0)
    for number, unit in (part.groups() for part in parts):
        if unit not in SECONDS:
            raise ValueError(f"unknown unit {unit!r}{did_you_mean(unit, SECONDS)}")
        total += Decimal(number) * SECONDS[unit]
    return float(total)


def parse_response_time(text: str) -> float:
    """Like `parse_duration`, and in milliseconds too: `250 ms`."""
    match = re.fullmatch(_NUMBER + r"\s*ms", latin(text).lower())
    return float(match[1]) / 1000 if match else parse_duration(text)


def parse_timeout(value: Any) -> float:
    """Like `parse_duration`, for what cannot last 0, with or without a unit, but may last for ever.

    Raises ValueError with a sentence.
    """
    is_bare_zero = isinstance(value, str) and re.fullmatch(r"0+(\.0+)?", latin(value))
    if is_bare_zero or parse_duration(value) == 0:
        raise ValueError(
            f"must be more than 0 s, found {str(value)!r}; "
            f"write for example '5 min', or 'none' for no limit"
        )
    return parse_duration(value)


def format_duration(seconds: float) -> str:
    """In the largest unit that divides it; `parse_duration` reads it back."""
    if math.isinf(seconds):
        return "none"
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{int(seconds // size)} {unit}"
    return f"{_plain(Decimal(repr(seconds)))} s"


def parse_share(value: Any) -> float:
    """A fraction from `15%`; text without the sign is refused: is 0.5 a half, or half a percent?

    Raises ValueError with a sentence.
    """
    if isinstance(value, int | float):
        return float(value)
    match = re.fullmatch(rf"(-?){_NUMBER}\s*%", _text(value))
    if match:
        return float(Decimal(match[1] + match[2]).scaleb(-2))
    raise ValueError(f"write a share with a percent sign, for example '15%', not {value!r}")


def format_share(share: float) -> str:
    """`parse_share` backwards."""
    return f"{_plain(Decimal(repr(share)).scaleb(2))}%"


def parse_money(value: Any) -> int:
    """Whole rial from `2_500_000 rial` or `250_000 toman` (PAY-7: never guess which).

    Raises ValueError with a sentence for text without the unit or a fraction of a rial.
    """
    if isinstance(value, int):
        return value
    match = re.fullmatch(rf"{_GROUPED}\s*([^\W\d_]+)", _text(value))
    if not match or match[2].lower() not in RIAL:
        raise ValueError(f"say rial or toman, for example '250_000 toman', not {value!r}")
    rial = Decimal(latin_number(match[1])) * RIAL[match[2].lower()]
    if rial % 1:
        raise ValueError(f"{value!r} is not a whole number of rial")
    return int(rial)


def format_money(rial: int) -> str:
    """`parse_money` backwards."""
    return f"{rial:_} rial"


def parse_day(value: Any) -> dt.date:
    """A Gregorian date from a Jalali (1405-12-29) or Gregorian (2027-03-20) one.

    The year says which: 1300 to 1499 is Jalali, 1921 to 2120 Gregorian. Raises ValueError with a
    sentence for another year, and for a day that the calendar does not have.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", _text(value))
    if not match:
        raise ValueError(f"not a date: {value!r}; write 1405-12-29 or 2027-03-20")
    year, month, day = (int(part) for part in match.groups())
    if year not in _JALALI_YEARS and year not in _GREGORIAN_YEARS:
        raise ValueError(f"{value!r}: is the year right? Write 1405-12-29 or 2027-03-20")
    try:
        if year in _GREGORIAN_YEARS:
            return dt.date(year, month, day)
        return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    except ValueError:
        calendar = "Gregorian" if year in _GREGORIAN_YEARS else "Jalali"
        why = f": {year} is no leap year" if (calendar, month, day) == ("Jalali", 12, 30) else ""
        raise ValueError(f"{value!r} is no day of the {calendar} calendar{why}") from None


def format_day(day: dt.date) -> str:
    """A day as scenario files write it: Jalali."""
    return JalaliDate(day).isoformat()  # type: ignore[no-untyped-call]


def parse_days(value: Any) -> tuple[dt.date, dt.date]:
    """First and last day from `1405-12-18 to 1405-12-24`, or from one day.

    Raises ValueError with a sentence for what is no day, and for a last day before the first.
    """
    if isinstance(value, tuple | list):
        first, last = value
    else:
        first, _, last = _text(value).partition(" to ")
    span = parse_day(first), parse_day(last or first)
    if span[1] < span[0]:
        raise ValueError(f"{value!r} ends before it begins")
    return span


def format_days(days: tuple[dt.date, dt.date]) -> str:
    """`parse_days` backwards."""
    first, last = map(format_day, days)
    return first if first == last else f"{first} to {last}"


def parse_moment(value: Any) -> dt.datetime:
    """A local moment without zone from `1405-12-20 00:00` (either calendar) or a bare day."""
    if isinstance(value, dt.datetime):
        return value
    text = _text(value)
    day, _, clock = text.replace("T", " ").partition(" ")
    return dt.datetime.combine(parse_day(day), parse_clock(clock) if clock else dt.time())


def format_moment(moment: dt.datetime) -> str:
    """`parse_moment` backwards, in the Jalali calendar."""
    return f"{format_day(moment.date())} {format_clock(moment.time())}"


def parse_clock(value: Any) -> dt.time:
    """A time of day from `20:30`; `24:00` is refused, write `00:00` of the next day."""
    if isinstance(value, dt.time):
        return value
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", _text(value))
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (24, 0, 0)
    if hour < 24 and minute < 60 and second < 60:
        return dt.time(hour, minute, second)
    raise ValueError(f"not a time of day: {value!r}; write for example '20:30'")


def format_clock(clock: dt.time) -> str:
    """`parse_clock` backwards: `20:30`, with seconds where there are any."""
    return clock.isoformat("seconds" if clock.second else "minutes")


_seconds = (BeforeValidator(parse_duration), PlainSerializer(format_duration))
_fraction = (BeforeValidator(parse_share), PlainSerializer(format_share))

Duration = Annotated[float, Field(ge=0), *_seconds]
"""Seconds, zero or more."""
PositiveDuration = Annotated[float, Field(gt=0), *_seconds]
Timeout = Annotated[
    float,
    Field(gt=0, allow_inf_nan=True),
    BeforeValidator(parse_timeout),
    PlainSerializer(format_duration),
]
"""Seconds; `none` for never."""
Share = Annotated[float, Field(ge=0, le=1), *_fraction]
Factor = Annotated[float, Field(ge=0), *_fraction]
"""A factor written in percent: 150% is one and a half times as much."""
Rial = Annotated[
    int, Field(ge=0, le=10**15), BeforeValidator(parse_money), PlainSerializer(format_money)
]
Day = Annotated[dt.date, BeforeValidator(parse_day), PlainSerializer(format_day)]
Days = Annotated[tuple[dt.date, dt.date], BeforeValidator(parse_days), PlainSerializer(format_days)]
"""The first and the last of some days in a row."""
Moment = Annotated[dt.datetime, BeforeValidator(parse_moment), PlainSerializer(format_moment)]
Clock = Annotated[dt.time, BeforeValidator(parse_clock), PlainSerializer(format_clock)]
