"""A sensitivity study on the terminal: the inputs that move the decision, and where it turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reports.formats import Formats, unit_of
from reports.intervals import Interval
from reports.sensitivity import SHOWN

if TYPE_CHECKING:
    from reports.sensitivity_result import Sensitivity, Turned

Row = Sequence[str]


def input_rows(study: Sensitivity, formats: Formats) -> Iterator[Row]:
    """Two rows of heads, then the inputs that move the margin most and all that turn it over."""
    unit = unit_of(study.objective)
    ends = [end for each in study.inputs for end in (each.margin_low, each.margin_high)]
    scale = formats.scale(unit, [study.margin, *ends])

    def shown(number: float, low: float, high: float) -> str:
        found = Interval(number, low, high, (high - low) / 2, 0)
        text = formats.estimate(found, unit, scale, False, signed=True)
        return " ".join(text.striptags().split())

    yield ("", "input", "", "now", "range", "margin at", "", "turns at", "total")
    yield ("", "", "", "", "", f"low, {scale.word}", "high", "", "index")
    flipping = {each.field for each in study.flipping}
    doubtful = {each.field for each in study.doubtful}
    for place, each in enumerate(study.inputs):
        if place < SHOWN or each.field in flipping | doubtful:
            yield (
                "!" if each.field in flipping else "?" if each.field in doubtful else "",
                each.field,
                each.evidence,
                each.own,
                f"{each.low} to {each.high}",
                shown(each.margin_low, each.margin_low_from, each.margin_low_to),
                shown(each.margin_high, each.margin_high_from, each.margin_high_to),
                ", ".join(map(_turn, each.turns)),
                "" if each.total != each.total else f"{each.total:.2f}",
            )


def _turn(turn: Turned) -> str:
    """`45% (40% to 52%)`; where the interval does not end within the range, `(40% to ...)`."""
    if turn.holds_until is None:
        return turn.at or ""
    within = f"({turn.holds_until} to {turn.turned_from or '...'})"
    return f"{turn.at} {within}" if turn.at else within
