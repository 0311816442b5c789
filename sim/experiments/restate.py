"""`esfand report --set`: a finished run told under other rules, costs or targets, not played again.

A scenario's fields are of three kinds. Most make the season what it was; to change one of them the
season must be played again. Some are only read when its event log is measured: then the log is
measured again. And some only say how the run is called and judged.
"""

from __future__ import annotations

import dataclasses
import shlex
import shutil
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reports import run_folder
from reports.breakdowns import break_down
from reports.breakdowns import file as breakdowns
from reports.comparison import differences_of
from reports.html import write_report
from reports.log import read_parquet
from reports.measures import measure
from reports.notations import Language
from reports.run_folder import Run
from reports.sensitivity_file import write_sensitivity
from reports.staffing_files import write_staffing
from reports.thresholds import sort_out
from reports.transactions import TRANSACTIONS, write_transactions
from reports.versions import fingerprint
from scenarios.changes import changes
from scenarios.errors import UserError
from scenarios.loader import load, load_text
from scenarios.schema import Scenario
from scenarios.shoppers import Plan
from scenarios.window import as_played
from scenarios.writer import dump
from sim.experiments.rules import check_rules

if TYPE_CHECKING:
    import pandas as pd

TOLD = ("name", "title", "summary", "thresholds")
"""Fields that neither the season nor its measures depend on."""
MEASURED = ("costs", "payment.fee", "support.desks.*.target")
"""Fields that nothing but `reports.measures` reads; each with all that is in it."""


def restated(folder: Path, settings: Sequence[str]) -> Run:
    """The run in a folder as it would have come out with these `field=value` settings.

    Nothing is written. Raises UserError for mistakes in the settings or thresholds, for fields
    that would have changed what was played, and where the logs to measure again were not kept.
    """
    run = run_folder.read(folder)
    if not settings:
        return run
    if run.comparison:
        raise UserError(
            f"{folder} compares several scenarios, and --set would not say which to change.\n"
            f"Compare them anew: {run.manifest.command_line}"
        )
    file = str(folder / run_folder.SCENARIO)
    before, after = load(file), load(file, settings)
    changed = [change.field for change in changes(before, after)]
    again = _command_line(run, settings)
    if played := [field for field in changed if not _among(field, TOLD + MEASURED)]:
        raise UserError(
            f"{folder}: {', '.join(played)} would change what was played, not only how it is "
            f"measured.\nPlay it again: {again}"
        )
    check_rules([after])
    if measured := [field for field in changed if _among(field, MEASURED)]:
        _check_logs(run, measured, again)
        run = dataclasses.replace(run, measures=_measured(run, after))
    judged, unmeasured = sort_out(after.thresholds, run.measure_names)
    manifest = run.manifest.model_copy(
        update={
            "command_line": again,
            "scenario": after.name,
            "title": {str(language): title for language, title in after.title.items()},
            "summary": after.summary,
            "thresholds": judged,
            "unmeasured": unmeasured,
            "scenario_hash": fingerprint(after),
        }
    )
    return dataclasses.replace(run, manifest=manifest, scenario=dump(after))


def speaking(run: Run, languages: Iterable[Language]) -> Run:
    """The run with pages in these languages too."""
    together = dict.fromkeys((*run.manifest.languages, *languages))
    manifest = run.manifest.model_copy(update={"languages": tuple(together)})
    return dataclasses.replace(run, manifest=manifest)


def rebuild(run: Run, settings: Sequence[str], out: Path | None) -> Run:
    """Write the reports of a run, `restated` with these settings; returns it as it is written.

    With settings the folder is replaced by the restated run; with `out` that run, its logs too, is
    written there. Raises UserError where `out` is something else than a run.
    """
    if out:
        again = f"{run.manifest.command_line} {shlex.join(('--out', str(out)))}"
        manifest = run.manifest.model_copy(update={"command_line": again})
        return _write(dataclasses.replace(run, manifest=manifest), out)
    if settings or _lacks_breakdowns(run):
        return _write(run, run.folder)
    run_folder.write_manifest(run.folder, run.manifest)
    write_report(run.folder)
    return run


def _write(run: Run, target: Path) -> Run:
    compared = run.comparison
    with run_folder.replacing(target) as new:
        run_folder.write(
            new,
            manifest=run.manifest,
            scenario=run.scenario,
            measures=run.measures,
            hours=run.hours,
            result=run.result,
            logs={Path(log).name: partial(shutil.copyfile, run.folder / log) for log in run.logs},
            more_scenarios={
                each.file: (run.folder / each.file).read_text(encoding="utf-8")
                for each in (compared.scenarios[1:] if compared else ())
            },
            differences=differences_of(run, compared).table() if compared else None,
            breakdowns=_breakdowns(run),
        )
        if run.staffing:
            write_staffing(new, run.staffing, run.manifest.languages)
        if run.sensitivity:
            write_sensitivity(new, run.sensitivity)
        if (run.folder / TRANSACTIONS).exists():
            first = read_parquet(run.folder / run.logs[0])
            scenario = load_text(run.scenario, run_folder.SCENARIO)
            write_transactions(first, as_played(scenario), new)
        write_report(new)
    return dataclasses.replace(run, folder=target)


def _has_all_logs(run: Run) -> bool:
    """Of a run without varied values, whether the log of every replication is there."""
    numbers = range(run.manifest.replications)
    return run.result is None and all(_log(number) in run.logs for number in numbers)


def _lacks_breakdowns(run: Run) -> bool:
    """Written before there were breakdowns, with the logs to make them from."""
    return not (run.folder / breakdowns.NAME).exists() and _has_all_logs(run)


def _breakdowns(run: Run) -> Callable[[Path], object] | None:
    """What writes the breakdowns: anew from the logs if all are there, else as they were."""
    if _has_all_logs(run):
        plan = Plan.of(load_text(run.scenario, run_folder.SCENARIO))
        live = run.manifest.source == "live"
        logs = (read_parquet(run.folder / _log(n)) for n in range(run.manifest.replications))
        return breakdowns.writer(
            breakdowns.Part("", number, break_down(log, plan, number, live))
            for number, log in enumerate(logs)
        )
    if (run.folder / breakdowns.NAME).exists():
        return breakdowns.writer(breakdowns.parts(run.folder))
    return None


def _among(field: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(field, each) or fnmatchcase(field, f"{each}.*") for each in patterns)


def _command_line(run: Run, settings: Sequence[str]) -> str:
    """What the run was made by, with the settings behind it: the last one of a field counts."""
    words = [word for setting in settings for word in ("--set", setting)]
    return f"{run.manifest.command_line} {shlex.join(words)}"


def _check_logs(run: Run, fields: Sequence[str], again: str) -> None:
    """Raise UserError unless the log of every replication is there."""
    if _has_all_logs(run):
        return
    kept = sum(_log(number) in run.logs for number in range(run.manifest.replications))
    needs = f"{run.folder}: {', '.join(fields)}: to measure again takes the log of every"
    if run.result:
        raise UserError(f"{needs} replication, and a tune keeps none.\nPlay it again: {again}")
    raise UserError(
        f"{needs} replication; {kept} of {run.manifest.replications} were kept.\n"
        f"Play it again: {again} --keep-logs all"
    )


def _measured(run: Run, scenario: Scenario) -> pd.DataFrame:
    """The table of measures anew, from the logs."""
    import pandas as pd

    return pd.DataFrame(
        {
            "value": "",
            "replication": number,
            **measure(read_parquet(run.folder / _log(number)), as_played(scenario)),
        }
        for number in range(run.manifest.replications)
    )


def _log(number: int) -> str:
    return f"{run_folder.EVENTS}/{number}.parquet"
