"""`esfand calibrate`: fit a scenario to a shop's data, and let it show that it reproduces them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from model.events import Log
from reports.log import as_array
from scenarios.calibration.baskets import baskets
from scenarios.calibration.fit import changed_by_hand
from scenarios.calibration.orders import Export
from scenarios.calibration.selection import Selection
from scenarios.calibration.text import write_scenario
from scenarios.schema import Scenario
from sim.experiments.calibrate_options import Given, check_options, scenario_file
from sim.experiments.calibration import Calibration
from sim.experiments.laid_beside import of_orders, season_cells
from sim.experiments.progress import progress
from sim.experiments.record import faults
from sim.experiments.reproduction import compare, paid_lines
from sim.experiments.sources import read_sources
from sim.replication import Replication, Task, at_once, run

if TYPE_CHECKING:
    import pandas as pd


def calibrate(settings: Sequence[str], given: Given) -> Calibration:
    """Fit a scenario, play it a few times, compare, and write its file (`out`, or `<name>.yaml`).

    `settings` are `field=value` texts, laid over what was fitted before it is played. The file
    comes last: one that is there has been checked. It takes two replications or more. Raises
    UserError for options and settings that make no sense, for data that cannot be read or fitted,
    and, before anything is read, for a file that cannot be written or must not be replaced.
    """
    check_options(given)
    name, file = scenario_file(given)
    sources = read_sources(given)
    fitted = changed_by_hand(sources.fitted(name), settings)
    scenario = fitted.scenario
    tasks = [
        Task(scenario.seed, number, (("", scenario),), keep_log=sources.keeps_log)
        for number in range(given["replications"])
    ]
    with progress("replications", shown=not given["quiet"]) as bar:
        bar.expect(len(tasks))
        played = run(tasks, at_once(given["jobs"]), bar.advance)
    part = sources.assumptions.fit_on
    if sources.export and not part.whole:
        account = _account_of_part(sources.export, scenario, part, played)
    else:
        account = compare(
            sources.observed(scenario), [sources.measured(each, scenario) for each in played]
        )
    write_scenario(fitted, file)
    return Calibration(
        file, fitted, sources.told_of, sources.left_out(), sources.examples(), account,
        faults(played),
    )  # fmt: skip


def _account_of_part(
    export: Export, scenario: Scenario, part: Selection, played: Sequence[Replication]
) -> pd.DataFrame:
    """The figures of the hours and days that were fitted, and of no others."""
    cells = season_cells(scenario.season)
    cells &= part.cells(scenario.season.start.date(), len(cells))
    figures = [
        of_orders(paid_lines(as_array(Log(each.log)), scenario), scenario, cells)
        for each in played
        if each.log is not None
    ]
    return compare(of_orders(baskets(export.lines), scenario, cells), figures)
