"""Bars of a chapter: how often each of some things happened, with its interval."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.chapters import drawing
from reports.chapters.drawing import Said, Series
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
    part = Series(Markup(""), [bar.size for bar in shown], colours=[bar.colour for bar in shown])
    said = Said(name, title, caption, data)
    labels = [bar.label for bar in shown]
    chart = drawing.bars(page, said, labels, [part], Markup(""), unit)
    return dataclasses.replace(chart, legend=legend)
