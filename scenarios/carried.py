"""Days of one season carried to another year: by the Jalali calendar, or with the moon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from persiantools.jdatetime import JalaliDate

from scenarios.section import Section

_RAMADAN = 30
"""Days; it may have 29, and calendars of the future are calculated."""
_EID = "Eid al-Fitr"
_SUNS = frozenset(
    (
        "15 Khordad Uprising", "Death of Imam Khomeini", "Iranian Oil Industry Nationalization Day",
        "Islamic Republic Day", "Islamic Revolution Day", "Last Day of Year", "Nature's Day",
        "Nowruz", "Nowruz Holiday", "Public Holiday",
    )
)  # fmt: skip
"""Holidays of the Jalali calendar; all others move with the moon."""


@dataclass(frozen=True)
class Carrier:
    """Carries days so many Jalali years on.

    A day keeps its month and its number, so payday and Yalda stay where they are. In Esfand it
    keeps its distance from Nowruz, which is what people shop by then: with 29 or with 30 days.
    """

    years: int

    def day(self, day: dt.date) -> dt.date:
        """The same day of the year."""
        date = _jalali(day)
        if date.month == 12:
            left = nowruz(date.year + 1) - day
            return nowruz(date.year + 1 + self.years) - left
        return _gregorian(date.year + self.years, date.month, date.day)

    def moment(self, moment: dt.datetime) -> dt.datetime:
        """The same time of that day."""
        return dt.datetime.combine(self.day(moment.date()), moment.time())

    def first(self, day: dt.date) -> dt.date:
        """The first day of a season keeps its number in Esfand too; the 30th may be the 29th."""
        date = _jalali(day)
        year = date.year + self.years
        last = (nowruz(year + 1) - dt.timedelta(days=1)) if date.month == 12 else dt.date.max
        first_of_month = _gregorian(year, date.month, 1)
        return min(last, first_of_month + dt.timedelta(days=date.day - 1))

    def anything(self, value: Any) -> Any:
        """The value with every day and moment in it carried, however deep it lies."""
        if isinstance(value, Section):
            return value.model_copy(
                update={
                    name: self.anything(getattr(value, name)) for name in value.model_fields_set
                }
            )
        if isinstance(value, dict):
            return {self.anything(key): self.anything(each) for key, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self.anything(each) for each in value)
        if isinstance(value, dt.datetime):
            return self.moment(value)
        return self.day(value) if isinstance(value, dt.date) else value


def nowruz(year: int) -> dt.date:
    """The first day of a Jalali year."""
    return _gregorian(year, 1, 1)


def jalali_year(day: dt.date) -> int:
    """The year that the day lies in."""
    return int(_jalali(day).year)


def _jalali(day: dt.date) -> JalaliDate:
    return JalaliDate(day)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=64)
def _gregorian(year: int, month: int, day: int) -> dt.date:
    found: dt.date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def ramadans(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """First and last day of every Ramadan that has a day from `first` to `last`: the thirty days
    before each Eid al-Fitr of the official calendar."""
    found = []
    for day, names in lunar_holidays(first, last + dt.timedelta(days=_RAMADAN)):
        if names.startswith(_EID) and "Holiday" not in names:
            begins, ends = (day - dt.timedelta(days=days) for days in (_RAMADAN, 1))
            if begins <= last and ends >= first:
                found.append((begins, ends))
    return found


def lunar_holidays(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """The public holidays of these days that move with the moon, by their English names."""
    import holidays

    days = holidays.country_holidays("IR", language="en_US", years=range(first.year, last.year + 1))
    found = []
    for day in sorted(days):
        names = [n for n in days[day].split("; ") if n.removesuffix(" (estimated)") not in _SUNS]
        if first <= day <= last and names:
            found.append((day, "; ".join(names)))
    return found
