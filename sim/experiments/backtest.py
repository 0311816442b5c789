"""`esfand backtest`: simulate the days that really were, and lay them beside their exports."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reports.backtest_result import Backtest
from scenarios.calibration.selection import select
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.units import format_day
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.happened import Exports, as_words, paths_of, what_happened
from sim.experiments.judging import LEVEL, judge, least_replications
from sim.experiments.progress import progress
from sim.experiments.record import record
from sim.replication import Task, run


def backtest(
    name: str, settings: Sequence[str], exports: Exports, how: How
) -> tuple[Path, tuple[str, ...]]:
    """Play a scenario, judge it by the exports, and write the run folder.

    Returns the folder, and what a person should be warned of. Raises UserError for a scenario, an
    export or a part that cannot be read, for exports that share no day with the scenario's season,
    and for too few replications; before anything is played.
    """
    scenario = load(name, settings)
    if scenario.season.window is not None:
        raise UserError(
            f"{scenario.name} plays a window of its season only; a backtest takes whole days.\n"
            "Leave season.window out of the scenario."
        )
    if how["replications"] < least_replications():
        raise UserError(
            f"--replications {how['replications']}: where {LEVEL:.0%} of all seasons lie takes "
            f"{least_replications()} or more."
        )
    part = select(exports["test_on"], "--test-on")
    real = what_happened(exports, scenario, part)
    experiment = Experiment.of(
        "backtest", (name, *as_words(exports), *as_options(settings)), scenario, how
    )
    began = time.perf_counter()
    tasks = [
        Task(scenario.seed, number, (("", scenario),), look=real.wanted)
        for number in range(experiment.replications)
    ]
    with progress("replications", shown=not experiment.quiet) as bar:
        bar.expect(len(tasks))
        played = run(tasks, experiment.jobs, bar.advance)
    simulated = [
        {**(each.seen or {}), **{name: float(each.measures[name]) for name in real.wanted.measures}}
        for each in played
    ]
    judged = judge(real.figures, simulated, wider=real.wider)
    first, last = (
        scenario.season.start.date() + dt.timedelta(days=int(n))
        for n in np.flatnonzero(real.days)[[0, -1]]
    )
    result = Backtest(
        level=LEVEL,
        covers=judged.covers,
        sources=tuple(path.name for path in paths_of(exports).values()),
        part=part.words(),
        fitted_on=" and ".join(exports["fit_on"]),
        wider=max(real.wider.values(), default=1.0),
        first=format_day(first),
        last=format_day(last),
        days=int(real.days.sum()),
        expected_misses=judged.expected_misses,
        usual_misses=judged.usual_misses,
        p=judged.p,
        figures=judged.figures,
        groups=judged.groups,
    )
    record(experiment, played, time.perf_counter() - began, thresholds=(), backtest=result)
    return experiment.folder, real.warnings
