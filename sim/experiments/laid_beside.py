"""The figures of some hours and days: of what really happened, and of a simulated season alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from model.events import Kind
from reports.hours import local_hours
from reports.sorted_log import SortedLog
from reports.spells import OF_CONTACT
from scenarios.calendar import Calendar
from scenarios.calibration.calls import Calls
from scenarios.calibration.tickets import Tickets
from scenarios.schema import Scenario, Season
from scenarios.shoppers import Plan
from scenarios.support import Desk
from sim.experiments.reproduction import basket_figures, paid_lines

if TYPE_CHECKING:
    import pandas as pd

Figures: TypeAlias = dict[str, float]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CHANNELS = {"phone": "call", "email": "ticket"}
"""Channel -> what a contact by it is called in the figures."""
MOST_DAYS = 62
"""A figure for each day; beyond them, one for each week."""


@dataclass(frozen=True)
class Wanted:
    """Which hours count, and what is to be told of them; goes to worker processes."""

    orders: Flags | None
    """Of each day of the season and hour, shape (days, 24); None without an export of orders."""
    contacts: Mapping[str, Flags] = field(default_factory=dict)
    """Channel -> likewise, of the contacts that came by it."""
    measures: tuple[str, ...] = ()
    """Of the whole season, as a run measures them."""

    def __call__(self, log: SortedLog, plan: Plan) -> Figures:
        """The figures of one replication, but for its measures."""
        scenario = plan.scenario
        figures: Figures = {}
        if self.orders is not None:
            figures |= of_orders(paid_lines(log.events, scenario), scenario, self.orders)
        for channel, cells in self.contacts.items():
            figures |= _simulated_contacts(channel, log, scenario, cells)
        return figures


def season_cells(season: Season) -> Flags:
    """The whole hours of a season, on its local days; shape (days, 24)."""
    edges, hours = local_hours(season)
    day = _day_of_pieces(season)
    cells = np.zeros((int(day[-1]) + 1, 24), dtype=bool)
    whole = np.diff(edges) >= 3600 - 1e-6
    cells[day[whole], hours[whole]] = True
    return cells


def of_orders(rows: pd.DataFrame, scenario: Scenario, cells: Flags) -> Figures:
    """How much was sold, when, and what was in the orders.

    `rows`: one per order and product, with order, product, quantity, amount_rial and `at`, the
    local time of the payment. Only the hours in `cells` count.
    """
    first = scenario.season.start.date()
    number = (rows["at"].dt.normalize() - _midnight(first)).dt.days.to_numpy()
    hour = rows["at"].dt.hour.to_numpy()
    within = (number >= 0) & (number < len(cells))
    within[within] = cells[number[within], hour[within]]
    rows, number, hour = rows[within], number[within], hour[within]
    orders = rows.assign(number=number, hour=hour).groupby("order").first()
    counts = np.zeros(cells.shape)
    np.add.at(counts, (orders["number"].to_numpy(int), orders["hour"].to_numpy(int)), 1)
    days = max(1, int(cells.any(axis=1).sum()))
    return {
        "orders_per_day": len(orders) / days,
        "units_per_day": float(rows["quantity"].sum()) / days,
        "revenue_per_day_rial": float(rows["amount_rial"].sum()) / days,
        **_when("orders", counts, cells, first),
        **{
            name: value
            for name, value in basket_figures(rows, scenario).items()
            if _falls_into(name, scenario, cells)
        },
    }


@dataclass(frozen=True)
class Contacts:
    """Contacts by one channel and what became of them; shape (contacts,) each."""

    number: Ints
    """Day of the season from 0, others outside of it."""
    hour: Ints
    waited: Floats
    """Seconds till the answer, or till it was given up."""
    answered: Flags
    gave_up: Flags


def of_calls(calls: Calls, scenario: Scenario, cells: Flags) -> Figures:
    """The figures of a call log; its days must be ordinals."""
    number = calls.day - scenario.season.start.date().toordinal()
    came = Contacts(number, _hour(calls.at), calls.waited, ~calls.gave_up, calls.gave_up)
    return _of_contacts("phone", came, scenario, cells)


def of_tickets(tickets: Tickets, scenario: Scenario, cells: Flags) -> Figures:
    """The figures of a ticket export; who never got a reply is only counted."""
    number = tickets.day - scenario.season.start.date().toordinal()
    answered = ~np.isnan(tickets.reply)
    waited, nobody = np.where(answered, tickets.reply, 0.0), np.zeros(len(tickets), dtype=bool)
    came = Contacts(number, _hour(tickets.at), waited, answered, nobody)
    return _of_contacts("email", came, scenario, cells)


def _hour(at: Floats) -> Ints:
    return (at // 3600).astype(np.int64)


def _simulated_contacts(channel: str, log: SortedLog, scenario: Scenario, cells: Flags) -> Figures:
    """The same of a simulated desk."""
    every = log.spells((Kind.CONTACTED,), (Kind.ANSWERED, Kind.GAVE_UP), OF_CONTACT)
    spells = every.select(every.begins["channel"] == desk_of(channel, scenario).code)
    begun = spells.begins["t"]
    number, hour = cell_of(begun, scenario.season)
    answered, gave_up = spells.end_kind == Kind.ANSWERED, spells.end_kind == Kind.GAVE_UP
    came = Contacts(number, hour, spells.end_t - begun, answered, gave_up)
    return _of_contacts(channel, came, scenario, cells)


def _of_contacts(channel: str, came: Contacts, scenario: Scenario, cells: Flags) -> Figures:
    """As the measures have them: waits are those of the answered, shares of those that ended."""
    number, hour, name = came.number, came.hour, CHANNELS[channel]
    within = (number >= 0) & (number < len(cells))
    within[within] = cells[number[within], hour[within]]
    counts = np.zeros(cells.shape)
    np.add.at(counts, (number[within], hour[within]), 1)
    served, left = came.answered & within, came.gave_up & within
    in_time = served & (came.waited <= desk_of(channel, scenario).target)
    ended = max(1, int(served.sum() + left.sum()))
    days = max(1, int(cells.any(axis=1).sum()))
    figures = {
        f"{name}s_per_day": float(within.sum()) / days,
        f"{name}_wait_mean_s": float(came.waited[served].mean()) if served.any() else 0.0,
        f"{name}s_abandoned_share": float(left.sum()) / ended,
        f"{name}s_in_time_share": float(in_time.sum()) / ended,
        **_when(f"{name}s", counts, cells, scenario.season.start.date()),
    }
    if channel == "email":  # no export shows who gave up waiting for a reply
        del figures["tickets_abandoned_share"]
    return figures


def desk_of(channel: str, scenario: Scenario) -> Desk:
    """The scenario's desk of a channel; StopIteration where there is none."""
    return next(desk for desk in scenario.support.desks if desk.channel == channel)


def _when(what: str, counts: Floats, cells: Flags, first: dt.date) -> Figures:
    """By hour of day, per day on which the hour counts; and by day, or by week of a long season."""
    times = cells.sum(axis=0)
    figures = {
        f"{what}_{hour:02}h": float(counts[:, hour].sum()) / times[hour]
        for hour in np.flatnonzero(times).tolist()
    }
    chosen = np.flatnonzero(cells.any(axis=1)).tolist()
    if len(chosen) < 2:
        return figures
    per_day = counts.sum(axis=1)
    if len(chosen) <= MOST_DAYS:
        days = {f"{what}_on {first + dt.timedelta(days=n)}": float(per_day[n]) for n in chosen}
        return figures | days
    for start in range(0, len(cells), 7):
        if any(start <= n < start + 7 for n in chosen):
            day = first + dt.timedelta(days=start)
            figures[f"{what}_in_week_of {day}"] = float(per_day[start : start + 7].sum())
    return figures


def _falls_into(name: str, scenario: Scenario, cells: Flags) -> bool:
    """Whether any hour of a campaign counts; other figures always do."""
    if not name.startswith("share_of_orders "):
        return True
    first = scenario.season.start.date()
    for burst in scenario.demand.bursts:
        end = burst.start + dt.timedelta(seconds=burst.duration)
        if name.endswith(f" {burst.product} {burst.start:%H:%M}-{end:%H:%M}"):
            moment = burst.start
            while moment < end:
                day = (moment.date() - first).days
                if 0 <= day < len(cells) and cells[day, moment.hour]:
                    return True
                moment += dt.timedelta(hours=1)
    return False


def cell_of(t: Floats, season: Season) -> tuple[Ints, Ints]:
    """Day of the season from 0, and hour of day, of moments in seconds since the start.

    What comes after the season belongs to day -1.
    """
    edges, hours = local_hours(season)
    piece = np.minimum(np.searchsorted(edges, t, "right"), len(hours)) - 1
    return np.where(t < season.duration, _day_of_pieces(season)[piece], -1), hours[piece]


@lru_cache(maxsize=16)
def _day_of_pieces(season: Season) -> Ints:
    """Day number of each piece of `local_hours`, from 0."""
    edges, _ = local_hours(season)
    calendar, first = Calendar(season), season.start.date()
    return np.array([(calendar.moment(edge).date() - first).days for edge in edges[:-1].tolist()])


def _midnight(day: dt.date) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(day)
