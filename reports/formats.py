"""Numbers, money, durations and dates as the readers of a language write them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup, escape

from reports.designs import settings_of
from reports.notations import NOTATIONS
from scenarios.schema import SupportChannel
from scenarios.units import PERSIAN_DIGITS, SECONDS, parse_duration, parse_money, parse_share

if TYPE_CHECKING:
    from reports.intervals import Interval
    from reports.words import Words

RIAL_PER_TOMAN = 10
MINUS = "−"
RIGHT_TO_LEFT_MARK = "\u200f"
NO_BREAK_SPACE = "\u00a0"
_CHANNELS: tuple[str, ...] = get_args(SupportChannel)
_SHARES = (
    "_rate", "_level", "_share", "_occupancy", "_satisfaction", "_wellbeing", "_fatigue_peak",
    "http_errors",
)  # fmt: skip
_BY_STEP = re.compile(r"((?:from_intended|service_time)_p\d+_s|http_errors)_(\w+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_SECONDS_TO_UNIT = {1: "s", 60: "min", 3600: "h", 86400: "d"}


class Unit(Enum):
    """In what a measure is counted."""

    COUNT = "count"
    SHARE = "share"
    POINTS = "points"
    """Percentage points: a difference of shares."""
    RIAL = "rial"
    SECONDS = "s"
    HOURS = "h"
    DAYS = "d"


def split_channel(measure: str) -> tuple[str, str]:
    """`support_contacts_chat` -> (`support_contacts`, `chat`); the channel is empty without one."""
    if measure.startswith(("support_", "agent_fatigue_peak_", "canned_endings_")):
        for channel in _CHANNELS:
            if measure.endswith(f"_{channel}"):
                return measure.removesuffix(f"_{channel}"), channel
    return measure, ""


def split_step(measure: str) -> tuple[str, str]:
    """`http_errors_add_to_cart` -> (`http_errors`, `add_to_cart`); an empty step without one."""
    match = _BY_STEP.fullmatch(measure)
    return (match[1], match[2]) if match else (measure, "")


def unit_of(measure: str) -> Unit:
    """The unit that a measure's name ends in; a count where it names none."""
    name, _ = split_channel(measure)
    name, _ = split_step(name)
    if name.endswith(_SHARES):
        return Unit.SHARE
    if name.endswith("_rial"):
        return Unit.RIAL
    if name.endswith("_s"):
        return Unit.SECONDS
    if name.endswith("_h") or "_hours" in name:
        return Unit.HOURS
    if name.startswith("days_"):
        return Unit.DAYS
    return Unit.COUNT


def in_difference(unit: Unit) -> Unit:
    """The unit of a difference: of 3% and 2% it is one point, not one percent."""
    return Unit.POINTS if unit is Unit.SHARE else unit


class Shown(Markup):
    """A quantity as it is read; `number` is what tables sort it by, in its measure's unit."""

    number: float = math.nan


def shown(text: Markup, number: float) -> Shown:
    """The same text with the number that it shows."""
    found = Shown(text)
    found.number = float(number)
    return found


@dataclass(frozen=True, slots=True)
class Scale:
    """How a quantity is shown: divided by `divisor`, followed by `word`."""

    divisor: float
    word: str


class Formats:
    """Writes quantities in one language. Every method returns text that is safe in HTML."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._notation = NOTATIONS[words.language]

    # ---- plain numbers

    def digits(self, text: str) -> str:
        """Digits and separators of the language, in text of the form `1,234.5`."""
        return self._notation.digits(text)

    def number(self, value: float, decimals: int = 0, signed: bool = False) -> str:
        """`value` to so many decimals (negative: to tens, hundreds), without direction marks."""
        rounded = round(value, decimals)
        text = f"{abs(rounded):,.{max(decimals, 0)}f}"
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + self.digits(text)

    def isolated(self, text: str) -> Markup:
        """A number apart from the direction of the text around it: the sign stays on its left."""
        return Markup('<bdi dir="ltr">{}</bdi>').format(text)

    def count(self, value: int) -> Markup:
        """A whole number."""
        return shown(self.isolated(self.number(value)), value)

    def probability(self, value: float) -> Markup:
        """A probability in percent, rounded down, and never to certainty."""
        decimals = 0 if value < 0.99 else 1
        percent = min(math.floor(value * 100 * 10**decimals + 1e-9) / 10**decimals, 99.9)
        return self._with_word(self.number(percent, decimals), self._percent)

    def rough_share(self, part: float, whole: float) -> Markup:
        """A part of a whole in whole percent, for a sentence."""
        return self._with_word(self.number(part / whole * 100), self._percent)

    # ---- estimates with their intervals

    def scale(self, unit: Unit, values: Iterable[float]) -> Scale:
        """The scale in which the largest of `values` reads well."""
        largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
        match unit:
            case Unit.SHARE:
                return Scale(0.01, self._percent)
            case Unit.POINTS:
                return Scale(0.01, str(self._words("unit.points")))
            case Unit.RIAL:
                return self._money_scale(largest / RIAL_PER_TOMAN)
            case Unit.SECONDS:
                return self._time_scale(largest)
            case Unit.HOURS:
                return Scale(1.0, str(self._words("unit.h")))
            case Unit.DAYS:
                return Scale(1.0, str(self._words("unit.d")))
            case Unit.COUNT:
                return Scale(1.0, "")

    def estimate(
        self,
        interval: Interval,
        unit: Unit,
        scale: Scale | None = None,
        with_word: bool = True,
        signed: bool = False,
    ) -> Markup:
        """`1.23 ± 0.04 billion toman`: the half width to two digits, the mean to as many places.

        An interval without width (one replication, or all alike) shows the mean alone; NaN shows
        a dash.
        """
        mean, half_width = interval.mean, interval.half_width
        if not math.isfinite(mean):
            return Markup('<span class="none">—</span>')
        scale = scale or self.scale(unit, [mean])
        mean, half_width = mean / scale.divisor, half_width / scale.divisor
        if math.isfinite(half_width) and half_width > 1e-9 * abs(mean):
            decimals = 1 - _exponent(half_width)
            text = f"{self.number(mean, decimals, signed)} ± {self.number(half_width, decimals)}"
        else:
            text = self.number(mean, _three_digits(mean), signed)
        return shown(self._with_word(text, scale.word if with_word else ""), interval.mean)

    def mean(self, interval: Interval, unit: Unit, scale: Scale, with_word: bool = True) -> Markup:
        """The mean alone, where its interval stands elsewhere: to the digits that it carries, and
        at most three."""
        mean, half_width = interval.mean / scale.divisor, interval.half_width / scale.divisor
        decimals = _three_digits(mean)
        if math.isfinite(half_width) and half_width > 0:
            decimals = min(decimals, -_exponent(half_width))
        text = self.number(mean, decimals)
        return shown(self._with_word(text, scale.word if with_word else ""), interval.mean)

    def value(self, number: float, unit: Unit) -> Markup:
        """A given number, such as a limit: all its digits, up to six."""
        scale = self.scale(unit, [number])
        scaled = number / scale.divisor
        decimals = next(d for d in range(7) if d == 6 or math.isclose(round(scaled, d), scaled))
        return shown(self._with_word(self.number(scaled, decimals), scale.word), number)

    def about(self, number: float, unit: Unit) -> Markup:
        """A number to three digits, such as how long a run took."""
        scale = self.scale(unit, [number])
        scaled = number / scale.divisor
        text = self.number(scaled, _three_digits(scaled))
        return shown(self._with_word(text, scale.word), number)

    def limit(self, comparison: str, number: float, unit: Unit) -> Markup:
        """A limit in words, since `<` mirrors in Persian: `less than 2%`."""
        text = self._words(f"limit.{comparison}", value=self.value(number, unit))
        return shown(text, number)

    def tick(self, scale: Scale) -> Callable[[float, int], str]:
        """Writes numbers of an axis whose data are already divided by the scale."""
        percent = scale.word == self._percent

        def text(number: float, decimals: int) -> str:
            shown = self.number(number, decimals)
            return self.for_figure(self._in_percent(shown)) if percent else shown

        return text

    # ---- durations and other values as a scenario file writes them

    def written(self, value: str) -> Markup:
        """A scenario's value in the language: `5 min` is ۵ دقیقه; a word stays code.

        Of a design with several settings, their values: `20 minutes / 4`.
        """
        settings = settings_of(value)
        if settings:
            return self._words("list.design").join(self.written(each) for _, each in settings)
        kind = _kind(value)
        if kind is parse_duration:
            return shown(escape(self._duration(value)), parse_duration(value))
        if kind is parse_share:
            return self.value(parse_share(value), Unit.SHARE)
        if kind is parse_money:
            return self.value(parse_money(value), Unit.RIAL)
        if kind is float:
            return shown(self.isolated(self.digits(value)), float(value))
        return Markup("<code>{}</code>").format(value)

    def category(self, value: str) -> str:
        """The same as plain text for an axis."""
        text = str(self.written(value).striptags())
        return text if _kind(value) in (None, float) else self.for_figure(text)

    def categories(self, values: Sequence[str]) -> list[str]:
        """Values along an axis: bare numbers where `common_unit` says the unit once for all."""
        if self.common_unit(values):
            return [self.digits(_amount(value)[0]) for value in values]
        return [self.category(value) for value in values]

    def common_unit(self, values: Sequence[str]) -> str:
        """The unit in which all values are written, such as minutes; empty without one."""
        units = {_amount(value)[1] for value in values}
        unit = units.pop() if len(units) == 1 else ""
        return str(self._words(f"unit.{unit}")) if unit else ""

    def for_figure(self, text: str) -> str:
        """Text for a figure: where one reads from the right, whatever it begins with."""
        return RIGHT_TO_LEFT_MARK + text if self._words.right_to_left else text

    def _duration(self, value: str) -> str:
        if value.strip() == "none":
            return str(self._words("duration.none"))
        parts = []
        for number, unit in _PART.findall(value.translate(PERSIAN_DIGITS)):
            name = _SECONDS_TO_UNIT[SECONDS[unit]]
            plural = self._notation.plural(float(number))
            parts.append(str(self._words(f"duration.{name}.{plural}", n=self.digits(number))))
        return str(self._words("duration.and")).join(parts)

    # ---- dates

    def day(self, day: dt.date) -> str:
        """`20 March 2027`, in the calendar of the language."""
        year, month, number = self._dated(day)
        return self.digits(f"{number} {self._words(f'month.{month}')} {year}")

    def day_of_month(self, day: dt.date) -> str:
        """The same without the year."""
        _, month, number = self._dated(day)
        return self.digits(f"{number} {self._words(f'month.{month}')}")

    def _dated(self, day: dt.date) -> tuple[int, int, int]:
        """Year, month and day of the language's calendar."""
        if self._notation.calendar == "gregorian":
            return day.year, day.month, day.day
        from persiantools.jdatetime import JalaliDate

        jalali = JalaliDate(day)
        return jalali.year, jalali.month, jalali.day

    def period(self, start: dt.datetime, seconds: float) -> Markup:
        """From when to when: days, with the time of day where it is not midnight."""
        end = start + dt.timedelta(seconds=seconds)
        midnight = dt.time()
        if start.time() == midnight and end.time() == midnight:
            first, last = start.date(), end.date() - dt.timedelta(days=1)
            if first >= last:
                return escape(self.day(first))
            return self._words("period", start=self.day(first), end=self.day(last))
        same_day = start.date() == end.date()
        until = self._clock(end) if same_day else self._moment(end)
        return self._words("period", start=self._moment(start), end=until)

    def clock(self, hour: int) -> Markup:
        """An hour of the day: `21:00`."""
        return self.isolated(self.digits(f"{hour % 24:02d}:00"))

    def _moment(self, moment: dt.datetime) -> Markup:
        return self._words("moment", day=self.day(moment.date()), clock=self._clock(moment))

    def _clock(self, moment: dt.datetime) -> Markup:
        return self.isolated(self.digits(f"{moment:%H:%M}"))

    # ---- inside

    @property
    def _percent(self) -> str:
        return self.digits("%")

    def _with_word(self, text: str, word: str) -> Markup:
        """A number and its unit, never broken over two lines."""
        if not word:
            return self.isolated(text)
        if word == self._percent:  # outside, it would stand beside the number's sign in Persian
            return Markup('<span class="q">{}</span>').format(self.isolated(self._in_percent(text)))
        number = self.isolated(text)
        return Markup('<span class="q">{}{}{}</span>').format(number, NO_BREAK_SPACE, word)

    def _in_percent(self, text: str) -> str:
        """`−1.2 ± 0.3` -> `−1.2 ± 0.3%`, in Turkish `−%1,2 ± 0,3`."""
        if not self._notation.percent_first:
            return text + self._percent
        number = text.lstrip(f"{MINUS}+")
        return f"{text[: len(text) - len(number)]}{self._percent}{number}"

    def _money_scale(self, toman: float) -> Scale:
        for power, name in ((12, "trillion"), (9, "billion"), (6, "million")):
            if toman >= 10**power:
                word = str(self._words(f"unit.{name}_toman"))
                return Scale(10**power * RIAL_PER_TOMAN, word)
        return Scale(RIAL_PER_TOMAN, str(self._words("unit.toman")))

    def _time_scale(self, seconds: float) -> Scale:
        for divisor, least, name in ((86400, 48 * 3600, "d"), (3600, 7200, "h"), (60, 120, "min")):
            if seconds >= least:
                return Scale(divisor, str(self._words(f"unit.{name}")))
        if 0 < seconds < 1:
            return Scale(0.001, str(self._words("unit.ms")))
        return Scale(1, str(self._words("unit.s")))


def is_ordered(values: Iterable[str]) -> bool:
    """Whether the values have an order of their own: durations, shares, money or numbers."""
    return _common_kind(values) is not None


def numbers_in(values: Sequence[str]) -> tuple[Unit, list[float]] | None:
    """Varied values as numbers in their unit; None where they are words, or without end."""
    kind = _common_kind(values)
    numbers = [kind(value) for value in values] if kind else []
    if kind is None or not all(map(math.isfinite, numbers)):
        return None
    return _UNIT_OF_KIND[kind], numbers


def in_order(values: Sequence[str]) -> list[str]:
    """Varied values from small to large; in the order given where they are words."""
    kind = _common_kind(values)
    return sorted(values, key=kind) if kind else list(values)


def _common_kind(values: Iterable[str]) -> Callable[[str], float] | None:
    kinds = {_kind(value) for value in values}
    return kinds.pop() if len(kinds) == 1 else None


_UNIT_OF_KIND: dict[Callable[[str], float], Unit] = {
    float: Unit.COUNT,
    parse_duration: Unit.SECONDS,
    parse_share: Unit.SHARE,
    parse_money: Unit.RIAL,
}


def _kind(value: str) -> Callable[[str], float] | None:
    """Which parser reads the value, if any."""
    for parse in _UNIT_OF_KIND:
        try:
            parse(value)
        except ValueError:
            continue
        return parse
    return None


def _amount(value: str) -> tuple[str, str]:
    """`5 min` -> (`5`, `min`); without a unit for anything but one number with a unit of time."""
    match = _PART.fullmatch(value.strip().translate(PERSIAN_DIGITS))
    if match and match[2] in SECONDS:
        return match[1], _SECONDS_TO_UNIT[SECONDS[match[2]]]
    return value, ""


def _three_digits(number: float) -> int:
    """Places for a number without interval: none if it is whole, else for three digits."""
    if not number or math.isclose(number, round(number), abs_tol=1e-9):
        return 0
    return max(2 - _exponent(number), 0)


def _exponent(number: float) -> int:
    """The power of ten of the first digit, after rounding to two digits."""
    return int(f"{abs(number):.1e}".partition("e")[2])
