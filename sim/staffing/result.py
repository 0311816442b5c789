"""A fitted staffing beside the present one, as a run folder keeps it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reports.intervals import mean_interval
from reports.run_folder import SCENARIO, Compared, Difference
from reports.staffing_result import StaffCell, StaffDays, Staffing, StaffTarget
from reports.versions import fingerprint
from scenarios.calendar import Calendar
from scenarios.schema import Desk, Scenario
from scenarios.units import format_days
from sim.common_numbers import drawn_apart
from sim.replication import Replication
from sim.staffing.cells import HOURS
from sim.staffing.fitting import Fit, seen_of, shares
from sim.staffing.search import shortfall
from sim.staffing.targets import Target

PRESENT, FITTED = "A", "B"
FITTED_FILE = "scenario-2.yaml"
LEVEL = 0.95
"""At which all targets hold together."""


@dataclass(frozen=True)
class Found:
    """A fitted scenario beside the present one, over shoppers that the fit never saw."""

    fit: Fit
    asked: tuple[Target, ...]
    present: Scenario
    fitted: Scenario
    played: list[Replication]
    errors: float
    checks: int

    def of(self, value: str) -> list[Replication]:
        """The replications of the present or of the fitted scenario."""
        return [each for each in self.played if each.value == value]


def result_of(found: Found) -> Staffing:
    """What the run folder keeps of it."""
    fit = found.fit
    costs = {value: _cost(scenario, fit) for value, scenario in _scenarios(found)}
    targets = tuple(_target(target, found) for target in found.asked)
    more = mean_interval(
        [
            now.measures["support_cost_rial"] - then.measures["support_cost_rial"]
            for now, then in zip(found.of(PRESENT), found.of(FITTED), strict=True)
        ]
    )
    return Staffing(
        values=(PRESENT, FITTED),
        objective="support_cost_rial",
        goal="min",
        best=FITTED,
        confidence=LEVEL if all(target.kept for target in targets) else 0.0,
        differences=(
            Difference(value=PRESENT, mean=more.mean, low=more.low, high=more.high),
        ),
        scenarios=tuple(
            Compared(
                name=value,
                label=scenario.name,
                file=SCENARIO if value == PRESENT else FITTED_FILE,
                scenario_hash=fingerprint(scenario),
                season_s=scenario.season.duration,
                drawn_apart=drawn_apart(found.present, scenario),
            )
            for value, scenario in _scenarios(found)
        ),
        targets=targets,
        days=tuple(
            StaffDays(
                name=name,
                days=tuple(map(format_days, fit.cells.spans(number) or ())),
                count=len(fit.cells.days[number]),
            )
            for number, name in enumerate(fit.cells.names)
        ),
        cells=tuple(
            cell for desk in found.present.support.desks for cell in _cells(desk, found)
        ),
        cost_present_rial=costs[PRESENT],
        cost_rial=costs[FITTED],
        checks=found.checks,
    )  # fmt: skip


def _scenarios(found: Found) -> tuple[tuple[str, Scenario], ...]:
    return (PRESENT, found.present), (FITTED, found.fitted)


def _cost(scenario: Scenario, fit: Fit) -> float:
    """Rial of the agents' hours over the season."""
    calendar = Calendar(scenario.season)
    return scenario.costs.agent_hour * sum(
        float(fit.cells.present(desk, calendar) @ fit.cells.hours)
        for desk in scenario.support.desks
    )


def _target(target: Target, found: Found) -> StaffTarget:
    def judge(value: str) -> tuple[float, float, bool]:
        """Mean, bound and whether that is on the right side."""
        numbers = shares(found.of(value), target)
        mean = mean_interval(numbers).mean
        if math.isnan(mean):
            return math.nan, math.nan, True  # nobody asked
        lack = shortfall(numbers, target, target.limit, found.errors)
        return mean, target.limit - lack if target.is_least else target.limit + lack, lack <= 0

    present, fitted = judge(PRESENT), judge(FITTED)
    return StaffTarget(
        channel=target.channel,
        measure=target.measure,
        limit=target.limit,
        reachable=found.fit.reachable[target],
        present=present[0],
        present_bound=present[1],
        present_kept=present[2],
        found=fitted[0],
        bound=fitted[1],
        kept=fitted[2],
    )


def _cells(desk: Desk, found: Found) -> list[StaffCell]:
    """The table of one desk, class by class and hour by hour."""
    cells, scenario = found.fit.cells, found.fitted
    calendar = Calendar(scenario.season)
    channel = desk.channel
    fitted = next(each for each in scenario.support.desks if each.channel == channel)
    present, agents = cells.present(desk, calendar), cells.present(fitted, calendar)
    seen = [seen_of(each).hours[channel] for each in found.of(FITTED)]
    came, ended, in_time, lost, busy = (
        np.array([cells.sums(getattr(each, name)) for each in seen])
        for name in ("contacts", "ended", "in_time", "given_up", "busy")
    )
    table = []
    for cell in range(cells.count):
        hours = float(cells.hours[cell])
        level = mean_interval(
            [_ratio(a, b) for a, b in zip(in_time[:, cell], ended[:, cell], strict=True)]
        )
        places = float(agents[cell]) * desk.at_once * hours * 3600
        table.append(
            StaffCell(
                channel=channel,
                days=cells.names[cell // HOURS],
                hour=cell % HOURS,
                season_hours=hours,
                present=round(float(present[cell]), 3),
                erlang=int(found.fit.started[channel][cell]),
                agents=round(float(agents[cell])),
                contacts=_ratio(float(came[:, cell].mean()), hours),
                service_level=level.mean,
                service_low=max(level.low, 0.0),
                service_high=min(level.high, 1.0),
                given_up=_ratio(float(lost[:, cell].sum()), float(ended[:, cell].sum())),
                occupancy=_ratio(float(busy[:, cell].mean()), places),
                cost_rial=float(agents[cell]) * hours * scenario.costs.agent_hour,
            )
        )
    return table


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
