"""Which money came in, what was taken from it, and when the bank credits it: read from the log.

The same rules as the simulation's clock and tills, worked out a second time, for all payments at
once: by the batch that each belongs to (PAY-5). So a plain gateway, which keeps no tills, has fees
and settlement days too, and the tills of the others have something to be compared with.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from model.events import Channel, Kind
from model.settlement import Tariff, Tiers
from reports.arrays import pair
from reports.sorted_log import SortedLog, looks_once
from scenarios.calendar import Calendar, MonthName, begins_month
from scenarios.office_hours import ONE_DAY, business_days_after
from scenarios.payment import Settlement
from scenarios.schema import Scenario, Season

SPARE_DAYS = 60
"""Days after the season whose cuts are worked out as well: the longest holiday, and more."""
BY_TURN = ("order", "quantity")
"""The columns in which the events of one attempt agree."""


@dataclass(frozen=True)
class Receipts:
    """Payments that came in, in order of time; every array has shape (payments,)."""

    t: NDArray[np.float64]
    """Seconds since the start."""
    channel: NDArray[np.uint8]
    """`GATEWAY` also for a plain gateway."""
    amount: NDArray[np.int64]
    """Rial."""
    fee: NDArray[np.int64]
    """Rial; 0 for what was reversed."""
    credited: NDArray[np.float64]
    """When the bank credits it, in seconds since the start, also after the end of the season."""
    reversed_at: NDArray[np.float64]
    """When it went back through the gateway; infinite for what did not."""
    at: NDArray[np.intp]
    """Place in the log."""


@looks_once
def receipts(log: SortedLog, scenario: Scenario) -> Receipts:
    """All payments captured at gateways, by link and from card to card, and all collected."""
    at = log.at(Kind.PAYMENT_CAPTURED, Kind.COD_COLLECTED)
    rows = log.rows(Kind.PAYMENT_CAPTURED, Kind.COD_COLLECTED)
    channel = np.where(rows["channel"] == 0, Channel.GATEWAY, rows["channel"])
    t, amount = rows["t"].copy(), rows["amount"].copy()
    reversed_at = _reversed_at(log, rows)
    fee, credited = np.zeros(len(t), np.int64), t.copy()
    tiers, days = scenario.payment.tiers(), scenario.payment.days()
    months = scenario.payment.months()
    for code in np.unique(channel).tolist():
        if code in tiers:
            ours = np.flatnonzero(channel == code)
            cuts, credits = _batches(scenario.season, scenario.payment.settlement, days[code])
            batch = np.searchsorted(cuts, t[ours], "right")
            credited[ours] = credits[batch]
            gross = _gross(amount[ours], batch, reversed_at[ours], cuts)
            settled = _settled(t[ours], cuts, gross, _months(scenario.season, months.get(code)))
            fee[ours] = _fees(amount[ours], settled, tiers[code])
    fee[np.isfinite(reversed_at)] = 0
    return Receipts(t, channel, amount, fee, credited, reversed_at, at)


def fees(amounts: NDArray[np.int64], tariff: Tariff) -> NDArray[np.int64]:
    """What is taken from payments of these amounts, in rial; halves round up."""
    taken = np.floor(amounts * tariff.rate + tariff.fixed + 0.5)
    return np.minimum(taken, np.inf if tariff.cap is None else tariff.cap).astype(np.int64)


def _reversed_at(log: SortedLog, captured: NDArray[np.void]) -> NDArray[np.float64]:
    """When each captured payment went back through its gateway; infinite if never."""
    when = np.full(len(captured), np.inf)
    back = log.rows(Kind.PAYMENT_REVERSED)
    if len(back):
        of_back = pair(
            tuple(captured[key].copy() for key in BY_TURN),
            tuple(back[key].copy() for key in BY_TURN),
        )
        known = of_back >= 0
        when[of_back[known]] = back["t"][known]
    return when


@lru_cache(maxsize=32)
def _batches(
    season: Season, hours: Settlement, days: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every cut of a season in seconds, and when the batch before each cut is credited."""
    calendar, cuts, credits = Calendar(season), [], []
    day = season.start.date()
    last = day + dt.timedelta(days=int(season.duration // 86400) + SPARE_DAYS)
    while day < last:
        day += ONE_DAY
        if calendar.is_business_day(day):
            on = business_days_after(calendar, day, days - 1)
            cuts.append(calendar.seconds(dt.datetime.combine(day, dt.time())))
            credits.append(calendar.seconds(dt.datetime.combine(on, hours.credited_at)))
    return np.array(cuts), np.array(credits)


def _gross(
    amount: NDArray[np.int64],
    batch: NDArray[np.intp],
    reversed_at: NDArray[np.float64],
    cuts: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Rial that each batch settles, less what was reversed by its cut; shape (batches,)."""
    gross = np.zeros(len(cuts), np.int64)
    np.add.at(gross, batch, amount)
    back = np.isfinite(reversed_at)
    np.subtract.at(gross, np.searchsorted(cuts, reversed_at[back], "right"), amount[back])
    return gross


@lru_cache(maxsize=32)
def _months(season: Season, kind: MonthName | None) -> NDArray[np.float64]:
    """When each month of a season after the first begins, in seconds; none where none count."""
    calendar, begun = Calendar(season), []
    if kind is not None:
        first = season.start.date()
        for number in range(1, int(season.duration // 86400) + SPARE_DAYS):
            day = first + dt.timedelta(days=number)
            if begins_month(day, kind):
                begun.append(calendar.seconds(dt.datetime.combine(day, dt.time())))
    return np.array(begun)


def _settled(
    t: NDArray[np.float64],
    cuts: NDArray[np.float64],
    gross: NDArray[np.int64],
    months: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Rial settled before each payment in its month; shape (payments,).

    A cut at the midnight that ends a month belongs to that month.
    """
    by_cut = np.concatenate(([0], np.cumsum(gross)))
    begun = np.concatenate(([-np.inf], months))[np.searchsorted(months, t, "right")]
    upto, from_ = (np.searchsorted(cuts, moments, "right") for moments in (t, begun))
    return np.asarray(by_cut[upto] - by_cut[from_])


def _fees(amount: NDArray[np.int64], settled: NDArray[np.int64], tiers: Tiers) -> NDArray[np.int64]:
    """The fee of each payment: by the tier that the volume settled before has reached."""
    if len(tiers) == 1:
        return fees(amount, tiers[0].tariff)
    tier = np.searchsorted([tier.above for tier in tiers], settled, "right") - 1
    tier = np.maximum(tier, 0)
    return np.choose(tier, [fees(amount, each.tariff) for each in tiers])
