"""Bars of a chapter: how often each of some things happened, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.charts import Chart, Key
from reports.figures import BLUE
from reports.formats import Unit

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.download import Download
    from reports.intervals import Interval


@dataclass(frozen=True)
class Bar:
    """What is counted, and how often it happened."""

    label: Markup
    size: Interval
    colour: str = BLUE


def bars(
    page: Page,
    name: str,
    title: Markup,
    drawn: Sequence[Bar],
    caption: Markup,
    *,
    unit: Unit = Unit.COUNT,
    in_order: bool = False,
    legend: tuple[Key, ...] = (),
    data: Download | None = None,
) -> Chart:
    """The longest bar first, or in the order given. `name` is unique within the page."""
    caption = page.caption([caption])
    shown = list(drawn) if in_order else sorted(drawn, key=lambda bar: -bar.size.mean)
    scale = page.formats.scale(unit, [bar.size.mean for bar in shown])
    svg = figures.bars(
        figures.Bars(
            [page.formats.for_figure(bar.label.striptags()) for bar in shown],
            [
                figures.Stack(
                    [bar.size.mean / scale.divisor for bar in shown],
                    [bar.colour for bar in shown],
                )
            ],
            whiskers=[bar.size.half_width / scale.divisor for bar in shown],
        ),
        "",
        page.formats.tick(scale),
        name=name,
        alt=caption.striptags(),
        right_to_left=page.words.right_to_left,
    )
    return Chart(title, Markup("{}").format(scale.word), svg, caption, legend, data)
