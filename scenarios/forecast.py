"""From last season's scenario to the next one's: growth, the calendar, campaigns, and how wrong."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.calibration.fit import Fit
from scenarios.calibration.rhythm import ASSUMED_CV
from scenarios.carried import Carrier, jalali_year, lunar_holidays
from scenarios.carried_campaigns import carried_bursts, carried_periods
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.units import ended, format_day, format_moment, format_share

_Z = 1.96
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Growth:
    """How many sessions come for each of last season's, and how sure that is."""

    low: float = 0.0
    """-0.1 for a tenth fewer."""
    high: float = 0.0
    """95 % from `low` to here; the same where it is stated without an interval."""
    stated: bool = False
    """Somebody said so."""

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def spread(self) -> float:
        """Coefficient of variation of the level that it makes."""
        return (self.high - self.low) / 2 / _Z / (1 + self.middle)

    def words(self) -> str:
        """As it was given."""
        if not self.stated:
            return "0%, an assumption: nobody said by how much the shop grew (--growth)"
        if self.low == self.high:
            return f"{format_share(self.low)}, as given"
        return f"{format_share(self.low)} to {format_share(self.high)} (95 %), as given"


@dataclass(frozen=True)
class Forecast:
    """The scenario of the next season, what its fields rest on, and what needs a person's eye."""

    fit: Fit
    left_behind: tuple[str, ...] = ()
    """What has no place in the new season, a sentence each."""
    check: tuple[str, ...] = ()
    """What a planner should look at, a sentence each."""


@dataclass(frozen=True)
class Wishes:
    """What a planner says of the next season."""

    name: str
    to: int | dt.date
    """Jalali year in which it begins, or its first day."""
    growth: Growth = field(default_factory=Growth)
    error: float | None = None
    """`demand.forecast_error`; None for one from the spread of the fit."""
    campaigns: Mapping[str, dt.datetime | None] = field(default_factory=dict)
    """Number of a campaign (from 1) or its product -> when it begins, or None to leave it out."""
    keep_stock: bool = False
    """Stock stays as it was; else it grows like the sessions."""


def forecast(last: Scenario, wishes: Wishes) -> Forecast:
    """The scenario called `wishes.name` of the season that begins in `wishes.to`.

    Raises UserError for a season that is not later, for campaigns that there are not, and where
    the carried scenario breaks a rule.
    """
    old_start = last.season.start.date()
    carrier, start = _carrier(last, wishes.to)
    end = _carried_end(last, carrier, start, wishes.to)
    season = last.season.model_copy(
        update={
            "start": dt.datetime.combine(start, last.season.start.time()),
            "duration": end,
            "closures": carrier.anything(last.season.closures),
        }
    )
    # By the wall's clock: where clocks go forward, seconds reach into the day after the last.
    final = (season.start + dt.timedelta(seconds=end - 1)).date()
    notes = {
        "season.start": f"carried from {format_moment(last.season.start)}, Jalali date for date; "
        "in Esfand all other days keep their distance from Nowruz"
    }
    bursts, left, check = carried_bursts(last, carrier, wishes.campaigns, start, final, notes)
    periods, of_periods = carried_periods(last, carrier, start, final, notes)
    left += [text for text in of_periods if "left behind" in text]
    check += [text for text in of_periods if "left behind" not in text]
    check += _of_curve(last, old_start, start, final)
    level, cv, error = _level(last, wishes, notes)
    demand = last.demand.model_copy(
        update={
            "sessions_per_day": level,
            "shape": carrier.anything(last.demand.shape),
            "day_cv": cv,
            "forecast_error": error,
            "bursts": bursts,
            "periods": periods,
        }
    )
    if last.demand.shape:
        notes["demand.shape"] = f"last season's, Jalali years on: {carrier.years}"
    carried = {
        name: carrier.anything(getattr(last, name))
        for name in last.model_fields_set - {"season", "demand"}
    }
    carried["catalogue"] = _stocked(carried["catalogue"], wishes, notes)
    carried |= {"name": wishes.name, "title": _titles(last, start), "season": season}
    scenario = _checked(last.model_copy(update=carried | {"demand": demand}))
    account = (
        f"Forecast from {last.name}, whose season began on {format_day(old_start)}: this one goes "
        f"from {format_day(start)} to {format_day(final)}.",
        f"Growth: {wishes.growth.words()}.",
        *_moved_holidays(last, old_start, start, final),
        *left,
        *check,
        "Everything else is as it was last season: shoppers, policies, staff and prices. Comments "
        f"on how they were fitted stand in the file of {last.name}.",
    )
    return Forecast(Fit(scenario, notes, account), tuple(left), tuple(check))


def _carrier(last: Scenario, to: int | dt.date) -> tuple[Carrier, dt.date]:
    """How many years on, and the first day. Raises UserError for a season that is not later."""
    begun = last.season.start.date()
    if isinstance(to, int):
        carrier = Carrier(to - jalali_year(begun))
        start = carrier.first(begun) if carrier.years else begun
    else:
        carrier, start = Carrier(round((to - begun).days / 365.2422)), to
    if carrier.years < 1:
        raise UserError(
            f"--to {to}: the season of {last.name} began on {format_day(begun)} already; name a "
            f"later year, such as --to {jalali_year(begun) + 1}."
        )
    return carrier, start


def _carried_end(last: Scenario, carrier: Carrier, start: dt.date, to: int | dt.date) -> float:
    """Seconds that the season lasts: to the same last day, which a leap year may move by one."""
    if not isinstance(to, int):
        return last.season.duration
    begun, days = last.season.start.date(), last.season.duration / 86400
    if days < 1:
        return last.season.duration
    final = begun + dt.timedelta(days=math.ceil(days) - 1)
    moved = (carrier.day(final) - start).days - (final - begun).days
    return last.season.duration + 86400 * moved


def _level(last: Scenario, wishes: Wishes, notes: dict[str, str]) -> tuple[float, float, float]:
    """Sessions a day, what days differ beyond chance, and how wrong the whole forecast may be."""
    demand, growth = last.demand, wishes.growth
    level = round(demand.sessions_per_day * (1 + growth.middle), 1)
    notes["demand.sessions_per_day"] = (
        f"{demand.sessions_per_day:,.1f} last season; growth {growth.words()}"
    )
    cv = demand.day_cv or ASSUMED_CV
    if not demand.day_cv:
        notes["demand.day_cv"] = (
            "assumed: last season's scenario replays its days, and next season's will differ "
            "(docs/parameters.md)"
        )
    if wishes.error is not None:
        notes["demand.forecast_error"] = "as given"
        return level, cv, wishes.error
    own = demand.forecast_error or cv
    error = round(math.hypot(own, growth.spread), 3)
    whence = "what weeks differ" if demand.forecast_error else "what days differ beyond chance"
    notes["demand.forecast_error"] = (
        f"assumed: {whence} in last season's fit ({format_share(own)}), for one season does not "
        f"show how far the next is off"
        + (
            f"; with the interval of the growth ({format_share(round(growth.spread, 3))})"
            if growth.spread
            else ""
        )
        + "; --forecast-error says what you know better"
    )
    return level, cv, error


def _moved_holidays(
    last: Scenario, old: dt.date, first: dt.date, final: dt.date
) -> tuple[str, ...]:
    """Which holidays moved with the moon; `demand.holiday` moves with them by itself."""
    if last.season.holidays == "none":
        return ()
    was = {
        name: day
        for day, names in lunar_holidays(old, old + (final - first))
        for name in names.replace(" (estimated)", "").split("; ")
    }
    now = {
        name: day
        for day, names in lunar_holidays(first, final)
        for name in names.replace(" (estimated)", "").split("; ")
    }
    texts = [
        f"{name} ({format_day(was[name]) if name in was else 'not in last season'}, now "
        f"{format_day(now[name]) if name in now else 'not in it'})"
        for name in dict.fromkeys([*was, *now])
    ]
    return (f"Moved with the moon: {'; '.join(texts)}.",) if texts else ()


def _of_curve(last: Scenario, old: dt.date, first: dt.date, final: dt.date) -> list[str]:
    """What a curve of days holds that does not go by the Jalali date."""
    demand, found = last.demand, []
    if demand.shape and not demand.weekdays and len(demand.shape) > 2:
        found.append(
            "The curve has last season's weekdays in it (there are no demand.weekdays): each day "
            "goes with its date, not with its weekday."
        )
    span = final - first
    moved = [day for day, _ in lunar_holidays(old, old + span)]
    if demand.shape and demand.holiday == 1 and last.season.holidays != "none" and moved:
        found.append(
            "demand.holiday is 100%, so what last season's moving holidays did stands in the curve "
            f"at their old dates ({', '.join(map(format_day, moved))}, carried): smooth it there."
        )
    return found


def _stocked(catalogue: Any, wishes: Wishes, notes: dict[str, str]) -> Any:
    """Stock grows like the sessions; `cover` does so by itself."""
    growth = 1 + wishes.growth.middle
    if wishes.keep_stock or growth == 1:
        notes["catalogue"] = "stock as last season"
        return catalogue
    notes["catalogue"] = (
        f"stock is last season's times {growth:.3g}, like the sessions (assumption; --keep-stock "
        "leaves it)"
    )
    return tuple(
        entry
        if entry.stock is None
        else entry.model_copy(update={"stock": math.ceil(round(entry.stock * growth, 6))})
        for entry in catalogue
    )


def _titles(last: Scenario, start: dt.date) -> dict[str, str]:
    year = jalali_year(start)
    return {
        language: f"{title}، پیش‌بینی {year}" if language == "fa" else f"{title}, forecast {year}"
        for language, title in last.title.items()
    }


def _checked(scenario: Scenario) -> Scenario:
    fields = {
        name: value
        for name in type(scenario).model_fields
        if (value := getattr(scenario, name)) is not None
    }
    try:
        return Scenario.model_validate(fields)
    except ValueError as error:
        raise UserError(
            f"Last season's scenario cannot be carried to the new dates: {ended(error)}"
        ) from None
