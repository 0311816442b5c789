"""Campaigns and periods of last season, carried to the next: by hand, by the sun or by the moon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from scenarios.calendar import Calendar
from scenarios.carried import Carrier, ramadans
from scenarios.errors import UserError
from scenarios.schema import Burst, Period, Scenario
from scenarios.units import did_you_mean, format_day, format_moment


def carried_bursts(
    last: Scenario,
    carrier: Carrier,
    campaigns: Mapping[str, dt.datetime | None],
    first: dt.date,
    final: dt.date,
    notes: dict[str, str],
) -> tuple[tuple[Burst, ...], list[str], list[str]]:
    """The campaigns of the new season; what is left behind; what to look at."""
    named = _named(last, campaigns)
    kept: list[Burst] = []
    left: list[str] = []
    check: list[str] = []
    for number, burst in enumerate(last.demand.bursts, start=1):
        what = f"Campaign {number}" + (f" ({burst.product})" if burst.product else "")
        begun = format_moment(burst.start)
        by_hand = number in named
        begins = named[number] if by_hand else carrier.moment(burst.start)
        if begins is None:
            left.append(f"{what} of {begun} is left behind, as asked for.")
            continue
        if not first <= begins.date() <= final:
            left.append(
                f"{what} of {begun} is left behind: {format_moment(begins)} is not in the season."
            )
            continue
        why = "moved by hand" if by_hand else "carried"
        notes[f"demand.bursts.{len(kept)}"] = f"{why} from {begun}"
        if not by_hand and begins.weekday() != burst.start.weekday():
            check.append(
                f"{what} was on a {burst.start:%A} ({begun}) and is now on a {begins:%A} "
                f"({format_moment(begins)}); --campaign {number}=MOMENT moves it."
            )
        kept.append(burst.model_copy(update={"start": begins}))
    return tuple(kept), left, check


def _named(
    last: Scenario, campaigns: Mapping[str, dt.datetime | None]
) -> dict[int, dt.datetime | None]:
    """By the number of the campaign. Raises UserError for one that there is not."""
    bursts = last.demand.bursts
    found = {}
    for key, begins in campaigns.items():
        numbers = [n for n, b in enumerate(bursts, start=1) if key in (str(n), b.product)]
        if len(numbers) == 1:
            found[numbers[0]] = begins
            continue
        known = [
            f"{n}" + (f" ({b.product})" if b.product else "") for n, b in enumerate(bursts, start=1)
        ]
        if numbers:
            raise UserError(
                f"--campaign {key}: {last.name} has {len(numbers)} of that product; say which by "
                f"its number: {', '.join(map(str, numbers))}."
            )
        near = did_you_mean(key, [b.product for b in bursts if b.product], ".")
        raise UserError(
            f"--campaign {key}: {last.name} has no such campaign{near} "
            f"It has {', '.join(known) or 'none'}."
        )
    return found


def carried_periods(
    last: Scenario,
    carrier: Carrier,
    first: dt.date,
    final: dt.date,
    notes: dict[str, str],
) -> tuple[tuple[Period, ...], list[str]]:
    """Ramadan goes with the moon, other periods with the sun; and what there is to say of them."""
    season = Calendar(last.season)
    old_final = season.moment(last.season.duration - 1).date()
    fasts, knew = ramadans(first, final), False
    sentences: list[str] = []
    kept: list[Period] = []
    for period in last.demand.periods:
        if not _is_ramadan(period, ramadans(period.first, period.last)):
            spans = [(carrier.day(period.first), carrier.day(period.last))]
        else:
            knew, spans = True, fasts
        span = f"{format_day(period.first)} to {format_day(period.last)}"
        spans = [(a, b) for a, b in spans if a <= final and b >= first]
        if not spans:
            sentences.append(f"The period {span} is left behind: it is not in the season.")
        for begins, ends in spans:
            how = "moved with the moon" if knew and spans == fasts else "carried"
            notes[f"demand.periods.{len(kept)}"] = f"{how} from {span}"
            kept.append(period.model_copy(update={"first": begins, "last": ends}))
    for begins, ends in fasts if knew else []:
        if begins < first or ends > final:
            sentences.append(
                f"Ramadan, from {format_day(begins)} to {format_day(ends)}, is only partly in the "
                f"season; --to {format_day(begins)} begins it there."
            )
    if fasts and not knew:
        begins, ends = fasts[0]
        had = (
            " Last season had it too, so its effect stands in the fitted hours and curve."
            if (ramadans(last.season.start.date(), old_final))
            else ""
        )
        sentences.append(
            f"Ramadan is from {format_day(begins)} to {format_day(ends)} (it may be a day off), "
            f"and last season's scenario knows nothing of its hours: add demand.periods.{had}"
        )
    return tuple(kept), sentences


def _is_ramadan(period: Period, fasts: list[tuple[dt.date, dt.date]]) -> bool:
    """Most of the period's days lie in a Ramadan."""
    days = (period.last - period.first).days + 1
    inside = sum((min(b, period.last) - max(a, period.first)).days + 1 for a, b in fasts)
    return inside > days / 2
