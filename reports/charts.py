"""Which figures a report shows, with their legends and captions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures, run_folder
from reports.captions import Captions
from reports.download import Download
from reports.figures import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILLION, YELLOW
from reports.formats import Formats, Unit, in_order

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run
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
    "carts_abandoned_price_changed": "#443300",
    "carts_abandoned_delivery_promise": "#332288",
    "carts_abandoned_not_ready": GREY,
}
STOCKOUTS = {
    "stockouts_in_carts": ORANGE,
    "stockouts_unpaid": VERMILLION,
    "stockouts_suspended": PURPLE,
    "stockouts_gone": GREY,
}
COLOURS = {"carts_abandoned": ABANDONED, "stockouts": STOCKOUTS}
LOOKS = ((BLUE, "-", "line"), (VERMILLION, "--", "dashes"), (GREEN, ":", "dots"))
"""Colour, dashes and the legend's shape of the first, second and third curve of a chart."""
_UNKNOWN = INK
ESTIMATES = "estimates.csv"
"""The file of all measures with their intervals."""


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
    data: Download | None = None
    """What was drawn, to be saved."""
    wide: bool = False
    """Over the whole width of the page."""
    measures: tuple[str, ...] = ()
    """Of a figure that follows the planner's slider: what it shows."""
    kept: str = ""
    """Without `data` of its own: the file among the page's that has what was drawn."""


class Charts:
    """Draws the figures of one run in one language."""

    def __init__(self, run: Run, estimates: Estimates, words: Words) -> None:
        self._run = run
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._captions = Captions(run, estimates, words)
        self._values = in_order(run.values)

    # ---- parts of a whole: why carts were abandoned, why stock was refused

    def parts(self, whole: str) -> list[Chart]:
        """A measure's parts, `carts_abandoned` or `stockouts`; nothing where there are none."""
        parts = self._parts(whole, COLOURS[whole])
        return [self._breakdown(whole, parts)] if parts else []

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
            unit=Markup("{}").format(scale.word),
            svg=svg,
            caption=caption,
            legend=tuple(keys) if self._run.result else (),
            kept=ESTIMATES,
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

    def looks(self) -> dict[str, tuple[str, str, str]]:
        """Values with their looks: the best (or only) one first, then the two extremes."""
        result = self._run.result
        values = [result.best, self._values[0], self._values[-1]] if result else [""]
        return dict(zip(dict.fromkeys(values), LOOKS, strict=False))

    def values_legend(self) -> tuple[Key, ...]:
        """Which line is which value; empty for `simulate`."""
        if not self._run.result:
            return ()
        return tuple(
            Key(self._formats.written(value), colour, shape)
            for value, (colour, _, shape) in self.looks().items()
        )

    def by_hour(self, column: str) -> list[Chart]:
        """A column of hours.csv by local hour of day, at the values of `looks`; nothing where it
        never happens."""
        looks = self.looks()
        by_value = {value: self._estimates.by_hour(column, value) for value in looks}
        means = [i.mean for points in by_value.values() for i in points if not math.isnan(i.mean)]
        if not any(means):
            return []
        scale = self._formats.scale(Unit.COUNT, means)
        bands = [self._words("day.bands")] if self._run.manifest.replications > 1 else []
        said = [self._captions.hours(by_value), self._words("day.note"), *bands]
        caption = Markup(" ").join(said)
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
            size=figures.HALF,
        )
        legend = self.values_legend()
        title = self._words(f"day.{column}")
        return [Chart(title, Markup(""), svg, caption, legend, kept=run_folder.HOURS)]
