"""Figures of what adds up: layers over time, and cells of a dense table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures import BLUE, INK, WIDE, TickText, as_svg, number_axis, sheet


@dataclass(frozen=True)
class Layer:
    """What lies on top of the layers before it: a number per position, in units of the axis."""

    sizes: Sequence[float]
    colour: str


def layers(
    stacked: Sequence[Layer],
    labels: dict[int, str],
    tick: TickText,
    *,
    name: str,
    alt: str,
    size: tuple[float, float] = WIDE,
    in_steps: bool = False,
) -> Markup:
    """Layers over evenly spaced positions; `labels` names some of them.

    `in_steps`: what is counted changes at once and not little by little. `name` and `alt` as for
    `reports.figures.curves`. Time runs from left to right in every language, as in the other
    figures.
    """
    with sheet(size) as (figure, axes):
        x = range(len(stacked[0].sizes)) if stacked else range(0)
        base = [0.0] * len(x)
        for layer in stacked:
            top = [low + more for low, more in zip(base, layer.sizes, strict=True)]
            axes.fill_between(
                x, base, top, color=layer.colour, linewidth=0, step="post" if in_steps else None
            )
            base = top
        axes.set_xticks(list(labels), list(labels.values()))
        axes.set_xlim(0, max(len(x) - 1, 1))
        axes.set_ylim(bottom=0)
        axes.set_axisbelow(True)
        number_axis(axes.yaxis, tick)
        return as_svg(figure, name, alt)


def columns(
    stacked: Sequence[Layer], labels: dict[int, str], tick: TickText, *, name: str, alt: str
) -> Markup:
    """Upright bars at evenly spaced positions, the layers one upon the other; as `layers`."""
    with sheet(WIDE) as (figure, axes):
        x = range(len(stacked[0].sizes)) if stacked else range(0)
        base = [0.0] * len(x)
        for layer in stacked:
            axes.bar(x, layer.sizes, bottom=base, color=layer.colour, width=0.8)
            base = [low + more for low, more in zip(base, layer.sizes, strict=True)]
        axes.set_xticks(list(labels), list(labels.values()))
        axes.set_xlim(-0.6, max(len(x) - 0.4, 0.6))
        axes.set_ylim(bottom=0)
        axes.set_axisbelow(True)
        number_axis(axes.yaxis, tick)
        axes.grid(False, axis="x")
        return as_svg(figure, name, alt)


def cells(
    numbers: Sequence[Sequence[float]],
    rows: Sequence[str],
    columns: dict[int, str],
    axis: str,
    tick: TickText,
    *,
    name: str,
    alt: str,
    right_to_left: bool,
) -> Markup:
    """A cell for every number, from pale (none) to dark, with a scale beside them.

    `numbers` row by row from the top, `columns` names some of the columns. `name` and `alt` as for
    `reports.figures.curves`.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    most = max((number for row in numbers for number in row), default=0.0) or 1.0
    colours = LinearSegmentedColormap.from_list("", ["#f4f8fb", "#9cc9e6", BLUE, "#00304f"])
    norm = Normalize(0, most)
    with sheet((WIDE[0], 1.0 + 0.27 * len(rows))) as (figure, axes):
        axes.pcolormesh(numbers, cmap=colours, norm=norm, edgecolor="white", linewidth=0.6)
        bar = figure.colorbar(
            ScalarMappable(norm, colours), ax=axes, fraction=0.035, pad=0.02,
            location="left" if right_to_left else "right",
        )  # fmt: skip
        bar.outline.set_visible(False)
        number_axis(bar.ax.yaxis, tick)
        bar.ax.grid(False)
        axes.set_yticks([place + 0.5 for place in range(len(rows))], rows)
        axes.set_xticks([place + 0.5 for place in columns], list(columns.values()))
        axes.set_xlabel(axis)
        axes.tick_params(length=0, colors=INK)
        axes.invert_yaxis()
        axes.spines[:].set_visible(False)
        if right_to_left:
            axes.yaxis.tick_right()
        return as_svg(figure, name, alt)
