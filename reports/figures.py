"""The report's figures: matplotlib drawings as inline SVG, the same bytes for the same numbers.

A figure holds axes and curves alone. Titles, legends and captions stand in the page, where they
wrap, can be selected and are read aloud.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from reports.intervals import Interval

FONTS = Path(__file__).parent / "fonts"
# Okabe and Ito's palette, told apart by colour-blind readers.
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, YELLOW = "#56B4E9", "#CC79A7", "#F0E442"
GREY, INK, FAINT = "#C3C9D0", "#37424d", "#e3e7eb"
_STYLE: Any = {
    "font.family": ["Vazirmatn"],
    "font.size": 10,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "esfand",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
}
# Inches, at 96 pixels each: wide enough for half a page, small enough for a telephone.
_THIRD = (3.6, 2.4)
_HALF = 4.4
_WIDE = 7.6
HALF, WIDE = (_HALF, 2.7), (10.8, 2.9)
_BAR_HEIGHT = 0.33
_AT = "at-"
"""How the ids of marks begin that the page's slider shows; behind it the number of the design."""

TickText = Callable[[float, int], str]
"""Writes a number of an axis with so many decimals."""


@dataclass(frozen=True)
class Line:
    """A curve with its band: one interval per position, in the units of the axis."""

    points: Sequence[Interval]
    colour: str = BLUE
    dashes: str = "-"
    marker: str = "o"
    joined: bool = True
    """Whether there is something between two positions; else points with whiskers."""


@dataclass(frozen=True)
class Stack:
    """One part of every bar, in the units of the axis."""

    sizes: Sequence[float]
    colour: str | Sequence[str]
    """One colour for the part, or one for each bar."""


@dataclass(frozen=True)
class Bars:
    """Bars from the top, each of the parts in `stacks`."""

    labels: Sequence[str]
    stacks: Sequence[Stack]
    whiskers: Sequence[float] = ()
    """Half widths, for bars of one part; NaN for none."""


@dataclass(frozen=True)
class Position:
    """Where a vertical line stands, and how it looks."""

    x: int
    colour: str
    dashes: str


@dataclass(frozen=True)
class Grid:
    """A number for every pair of values of two fields: one row of cells for each of `rows`."""

    columns: Sequence[str]
    rows: Sequence[str]
    """From bottom to top."""
    numbers: Sequence[Sequence[float]]
    """In the units of the axis; NaN where there is none."""
    texts: Sequence[Sequence[str]]
    marked: Sequence[tuple[int, int, str]] = ()
    """Row, column and colour of a frame."""
    designs: Sequence[Sequence[int]] = ()
    """The number of each cell's design, by which the page's sliders find it."""


@dataclass(frozen=True)
class Point:
    """A value by two measures, with the half widths of their intervals."""

    x: float
    y: float
    x_half: float
    y_half: float
    colour: str
    filled: bool
    label: str = ""


def curves(
    lines: Sequence[Line],
    labels: dict[int, str],
    axis: str,
    tick: TickText,
    *,
    name: str,
    alt: str,
    from_zero: bool,
    positions: Sequence[Position] = (),
    followed: bool = False,
    size: tuple[float, float] = _THIRD,
) -> Markup:
    """Curves with bands over evenly spaced positions; `labels` names some of them.

    Of a figure that is `followed`, the page's slider shows where on the curves a position lies.

    `name` is unique within the page, `alt` says the figure in a sentence, without markup; `size`
    is in inches, such as `WIDE`.
    """
    with sheet(size) as (figure, axes):
        for position in positions:
            axes.axvline(position.x, color=position.colour, ls=position.dashes, lw=1.3, zorder=1)
        for line in lines:
            _curve(axes, line)
        if followed:
            _marks(axes, lines)
        axes.set_xticks(list(labels), list(labels.values()))
        axes.set_xlabel(axis)
        if from_zero:
            axes.set_ylim(bottom=0)
        number_axis(axes.yaxis, tick)
        return as_svg(figure, name, alt)


def bars(
    drawn: Bars,
    axis: str,
    tick: TickText,
    *,
    name: str,
    alt: str,
    right_to_left: bool,
) -> Markup:
    """Horizontal bars that grow in the direction of reading; `name` and `alt` as for `curves`."""
    rows = range(len(drawn.labels))
    with sheet((_HALF, 0.75 + _BAR_HEIGHT * len(rows))) as (figure, axes):
        ends = [0.0] * len(rows)
        for stack in drawn.stacks:
            axes.barh(rows, stack.sizes, left=ends, color=stack.colour, height=0.68)
            ends = [end + size for end, size in zip(ends, stack.sizes, strict=True)]
        if drawn.whiskers:
            axes.errorbar(ends, rows, xerr=drawn.whiskers, fmt="none", ecolor=INK, elinewidth=1.2)
        axes.set_yticks(rows, drawn.labels)
        axes.set_xlabel(axis)
        axes.set_xlim(left=0)
        axes.set_axisbelow(True)
        number_axis(axes.xaxis, tick)
        axes.invert_yaxis()
        if right_to_left:
            axes.invert_xaxis()
            axes.yaxis.tick_right()
            axes.spines.right.set_visible(True)
            axes.spines.left.set_visible(False)
        return as_svg(figure, name, alt)


def heat_map(grid: Grid, x_axis: str, y_axis: str, *, name: str, alt: str) -> Markup:
    """Cells from pale (least) to dark, each with its number; `name` and `alt` as for `curves`."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    known = [number for row in grid.numbers for number in row if number == number]
    low, high = min(known, default=0.0), max(known, default=1.0)
    size = (1.2 + 0.78 * len(grid.columns), 0.9 + 0.42 * len(grid.rows))
    with sheet((max(size[0], _THIRD[0]), max(size[1], _THIRD[1]))) as (figure, axes):
        colours = LinearSegmentedColormap.from_list("", ["#f4f8fb", BLUE])
        axes.pcolormesh(
            grid.numbers, cmap=colours, vmin=low, vmax=high, edgecolor="white", linewidth=1.5
        )
        for row, texts in enumerate(grid.texts):
            for column, text in enumerate(texts):
                dark = high > low and (grid.numbers[row][column] - low) / (high - low) > 0.55
                axes.text(
                    column + 0.5, row + 0.5, text, ha="center", va="center",
                    color="white" if dark else INK, fontsize=8.5,
                )  # fmt: skip
        for row, column, colour in grid.marked:
            frame = Rectangle(
                (column + 0.03, row + 0.04), 0.94, 0.92, fill=False, ec=colour, lw=2.4
            )
            axes.add_patch(frame)
        for row, designs in enumerate(grid.designs):
            for column, design in enumerate(designs):
                axes.plot(
                    column + 0.5, row + 0.16, marker="^", color=VERMILLION, markersize=6,
                    markeredgecolor="white", gid=f"{_AT}{design}",
                )  # fmt: skip
        axes.set_xticks([place + 0.5 for place in range(len(grid.columns))], grid.columns)
        axes.set_yticks([place + 0.5 for place in range(len(grid.rows))], grid.rows)
        axes.set_xlabel(x_axis)
        axes.set_ylabel(y_axis)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return as_svg(figure, name, alt)


def scatter(
    points: Sequence[Point],
    x_axis: str,
    y_axis: str,
    x_tick: TickText,
    y_tick: TickText,
    *,
    name: str,
    alt: str,
) -> Markup:
    """Points by two measures, hollow or filled, with whiskers; `name` and `alt` as for `curves`."""
    with sheet((_HALF, 3.3)) as (figure, axes):
        for point in points:
            axes.errorbar(
                point.x, point.y, point.y_half, point.x_half, fmt="o", color=point.colour,
                markerfacecolor=point.colour if point.filled else "white", markersize=6,
                elinewidth=0.8, zorder=3 if point.filled else 2,
            )  # fmt: skip
            axes.annotate(
                point.label, (point.x, point.y), xytext=(5, 5), textcoords="offset points",
                fontsize=8.5,
            )  # fmt: skip
        axes.set_xlabel(x_axis)
        axes.set_ylabel(y_axis)
        axes.margins(0.12)
        number_axis(axes.xaxis, x_tick)
        number_axis(axes.yaxis, y_tick)
        return as_svg(figure, name, alt)


@dataclass(frozen=True)
class Span:
    """A bar of a tornado: what a number becomes at the two ends of an input's range."""

    label: str
    low: float
    high: float


def tornado(
    spans: Sequence[Span],
    middle: float,
    axis: str,
    tick: TickText,
    *,
    name: str,
    alt: str,
    right_to_left: bool,
) -> Markup:
    """Bars from the number in the base case, `middle`, to both ends; a line stands at zero.

    The axis runs from left to right in every language, as signed numbers do.
    """
    rows = range(len(spans))
    with sheet((_WIDE, 0.9 + _BAR_HEIGHT * len(rows))) as (figure, axes):
        for ends, colour in (
            ([span.low for span in spans], ORANGE),
            ([span.high for span in spans], BLUE),
        ):
            axes.barh(rows, [end - middle for end in ends], left=middle, color=colour, height=0.62)
        axes.axvline(middle, color=INK, lw=1.1)
        axes.axvline(0, color=VERMILLION, lw=1.4, ls="--")
        axes.set_yticks(rows, [span.label for span in spans])
        axes.set_xlabel(axis)
        axes.set_axisbelow(True)
        number_axis(axes.xaxis, tick)
        axes.invert_yaxis()
        if right_to_left:
            axes.yaxis.tick_right()
            axes.spines.right.set_visible(True)
            axes.spines.left.set_visible(False)
        return as_svg(figure, name, alt)


def number_axis(axis: Axis, tick: TickText) -> None:
    """Round numbers along an axis, all with as many decimals as the finest of them needs."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def text(number: float, _: int | None) -> str:
        locations = axis.get_majorticklocs()
        decimals = next(
            d for d in range(10) if d == 9 or all(abs(round(x, d) - x) < 1e-9 for x in locations)
        )
        return tick(number, decimals)

    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(text))
    axis.grid(True)


def _curve(axes: Axes, line: Line) -> None:
    x = range(len(line.points))
    mean = [point.mean for point in line.points]
    if not line.joined:
        half_widths = [point.half_width for point in line.points]
        axes.errorbar(x, mean, half_widths, fmt="o", color=line.colour, markersize=5, capsize=3)
        return
    low = [point.low for point in line.points]
    high = [point.high for point in line.points]
    axes.fill_between(x, low, high, color=line.colour, alpha=0.18, linewidth=0)
    axes.plot(
        x, mean, color=line.colour, ls=line.dashes,
        marker=line.marker, markersize=4.5, lw=1.8, clip_on=False,
    )  # fmt: skip


def _marks(axes: Axes, lines: Sequence[Line]) -> None:
    """A line and rings around the points of every position; the page shows those of one."""
    for x in range(len(lines[0].points)):
        axes.axvline(x, color=INK, lw=1.1, alpha=0.75, zorder=2, gid=f"{_AT}{x}")
        for line in lines:
            axes.plot(
                x, line.points[x].mean, marker="o", markersize=9, markeredgewidth=2.2,
                markerfacecolor="white", markeredgecolor=line.colour, clip_on=False,
                gid=f"{_AT}{x}",
            )  # fmt: skip


@contextmanager
def sheet(size: tuple[float, float]) -> Iterator[tuple[Figure, Axes]]:
    """A figure in the report's style that leaves no trace in matplotlib's global state."""
    import matplotlib
    from matplotlib.figure import Figure

    _register_fonts()
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=size, layout="constrained")
        yield figure, figure.subplots()


@cache
def _register_fonts() -> None:
    from matplotlib import font_manager

    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)


def as_svg(figure: Figure, name: str, alt: str) -> Markup:
    """The drawing as an inline element: scalable, described, with ids of its own."""
    file = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(file, format="svg", metadata=metadata, transparent=True)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    # Several drawings share a page: an id must name one thing.
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\1{name}-", svg)
    svg = re.sub(rf'\bid="{name}-{_AT}(\d+)"', r'class="at" data-at="\1"', svg)
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1))
