"""From replications to a run folder: figures, logs, both reports, all there or nothing."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from model.events import Log
from reports import run_folder
from reports.html import write_report
from reports.log import as_array, write_parquet
from reports.run_folder import HOUR_COLUMNS, Books, Manifest, RunSeason, TuneResult
from scenarios.schema import Scenario
from scenarios.writer import dump
from sim.experiments.experiment import Experiment
from sim.replication import Replication

if TYPE_CHECKING:
    import pandas as pd

_RESTED_ON = ("esfand", "numpy", "scipy", "simpy")
"""Packages whose versions may change a figure."""


def record(
    experiment: Experiment,
    replications: Sequence[Replication],
    seconds: float,
    result: TuneResult | None = None,
) -> None:
    """Write the run folder of an experiment that took so many seconds, with both reports."""
    with run_folder.replacing(experiment.folder) as new:
        run_folder.write(
            new,
            manifest=_manifest(experiment, replications, seconds, result),
            scenario=dump(experiment.scenario),
            measures=measures_table(replications),
            hours=hours_table(replications),
            result=result,
            logs=_logs(replications),
        )
        write_report(new)


def measures_table(replications: Sequence[Replication]) -> pd.DataFrame:
    """One row per replication: value, replication, and a column per measure."""
    import pandas as pd

    return pd.DataFrame(
        {"value": each.value, "replication": each.number, **each.measures} for each in replications
    )


def faults(replications: Sequence[Replication]) -> tuple[str, ...]:
    """Every fault that the audits found, each with the replication that it was found in."""
    return tuple(
        f"{f'{each.value}, ' if each.value else ''}replication {each.number}: {fault}"
        for each in replications
        for fault in each.faults
    )


def fingerprint(scenario: Scenario) -> str:
    """Twelve hexadecimal digits that tell scenarios apart."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()[:12]


def hours_table(replications: Sequence[Replication]) -> pd.DataFrame:
    """One row per replication and hour of day, with the columns of a run folder's hours.csv."""
    import pandas as pd

    tables = [
        pd.DataFrame({"value": each.value, "replication": each.number, **each.hours})
        for each in replications
    ]
    return pd.concat(tables)[list(HOUR_COLUMNS)]


def _manifest(
    experiment: Experiment,
    replications: Sequence[Replication],
    seconds: float,
    result: TuneResult | None,
) -> Manifest:
    scenario, found = experiment.scenario, faults(replications)
    return Manifest(
        command="tune" if result else "simulate",
        command_line=experiment.command_line,
        scenario=scenario.name,
        title={str(language): title for language, title in scenario.title.items()},
        summary=scenario.summary,
        seed=experiment.seed,
        replications=experiment.replications,
        season=RunSeason(
            start=scenario.season.start,
            seconds=scenario.season.duration,
            timezone=scenario.season.timezone,
        ),
        versions=_versions(),
        created=dt.date.today(),
        seconds=round(seconds, 1),
        books=Books(balanced=not found, faults=found),
        thresholds=scenario.thresholds,
        scenario_hash=fingerprint(scenario),
        parameter=result.parameter if result else None,
        values=result.values if result else (),
    )


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _RESTED_ON:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # run from a checkout that is not installed
            versions[package] = "unknown"
    return versions


def _logs(replications: Sequence[Replication]) -> dict[str, Callable[[Path], object]]:
    """File name -> what writes the log there."""
    return {
        f"{each.number}.parquet": functools.partial(write_parquet, as_array(Log(each.log)))
        for each in replications
        if each.log is not None
    }
