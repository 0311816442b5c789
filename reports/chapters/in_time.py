"""Figures over the time of a season: its moments, its closed days, and what is said of them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures_in_time
from reports.breakdowns.pieces import HOURLY, day_edges, edges_of
from reports.chapters.page import UNKNOWN
from reports.charts import Chart, Key
from reports.download import Download
from reports.figures import FAINT
from reports.figures_in_time import Layer, Path, TimeAxis
from reports.formats import Unit
from reports.intervals import Interval, in_units
from scenarios.calendar import Calendar
from scenarios.window import as_played

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from scenarios.market import Season

_TICKS = {True: 8, False: 4}
"""At most so many marks along a wide axis, and along another."""
_STEPS = (1, 2, 3, 4, 7, 14, 28, 56)
"""Days from one mark of the axis to the next."""
_LOOKS = {"-": "line", "--": "dashes", ":": "dots"}
DAY = 86400.0


@dataclass(frozen=True)
class Series:
    """What is drawn as one curve or one layer: an interval for every piece, by its begin."""

    label: Markup
    colour: str
    points: Mapping[float, Interval]
    dashes: str = "-"
    in_steps: bool = False
    """What adds up over a piece; else a level or a mean."""


class InTime:
    """Draws what a run's breakdowns tell piece by piece, or day by day.

    Pieces that a breakdown does not know are NaN on a curve and nothing in a stack.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    @cached_property
    def season(self) -> Season:
        """The season that was played."""
        return as_played(self._page.scenario).season

    @cached_property
    def calendar(self) -> Calendar:
        """Its calendar."""
        return Calendar(self.season)

    @property
    def by_hour(self) -> bool:
        """Whether pieces are hours; else they are days."""
        return self.season.end <= HOURLY

    @cached_property
    def pieces(self) -> list[float]:
        """Where the pieces begin, and the end of the last, in seconds since the start."""
        return [float(edge) for edge in edges_of(self.season)]

    def days(self, count: int) -> list[float]:
        """Where so many local days begin, and the end of the last."""
        edges = day_edges(self.season, max(self.season.end, 1.0))
        first = self.season.start.date()
        later = (
            self.calendar.seconds(dt.datetime.combine(first + dt.timedelta(days=day), dt.time()))
            for day in range(1, count + 1)
        )
        return [float(edges[0]), *later]

    # ---- how a moment is said

    def when(self, seconds: float) -> Markup:
        """The day, or the day and the hour, in which a piece begins."""
        moment = self.calendar.moment(seconds)
        day = self._page.formats.day(moment.date())
        if not self.by_hour:
            return Markup("{}").format(day)
        clock = self._page.formats.clock(moment.hour)
        return self._page.words("moment", day=day, clock=clock)

    def day_of(self, day: int) -> dt.date:
        """The date of a day by its number from 0."""
        return self.season.start.date() + dt.timedelta(days=day)

    def date(self, day: int) -> Markup:
        """A day by its number from 0."""
        return Markup("{}").format(self._page.formats.day(self.day_of(day)))

    def _short(self, day: int) -> str:
        """The same along an axis."""
        formats = self._page.formats
        return formats.for_figure(formats.day_of_month(self.day_of(day)))

    def is_open(self, day: int) -> bool:
        """Whether business is done on a day, by its number from 0."""
        return self.calendar.is_business_day(self.day_of(day))

    def occasion(self, day: int) -> Markup:
        """Why no business is done on a day: its holiday, or the weekend; empty otherwise."""
        date = self.day_of(day)
        name = self.calendar.holiday_name(date, "fa" if self._page.words.language == "fa" else "en")
        if name:
            return Markup("<bdi>{}</bdi>").format(name)
        return Markup("") if self.is_open(day) else self._page.text("weekend")

    # ---- figures

    def curves(
        self,
        name: str,
        title: Markup,
        unit: Unit,
        series: Sequence[Series],
        caption: Markup,
        *,
        edges: Sequence[float] | None = None,
        wide: bool = False,
        data: Download | None = None,
    ) -> Chart:
        """Curves with bands, over the pieces between `edges` (else those of the season)."""
        edges = self.pieces if edges is None else edges
        points = {each.label: self._along(each, edges, UNKNOWN) for each in series}
        scale = self._page.formats.scale(unit, [p.mean for all_ in points.values() for p in all_])
        # No share is above the whole, whatever its interval says.
        most = max((p.mean for of in points.values() for p in of if p.n), default=0.0)
        top = max(most, 1.0) / scale.divisor if unit is Unit.SHARE else math.inf
        svg = figures_in_time.paths(
            [
                Path(
                    [in_units(p, scale.divisor) for p in points[each.label]],
                    each.colour,
                    each.dashes,
                    # A single piece has no way from middle to middle: a line across it.
                    each.in_steps or len(edges) == 2,
                )
                for each in series
            ],
            self._axis(edges, wide),
            self._page.formats.tick(scale),
            name=name,
            alt=caption.striptags(),
            top=top,
        )
        word = "" if unit is Unit.SHARE else scale.word
        return Chart(title, Markup("{}").format(word), svg, self._noted(caption),
                     self._legend(series, edges), data, wide)  # fmt: skip

    def stack(
        self,
        name: str,
        title: Markup,
        unit: Unit,
        series: Sequence[Series],
        caption: Markup,
        *,
        edges: Sequence[float] | None = None,
        wide: bool = False,
        data: Download | None = None,
    ) -> Chart:
        """Means stacked on each other, the first series at the bottom."""
        edges = self.pieces if edges is None else edges
        sizes = [[p.mean for p in self._along(each, edges, _NOTHING)] for each in series]
        sums = [sum(column) for column in zip(*sizes, strict=True)]
        scale = self._page.formats.scale(unit, sums)
        svg = figures_in_time.layers(
            [
                Layer([size / scale.divisor for size in of], each.colour)
                for of, each in zip(sizes, series, strict=True)
            ],
            self._axis(edges, wide),
            self._page.formats.tick(scale),
            name=name,
            alt=caption.striptags(),
        )
        legend = self._legend(series, edges, "box")
        return Chart(title, Markup("{}").format(scale.word), svg, self._noted(caption),
                     legend, data, wide)  # fmt: skip

    def _along(self, series: Series, edges: Sequence[float], other: Interval) -> list[Interval]:
        return [series.points.get(edge, other) for edge in edges[:-1]]

    # ---- the axis

    def _axis(self, edges: Sequence[float], wide: bool) -> TimeAxis:
        return TimeAxis(edges[:-1], edges[-1], self._labels(edges, wide), self._closed(edges), wide)

    def _labels(self, edges: Sequence[float], wide: bool) -> dict[float, str]:
        """Marks at some local midnights, or of a short season at some hours."""
        length = edges[-1] - edges[0]
        if length <= 2 * DAY:
            hours = {edge: self.calendar.moment(edge).hour for edge in edges}
            return {
                edge: self._page.formats.digits(f"{hour:02d}:00")
                for edge, hour in hours.items()
                if hour % 6 == 0
            }
        count = max(math.ceil(length / DAY), 1)
        step = next((s for s in _STEPS if count / s <= _TICKS[wide]), _STEPS[-1])
        days = self.days(count)
        return {days[number]: self._short(number) for number in range(0, count, step)}

    def _closed(self, edges: Sequence[float]) -> list[tuple[float, float]]:
        """Weekends, holidays and closures; a single day has none worth showing."""
        count = math.ceil((edges[-1] - edges[0]) / DAY)
        if count <= 2:
            return []
        days = self.days(count)
        closed: list[tuple[float, float]] = []
        for number in range(count):
            if self.is_open(number):
                continue
            begin, end = days[number], min(days[number + 1], edges[-1])
            if closed and closed[-1][1] == begin:  # one ground without a seam
                begin = closed.pop()[0]
            closed.append((begin, end))
        return closed

    def _noted(self, caption: Markup) -> Markup:
        """Of which value it is; and that one replication has no band."""
        caption = self._page.caption([caption])
        if self._page.run.manifest.replications > 1:
            return caption
        return caption + " " + self._page.words("caption.single")

    def _legend(
        self, series: Sequence[Series], edges: Sequence[float], shape: str = ""
    ) -> tuple[Key, ...]:
        keys = tuple(Key(each.label, each.colour, shape or _LOOKS[each.dashes]) for each in series)
        keys = keys if len(series) > 1 or any(each.label for each in series) else ()
        if self._closed(edges):
            keys += (Key(self._page.text("closed_days"), FAINT, "box"),)
        return keys


_NOTHING = Interval(0.0, 0.0, 0.0, 0.0, 0)
