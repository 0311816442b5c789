"""How many sessions come and when: a non-homogeneous Poisson process over the season.

The rate is constant between breakpoints (hours, and the edges of bursts):

    sessions per day x shape of the season x weekday x day of the month x holiday x period
        x hour of day x bursts

A lognormal factor says how wrong the forecast of the whole season was, and gamma factors per day
and per hour make those of a replication differ by more than Poisson (SEA-2). Arrivals come by
inversion of the cumulative rate.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scenarios.calendar import Calendar
from scenarios.schema import Demand, Period, Scenario
from scenarios.streams import stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HOUR = dt.timedelta(hours=1)
DAY_SECONDS = 86400.0
MINUTE = 60.0


@dataclass(frozen=True)
class Rate:
    """Expected sessions per second between breakpoints.

    `edges` has shape (k + 1,), in seconds since the start; `rate` and `day` have shape (k,): the
    expected rate, and the number of the local day that the interval belongs to.
    """

    edges: Floats
    rate: Floats
    day: Ints

    @cached_property
    def expected_sessions(self) -> float:
        """Over the whole season."""
        return float(self.rate @ np.diff(self.edges))

    def with_day_factors(self, factors: Floats) -> Rate:
        """The same with each day multiplied by its factor, shape (days,)."""
        return Rate(self.edges, self.rate * factors[self.day], self.day)

    def with_hour_factors(self, factors: Floats) -> Rate:
        """The same with each hour since the start multiplied by its factor, shape (hours,)."""
        return Rate(self.edges, self.rate * factors[self._hour], self.day)

    @property
    def hours(self) -> int:
        """Of the season, the last one perhaps not whole."""
        return int(self._hour[-1]) + 1

    @property
    def _hour(self) -> Ints:
        """Number of the hour since the start in which each interval begins, shape (k,)."""
        return (self.edges[:-1] // 3600).astype(np.int64)

    def cumulative(self) -> Floats:
        """Expected sessions up to each edge, shape (k + 1,)."""
        return np.concatenate(([0.0], np.cumsum(self.rate * np.diff(self.edges))))


def expected_rate(scenario: Scenario) -> Rate:
    """The rate that the scenario expects, before any randomness."""
    calendar = Calendar(scenario.season)
    moments = _breakpoints(scenario)
    edges = np.array([calendar.seconds(moment) for moment in moments])
    edges = np.append(edges, scenario.season.duration)
    first = moments[0].date()
    per_day = {
        day: _day_factor(scenario.demand, calendar, day)
        for day in {moment.date() for moment in moments}
    }
    base = scenario.demand.sessions_per_day / DAY_SECONDS
    rate = [
        base
        * per_day[moment.date()]
        * _hour_factor(scenario.demand, moment)
        * _burst_factor(scenario.demand, moment)
        for moment in moments
    ]
    return Rate(edges, np.array(rate), np.array([(m.date() - first).days for m in moments]))


def _breakpoints(scenario: Scenario) -> list[dt.datetime]:
    """Local moments at which the rate may change, from the start on, in order."""
    season = scenario.season
    calendar = Calendar(season)
    end = calendar.moment(season.duration)
    moments = {season.start}
    moment = season.start.replace(minute=0, second=0, microsecond=0) + HOUR
    while moment < end:
        moments.add(moment)
        moment += HOUR
    for burst in scenario.demand.bursts:
        for edge in (burst.start, burst.start + dt.timedelta(seconds=burst.duration)):
            if season.start < edge < end:
                moments.add(edge)
    # By physical time, for a clock that goes back repeats an hour. One that goes forward skips
    # an hour, which is of no length: its reading comes before the one that it stands for.
    ordered = sorted(sorted(moments), key=calendar.seconds)
    return [m for m in ordered if 0 <= calendar.seconds(m) < season.duration]


def _day_factor(demand: Demand, calendar: Calendar, day: dt.date) -> float:
    factor = demand.weekdays.get(calendar.weekday(day), 1.0)
    if calendar.is_holiday(day):
        factor *= demand.holiday
    if demand.month_days:
        factor *= demand.month_days.get(int(calendar.jalali(day)[-2:]), 1.0)
    if (period := _period(demand, day)) is not None:
        factor *= period.times
    if demand.shape:
        days = sorted(demand.shape)
        factor *= np.interp(
            day.toordinal(), [d.toordinal() for d in days], [demand.shape[d] for d in days]
        )
    return float(factor)


def _period(demand: Demand, day: dt.date) -> Period | None:
    return next((each for each in demand.periods if each.first <= day <= each.last), None)


def _hour_factor(demand: Demand, moment: dt.datetime) -> float:
    """How busy the hour is beside the mean hour of its day."""
    period = _period(demand, moment.date())
    hours = demand.hours if period is None or not period.hours else period.hours
    return hours[moment.hour] / sum(hours) * 24


def _burst_factor(demand: Demand, moment: dt.datetime) -> float:
    factor = 1.0
    for burst in demand.bursts:
        if burst.start <= moment < burst.start + dt.timedelta(seconds=burst.duration):
            factor *= burst.times
    return factor


@dataclass(frozen=True)
class Arrivals:
    """When sessions come in one replication.

    `engaged`: arrival times of the sessions that touch the cart or support, in seconds, sorted,
    shape (n,). `per_minute`: all sessions of each minute, browsing ones included.
    """

    engaged: Floats
    per_minute: Ints


def draw_arrivals(demand: Demand, expected: Rate, seed: int, replication: int) -> Arrivals:
    """Arrivals of one replication: same seed and replication, same arrivals."""
    rate = expected.with_day_factors(_day_factors(demand, expected, seed, replication))
    if demand.hour_cv:
        luck = _gammas("hour factor", demand.hour_cv, rate.hours, seed, replication)
        rate = rate.with_hour_factors(luck)
    cumulative = rate.cumulative()
    share = demand.engaged + demand.support_only
    generator = stream(seed, replication, "arrivals")
    count = int(generator.poisson(cumulative[-1] * share))
    # Sums of exponentials, scaled, are uniform order statistics: sorted without sorting.
    sums = np.cumsum(generator.standard_exponential(count + 1))
    positions = sums[:-1] / sums[-1] * cumulative[-1] if count else sums[:0]
    engaged = np.interp(positions, cumulative, rate.edges)
    minutes = np.arange(0.0, rate.edges[-1], MINUTE)
    mass = np.diff(np.interp(np.append(minutes, rate.edges[-1]), rate.edges, cumulative))
    browsing = stream(seed, replication, "browsing").poisson(mass * (1 - share))
    touched = np.diff(np.searchsorted(engaged, np.append(minutes, np.inf)))
    return Arrivals(engaged, browsing + touched)


def _day_factors(demand: Demand, expected: Rate, seed: int, replication: int) -> Floats:
    """What luck makes of each day, shape (days,): the season's factor times the day's own."""
    factors = np.ones(int(expected.day.max()) + 1)
    if demand.day_cv:
        factors = _gammas("day factor", demand.day_cv, len(factors), seed, replication)
    if demand.forecast_error:
        variance = np.log1p(demand.forecast_error**2)  # of the logarithm
        luck = stream(seed, replication, "forecast error").standard_normal()
        factors = factors * np.exp(np.sqrt(variance) * luck - variance / 2)
    return factors


def _gammas(name: str, cv: float, count: int, seed: int, replication: int) -> Floats:
    """Factors of mean one with this coefficient of variation, shape (count,)."""
    shape = cv**-2
    return stream(seed, replication, name).gamma(shape, 1 / shape, count)
