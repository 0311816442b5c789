"""Does a scenario fitted to totals of days sell on the same days? Shares of both."""

from __future__ import annotations

import numpy as np

from model.events import Kind, Log
from reports.log import as_array
from scenarios.calendar import Calendar
from scenarios.calibration.daily import DailyTotals
from scenarios.schema import Scenario
from scenarios.units import format_day
from sim.experiments.reproduction import Figures
from sim.replication import Replication


def shares_of_days(daily: DailyTotals) -> Figures:
    """Each day's share of all that was sold, by its date."""
    totals = daily.totals / daily.totals.sum()
    dates = [daily.first.fromordinal(daily.first.toordinal() + n) for n in range(len(totals))]
    return {
        f"share_of_sales {format_day(date)}": float(share)
        for date, share, seen in zip(dates, totals, daily.seen, strict=True)
        if seen
    }


def simulated_days(played: Replication, scenario: Scenario) -> Figures:
    """The same of a replication that kept its log: shares of the orders paid."""
    assert played.log is not None  # whoever compares keeps it
    events = as_array(Log(played.log))
    calendar = Calendar(scenario.season)
    paid = events["t"][events["kind"] == Kind.PAID]
    dates, counts = np.unique(
        [calendar.moment(float(t)).date().toordinal() for t in paid], return_counts=True
    )
    date = scenario.season.start.date()
    return {
        f"share_of_sales {format_day(date.fromordinal(int(number)))}": float(count / len(paid))
        for number, count in zip(dates, counts, strict=True)
    }
