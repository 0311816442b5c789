"""Local time and the days on which business is done: one season's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from scenarios.units import format_day

if TYPE_CHECKING:
    from scenarios.schema import Season, Weekday

WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_CLOSED = {"fa": "تعطیل", "en": "closed"}
_LOCALE = {"fa": "fa_IR", "en": "en_US"}

MonthName = Literal["jalali_month", "gregorian_month"]


def begins_month(day: dt.date, kind: MonthName) -> bool:
    """Whether it is the first day of a month of that calendar."""
    return day.day == 1 if kind == "gregorian_month" else format_day(day).endswith("-01")


class Calendar:
    """The calendar of one season; moments are naive datetimes in the season's zone."""

    def __init__(self, season: Season) -> None:
        self.season = season
        self._zone = ZoneInfo(season.timezone)
        self._closures = frozenset(season.closures)
        self._start = self._instant(season.start)

    def weekday(self, day: dt.date) -> Weekday:
        """`saturday` to `friday`."""
        return WEEKDAYS[day.weekday()]

    def is_holiday(self, day: dt.date) -> bool:
        """A public holiday, or a closure added by hand. The weekend is neither."""
        return day in self._closures or day in self._official["en"]

    def holiday_name(self, day: dt.date, language: Literal["fa", "en"] = "fa") -> str:
        """What is celebrated or mourned on that day; empty where nothing is.

        Lunar holidays that are not confirmed yet end with "(estimated)".
        """
        names = self._official[language].get(day, "")
        return names or (_CLOSED[language] if day in self._closures else "")

    def is_business_day(self, day: dt.date) -> bool:
        """Neither weekend nor holiday nor closed by hand."""
        return self.weekday(day) not in self.season.weekend and not self.is_holiday(day)

    def seconds(self, moment: dt.datetime) -> float:
        """Physical seconds from the season's start to a local moment.

        Where the clocks go back, `moment.fold` tells the two readings apart.
        """
        return (self._instant(moment) - self._start).total_seconds()

    def moment(self, seconds: float) -> dt.datetime:
        """The local moment so many physical seconds after the season's start."""
        instant = self._start + dt.timedelta(seconds=seconds)
        return instant.astimezone(self._zone).replace(tzinfo=None)

    def jalali(self, day: dt.date) -> str:
        """The day in the Jalali calendar: `1405-12-29`."""
        return format_day(day)

    def _instant(self, moment: dt.datetime) -> dt.datetime:
        # In UTC: Python subtracts two moments of one zone by their clock faces, and so would
        # lose the hour that a clock change adds or takes.
        return moment.replace(tzinfo=self._zone).astimezone(dt.UTC)

    @cached_property
    def _official(self) -> dict[str, Mapping[dt.date, str]]:
        if self.season.holidays == "none":
            return {"fa": {}, "en": {}}
        import holidays  # 0.2 s, and only seasons with holidays need it

        return {
            language: holidays.country_holidays("IR", language=locale)
            for language, locale in _LOCALE.items()
        }
