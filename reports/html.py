"""The report page: one offline HTML file per language, from a run folder alone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reports import run_folder
from reports.backtest import BacktestTables
from reports.backtest_file import NAME as BACKTEST_CSV
from reports.captions import Captions
from reports.charts import Charts
from reports.contrast_tables import contrast_tables
from reports.decision_table import DecisionTable
from reports.estimates import Estimates
from reports.formats import Formats, Unit
from reports.load_section import OfLoad
from reports.requests import REQUESTS_FILE, STARTS_FILE
from reports.search import SearchTables
from reports.search_file import NAME as SEARCH_CSV
from reports.sensitivity import SensitivityTables
from reports.sensitivity_file import NAME as SENSITIVITY_CSV
from reports.staffing import StaffingTables
from reports.staffing_files import CSV, XLSX
from reports.tables import Tables
from reports.trade_off import TradeOff
from reports.verdict import conclude
from reports.whole_files import write_text
from reports.words import LANGUAGES, Words

if TYPE_CHECKING:
    from reports.run_folder import Run

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_FONTS = {"400": "Vazirmatn-Regular.subset.woff2", "700": "Vazirmatn-Bold.subset.woff2"}


def write_report(folder: Path, languages: Sequence[str] = LANGUAGES) -> list[Path]:
    """Write `report.fa.html` and `report.en.html` into a run folder; returns their paths.

    Equal folders give equal bytes. Raises UserError for a folder that is no whole run.
    """
    run = run_folder.read(folder)
    estimates = Estimates(run)
    pages = {
        folder / f"report.{language}.html": render(run, estimates, Words(language), languages)
        for language in languages
    }
    for path, page in pages.items():
        write_text(path, page)
    return list(pages)


def render(
    run: Run, estimates: Estimates, words: Words, languages: Sequence[str] = LANGUAGES
) -> str:
    """The page in the language of `words`; it links to the page in the other `languages`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.j2")
    others = {name: Words(name)("own_name") for name in languages if name != words.language}
    return template.render(_content(run, estimates, words), other_languages=others) + "\n"


def _content(run: Run, estimates: Estimates, words: Words) -> dict[str, Any]:
    """Everything that the template shows."""
    formats = Formats(words)
    manifest = run.manifest
    searched = run.tuned.searched if run.tuned else None
    return {
        "words": words,
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
        "charts": Charts(run, estimates, words),
        "decision": DecisionTable(run.tuned, estimates, words) if run.tuned else None,
        "search": SearchTables(run.tuned, searched, words) if run.tuned and searched else None,
        "trade_off": TradeOff(run, run.tuned, estimates, words) if run.tuned else None,
        "fonts": {weight: _base64(_HERE / "fonts" / name) for weight, name in _FONTS.items()},
        "css": Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        "data": {
            name: _base64(run.folder / name)
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
    return run.manifest.title.get(language) or run.manifest.scenario


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
