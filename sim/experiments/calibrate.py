"""`esfand calibrate`: fit a scenario to a shop's data, and let it show that it reproduces them."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.calibration.fit import changed_by_hand
from scenarios.calibration.text import write_scenario
from sim.experiments.calibrate_options import Given, check_options, scenario_file
from sim.experiments.calibration import Calibration
from sim.experiments.progress import progress
from sim.experiments.record import faults
from sim.experiments.reproduction import compare
from sim.experiments.sources import read_sources
from sim.replication import Task, at_once, run


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
    account = compare(
        sources.observed(scenario), [sources.measured(each, scenario) for each in played]
    )
    write_scenario(fitted, file)
    return Calibration(
        file, fitted, sources.told_of, sources.left_out(), sources.examples(), account,
        faults(played),
    )  # fmt: skip
