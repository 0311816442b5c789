"""The kinds of figures that chapters share: bars by what they are of, and layers over time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import area_figures, figures
from reports.charts import LOOKS, Chart, Key
from reports.figures import BLUE, WIDE
from reports.formats import Scale, Unit

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.download import Download
    from reports.intervals import Interval

DAY = 86400.0
DAYS_APART = 3 * DAY
"""From so long a season on its days are worth a figure, in seconds."""
_LABELS = 7
"""At most so many along a time axis."""


@dataclass(frozen=True)
class Said:
    """What stands around a drawing. `name` is unique within the page."""

    name: str
    title: Markup
    caption: Markup
    data: Download | None = None


@dataclass(frozen=True)
class Series:
    """Intervals with what they are called: a part of bars, a layer, a line."""

    label: Markup
    intervals: Sequence[Interval]
    colour: str = BLUE
    colours: Sequence[str] = ()
    """Of bars one for each, where they are not all of one colour."""


def bars(
    page: Page, said: Said, labels: Sequence[Markup], parts: Sequence[Series], axis: Markup,
    unit: Unit = Unit.COUNT,
) -> Chart:  # fmt: skip
    """A bar for each label; one part has whiskers, several are stacked and have a legend."""
    sums = [sum(_size(part, row) for part in parts) for row in range(len(labels))]
    scale = page.formats.scale(unit, sums)
    stacks = [
        figures.Stack(
            [_size(part, row) / scale.divisor for row in range(len(labels))],
            part.colours or part.colour,
        )
        for part in parts
    ]
    alone = len(parts) == 1
    half_widths = [each.half_width / scale.divisor for each in parts[0].intervals] if alone else []
    svg = figures.bars(
        figures.Bars(
            [page.formats.for_figure(label.striptags()) for label in labels], stacks, half_widths
        ),
        page.formats.for_figure(axis.striptags()) if axis else "",
        page.formats.tick(scale),
        name=said.name,
        alt=said.caption.striptags(),
        right_to_left=page.words.right_to_left,
    )
    keys = () if alone else tuple(Key(part.label, part.colour, "box") for part in parts)
    return Chart(said.title, Markup("{}").format(scale.word), svg, said.caption, keys, said.data)


def layers(
    page: Page, said: Said, times: Sequence[float], parts: Sequence[Series],
    unit: Unit = Unit.COUNT, in_steps: bool = False,
) -> Chart:  # fmt: skip
    """Parts of a whole at evenly spaced `times`, in seconds since the start, one upon the other.

    `in_steps`: what changes at once and not little by little.
    """
    scale = _scale_of_sums(page, parts, unit)
    svg = area_figures.layers(
        _layers(parts, scale),
        moments(page, times),
        page.formats.tick(scale),
        name=said.name,
        alt=said.caption.striptags(),
        in_steps=in_steps,
    )
    return _stacked_chart(said, parts, scale, svg)


def columns(
    page: Page, said: Said, times: Sequence[float], parts: Sequence[Series],
    unit: Unit = Unit.COUNT,
) -> Chart:  # fmt: skip
    """Sums of evenly spaced spans, such as days, that begin at `times`, one upon the other."""
    scale = _scale_of_sums(page, parts, unit)
    svg = area_figures.columns(
        _layers(parts, scale),
        moments(page, times),
        page.formats.tick(scale),
        name=said.name,
        alt=said.caption.striptags(),
    )
    return _stacked_chart(said, parts, scale, svg)


def _scale_of_sums(page: Page, parts: Sequence[Series], unit: Unit) -> Scale:
    rows = range(len(parts[0].intervals)) if parts else ()
    return page.formats.scale(unit, [sum(_size(part, row) for part in parts) for row in rows])


def _layers(parts: Sequence[Series], scale: Scale) -> list[area_figures.Layer]:
    return [
        area_figures.Layer(
            [_size(part, row) / scale.divisor for row in range(len(part.intervals))], part.colour
        )
        for part in parts
    ]


def _stacked_chart(said: Said, parts: Sequence[Series], scale: Scale, svg: Markup) -> Chart:
    keys = tuple(Key(part.label, part.colour, "box") for part in parts)
    word = Markup("{}").format(scale.word)
    return Chart(said.title, word, svg, said.caption, keys, said.data, wide=True)


def lines(
    page: Page, said: Said, times: Sequence[float], drawn: Sequence[Series],
    unit: Unit = Unit.COUNT,
) -> Chart:  # fmt: skip
    """Up to three lines with their bands at evenly spaced `times`, in seconds since the start."""
    means = [each.mean for series in drawn for each in series.intervals if math.isfinite(each.mean)]
    scale = page.formats.scale(unit, means)
    looks = [
        (series, dashes, shape) for series, (_, dashes, shape) in zip(drawn, LOOKS, strict=False)
    ]
    svg = figures.curves(
        [
            figures.Line(
                [_scaled(each, scale.divisor) for each in series.intervals],
                series.colour, dashes, marker="",
            )
            for series, dashes, _ in looks
        ],
        moments(page, times),
        "",
        page.formats.tick(scale),
        name=said.name,
        alt=said.caption.striptags(),
        from_zero=True,
        size=WIDE,
    )  # fmt: skip
    keys = tuple(Key(series.label, series.colour, shape) for series, _, shape in looks)
    unit_word = Markup("{}").format(scale.word)
    return Chart(
        said.title, unit_word, svg, said.caption, keys if len(keys) > 1 else (), said.data,
        wide=True,
    )  # fmt: skip


def moments(page: Page, times: Sequence[float]) -> dict[int, str]:
    """Names for some places along evenly spaced times: days, or hours in a run of up to two days.

    They stand at full days, or hours, as near as the times come.
    """
    if not times:
        return {}
    start, first, last = page.run.manifest.season.start, times[0], times[-1]
    step = (last - first) / max(len(times) - 1, 1) or 1.0
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = (start - midnight).total_seconds()
    by_hour = last - first <= 2 * DAY
    unit = DAY / 24 if by_hour else DAY
    every = max(math.ceil((last - first) / unit / _LABELS), 1) * unit
    at = math.ceil((first + offset) / every) * every - offset
    labels = {}
    while at <= last + step / 2:
        moment = start + dt.timedelta(seconds=at)
        if by_hour:
            text = page.formats.digits(f"{moment:%H:%M}")
        else:
            text = page.formats.for_figure(page.formats.day_of_month(moment.date()))
        labels[round((at - first) / step)] = text
        at += every
    return labels


def _size(series: Series, row: int) -> float:
    mean = series.intervals[row].mean
    return 0.0 if math.isnan(mean) else mean


def _scaled(interval: Interval, divisor: float) -> Interval:
    mean, low, high, half_width = (number / divisor for number in interval[:4])
    return interval._replace(mean=mean, low=low, high=high, half_width=half_width)
