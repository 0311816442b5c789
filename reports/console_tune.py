"""A tune's table on the terminal: a row for every value, what it comes to, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reports.designs import values_of
from reports.formats import Formats, in_difference, in_order, unit_of
from reports.speaker import as_interval
from reports.thresholds import parse

if TYPE_CHECKING:
    from markupsafe import Markup

    from reports.estimates import Estimates
    from reports.intervals import Interval
    from reports.run_folder import TuneResult

BESIDE = ("stockouts", "phantom_stockouts", "carts_abandoned")
"""Counts that stand beside the objective."""
_OF_PLACE = {"front": "*", "doubt": "~", "dominated": ""}


class Curve:
    """The rows of one tune: two of heads, then one for every value.

    Marks: `>` the best value, `~` not told apart from it, `=` the same in every replication, `✗`
    misses a limit, `?` in doubt about a limit; of several objectives, `*` on the front and `~`
    perhaps on it.
    """

    def __init__(self, result: TuneResult, estimates: Estimates, formats: Formats) -> None:
        self._result = result
        self._estimates = estimates
        self._formats = formats
        self._values = in_order(result.values)

    def rows(self) -> Iterator[Sequence[str]]:
        """Every row has the same number of cells."""
        columns = [self._marks(), *self._settings(), *self._objectives()]
        if not self._result.front:
            columns.append(self._differences())
        columns += self._limits()
        if self._result.selected:
            counts = self._result.replications
            columns.append(["", "played", *(f"{counts[value]}" for value in self._values)])
        columns += self._counts()
        return iter(list(zip(*columns, strict=True)))

    def _marks(self) -> list[str]:
        return ["", "", *map(self._mark, self._values)]

    def _mark(self, value: str) -> str:
        result = self._result
        limits = [each for each in result.standings if each.value == value]
        if any(each.state == "missed" for each in limits):
            return "✗"
        if result.front:
            found = next((each for each in result.front if each.value == value), None)
            return _OF_PLACE[found.state] if found else "✗"
        if value == result.best:
            return ">"
        if any(each.state == "doubt" for each in limits):
            return "?"
        if any(each.same for each in result.differences if each.value == value):
            return "="
        return "~" if value in result.indistinguishable else ""

    def _settings(self) -> list[list[str]]:
        """A column for every varied field."""
        fields = self._result.parameters
        if len(fields) == 1:
            return [[fields[0], "", *self._values]]
        columns = zip(*map(values_of, self._values), strict=True)
        return [
            [*_two_lines(field, "."), *column]
            for field, column in zip(fields, columns, strict=True)
        ]

    def _objectives(self) -> list[list[str]]:
        return [self._means(name) for name in self._result.objectives or (self._result.objective,)]

    def _means(self, name: str) -> list[str]:
        unit = unit_of(name)
        found = [self._estimates.at(value)[name] for value in self._values]
        scale = self._formats.scale(unit, [each.mean for each in found])
        shown = [plain(self._formats.estimate(each, unit, scale, False)) for each in found]
        return [name, scale.word, *shown]

    def _differences(self) -> list[str]:
        """To the best value, in the scale of the objective."""
        name = self._result.objective
        unit = in_difference(unit_of(name))
        means = [self._estimates.at(value)[name].mean for value in self._values]
        scale = self._formats.scale(unit, means)
        found: dict[str, Interval] = {
            each.value: as_interval(each) for each in self._result.differences
        }
        shown = [
            plain(self._formats.estimate(found[value], unit, scale, False, signed=True))
            if value in found
            else ""
            for value in self._values
        ]
        return ["difference", scale.word, *shown]

    def _limits(self) -> list[list[str]]:
        """What the limits are about, where it is not the objective."""
        names = [parse(each.rule).measure for each in self._result.standings]
        shown = (self._result.objective, *self._result.objectives)
        return [self._means(name) for name in dict.fromkeys(names) if name not in shown]

    def _counts(self) -> list[list[str]]:
        names = [
            name
            for name in BESIDE
            if name not in (self._result.objective, *self._result.objectives)
            and self._estimates.has(name)
        ]
        return [
            [
                *_two_lines(name, "_"),
                *(f"{round(self._estimates.at(value)[name].mean):,}" for value in self._values),
            ]
            for name in names
        ]


def _two_lines(name: str, at: str) -> tuple[str, str]:
    """`phantom_` over `stockouts`, so that a column is no wider than its numbers need."""
    if at == ".":
        head, dot, rest = name.rpartition(at)
        return head + dot, rest
    head, mark, rest = name.partition(at)
    return head + mark, rest


def plain(markup: Markup) -> str:
    """Text without tags, and with ordinary spaces."""
    return " ".join(markup.striptags().split())
