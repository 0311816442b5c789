"""A tune's figures: measures against what was varied, and objectives against each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.captions import Captions
from reports.charts import LOOKS, Chart, Key
from reports.designs import axes_of, values_of
from reports.figures import BLUE, GREEN, INK
from reports.formats import Formats, Scale, in_order, is_ordered, unit_of
from reports.intervals import Interval
from reports.speaker import with_capital

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult
    from reports.words import Words

_NOT_FROM_ZERO = ("profit_rial", "revenue_rial", "orders_paid", "fill_rate", "conversion_rate")


class TradeOff:
    """Draws the figures of one tune in one language."""

    def __init__(self, run: Run, result: TuneResult, estimates: Estimates, words: Words) -> None:
        self._run = run
        self._result = result
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._captions = Captions(run, estimates, words)
        self._values = in_order(run.values)

    def charts(self) -> list[Chart]:
        """The objectives and each measure that pulls at the decision, against what was varied.

        Curves over one field, heat maps over two; more are in the table alone.
        """
        fields = len(self._result.parameters)
        if fields == 1:
            return [self._against_parameter(group) for group in self._groups()]
        if fields == 2:
            return [self._heat_map(name) for group in self._groups() for name in group]
        return []

    def legend(self) -> tuple[Key, ...]:
        """What the marks of every one of these charts mean."""
        words, formats, result = self._words, self._formats, self._result
        curves = len(result.parameters) == 1
        shape = "line" if curves else "box"
        chosen = "legend.shown" if result.front else "legend.best"
        keys = [Key(words(chosen, value=formats.written(result.best)), GREEN, shape)]
        if result.current not in (None, result.best):
            current = formats.written(str(result.current))
            keys.append(
                Key(words("legend.current", value=current), INK, "dots" if curves else "box")
            )
        if self._run.manifest.replications > 1 and curves:
            level = formats.probability(self._run.manifest.level)
            keys.append(Key(words("legend.band", level=level), BLUE, "band"))
        return tuple(keys)

    def _groups(self) -> list[list[str]]:
        """Measures that share a chart; those that never happen are left out."""
        objectives = self._result.objectives or (self._result.objective,)
        beside = [
            ("orders_paid",),
            ("carts_abandoned_reservation_expired",),
            ("stockouts", "phantom_stockouts"),
            (self._estimates.wait,),
            ("support_backlog_peak",),
        ]
        happens = self._estimates.happens
        groups = [[m for m in group if m not in objectives and happens(m)] for group in beside]
        return [*([name] for name in objectives), *filter(None, groups)]

    # ---- one field

    def _against_parameter(self, measures: Sequence[str]) -> Chart:
        looks = dict(zip(measures, LOOKS, strict=False))
        intervals = {m: [self._estimates.at(v)[m] for v in self._values] for m in measures}
        means = [i.mean for m in measures for i in intervals[m]]
        scale = self._formats.scale(unit_of(measures[0]), means)
        caption = Markup(" ").join(self._captions.extremes(m) for m in measures)
        from_zero = measures[0] not in _NOT_FROM_ZERO
        joined = is_ordered(self._values)  # between two words there is nothing
        svg = figures.curves(
            [
                figures.Line(_scaled(intervals[m], scale), colour, dashes, joined=joined)
                for m, (colour, dashes, _) in looks.items()
            ],
            dict(enumerate(self._formats.categories(self._values))),
            self._axis(self._result.parameter, self._values),
            self._formats.tick(scale),
            name=f"trade-off-{measures[0]}",
            alt=caption.striptags(),
            from_zero=from_zero,
            positions=self._marked(),
            followed=True,
        )
        keys = [Key(self._words.measure(m), look[0], look[2]) for m, look in looks.items()]
        return Chart(
            title=self._words.measure(measures[0]),
            unit=self._axis_unit(scale, from_zero),
            svg=svg,
            caption=caption,
            legend=tuple(keys) if len(keys) > 1 else (),
            measures=tuple(measures),
        )

    def _marked(self) -> list[figures.Position]:
        result = self._result
        marked = [figures.Position(self._values.index(result.best), GREEN, "-")]
        if result.current in self._values and result.current != result.best:
            marked.append(figures.Position(self._values.index(str(result.current)), INK, ":"))
        return marked

    def _axis(self, field: str, values: Sequence[str]) -> str:
        name = Markup(self._words.parameter_name(field).striptags())
        unit = self._formats.common_unit(values)
        if f"parameter.{field}" in self._words:  # a path keeps its small letters
            name = with_capital(name)
        return self._formats.for_figure(f"{name} ({unit})" if unit else name)

    def _axis_unit(self, scale: Scale, from_zero: bool) -> Markup:
        notes = [Markup("{}").format(scale.word)] if scale.word else []
        if not from_zero:
            notes.append(self._words("axis.not_from_zero"))
        return self._words("list.comma").join(notes)

    # ---- two fields

    def _heat_map(self, measure: str) -> Chart:
        """The first field upwards, the second one along."""
        rows, columns = (in_order(values) for values in axes_of(self._result.values))
        at = {values_of(design): design for design in self._result.values}
        found = [[self._estimates.at(at[r, c])[measure].mean for c in columns] for r in rows]
        scale = self._formats.scale(unit_of(measure), [mean for row in found for mean in row])
        numbers = [[mean / scale.divisor for mean in row] for row in found]
        decimals = _decimals(number for row in numbers for number in row)
        marked = [self._result.best, *([self._result.current] if self._result.current else [])]
        places = [values_of(design) for design in dict.fromkeys(marked)]
        caption = self._captions.extremes(measure)
        grid = figures.Grid(
            columns=self._formats.categories(columns),
            rows=self._formats.categories(rows),
            numbers=numbers,
            texts=[[self._cell(number, decimals) for number in row] for row in numbers],
            marked=[
                (rows.index(r), columns.index(c), colour)
                for (r, c), colour in zip(places, (GREEN, INK), strict=False)
            ],
            designs=[[self._values.index(at[r, c]) for c in columns] for r in rows],
        )
        down, along = self._result.parameters
        svg = figures.heat_map(
            grid,
            self._axis(along, columns),
            self._axis(down, rows),
            name=f"trade-off-{measure}",
            alt=caption.striptags(),
        )
        unit = Markup("{}").format(scale.word)
        return Chart(self._words.measure(measure), unit, svg, caption, measures=(measure,))

    def _cell(self, number: float, decimals: int) -> str:
        return "" if math.isnan(number) else self._formats.number(number, decimals)

    # ---- several objectives

    def fronts(self) -> list[Chart]:
        """The first objective against each of the others."""
        first, *others = self._result.objectives
        return [self._front(first, other) for other in others]

    def _front(self, first: str, second: str) -> Chart:
        scales = {
            name: self._formats.scale(
                unit_of(name), [self._estimates.at(v)[name].mean for v in self._values]
            )
            for name in (first, second)
        }
        states = {place.value: place.state for place in self._result.front}
        points = []
        for value in self._values:
            (x, y) = (
                _scaled([self._estimates.at(value)[name]], scales[name])[0]
                for name in (first, second)
            )
            on_front = states.get(value) == "front"
            points.append(
                figures.Point(
                    x.mean, y.mean, x.half_width, y.half_width, BLUE if on_front else "#8a95a0",
                    on_front, self._formats.category(value) if on_front else "",
                )
            )  # fmt: skip
        title = self._words(
            "front.against",
            first=self._words.measure(first),
            second=self._words.measure(second),
        )
        svg = figures.scatter(
            points,
            self._measure_axis(first, scales[first]),
            self._measure_axis(second, scales[second]),
            self._formats.tick(scales[first]),
            self._formats.tick(scales[second]),
            name=f"front-{second}",
            alt=title.striptags(),
        )
        return Chart(title, Markup(""), svg, self._words("front.caption"))

    def _measure_axis(self, name: str, scale: Scale) -> str:
        label = str(self._words.measure(name).striptags())
        return self._formats.for_figure(f"{label} ({scale.word})" if scale.word else label)


def _scaled(intervals: Iterable[Interval], scale: Scale) -> list[Interval]:
    return [
        Interval(i.mean / scale.divisor, i.low / scale.divisor, i.high / scale.divisor,
                 i.half_width / scale.divisor, i.n)
        for i in intervals
    ]  # fmt: skip


def _decimals(numbers: Iterable[float]) -> int:
    """Places for three digits of the largest."""
    largest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    return max(0, 2 - math.floor(math.log10(largest))) if largest else 0
