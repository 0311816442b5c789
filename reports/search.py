"""What a search says: how many designs it tried, where the good ones lie, and every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.charts import Chart
from reports.designs import values_of
from reports.figures import BLUE, GREEN, VERMILLION
from reports.formats import Formats, numbers_in, unit_of
from reports.intervals import Interval
from reports.speaker import with_capital
from reports.tables import Column, shared_scale
from reports.thresholds import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.run_folder import TuneResult
    from reports.tuned import Searched, Tried
    from reports.words import Words


@dataclass(frozen=True)
class TriedRow:
    """One design, and what it came to in the search."""

    settings: tuple[Markup, ...]
    marks: tuple[Markup, ...]
    cells: tuple[Markup, ...]
    finalist: bool


def what_was_tried(result: TuneResult, searched: Searched, words: Words) -> Markup:
    """The sentence that says what `best` means after a search."""
    formats = Formats(words)
    return words(
        "search.tried",
        tried=formats.count(len(searched.tried)),
        proposals=formats.count(searched.proposals),
        few=formats.count(searched.replications),
        finalists=formats.count(len(result.values)),
    )


class SearchTables:
    """The chapter of one search in one language."""

    def __init__(self, result: TuneResult, searched: Searched, words: Words) -> None:
        self._result = result
        self._searched = searched
        self._words = words
        self._formats = Formats(words)
        self._ranked = _ranked(searched.tried, result.goal)
        self._limits = [parse(text) for text in searched.tried[0].limits]

    def note(self) -> Markup:
        """What the search did."""
        return what_was_tried(self._result, self._searched, self._words)

    def heading(self) -> Markup:
        """Of the table of all designs."""
        return self._words("search.all", count=self._formats.count(len(self._ranked)))

    def fields(self) -> list[Markup]:
        """The heads of the settings."""
        return [with_capital(self._words.parameter_name(f)) for f in self._result.parameters]

    def head(self) -> list[Column]:
        """The objective and the measures of the limits, with the unit of their cells."""
        columns = []
        for name, found in self._columns():
            scale = shared_scale(self._formats, unit_of(name), found)
            columns.append(Column(self._words.measure(name), scale.word))
        return columns

    def rows(self) -> list[TriedRow]:
        """One row per design, the best by the search first."""
        columns = []
        for name, found in self._columns():
            unit = unit_of(name)
            scale = shared_scale(self._formats, unit, found)
            columns.append([self._formats.estimate(each, unit, scale, False) for each in found])
        return [
            TriedRow(
                settings=tuple(map(self._formats.written, values_of(each.value))),
                marks=self._marks(each),
                cells=tuple(cells),
                finalist=each.finalist,
            )
            for each, *cells in zip(self._ranked, *columns, strict=True)
        ]

    def charts(self) -> list[Chart]:
        """The objective of every design against each field that has numbers."""
        charts = []
        for place, field in enumerate(self._result.parameters):
            values = [values_of(each.value)[place] for each in self._ranked]
            found = numbers_in(values)
            if found:
                unit, numbers = found
                scale = self._formats.scale(unit, numbers)
                axis = Markup(self._words.parameter_name(field).striptags())
                if f"parameter.{field}" in self._words:  # a path keeps its small letters
                    axis = with_capital(axis)
                label = self._formats.for_figure(f"{axis} ({scale.word})" if scale.word else axis)
                along = [number / scale.divisor for number in numbers]
                charts.append(self._chart(field, along, label, self._formats.tick(scale)))
        return charts

    def _chart(
        self, field: str, along: Sequence[float], axis: str, tick: figures.TickText
    ) -> Chart:
        name = self._result.objective
        scale = self._formats.scale(unit_of(name), [each.mean for each in self._ranked])
        measure = str(self._words.measure(name).striptags())
        title = self._words(
            "search.against",
            objective=self._words.measure(name),
            field=self._words.parameter_name(field),
        )
        points = [
            figures.Point(x, each.mean / scale.divisor, 0, 0, self._colour(each), each.finalist)
            for x, each in reversed(list(zip(along, self._ranked, strict=True)))
        ]  # the best last, on top of the others
        svg = figures.scatter(
            points,
            axis,
            self._formats.for_figure(f"{measure} ({scale.word})" if scale.word else measure),
            tick,
            self._formats.tick(scale),
            name=f"search-{field.replace('.', '-')}",
            alt=title.striptags(),
        )
        key = "search.caption_limits" if self._limits else "search.caption"
        return Chart(title, Markup(""), svg, self._words(key))

    def _colour(self, each: Tried) -> str:
        if each.value == self._result.best:
            return GREEN
        return BLUE if each.keeps else VERMILLION

    def _columns(self) -> list[tuple[str, list[Interval]]]:
        """Measure -> its figures along the ranked designs; of a limit the means alone."""
        nothing = float("nan")
        count = self._searched.replications
        columns = [
            (
                self._result.objective,
                [
                    Interval(e.mean, e.low, e.high, (e.high - e.low) / 2, count)
                    for e in self._ranked
                ],
            )
        ]
        for rule in self._limits:
            means = [
                Interval(e.limits[rule.text], nothing, nothing, nothing, count)
                for e in self._ranked
            ]
            columns.append((rule.measure, means))
        return columns

    def _marks(self, each: Tried) -> tuple[Markup, ...]:
        marks = {
            "mark.best": each.value == self._result.best,
            "search.finalist": each.finalist,
            "mark.misses": not each.keeps,
        }
        return tuple(self._words(key) for key, holds in marks.items() if holds)


def _ranked(tried: Sequence[Tried], goal: str) -> list[Tried]:
    """Finalists first, then what keeps every limit, each by the objective."""
    sign = -1 if goal == "max" else 1
    return sorted(tried, key=lambda each: (not each.finalist, not each.keeps, sign * each.mean))
