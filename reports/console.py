"""A run on the terminal: thresholds first, then the figures, then what they say."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reports.backtest import backtest_lines
from reports.comparison import OF_SOME, differences_of
from reports.console_tune import Curve, plain
from reports.departures import Departures, Told
from reports.estimates import Estimates
from reports.formats import Formats, Unit, in_difference, unit_of
from reports.precision import reaches
from reports.sensitivity_console import input_rows
from reports.staffing_console import days_rows, desk_rows
from reports.tables import precision_note
from reports.thresholds import Verdict, evaluate, parse
from reports.verdict import conclude
from reports.words import Words

if TYPE_CHECKING:
    from reports.differences import Differences
    from reports.intervals import Interval
    from reports.run_folder import Comparison, Run, TuneResult
    from reports.staffing_result import Staffing

KEY_MEASURES = (
    "sessions", "carts", "cart_abandonment_rate", "reservations_made", "reservations_expired",
    "stockouts", "phantom_stockouts", "phantom_stockout_rate", "fill_rate", "late_lost",
    "orders_paid", "conversion_rate", "revenue_rial", "profit_rial", "support_contacts",
    "support_wait_mean_s", "support_wait_p95_s", "support_service_level", "page_time_p95_s",
    "from_intended_p50_s", "from_intended_p95_s", "from_intended_p99_s", "service_time_p50_s",
    "service_time_p95_s", "service_time_p99_s", "http_errors", "dropped_sessions",
    "scheduler_lag_p99_s",
)  # fmt: skip
_WIDTH = 100
_GAP = "  "

Row = Sequence[str]


def summary(run: Run) -> str:
    """The run in English, in lines of text."""
    return "\n".join(_Console(run).lines())


def beside_lines(found: Departures, folder: Path) -> Iterator[str]:
    """A live run beside a simulated one."""
    told = Told(found, Words("en"))
    if found.live.manifest.load and found.live.manifest.load.invalid:
        yield "INVALID: the load was not the one that was planned."
    yield from textwrap.wrap(plain(told.headline()), _WIDTH)
    if found.settings:
        yield f"The scenarios differ in: {', '.join(found.settings)}"
    yield ""
    rows: list[Row] = [("", "", "simulated", "one more would lie", "same shoppers", "live")]
    for row, (_, cells, state) in zip(found.rows, told.rows(), strict=True):
        mark = "✗" if state == "departs" else "✓"
        rows.append((mark, row.measure, *map(plain, cells)))
    yield from table(rows)
    yield ""
    yield _pages(folder, "departures", found.languages)


def reports_line(run: Run) -> str:
    """Where the reports of a run are."""
    return _pages(run.folder, "report", run.manifest.languages)


def _pages(folder: Path, name: str, languages: Iterable[str]) -> str:
    return f"Reports: {', '.join(str(folder / f'{name}.{each}.html') for each in languages)}"


class _Console:
    """Writes one run as text."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._estimates = Estimates(run)
        self._words = Words("en")
        self._formats = Formats(self._words)

    def lines(self) -> Iterator[str]:
        """Every line, without its end."""
        manifest, result = self._run.manifest, self._run.result
        compared = self._run.comparison
        several = compared is not None and not self._run.staffing
        name = f"{len(self._run.values)} scenarios" if several else manifest.scenario
        times = f"{manifest.replications} replication{'s' * (manifest.replications > 1)}"
        yield f"{name}, {times}, seed {manifest.seed}"
        yield from self._thresholds(result.best if result else "")
        yield from self._precision()
        yield from self._load()
        yield ""
        if self._run.backtest:
            yield from table(backtest_lines(self._run.backtest, self._words))
            yield ""
            yield from self._conclusion()
        elif self._run.staffing:
            yield from self._staffed(self._run.staffing)
        elif self._run.comparison:
            yield from self._compared(self._run.comparison)
        else:
            yield from self._tuned(self._run.tuned) if self._run.tuned else self._measures()
        if not manifest.books.balanced:
            yield from ("", "The books do not balance: decide nothing by these figures.")
        yield from ("", reports_line(self._run))

    def _thresholds(self, value: str) -> Iterator[str]:
        """Every rule beside what was found."""
        at = self._estimates.at(value)
        verdicts = evaluate([parse(text) for text in self._run.manifest.thresholds], at)
        if verdicts:
            yield from ("", f"Thresholds at {value}" if value else "Thresholds")
        yield from table(
            (_mark(each), each.rule, self._told(at[each.measure], each.measure), _doubt(each))
            for each in verdicts
        )

    def _load(self) -> Iterator[str]:
        """What a live run was, and why its figures may mean nothing."""
        manifest = self._run.manifest
        if manifest.unmeasured:
            yield from ("", f"Not measured in such a run: {', '.join(manifest.unmeasured)}")
        load = manifest.load
        if load is None:
            return
        against = "against the shop's books" if load.audited else "not audited"
        yield from ("", f"Live against {load.target} at {load.host}, {against}")
        if load.invalid:
            yield "INVALID: the load was not the one that was planned."
        stopped = ("The run was stopped before its end.",) if load.interrupted else ()
        for sentence in (*load.invalid, *load.lost, *stopped):
            yield from textwrap.wrap(sentence, _WIDTH, initial_indent=_GAP, subsequent_indent=_GAP)

    def _precision(self) -> Iterator[str]:
        """Every precision that was asked for beside what was reached."""
        held = reaches(self._run)
        if held:
            yield from ("", "Precision")
        yield from table(
            (
                "✓" if each.done else "✗",
                each.target.text,
                self._told(each.found, each.target.measure),
                plain(precision_note(each, self._words, self._formats)),
            )
            for each in held
        )

    def _measures(self) -> Iterator[str]:
        at = self._estimates.at("")
        names = [name for name in KEY_MEASURES if self._estimates.has(name)]
        yield "Measures"
        yield from table(("", name, self._told(at[name], name)) for name in names)

    def _tuned(self, result: TuneResult) -> Iterator[str]:
        yield from table(Curve(result, self._estimates, self._formats).rows())
        yield ""
        if self._run.sensitivity:
            yield from table(input_rows(self._run.sensitivity, self._formats))
            yield ""
        yield from self._conclusion()

    def _conclusion(self) -> Iterator[str]:
        conclusion = conclude(self._run, self._estimates, self._words)
        for sentence in (conclusion.headline, *conclusion.details, *conclusion.warnings):
            yield from textwrap.wrap(plain(sentence), _WIDTH)

    def _compared(self, comparison: Comparison) -> Iterator[str]:
        """What the letters mean; for each but the first, its measures beside the first's."""
        yield from table(("", each.name, each.label) for each in comparison.scenarios)
        yield ""
        differences = differences_of(self._run, comparison)
        first = comparison.scenarios[0].name
        for other in differences.others:
            names = [name for name in KEY_MEASURES if differences.known(name)]
            names += differences.changed(other, ("lost_sales_rial", *OF_SOME))
            names += [comparison.objective] * (comparison.objective not in names)
            yield from table(self._against(first, other, names, differences))
            yield ""
        yield from self._conclusion()

    def _staffed(self, staffing: Staffing) -> Iterator[str]:
        """Which days are staffed alike; for each desk, its hours; then what it comes to."""
        yield from table(("", *row) for row in days_rows(staffing))
        for channel in staffing.channels:
            yield ""
            yield from table(desk_rows(staffing, channel))
        yield ""
        yield from self._conclusion()

    def _against(
        self, first: str, other: str, names: Sequence[str], differences: Differences
    ) -> Iterator[Row]:
        yield ("", "", "", first, other, f"{other} − {first}", "")
        for name in names:
            found, unit = differences.contrast(other, name), unit_of(name)
            scale = self._formats.scale(unit, [found.first.mean, found.other.mean])
            word = unit is Unit.SHARE
            columns = (
                self._formats.estimate(found.first, unit, scale, word),
                self._formats.estimate(found.other, unit, scale, word),
                self._formats.estimate(
                    found.change, in_difference(unit), None if word else scale, word, signed=True
                ),
                self._formats.estimate(found.relative, Unit.SHARE, signed=True),
            )
            shown = [plain(each) for each in columns]
            if math.isnan(found.relative.mean) or found.same or word:
                shown[-1] = ""
            yield (
                "=" if found.same else "" if found.apart else "~",
                name,
                "" if word else scale.word,
                *shown,
            )

    def _told(self, interval: Interval, measure: str) -> str:
        return plain(self._formats.estimate(interval, unit_of(measure)))


def _mark(verdict: Verdict) -> str:
    if not verdict.sure:
        return "?"
    return "✓" if verdict.passed else "✗"


def _doubt(verdict: Verdict) -> str:
    """What a mark cannot say: which way it counts where the interval leaves it open."""
    if verdict.sure:
        return ""
    return f"in doubt, counts as {'kept' if verdict.passed else 'missed'}"


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Columns side by side; numbers end, and their `±` stand, under each other."""
    columns = [_aligned(column) for column in zip(*rows, strict=True)]
    for cells in zip(*columns, strict=True):
        yield (_GAP + _GAP.join(cells)).rstrip()


def _aligned(column: Row) -> list[str]:
    """The cells of a column, all of one width."""
    parts = [cell.partition(" ") if _is_number(cell) else (cell, "", "") for cell in column]
    numbers = [part for cell, part in zip(column, parts, strict=True) if _is_number(cell)]
    before = max((len(number) for number, _, _ in numbers), default=0)
    cells = [
        number.rjust(before) + space + rest if _is_number(cell) else cell
        for cell, (number, space, rest) in zip(column, parts, strict=True)
    ]
    width = max(map(len, cells))
    return [cell.ljust(width) for cell in cells]


def _is_number(cell: str) -> bool:
    return cell.lstrip("+−-")[:1].isdigit()
