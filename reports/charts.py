"""Which figures a report shows, with their legends and captions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.captions import Captions
from reports.figures import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION, YELLOW
from reports.formats import Formats, Scale, Unit, in_order, is_ordered, unit_of
from reports.intervals import Interval

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult
    from reports.words import Words

# What the timeout drives comes first in a bar, next to the axis, where lengths compare best.
ABANDONED = {
    "carts_abandoned_reservation_expired": VERMILLION,
    "carts_abandoned_out_of_stock": ORANGE,
    "carts_abandoned_no_answer": PURPLE,
    "carts_abandoned_payment_failed": BLUE,
    "carts_abandoned_gave_up_paying": SKY,
    "carts_abandoned_checkout_steps": GREEN,
    "carts_abandoned_forced_registration": YELLOW,
    "carts_abandoned_slow_site": "#882255",
    "carts_abandoned_price_changed": "#44AA99",
    "carts_abandoned_delivery_promise": "#332288",
    "carts_abandoned_not_ready": GREY,
}
STOCKOUTS = {
    "stockouts_in_carts": ORANGE,
    "stockouts_unpaid": VERMILLION,
    "stockouts_suspended": PURPLE,
    "stockouts_gone": GREY,
}
DAY = ("stockouts", "support_contacts", "support_backlog_mean")
_LOOKS = ((BLUE, "-", "line"), (VERMILLION, "--", "dashes"), (GREEN, ":", "dots"))
"""Colour, dashes and the legend's shape of the first, second and third curve of a chart."""
_UNKNOWN = INK
_NOT_FROM_ZERO = ("profit_rial", "revenue_rial", "orders_paid", "fill_rate", "conversion_rate")


@dataclass(frozen=True)
class Key:
    """An entry of a legend: `shape` is line, dashes, dots, band or box."""

    label: Markup
    colour: str
    shape: str


@dataclass(frozen=True)
class Chart:
    """A drawing with its title, the unit of its axis, its legend and its caption."""

    title: Markup
    unit: Markup
    svg: Markup
    caption: Markup
    legend: tuple[Key, ...] = ()


class Charts:
    """Draws the figures of one run in one language."""

    def __init__(self, run: Run, estimates: Estimates, words: Words) -> None:
        self._run = run
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._captions = Captions(run, estimates, words)
        self._values = in_order(run.values)

    @property
    def _tuned(self) -> TuneResult:
        """The result, in charts that only a tune has."""
        assert self._run.tuned is not None
        return self._run.tuned

    # ---- the trade-off: measures against the varied parameter

    def trade_off(self) -> list[Chart]:
        """One chart for the objective and for each measure that pulls at the decision."""
        objective = self._tuned.objective
        beside = [
            ("orders_paid",),
            ("carts_abandoned_reservation_expired",),
            ("stockouts", "phantom_stockouts"),
            (self._estimates.wait,),
            ("support_backlog_peak",),
        ]
        happens = self._estimates.happens
        groups = [[m for m in group if m != objective and happens(m)] for group in beside]
        return [self._against_parameter(group) for group in ([objective], *groups) if group]

    def trade_off_legend(self) -> tuple[Key, ...]:
        """What the lines of every chart of the trade-off mean."""
        words, formats, result = self._words, self._formats, self._tuned
        keys = [Key(words("legend.best", value=formats.written(result.best)), GREEN, "line")]
        if result.current not in (None, result.best):
            current = formats.written(str(result.current))
            keys.append(Key(words("legend.current", value=current), INK, "dots"))
        if self._run.manifest.replications > 1:
            level = formats.probability(self._run.manifest.level)
            keys.append(Key(words("legend.band", level=level), BLUE, "band"))
        return tuple(keys)

    def _against_parameter(self, measures: Sequence[str]) -> Chart:
        looks = dict(zip(measures, _LOOKS, strict=False))
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
            self._parameter_axis(),
            self._formats.tick(scale),
            name=f"trade-off-{measures[0]}",
            alt=caption.striptags(),
            from_zero=from_zero,
            positions=self._marked(),
        )
        keys = [Key(self._words.measure(m), look[0], look[2]) for m, look in looks.items()]
        return Chart(
            title=self._words.measure(measures[0]),
            unit=self._axis_unit(scale, from_zero),
            svg=svg,
            caption=caption,
            legend=tuple(keys) if len(keys) > 1 else (),
        )

    def _marked(self) -> list[figures.Position]:
        result = self._tuned
        marked = [figures.Position(self._values.index(result.best), GREEN, "-")]
        if result.current in self._values and result.current != result.best:
            marked.append(figures.Position(self._values.index(str(result.current)), INK, ":"))
        return marked

    def _parameter_axis(self) -> str:
        name = self._words.parameter_name(str(self._run.manifest.parameter)).striptags()
        unit = self._formats.common_unit(self._values)
        name = name[:1].upper() + name[1:]
        return self._formats.for_figure(f"{name} ({unit})" if unit else name)

    # ---- parts of a whole: why carts were abandoned, why stock was refused

    def breakdowns(self) -> list[Chart]:
        """Abandoned carts by reason and stockouts by why, where there are any."""
        charts = []
        for whole, colours in (("carts_abandoned", ABANDONED), ("stockouts", STOCKOUTS)):
            parts = self._parts(whole, colours)
            if parts:
                charts.append(self._breakdown(whole, parts))
        return charts

    def _parts(self, whole: str, colours: dict[str, str]) -> dict[str, str]:
        """The parts that happened at all, with their colours; known ones first."""
        named = [m for m in self._run.measure_names if m.startswith(f"{whole}_")]
        unknown = dict.fromkeys((m for m in named if m not in colours), _UNKNOWN)
        return {
            m: colour
            for m, colour in (colours | unknown).items()
            if m in named and any(self._estimates.at(v)[m].mean > 0 for v in self._values)
        }

    def _breakdown(self, whole: str, parts: dict[str, str]) -> Chart:
        drawn = self._stacked(parts) if self._run.result else self._side_by_side(parts)
        largest = max(sum(sizes) for sizes in zip(*(s.sizes for s in drawn.stacks), strict=True))
        scale = self._formats.scale(Unit.COUNT, [largest])
        caption = self._captions.parts(whole, list(parts))
        svg = figures.bars(
            drawn,
            self._formats.for_figure(self._words.measure(whole).striptags()),
            self._formats.tick(scale),
            name=f"parts-{whole}",
            alt=caption.striptags(),
            right_to_left=self._words.right_to_left,
        )
        keys = [Key(self._words.part(m), colour, "box") for m, colour in parts.items()]
        return Chart(
            title=self._words(f"breakdown.{whole}"),
            unit=self._axis_unit(scale, from_zero=True),
            svg=svg,
            caption=caption,
            legend=tuple(keys) if self._run.result else (),
        )

    def _stacked(self, parts: dict[str, str]) -> figures.Bars:
        """One bar per value, of all parts."""
        stacks = [
            figures.Stack([self._estimates.at(v)[m].mean for v in self._values], colour)
            for m, colour in parts.items()
        ]
        return figures.Bars([self._formats.category(v) for v in self._values], stacks)

    def _side_by_side(self, parts: dict[str, str]) -> figures.Bars:
        """One bar per part, the longest first, with its interval."""
        at = self._estimates.at("")
        order = sorted(parts, key=lambda m: -at[m].mean)
        return figures.Bars(
            [self._formats.for_figure(self._words.part(m).striptags()) for m in order],
            [figures.Stack([at[m].mean for m in order], [parts[m] for m in order])],
            whiskers=[at[m].half_width for m in order],
        )

    # ---- the day, hour by hour

    def day(self) -> list[Chart]:
        """What happens by local hour of day: for a tune at the best value and at the extremes."""
        return [chart for column in DAY if (chart := self._by_hour(column))]

    def day_legend(self) -> tuple[Key, ...]:
        """Which line is which value; empty for `simulate`."""
        if not self._run.result:
            return ()
        return tuple(
            Key(self._formats.written(value), colour, shape)
            for value, (colour, _, shape) in self._shown().items()
        )

    def _shown(self) -> dict[str, tuple[str, str, str]]:
        """Values with their looks: the best (or only) one first, then the two extremes."""
        result = self._run.result
        values = [result.best, self._values[0], self._values[-1]] if result else [""]
        return dict(zip(dict.fromkeys(values), _LOOKS, strict=False))

    def _by_hour(self, column: str) -> Chart | None:
        looks = self._shown()
        by_value = {value: self._estimates.by_hour(column, value) for value in looks}
        means = [i.mean for points in by_value.values() for i in points if not math.isnan(i.mean)]
        if not any(means):
            return None
        scale = self._formats.scale(Unit.COUNT, means)
        caption = self._captions.hours(by_value)
        svg = figures.curves(
            [
                figures.Line(by_value[value], colour, dashes, marker="")
                for value, (colour, dashes, _) in looks.items()
            ],
            {hour: self._formats.digits(str(hour)) for hour in range(0, 24, 3)},
            self._formats.for_figure(self._words("axis.hour").striptags()),
            self._formats.tick(scale),
            name=f"day-{column}",
            alt=caption.striptags(),
            from_zero=True,
        )
        return Chart(self._words(f"day.{column}"), Markup(""), svg, caption)

    def _axis_unit(self, scale: Scale, from_zero: bool) -> Markup:
        notes = [Markup("{}").format(scale.word)] if scale.word else []
        if not from_zero:
            notes.append(self._words("axis.not_from_zero"))
        return self._words("list.comma").join(notes)


def _scaled(intervals: Iterable[Interval], scale: Scale) -> list[Interval]:
    return [
        Interval(i.mean / scale.divisor, i.low / scale.divisor, i.high / scale.divisor,
                 i.half_width / scale.divisor, i.n)
        for i in intervals
    ]  # fmt: skip
