"""What stands in a run's workbook: the same figures as in its report, as rows of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.breakdowns import BREAKDOWNS, Breakdown
from reports.comparison import differences_of
from reports.estimates import Estimates
from reports.formats import Formats, Unit, in_difference, in_order, unit_of
from reports.frames import Frames
from reports.hours import HOURS_OF_DAY
from reports.tables import CARDS, MONEY, group_of
from reports.thresholds import evaluate, parse
from reports.verdict import conclude
from reports.words import title_in

if TYPE_CHECKING:
    from markupsafe import Markup

    from reports.intervals import Interval
    from reports.run_folder import Run
    from reports.words import Words

_BY_HOUR: Mapping[str, str] = {
    "sessions": "measure.sessions",
    "carts": "measure.carts",
    "orders_paid": "measure.orders_paid",
    "stockouts": "measure.stockouts",
    "support_contacts": "measure.support_contacts",
    "support_backlog_mean": "day.support_backlog_mean",
}
"""Columns of hours.csv, and what they are called."""


@dataclass(frozen=True)
class Quantity:
    """A number in the base of its unit: seconds, rial, a share of one; NaN for none."""

    number: float
    unit: Unit


Cell = str | Quantity
Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Table:
    """Heads and the rows below them, each as long as the heads."""

    head: tuple[str, ...]
    rows: Rows
    title: str = ""


@dataclass(frozen=True)
class Sheet:
    """One page of the workbook: sentences, then tables one under the other."""

    name: str
    tables: tuple[Table, ...]
    sentences: tuple[str, ...] = ()


def sheets_of(run: Run, words: Words) -> list[Sheet]:
    """All sheets in the language of `words`; those without rows are left out."""
    writer = _Writer(run, words)
    sheets = [
        writer.summary(),
        writer.measures(),
        writer.differences(),
        writer.hours(),
        *writer.breakdowns(),
    ]
    return [sheet for sheet in sheets if any(table.rows for table in sheet.tables)]


class _Writer:
    def __init__(self, run: Run, words: Words) -> None:
        self._run = run
        self._words = words
        self._formats = Formats(words)
        self._estimates = Estimates(run)
        self._values = in_order(run.values)
        self._best = run.result.best if run.result else ""

    # ---- the sheets

    def summary(self) -> Sheet:
        """The verdict, the thresholds, and what a planner asks for first."""
        tables = (self._thresholds(), self._chosen())
        return Sheet(self._say("workbook.summary"), tables, tuple(self._sentences()))

    def measures(self) -> Sheet:
        """Every measure at every value, with the ends of its interval."""
        rows = tuple(
            (
                self._say(f"group.{group_of(name)}"),
                self._measure(name),
                name,
                *self._value(value),
                *self._estimate(self._estimates.at(value)[name], unit_of(name)),
                self._unit(unit_of(name)),
                Quantity(self._estimates.at(value)[name].n, Unit.COUNT),
            )
            for name in self._run.measure_names
            for value in self._values
        )
        head = (
            *self._say_all("workbook.group", "table.measure", "workbook.name"),
            *self._value_head(),
            *self._estimate_head(),
            *self._say_all("workbook.unit", "workbook.replications"),
        )
        return self._sheet("workbook.measures", head, rows)

    def differences(self) -> Sheet:
        """Of a compare: every measure against the first scenario's; of a tune: the objective's."""
        if self._run.comparison:
            return self._contrasts()
        result = self._run.result
        rows = tuple(
            (self._called(each.value), *self._change(each.mean, each.low, each.high, unit))
            for each in (result.differences if result else ())
            for unit in [unit_of(result.objective if result else "")]
        )
        said = self._say("table.difference")
        objective = self._measure(result.objective) if result else ""
        head = (
            self._say("table.value"),
            f"{said}: {objective}",
            *self._say_all("workbook.low", "workbook.high", "workbook.unit"),
        )
        return self._sheet("workbook.differences", head, rows)

    def hours(self) -> Sheet:
        """Means per day of the season, by local hour of day."""
        columns = {
            value: [self._estimates.by_hour(column, value) for column in _BY_HOUR]
            for value in self._values
        }
        rows = tuple(
            (
                *self._value(value),
                f"{hour:02d}:00",
                *(Quantity(found[hour].mean, Unit.COUNT) for found in columns[value]),
            )
            for value in self._values
            for hour in range(HOURS_OF_DAY)
        )
        head = (
            *self._value_head(),
            self._say("staff.column_hour"),
            *self._say_all(*_BY_HOUR.values()),
        )
        table = Table(head, rows, self._say("workbook.day"))
        return Sheet(self._say("workbook.hours"), (table,))

    def breakdowns(self) -> Iterator[Sheet]:
        """A sheet for each breakdown that the run has, called by its name in the files."""
        frames = Frames(self._run, self._estimates)
        for breakdown in BREAKDOWNS.values():
            if frames.has(breakdown.name):
                yield Sheet(breakdown.name[:31], (self._breakdown(breakdown, frames),))

    # ---- their parts

    def _sentences(self) -> Iterator[str]:
        manifest = self._run.manifest
        conclusion = conclude(self._run, self._estimates, self._words)
        yield title_in(self._words.language, manifest.title, manifest.scenario)
        season = manifest.season
        yield _plain(self._formats.period(season.start, season.seconds))
        for each in self._run.comparison.scenarios if self._run.comparison else ():
            yield f"{each.name}: {each.called(self._words.language)} ({each.label})"
        if not manifest.books.balanced:
            yield self._say("books.broken")
            yield self._say("books.distrust")
        for said in (conclusion.headline, *conclusion.details, *conclusion.warnings):
            yield _plain(said)

    def _thresholds(self) -> Table:
        at = self._estimates.at(self._best)
        rules = [parse(text) for text in self._run.manifest.thresholds]
        rows = tuple(
            (
                self._say(f"state.{self._state(each.sure, each.passed)}"),
                self._measure(each.measure),
                _plain(self._formats.limit(each.comparison, each.limit, unit_of(each.measure))),
                *self._estimate(at[each.measure], unit_of(each.measure)),
                self._unit(unit_of(each.measure)),
            )
            for each in evaluate(rules, at)
        )
        head = (
            *self._say_all("table.verdict", "table.measure", "table.limit"),
            *self._estimate_head(),
            self._say("workbook.unit"),
        )
        return Table(head, rows, self._say("section.thresholds"))

    def _chosen(self) -> Table:
        names = dict.fromkeys((*CARDS, self._estimates.wait, *MONEY))
        at = self._estimates.at(self._best)
        rows = tuple(
            (
                self._measure(name),
                *self._estimate(at[name], unit_of(name)),
                self._unit(unit_of(name)),
            )
            for name in names
            if self._estimates.has(name)
        )
        head = (self._say("table.measure"), *self._estimate_head(), self._say("workbook.unit"))
        best = self._formats.written(self._best) if self._best else ""
        title = (
            self._words("section.cards_at", value=best) if best else self._words("section.cards")
        )
        return Table(head, rows, _plain(title))

    def _contrasts(self) -> Sheet:
        assert self._run.comparison is not None
        found = differences_of(self._run, self._run.comparison)
        first = self._run.comparison.scenarios[0].name
        rows = tuple(
            (
                other,
                self._measure(name),
                name,
                Quantity(each.first.mean, unit_of(name)),
                Quantity(each.other.mean, unit_of(name)),
                *self._change(*each.change[:3], unit_of(name)),
                self._say(f"compare.{_told(each.same, each.apart)}"),
            )
            for other in found.others
            for name, each in found.of(other).items()
        )
        head = (
            *self._say_all("table.value", "table.measure", "workbook.name"),
            first,
            self._say("table.estimate"),
            self._say("table.change"),
            *self._say_all("workbook.low", "workbook.high", "workbook.unit", "table.verdict"),
        )
        return self._sheet("workbook.differences", head, rows)

    def _breakdown(self, breakdown: Breakdown, frames: Frames) -> Table:
        keys = [key.name for key in breakdown.keys]
        rows: list[tuple[Cell, ...]] = []
        for value in self._values:
            found = {
                number: frames.estimates(breakdown.name, number.name, keys, value)
                for number in breakdown.numbers
            }
            for places in next(iter(found.values()), {}):
                cells = [Quantity(of[places].mean, Unit(n.unit)) for n, of in found.items()]
                named = places if isinstance(places, tuple) else (places,)
                rows.append((*self._value(value), *map(_key, named), *cells))
        return Table((*self._value_head(), *breakdown.columns), tuple(rows))

    # ---- cells

    def _value(self, value: str) -> tuple[Cell, ...]:
        """The cell that says the varied value, where there is one."""
        return (self._called(value),) if value else ()

    def _value_head(self) -> tuple[str, ...]:
        return (self._say("table.value"),) if self._run.result else ()

    def _called(self, value: str) -> str:
        return _plain(self._formats.written(value))

    def _estimate(self, found: Interval, unit: Unit) -> tuple[Cell, ...]:
        return tuple(Quantity(number, unit) for number in found[:3])

    def _estimate_head(self) -> tuple[str, ...]:
        return self._say_all("table.estimate", "workbook.low", "workbook.high")

    def _change(self, mean: float, low: float, high: float, unit: Unit) -> tuple[Cell, ...]:
        of = in_difference(unit)
        return (*(Quantity(number, of) for number in (mean, low, high)), self._unit(of))

    def _unit(self, unit: Unit) -> str:
        """In what the numbers of a cell are; money is in toman."""
        match unit:
            case Unit.COUNT:
                return ""
            case Unit.SHARE:
                return self._formats.digits("%")
            case Unit.RIAL:
                return self._say("unit.toman")
            case _:
                return self._say(f"unit.{unit.value}")

    def _measure(self, name: str) -> str:
        return _plain(self._words.measure(name))

    def _state(self, sure: bool, passed: bool) -> str:
        return ("kept" if passed else "missed") if sure else "unsure"

    def _sheet(self, key: str, head: tuple[str, ...], rows: Rows) -> Sheet:
        return Sheet(self._say(key), (Table(head, rows),))

    def _say(self, key: str) -> str:
        return _plain(self._words(key))

    def _say_all(self, *keys: str) -> tuple[str, ...]:
        return tuple(map(self._say, keys))


def _told(same: bool, apart: bool) -> str:
    return "same" if same else "apart" if apart else "not_apart"


def _key(place: object) -> Cell:
    return place if isinstance(place, str) else Quantity(float(str(place)), Unit.COUNT)


def _plain(said: Markup | str) -> str:
    """Without markup, and with ordinary spaces."""
    from markupsafe import Markup

    return " ".join(Markup(said).striptags().split())
