"""Reads access logs in one go, and keeps what sessions and response times come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.access.capacity import Capacity, Load, fit_capacity
from scenarios.calibration.access.lines import Counts
from scenarios.calibration.access.pages import Pages, with_changes
from scenarios.calibration.access.reader import MAX_MALFORMED, guess_platform, hits
from scenarios.calibration.access.sessions import QUARTER, Sessions, Traffic
from scenarios.errors import UserError

Floats = NDArray[np.float64]
MIN_SESSIONS = 50
"""Fewer say next to nothing about a day's rhythm."""
_DAY = 86400


@dataclass(frozen=True)
class AccessLog:
    """What logs hold, in counts: nobody can be found in it."""

    sources: tuple[str, ...]
    """Names of the files."""
    platform: str
    how: str
    """`guessed` or `as given`."""
    counts: Counts
    traffic: Traffic
    capacity: Capacity
    zone: str

    def days(self) -> tuple[dt.date, Floats, Floats]:
        """The first day, sessions per day, and weights of the hours, shapes (days,) and (24,).

        Whole local days only. Of a log without one, the day is put together from its hours; an hour
        that it does not cover is taken as the mean of the others.
        """
        first, last = self.traffic.first // QUARTER, self.traffic.last // QUARTER
        quarters = np.arange(first, last + 1)
        counts = np.array([self.traffic.sessions[int(q)] for q in quarters], dtype=float)
        local = [dt.datetime.fromtimestamp(int(q) * QUARTER, ZoneInfo(self.zone)) for q in quarters]
        day = np.array([moment.toordinal() for moment in local])
        hour = np.array([moment.hour for moment in local])
        whole = [
            number for number in np.unique(day)
            if (day == number).sum() >= _DAY / QUARTER - 4  # a day may lose an hour in spring
            and local[int(np.argmax(day == number))].time() == dt.time(0)
            and (number < day[-1] or local[-1].time() >= dt.time(23, 45))
        ]  # fmt: skip
        if whole:
            inside = (day >= whole[0]) & (day <= whole[-1])
            totals = np.bincount(day[inside] - whole[0], counts[inside]).astype(float)
            hours = np.bincount(hour[inside], counts[inside], 24).astype(float)
            return dt.date.fromordinal(int(whole[0])), totals, hours / hours.mean()
        covered = np.bincount(hour, minlength=24)
        hours = np.full(24, np.nan)
        hours[covered > 0] = (np.bincount(hour, counts, 24)[covered > 0] / covered[covered > 0]) * 4
        hours[covered == 0] = np.nanmean(hours)
        return local[0].date(), np.array([hours.sum()]), hours / hours.mean()

    @property
    def uncovered_hours(self) -> int:
        """Hours of the day at which the log shows nothing, for it is shorter than a day."""
        first, last = self.traffic.first // QUARTER, self.traffic.last // QUARTER
        return max(0, 24 - (last - first) // 4 - 1)


def read_access_log(
    paths: Sequence[Path],
    *,
    platform: str | None = None,
    pages: Mapping[str, str] | None = None,
    zone: str = "Asia/Tehran",
    max_malformed: float = MAX_MALFORMED,
) -> AccessLog:
    """Read logs of one shop, of one server or several, rotated or not, plain or gzipped.

    `platform` names a set of page patterns (pages.PRESETS; None: guessed), `pages` replaces some of
    them. Raises UserError for files that are no access logs, patterns that make no sense, more
    malformed lines than `max_malformed`, and logs with next to no sessions of people.
    """
    if not paths:
        raise UserError("--access-log: give one file or more.")
    with_changes(platform or "generic", pages or {})
    chosen = platform or guess_platform(paths)[0]
    counts, sessions, load = Counts(), Sessions(), Load()
    for hit in hits(paths, Pages(with_changes(chosen, pages or {})), counts, max_malformed):
        sessions.add(hit)
        load.add(hit)
    traffic = sessions.end()
    names = tuple(path.name for path in paths)
    if traffic.total < MIN_SESSIONS:
        raise UserError(
            f"{', '.join(names)}: {traffic.total} sessions of people are too few to fit anything "
            f"to; give a log with at least {MIN_SESSIONS}.\n"
            f"({counts.lines:,} lines: {counts.assets:,} for images and the like, "
            f"{counts.robots:,} of robots, {counts.background:,} in the background, "
            f"{counts.malformed:,} malformed.)"
        )
    how = "as given" if platform else "guessed"
    return AccessLog(names, chosen, how, counts, traffic, fit_capacity(load), zone)
