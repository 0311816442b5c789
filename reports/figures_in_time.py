"""Drawings over the time of a season: curves with bands, or parts stacked on each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.figures import BLUE, FAINT, TickText

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reports.intervals import Interval

_NARROW, _WIDE = (4.4, 2.5), figures.WIDE


@dataclass(frozen=True)
class Path:
    """A curve with its band: an interval for each moment, NaN where there is none."""

    points: Sequence[Interval]
    colour: str = BLUE
    dashes: str = "-"
    in_steps: bool = False
    """What adds up over a piece, and so holds for all of it; else it stands at its middle."""


@dataclass(frozen=True)
class Layer:
    """One part of a whole: a number for each moment."""

    sizes: Sequence[float]
    colour: str


@dataclass(frozen=True)
class TimeAxis:
    """Where pieces of time begin, in seconds since the start, and what stands along them."""

    moments: Sequence[float]
    end: float
    """Where the last piece ends."""
    labels: Mapping[float, str]
    shaded: Sequence[tuple[float, float]] = ()
    """From when to when the ground is darker."""
    wide: bool = False
    """Over the whole width of the page."""


def paths(
    drawn: Sequence[Path],
    time: TimeAxis,
    tick: TickText,
    *,
    name: str,
    alt: str,
    top: float = math.inf,
) -> Markup:
    """Curves with bands, drawn from zero up; what lies above `top` of a band is cut off.

    `name` is unique within the page, `alt` says the figure in a sentence.
    """
    edges = [*time.moments, time.end]
    middles = [(begin + end) / 2 for begin, end in pairwise(edges)]
    with figures.sheet(_WIDE if time.wide else _NARROW) as (figure, axes):
        for path in drawn:
            points = [*path.points, path.points[-1]] if path.in_steps else path.points
            x = edges if path.in_steps else middles
            low = [max(_known(point.low, point.mean), 0.0) for point in points]
            high = [min(_known(point.high, point.mean), top) for point in points]
            axes.fill_between(
                x, low, high, color=path.colour, alpha=0.18, linewidth=0,
                step="post" if path.in_steps else None,
            )  # fmt: skip
            axes.plot(
                x, [point.mean for point in points], color=path.colour, ls=path.dashes, lw=1.7,
                drawstyle="steps-post" if path.in_steps else "default",
            )  # fmt: skip
            alone = [] if path.in_steps else _alone([point.mean for point in points])
            axes.plot(
                [x[at] for at in alone], [points[at].mean for at in alone],
                color=path.colour, ls="", marker="o", ms=2.6,
            )  # fmt: skip
        _along(axes, time, tick)
        return figures.as_svg(figure, name, alt)


def layers(
    drawn: Sequence[Layer],
    time: TimeAxis,
    tick: TickText,
    *,
    name: str,
    alt: str,
) -> Markup:
    """Parts stacked from zero up, the first at the bottom; `name` and `alt` as for `paths`.

    A number holds from its moment to the next.
    """
    moments = [*time.moments, time.end]
    with figures.sheet(_WIDE if time.wide else _NARROW) as (figure, axes):
        sizes = [[*layer.sizes, *layer.sizes[-1:]] for layer in drawn]
        axes.stackplot(
            moments, sizes, colors=[layer.colour for layer in drawn], step="post", linewidth=0
        )
        _along(axes, time, tick)
        return figures.as_svg(figure, name, alt)


def _alone(numbers: Sequence[float]) -> list[int]:
    """Where a number stands between two that are not known: no line leads through it."""
    known = [False, *(not math.isnan(number) for number in numbers), False]
    return [
        at for at in range(len(numbers)) if known[at + 1] and not known[at] and not known[at + 2]
    ]


def _along(axes: Axes, time: TimeAxis, tick: TickText) -> None:
    for begin, end in time.shaded:
        axes.axvspan(begin, end, color=FAINT, lw=0, zorder=0)
    axes.set_xlim(time.moments[0], max(time.end, time.moments[-1]))
    axes.set_ylim(bottom=0)
    axes.set_xticks(list(time.labels), list(time.labels.values()))
    axes.set_axisbelow(True)
    figures.number_axis(axes.yaxis, tick)


def _known(end: float, mean: float) -> float:
    """The end of a band; without an interval the curve itself."""
    return mean if math.isnan(end) else end
