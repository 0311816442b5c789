"""A tune's table of values: what each comes to, what choosing it costs, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.designs import values_of
from reports.formats import Formats, Unit, in_difference, in_order, unit_of
from reports.speaker import as_interval, with_capital
from reports.tables import DECISION, Column, shared_scale
from reports.thresholds import parse

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.intervals import Interval
    from reports.run_folder import TuneResult
    from reports.words import Words


@dataclass(frozen=True)
class DecisionRow:
    """What choosing one value means."""

    settings: tuple[Markup, ...]
    """One for every varied field."""
    marks: tuple[Markup, ...]
    cells: tuple[Markup, ...]
    """Of the columns of the head."""
    best: bool


class DecisionTable:
    """The table of one tune in one language."""

    def __init__(self, result: TuneResult, estimates: Estimates, words: Words) -> None:
        self._result = result
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._values = in_order(result.values)
        self._differences = {
            each.value: as_interval(each)
            for each in result.differences
            if each.value != result.best
        }

    def fields(self) -> list[Markup]:
        """The heads of the settings: the varied fields, or `Value` for a single one."""
        fields = self._result.parameters
        if len(fields) == 1:
            return [self._words("table.value")]
        return [with_capital(self._words.parameter_name(field)) for field in fields]

    def head(self) -> list[Column]:
        """The difference, the objectives and the other measures, with the unit of their cells."""
        names = self._measures()
        columns = [
            Column(self._words.measure(name), self._unit(unit_of(name), self._along(name)))
            for name in names
        ]
        if not self._result.front:
            unit = in_difference(unit_of(self._result.objective))
            label = self._words("table.difference")
            columns.insert(0, Column(label, self._unit(unit, list(self._differences.values()))))
        if self._result.selected:
            columns.append(Column(self._words("table.played")))
        return columns

    def rows(self) -> list[DecisionRow]:
        """One row per value, from small to large."""
        columns = [self._column(name) for name in self._measures()]
        if not self._result.front:
            columns.insert(0, self._difference_column())
        if self._result.selected:
            counts = self._result.replications
            columns.append([self._formats.count(counts[value]) for value in self._values])
        return [
            DecisionRow(
                settings=tuple(map(self._formats.written, values_of(value))),
                marks=self._marks(value),
                cells=tuple(cells),
                best=value == self._result.best and not self._result.front,
            )
            for value, *cells in zip(self._values, *columns, strict=True)
        ]

    def _measures(self) -> list[str]:
        result = self._result
        limits = (parse(each.rule).measure for each in result.standings)
        wanted = (result.objective, *result.objectives, *limits, *DECISION, self._estimates.wait)
        return [name for name in dict.fromkeys(wanted) if self._estimates.has(name)]

    def _difference_column(self) -> list[Markup]:
        unit = in_difference(unit_of(self._result.objective))
        scale = shared_scale(self._formats, unit, self._differences.values())
        return [
            self._formats.estimate(self._differences[value], unit, scale, False, signed=True)
            if value in self._differences
            else Markup("—")
            for value in self._values
        ]

    def _column(self, name: str) -> list[Markup]:
        unit, found = unit_of(name), self._along(name)
        scale = shared_scale(self._formats, unit, found)
        return [self._formats.estimate(i, unit, scale, unit is Unit.SHARE) for i in found]

    def _along(self, name: str) -> list[Interval]:
        """A measure at every value."""
        return [self._estimates.at(value)[name] for value in self._values]

    def _unit(self, unit: Unit, found: Sequence[Interval]) -> str:
        return "" if unit is Unit.SHARE else shared_scale(self._formats, unit, found).word

    def _marks(self, value: str) -> tuple[Markup, ...]:
        result = self._result
        states = {each.state for each in result.standings if each.value == value}
        same = any(each.same for each in result.differences if each.value == value)
        alike = value in result.indistinguishable and not result.front
        marks = {
            "mark.best": value == result.best and not result.front,
            "mark.misses": "missed" in states,
            "mark.may_miss": "doubt" in states and "missed" not in states,
            "mark.same": alike and same,
            "mark.alike": alike and not same,
        }
        said = [self._words(key) for key, holds in marks.items() if holds]
        said += self._place(value)
        if value == result.current:
            said.append(self._words("mark.current"))
        return tuple(said)

    def _place(self, value: str) -> list[Markup]:
        """Where it stands by several objectives."""
        place = next((each for each in self._result.front if each.value == value), None)
        if place is None:
            return []
        if place.state == "dominated":
            return [self._words("mark.dominated", by=self._formats.written(str(place.by)))]
        return [self._words("mark.front" if place.state == "front" else "mark.front_doubt")]
