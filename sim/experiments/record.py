"""From replications to a run folder: figures, logs, reports, all there or nothing."""

from __future__ import annotations

import datetime as dt
import functools
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.events import Log
from reports import run_folder
from reports.backtest_file import write_backtest
from reports.backtest_result import Backtest
from reports.breakdowns import file as breakdowns
from reports.comparison import claims_of, comparisons_of
from reports.differences import Differences
from reports.html import write_report
from reports.log import as_array, read_parquet, write_parquet
from reports.run_folder import (
    BACKTEST,
    EVENTS,
    HOUR_COLUMNS,
    Books,
    Comparison,
    Decision,
    Manifest,
    RunSeason,
    TuneResult,
)
from reports.search_file import write_search
from reports.sensitivity_file import write_sensitivity
from reports.sensitivity_result import Sensitivity
from reports.staffing_files import write_staffing
from reports.staffing_result import Staffing
from reports.thresholds import sort_out
from reports.versions import fingerprint, versions
from scenarios.schema import Scenario
from scenarios.window import as_played
from scenarios.writer import dump
from sim.experiments.experiment import Experiment
from sim.replication import Replication

if TYPE_CHECKING:
    import pandas as pd


def record(
    experiment: Experiment,
    replications: Sequence[Replication],
    seconds: float,
    result: Decision | None = None,
    others: Mapping[str, Scenario] | None = None,
    thresholds: Sequence[str] | None = None,
    kept_logs: Mapping[str, Path] | None = None,
    beside: Sequence[Replication] = (),
    backtest: Backtest | None = None,
) -> None:
    """Write the run folder of an experiment that took so many seconds, with its reports.

    `others` are the compared scenarios besides the experiment's own, by the names of their files;
    `thresholds` those of the best one, by which the run is judged instead of the experiment's.
    `kept_logs` are logs, by file name, of replications that do not have theirs any more; `beside`
    are those that were played too: their books must balance, but their figures are not shown.
    `backtest` is what the replications were laid beside.
    """
    measures = measures_table(replications)
    found = faults([*replications, *beside])
    manifest = _manifest(experiment, replications, seconds, result, thresholds, found)
    with run_folder.replacing(experiment.folder) as new:
        run_folder.write(
            new,
            manifest=manifest,
            scenario=dump(experiment.scenario),
            measures=measures,
            hours=hours_table(replications),
            result=result,
            logs=_copies(kept_logs or {}) | _logs(replications),
            more_scenarios={name: dump(scenario) for name, scenario in (others or {}).items()},
            differences=_differences(measures, manifest.level, result),
            breakdowns=breakdowns.writer(
                breakdowns.Part(each.value, each.number, each.broken) for each in replications
            ),
        )
        if isinstance(result, Staffing):
            write_staffing(new, result, manifest.languages)
        if isinstance(result, TuneResult) and result.searched:
            write_search(new, result, result.searched)
        if isinstance(result, Sensitivity):
            write_sensitivity(new, result)
        if backtest is not None:
            (new / BACKTEST).write_text(backtest.model_dump_json(indent=2) + "\n", encoding="utf-8")
            write_backtest(new, backtest)
        _write_transactions(new, experiment.scenario)
        write_report(new)


def _differences(
    measures: pd.DataFrame, level: float, result: Decision | None
) -> pd.DataFrame | None:
    """What only a compare has."""
    if not isinstance(result, Comparison):
        return None
    claims = claims_of(result.objective)
    together = comparisons_of(result.objective, len(result.values))
    return Differences(measures, result.values, level, claims, together).table()


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
    result: Decision | None,
    thresholds: Sequence[str] | None,
    found: Sequence[str],
) -> Manifest:
    scenario = experiment.scenario
    season = as_played(scenario).season
    rules = scenario.thresholds if thresholds is None else thresholds
    judged, unmeasured = sort_out(rules, replications[0].measures)
    return Manifest(
        command=experiment.command,
        command_line=experiment.command_line,
        scenario=scenario.name,
        title={str(language): title for language, title in scenario.title.items()},
        summary=scenario.summary,
        seed=experiment.seed,
        replications=len({each.number for each in replications}),
        season=RunSeason(
            start=season.start,
            seconds=season.duration,
            timezone=season.timezone,
        ),
        versions=versions(),
        created=dt.date.today(),
        seconds=round(seconds, 1),
        books=Books(balanced=not found, faults=tuple(found)),
        thresholds=judged,
        unmeasured=unmeasured,
        precision=tuple(target.text for target in experiment.targets),
        scenario_hash=fingerprint(scenario),
        parameter=result.parameter if isinstance(result, TuneResult) else None,
        values=result.values if result else (),
        languages=experiment.languages,
    )


def _write_transactions(folder: Path, scenario: Scenario) -> None:
    """The panel's report on the first kept log, for shops with more than a plain gateway."""
    logs = sorted((folder / EVENTS).glob("*.parquet"))
    if logs and not scenario.payment.is_plain:
        from reports.transactions import write_transactions

        write_transactions(read_parquet(logs[0]), as_played(scenario), folder)


def _logs(replications: Sequence[Replication]) -> dict[str, Callable[[Path], object]]:
    """File name -> what writes the log there."""
    return {
        f"{each.number}.parquet": functools.partial(write_parquet, as_array(Log(each.log)))
        for each in replications
        if each.log is not None
    }


def _copies(files: Mapping[str, Path]) -> dict[str, Callable[[Path], object]]:
    """File name -> what copies the file of another run there."""
    return {name: functools.partial(shutil.copyfile, path) for name, path in files.items()}
