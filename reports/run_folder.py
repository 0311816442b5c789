"""The run folder: what a run leaves behind, and the only thing that a report reads.

manifest.json    what ran, when, with which seed and versions (`Manifest`)
scenario.yaml    the resolved scenario
measures.csv     one row per varied value and replication, one column per measure
hours.csv        one row per varied value, replication and local hour of day
breakdowns.parquet  the same figures by reason, product, step ... (`reports.breakdowns`)
result.json      of a tune or a compare: which is best, and how sure that is (`Decision`)
scenario-2.yaml  of a compare: the second scenario, and so on
differences.csv  of a compare: every scenario's measures minus those of the first
events/*.parquet the event logs that were kept
staffing.csv     of a staffing: every desk, hour by hour; staffing.xlsx has the same for people
search.csv       of a tune that searched: every design that was tried
sensitivity.csv  of a sensitivity study: every poorly known input
backtest.json    of a backtest: the real days beside the simulated ones (`Backtest`); backtest.csv
                 has its figures as a table
requests.parquet of a live run: every request; starts.parquet: every session (`reports.requests`);
                 receipts.jsonl: what each shopper holds in her hand, for the audit
transactions*.csv every attempt to pay in the first of them, and totals by day, where a shop has
                 more than a plain gateway
report.*.html    the reports
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar, get_args

from pydantic import Field, ValidationError

from reports import whole_files
from reports.backtest_result import Backtest
from reports.decisions import Compared, Comparison, Decision, Difference, TuneResult
from reports.notations import USUAL, Language
from reports.part import Part
from reports.sensitivity_result import Sensitivity
from reports.staffing_result import Staffing
from scenarios.errors import UserError
from scenarios.units import ended

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Books", "Compared", "Comparison", "Decision", "Difference", "Manifest", "Run", "RunSeason",
    "TuneResult", "check_target", "is_run", "read", "replacing", "write",
]  # fmt: skip

FORMAT: Final = 1
Simulated = Literal["simulate", "tune", "compare", "staff", "sensitivity", "backtest"]
Command = Literal[Simulated, "load"]
"""The commands that write run folders."""
MANIFEST, SCENARIO, RESULT = "manifest.json", "scenario.yaml", "result.json"
MEASURES, HOURS, EVENTS = "measures.csv", "hours.csv", "events"
DIFFERENCES = "differences.csv"
BACKTEST = "backtest.json"
MEASURE_KEYS = ("value", "replication")
HOUR_COLUMNS = (
    "value", "replication", "hour", "days", "sessions", "carts", "orders_paid", "stockouts",
    "support_contacts", "support_backlog_mean",
)  # fmt: skip
_CSV_ENCODING = "utf-8-sig"  # spreadsheets need the mark to see that it is UTF-8
_AGAIN = "\nRun the command again: it replaces the folder."


P = TypeVar("P", bound=Part)


class RunSeason(Part):
    """When the simulated season begins (local, without zone) and how many seconds it lasts."""

    start: dt.datetime
    seconds: float = Field(gt=0)
    timezone: str


class Books(Part):
    """What the audit said of every replication."""

    balanced: bool = True
    faults: tuple[str, ...] = ()


class Load(Part):
    """What a live run was, beyond its measures."""

    host: str
    target: str
    planned: int
    """Sessions of the schedule."""
    seconds: float
    """From the first session that could begin to the last that went home."""
    generators: int = 1
    interrupted: bool = False
    lost: tuple[str, ...] = ()
    """Generators that were heard of no more, in sentences."""
    crashes: int = 0
    """Sessions that ended by a mistake in the code that plays them."""
    invalid: tuple[str, ...] = ()
    """Why the load was not what was planned, in sentences; then its figures mean nothing."""
    withstood: tuple[str, ...] = ()
    """What went wrong and broke no books, as the audit found it."""
    audited: str = ""
    """What the audit laid the receipts of shoppers beside; empty where there was nothing."""
    most_lag_s: float = 0.1
    most_dropped: float = 0.001
    numbers_from: int = 0
    """The shop's number of the first session."""


class Manifest(Part):
    """What ran: enough to tell runs apart and to run it again."""

    format: Literal[1] = FORMAT
    command: Command
    command_line: str
    scenario: str
    title: dict[str, str] = Field(default_factory=dict)
    summary: str = ""
    source: Literal["simulated", "live"] = "simulated"
    seed: int
    replications: int = Field(ge=1)
    level: float = Field(default=0.95, gt=0, lt=1)
    season: RunSeason
    versions: dict[str, str] = Field(default_factory=dict)
    created: dt.date
    seconds: float = 0.0
    """Wall time of the run."""
    books: Books = Books()
    thresholds: tuple[str, ...] = ()
    unmeasured: tuple[str, ...] = ()
    """Thresholds of the scenario whose measure such a run does not have."""
    precision: tuple[str, ...] = ()
    """How tight the intervals of some measures were asked to be, as it was written."""
    scenario_hash: str = ""
    parameter: str | None = None
    values: tuple[str, ...] = ()
    """The varied values as they were written, or the compared scenarios; none for `simulate`."""
    load: Load | None = None
    """Of a live run."""
    languages: tuple[Language, ...] = Field(default=USUAL, min_length=1)
    """In which its reports are written."""


@dataclass(frozen=True)
class Run:
    """A run folder in memory. The frames have the columns that the module's docstring names."""

    folder: Path
    manifest: Manifest
    scenario: str
    """The resolved scenario, as YAML."""
    measures: pd.DataFrame
    hours: pd.DataFrame
    result: Decision | None
    logs: tuple[str, ...]
    """Paths of the kept event logs, relative to the folder, with forward slashes."""
    backtest: Backtest | None = None
    """What was laid beside, if this is a backtest."""

    @property
    def values(self) -> tuple[str, ...]:
        """The varied values or compared scenarios; one empty string for `simulate`."""
        return self.manifest.values or ("",)

    @property
    def tuned(self) -> TuneResult | None:
        """The result, if this is a tune."""
        return self.result if isinstance(self.result, TuneResult) else None

    @property
    def comparison(self) -> Comparison | None:
        """The result, if this is a compare."""
        return self.result if isinstance(self.result, Comparison) else None

    @property
    def staffing(self) -> Staffing | None:
        """The result, if this is a staffing, which is a comparison too."""
        return self.result if isinstance(self.result, Staffing) else None

    @property
    def sensitivity(self) -> Sensitivity | None:
        """The result, if this is one, which is a tune too."""
        return self.result if isinstance(self.result, Sensitivity) else None

    @property
    def measure_names(self) -> list[str]:
        """The columns of `measures` that are measures."""
        return [name for name in self.measures.columns if name not in MEASURE_KEYS]


def write(
    folder: Path,
    *,
    manifest: Manifest,
    scenario: str,
    measures: pd.DataFrame,
    hours: pd.DataFrame,
    result: Decision | None = None,
    logs: Mapping[str, Callable[[Path], object]] | None = None,
    more_scenarios: Mapping[str, str] | None = None,
    differences: pd.DataFrame | None = None,
    breakdowns: Callable[[Path], object] | None = None,
) -> None:
    """Write a whole run folder at once: afterwards it is there complete, or as it was before.

    `logs` maps a log's file name (`0.parquet`) to a function that writes it at a path;
    `more_scenarios` (file name to text) and `differences` are what a compare has besides;
    `breakdowns` writes the breakdowns into a folder. A run that stood in `folder` is replaced.
    Raises UserError where `folder` is something else.
    """
    with replacing(folder) as new:
        (new / SCENARIO).write_text(scenario, encoding="utf-8")
        for name, text in (more_scenarios or {}).items():
            (new / name).write_text(text, encoding="utf-8")
        for name, table in ((MEASURES, measures), (HOURS, hours), (DIFFERENCES, differences)):
            if table is not None:
                table.to_csv(new / name, index=False, encoding=_CSV_ENCODING, lineterminator="\n")
        if breakdowns is not None:
            breakdowns(new)
        if result is not None:
            (new / RESULT).write_text(_json(result), encoding="utf-8")
        for name, save in (logs or {}).items():
            (new / EVENTS).mkdir(exist_ok=True)
            save(new / EVENTS / name)
        (new / MANIFEST).write_text(_json(manifest), encoding="utf-8")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say something else of a run that stays as it was played."""
    whole_files.write_text(folder / MANIFEST, _json(manifest))


def read(folder: Path) -> Run:
    """Read a run folder. Raises UserError that names the file, what is wrong and the mend."""
    if not is_run(folder):
        there = "there is no manifest.json in it" if folder.is_dir() else "there is no such folder"
        *others, last = (f"`{command}`" for command in get_args(Command))
        raise UserError(
            f"{folder} is not a run folder: {there}.\n"
            f"Name one that a command of esfand wrote (--out): {', '.join(others)} or {last}."
        )
    manifest = _model(folder / MANIFEST, Manifest)
    kind = _RESULTS.get(manifest.command)
    result = _model(folder / RESULT, kind) if kind else None
    run = Run(
        folder=folder,
        manifest=manifest,
        scenario=_text(folder / SCENARIO),
        measures=_table(folder / MEASURES, MEASURE_KEYS),
        hours=_table(folder / HOURS, HOUR_COLUMNS),
        result=result,
        logs=tuple(f"{EVENTS}/{path.name}" for path in sorted((folder / EVENTS).glob("*.parquet"))),
        backtest=_model(folder / BACKTEST, Backtest) if manifest.command == "backtest" else None,
    )
    _check_values(run)
    return run


_RESULTS: Final[Mapping[str, type[Decision]]] = {
    "tune": TuneResult, "compare": Comparison, "staff": Staffing,
    "sensitivity": Sensitivity,
}  # fmt: skip


def is_run(folder: Path) -> bool:
    """Whether a folder says that it is a run."""
    return (folder / MANIFEST).is_file()


def check_target(folder: Path) -> None:
    """Raise UserError if a run must not be written to `folder`: it holds something else."""
    if folder.is_dir():
        if not is_run(folder) and any(folder.iterdir()):
            raise UserError(
                f"{folder} is not empty and holds no run (no manifest.json), so nothing is written "
                "there.\nName another folder, or empty this one yourself."
            )
    elif folder.exists() or folder.is_symlink():
        raise UserError(f"{folder} is a file. Name a folder for the run.")


def replacing(folder: Path) -> AbstractContextManager[Path]:
    """`reports.whole_files.replacing`, which never replaces what is no run: raises UserError like
    `check_target`."""
    check_target(folder)
    return whole_files.replacing(folder)


def _json(model: Part) -> str:
    return model.model_dump_json(indent=2) + "\n"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path.parent} is not whole: {path.name} is missing.{_AGAIN}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}.{_AGAIN}") from None


def _model(path: Path, kind: type[P]) -> P:
    try:
        return kind.model_validate_json(_text(path))
    except ValidationError as error:
        problems = "\n".join(
            f"  {'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise UserError(f"{path} is not as expected:\n{problems}{_AGAIN}") from None


def _table(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    _text(path)
    try:
        # Only an empty cell is NaN: a varied value may be a word such as `none`.
        table = pd.read_csv(
            path, encoding=_CSV_ENCODING, dtype={"value": str}, na_values="", keep_default_na=False
        )
    except (ValueError, pd.errors.ParserError) as error:
        raise UserError(f"{path} is no CSV table: {ended(error)}{_AGAIN}") from None
    if missing := [name for name in needed if name not in table.columns]:
        raise UserError(f"{path} lacks the column {', '.join(missing)}.{_AGAIN}")
    numbers = table.select_dtypes("number").columns
    if wrong := [name for name in table.columns if name != "value" and name not in numbers]:
        raise UserError(
            f"{path}: the column {', '.join(wrong)} holds something else than numbers.{_AGAIN}"
        )
    # A copy lays the columns together again: pandas reads more than a hundred as fragments.
    return table.fillna({"value": ""}).copy()


def _check_values(run: Run) -> None:
    """The files tell of the same values; otherwise somebody mixed two runs."""
    for name, table in ((MEASURES, run.measures), (HOURS, run.hours)):
        if missing := [v for v in run.values if not (table["value"] == v).any()]:
            shown = ", ".join(repr(value) for value in missing)
            raise UserError(f"{run.folder / name} has no rows for the value {shown}.{_AGAIN}")
    if run.result:
        compared = {run.result.best, *(difference.value for difference in run.result.differences)}
        if len(run.values) < 2 or not compared == set(run.values) == set(run.result.values):
            raise UserError(
                f"{run.folder / RESULT} compares {', '.join(sorted(compared))}, but {MANIFEST} "
                f"names the values {', '.join(run.values)}.{_AGAIN}"
            )
