"""`esfand staff`: the agents of every desk, hour by hour, that keep its targets at least cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reports.intervals import mean_interval
from reports.run_folder import (
    SCENARIO,
    Compared,
    Difference,
    StaffCell,
    StaffDays,
    Staffing,
    StaffTarget,
)
from scenarios.calendar import Calendar
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Desk, Scenario
from scenarios.units import format_days
from scenarios.writer import dump, write
from sim.common_numbers import drawn_apart
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.progress import progress
from sim.experiments.record import fingerprint, record
from sim.experiments.rules import check_rules
from sim.replication import Replication, Task, run
from sim.staffing.cells import HOURS
from sim.staffing.fitting import PLENTY, ROUNDS, Fit, Wishes, seen_of, shares
from sim.staffing.observed import look
from sim.staffing.search import shortfall
from sim.staffing.targets import Target, targets_of

PRESENT, FITTED = "A", "B"
FITTED_FILE = "scenario-2.yaml"
LEVEL = 0.95
"""At which all targets hold together."""
_NO_WISHES = Wishes()
CHECKS = 3
"""So often fresh shoppers are asked at most, whether the targets hold."""
_SPARE = 2.0
"""Standard errors by which a fit keeps more than the check asks, so that chance seldom fails it."""


def staff(
    name: str,
    settings: Sequence[str],
    how: How,
    targets: Sequence[str] = (),
    wishes: Wishes = _NO_WISHES,
    scenario_file: Path | None = None,
) -> Path:
    """Fit the agents of a scenario, check them on fresh shoppers, and write the run folder.

    `targets` are texts such as `support_service_level.chat >= 80%`. The recommended scenario is in
    the folder, and in `scenario_file` where one is named. Returns the folder. Raises UserError for
    mistakes in the scenario, the targets and the folder, before anything is played.
    """
    scenario = load(name, settings)
    asked = targets_of(scenario, targets)
    check_rules([scenario])
    words = (name, *_as_words(targets, wishes, scenario_file), *as_options(settings))
    experiment = Experiment.of("staff", words, scenario, how)
    _check_file(scenario_file)
    began = time.perf_counter()
    most = experiment.replications * (1 + CHECKS * (ROUNDS + 2))
    with progress(f"seasons, at most {most}", most, shown=not experiment.quiet) as advance:
        found = _find(experiment, asked, wishes, advance)
    result = _result(experiment, found)
    record(
        experiment,
        found.played,
        time.perf_counter() - began,
        result,
        {FITTED_FILE: found.scenario},
        thresholds=[target.text for target in asked],
    )
    if scenario_file is not None:
        write(dump(found.scenario), scenario_file)
    return experiment.folder


@dataclass(frozen=True)
class _Found:
    """A fitted scenario beside the present one, over shoppers that the fit never saw."""

    fit: Fit
    asked: tuple[Target, ...]
    scenario: Scenario
    played: list[Replication]
    errors: float
    checks: int

    def of(self, value: str) -> list[Replication]:
        """The replications of the present or of the fitted scenario."""
        return [each for each in self.played if each.value == value]


def _find(
    experiment: Experiment,
    asked: tuple[Target, ...],
    wishes: Wishes,
    advance: Callable[[int], None],
) -> _Found:
    """Fit, and check; where the check fails, fit again for more, and check on others."""
    scenario, count = experiment.scenario, experiment.replications

    def play(variants: Mapping[str, Scenario], first: int) -> list[Replication]:
        tasks = [
            Task(experiment.seed, number, tuple(variants.items()), look=look)
            for number in range(first, first + count)
        ]
        return run(tasks, experiment.jobs, advance)

    errors = _errors(count, len(asked))
    fit = Fit(scenario, asked, wishes, lambda each: play({"": each}, 0), errors + _SPARE)
    for check in range(1, CHECKS + 1):
        fitted = fit.run().model_copy(update={"name": f"{scenario.name}-staffed"})
        played = play({PRESENT: scenario, FITTED: fitted}, check * count)
        found = _Found(fit, asked, fitted, played, errors, check)
        lacks = {
            target: shortfall(shares(found.of(FITTED), target), target, fit.limit(target), errors)
            for target in fit.targets
        }
        if all(lack <= 0 for lack in lacks.values()):
            break
        fit.ask_more(
            {
                target: shortfall(
                    shares(found.of(FITTED), target), target, fit.limit(target), errors + _SPARE
                )
                for target, lack in lacks.items()
                if lack > 0
            }
        )
    return found


def _errors(replications: int, targets: int) -> float:
    """Standard errors of a one-sided interval, such that all targets hold together at `LEVEL`
    however often they are checked (Bonferroni)."""
    from scipy.special import stdtrit

    return float(stdtrit(replications - 1, 1 - (1 - LEVEL) / (targets * CHECKS)))


# ---- what stands in the run folder


def _result(experiment: Experiment, found: _Found) -> Staffing:
    fit = found.fit
    costs = {value: _cost(scenario, fit) for value, scenario in _scenarios(experiment, found)}
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
                drawn_apart=drawn_apart(experiment.scenario, scenario),
            )
            for value, scenario in _scenarios(experiment, found)
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
            cell for desk in experiment.scenario.support.desks for cell in _cells(desk, found)
        ),
        cost_present_rial=costs[PRESENT],
        cost_rial=costs[FITTED],
        checks=found.checks,
    )  # fmt: skip


def _scenarios(experiment: Experiment, found: _Found) -> tuple[tuple[str, Scenario], ...]:
    return (PRESENT, experiment.scenario), (FITTED, found.scenario)


def _cost(scenario: Scenario, fit: Fit) -> float:
    """Rial of the agents' hours over the season."""
    calendar = Calendar(scenario.season)
    return scenario.costs.agent_hour * sum(
        float(fit.cells.present(desk, calendar) @ fit.cells.hours)
        for desk in scenario.support.desks
    )


def _target(target: Target, found: _Found) -> StaffTarget:
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


def _cells(desk: Desk, found: _Found) -> list[StaffCell]:
    """The table of one desk, class by class and hour by hour."""
    cells, scenario = found.fit.cells, found.scenario
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


# ---- what was asked for


def _as_words(targets: Sequence[str], wishes: Wishes, scenario_file: Path | None) -> list[str]:
    """Of the command line: what is not as it is where nothing is said."""
    words = [word for text in targets for word in ("--target", text)]
    for option, value, usual in (
        ("--hours", wishes.hours, Wishes.hours),
        ("--day-classes", wishes.classes, Wishes.classes),
        ("--shortest-shift", wishes.shortest, Wishes.shortest),
        ("--most-agents", wishes.most, PLENTY),
        ("--write-scenario", scenario_file, None),
    ):
        if value != usual:
            words += [option, str(value)]
    return words


def _check_file(path: Path | None) -> None:
    """Raise UserError where the scenario could not be written: better now than after the run."""
    if path is None:
        return
    if path.exists() or path.is_symlink():
        raise UserError(f"{path} is there already, and stays. Name a file that is not there yet.")
    if not path.absolute().parent.is_dir():
        raise UserError(f"{path}: there is no folder {path.absolute().parent}.")
