"""A sensitivity study on the terminal: the inputs that move the decision, and where it turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reports.formats import Formats, unit_of
from reports.intervals import Interval
from reports.sensitivity import SHOWN

if TYPE_CHECKING:
    from reports.sensitivity_result import Sensitivity

Row = Sequence[str]


def input_rows(study: Sensitivity, formats: Formats) -> Iterator[Row]:
    """Two rows of heads, then the inputs that move the margin most and all that turn it over."""
    unit = unit_of(study.objective)
    ends = [end for each in study.inputs for end in (each.margin_low, each.margin_high)]
    scale = formats.scale(unit, [study.margin, *ends])

    def shown(number: float) -> str:
        alone = Interval(number, float("nan"), float("nan"), float("nan"), 0)
        text = formats.estimate(alone, unit, scale, False, signed=True)
        return " ".join(text.striptags().split())

    yield ("", "input", "", "now", "range", "margin at", "", "turns at", "total")
    yield ("", "", "", "", "", f"low, {scale.word}", "high", "", "index")
    flipping = {each.field for each in study.flipping}
    for place, each in enumerate(study.inputs):
        if place < SHOWN or each.field in flipping:
            yield (
                "!" if each.field in flipping else "",
                each.field,
                each.evidence,
                each.own,
                f"{each.low} to {each.high}",
                shown(each.margin_low),
                shown(each.margin_high),
                ", ".join(each.flips_at),
                "" if each.total != each.total else f"{each.total:.2f}",
            )
