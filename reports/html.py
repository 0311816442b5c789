"""The report page: one offline HTML file per language, from a run folder alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports import pages, run_folder
from reports.backtest import BacktestTables
from reports.backtest_file import NAME as BACKTEST_CSV
from reports.breakdowns.file import NAME as BREAKDOWNS
from reports.captions import Captions
from reports.chapters import chapters_of
from reports.contrast_tables import contrast_tables
from reports.decision_table import DecisionTable
from reports.download import Saved
from reports.estimates import Estimates
from reports.formats import Formats, Unit
from reports.load_section import OfLoad
from reports.planner import Planner
from reports.requests import REQUESTS_FILE, STARTS_FILE
from reports.search import SearchTables
from reports.search_file import NAME as SEARCH_CSV
from reports.sensitivity import SensitivityTables
from reports.sensitivity_file import NAME as SENSITIVITY_CSV
from reports.staffing import StaffingTables
from reports.staffing_files import CSV, XLSX
from reports.table_files import TableFiles
from reports.tables import Tables
from reports.verdict import conclude
from reports.whole_files import write_text
from reports.words import Words, title_in

if TYPE_CHECKING:
    from reports.run_folder import Run


def write_report(folder: Path) -> list[Path]:
    """Write a page, such as `report.fa.html`, for each of the run's languages; returns their paths.

    Equal folders give equal bytes. Raises UserError for a folder that is no whole run.
    """
    run = run_folder.read(folder)
    estimates = Estimates(run)
    written = {
        folder / f"report.{language}.html": render(run, estimates, Words(language))
        for language in run.manifest.languages
    }
    for path, page in written.items():
        write_text(path, page)
    return list(written)


def render(run: Run, estimates: Estimates, words: Words) -> str:
    """The page in the language of `words`; it links to those in the run's other languages."""
    languages = run.manifest.languages
    return pages.fill("report.html.j2", words, languages, **_content(run, estimates, words))


def _content(run: Run, estimates: Estimates, words: Words) -> dict[str, Any]:
    """Everything that the template shows."""
    formats = Formats(words)
    manifest = run.manifest
    searched = run.tuned.searched if run.tuned else None
    return {
        "formats": formats,
        "manifest": manifest,
        "result": run.result,
        "tuned": run.tuned,
        "staffing": StaffingTables(run.staffing, words) if run.staffing else None,
        "sensitivity": SensitivityTables(run.sensitivity, words) if run.sensitivity else None,
        "backtest": BacktestTables(run.backtest, words) if run.backtest else None,
        "contrasts": contrast_tables(run, run.comparison, words) if run.comparison else [],
        "run": run,
        "title": _title(run, words.language),
        "period": formats.period(manifest.season.start, manifest.season.seconds),
        "created": formats.day(manifest.created),
        "conclusion": conclude(run, estimates, words),
        "tables": Tables(run, estimates, words),
        "chapters": chapters_of(run, estimates, words),
        "csv": TableFiles(run, estimates),
        "saved": Saved(),
        "decision": DecisionTable(run.tuned, estimates, words) if run.tuned else None,
        "search": SearchTables(run.tuned, searched, words) if run.tuned and searched else None,
        "planner": Planner(run, run.tuned, estimates, words) if run.tuned else None,
        "data": {
            name: pages.encoded(run.folder / name)
            for name in (
                run_folder.MEASURES,
                run_folder.HOURS,
                *([run_folder.DIFFERENCES] if run.comparison else []),
                *([CSV] if run.staffing else []),
                *([SEARCH_CSV] if searched else []),
                *([SENSITIVITY_CSV] if run.sensitivity else []),
                *([BACKTEST_CSV] if run.backtest else []),
            )
        },
        "load": OfLoad(run, manifest.load, words) if manifest.load else None,
        "support": Captions(run, estimates, words).support(),
        "has_late_paid": estimates.happens("late_paid"),
        "units": Unit,
        "files": (
            *(
                [scenario.file for scenario in run.comparison.scenarios]
                if run.comparison
                else [run_folder.SCENARIO]
            ),
            run_folder.MANIFEST,
            *([run_folder.RESULT] if run.result else []),
            *([run_folder.BACKTEST] if run.backtest else []),
            *([XLSX] if run.staffing else []),
            *([BREAKDOWNS] if (run.folder / BREAKDOWNS).exists() else []),
            *run.logs,
            *((REQUESTS_FILE, STARTS_FILE) if manifest.load else ()),
        ),
    }


def _title(run: Run, language: str) -> str:
    """A compare is called by what it compares."""
    if run.comparison:
        scenarios = run.comparison.scenarios
        titles = dict.fromkeys(each.called(language) for each in scenarios)
        if len(titles) < len(scenarios):
            titles = dict.fromkeys(each.label for each in scenarios)
        return " / ".join(titles)
    return title_in(language, run.manifest.title, run.manifest.scenario)
