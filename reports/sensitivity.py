"""What a sensitivity study says: which poorly known inputs would turn a decision, and where."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import figures
from reports.charts import Chart, Key
from reports.figures import BLUE, INK, ORANGE, VERMILLION
from reports.formats import Formats, Unit, unit_of
from reports.intervals import Interval
from reports.speaker import Conclusion

if TYPE_CHECKING:
    from reports.sensitivity_result import SensitiveInput, Sensitivity
    from reports.words import Words

SHOWN = 12
"""Bars of the tornado."""
_NAMED = 3
"""Inputs that a sentence names."""


def with_sensitivity(conclusion: Conclusion, study: Sensitivity, words: Words) -> Conclusion:
    """The conclusion of a tune, followed by what the study adds to it."""
    sentences = _Sentences(study, words)
    added = (sentences.hangs(), sentences.moves(), words("sensitivity.alone"))
    return replace(
        conclusion,
        details=(*conclusion.details, *added),
        sure=conclusion.sure and not study.flipping,
    )


class _Sentences:
    def __init__(self, study: Sensitivity, words: Words) -> None:
        self._study = study
        self._words = words
        self._formats = Formats(words)

    def hangs(self) -> Markup:
        """Which inputs turn the decision over, and where."""
        study = self._study
        count = self._formats.count(len(study.inputs))
        if not study.flipping:
            return self._words("sensitivity.holds", count=count)
        clauses = [self._turn(each) for each in study.flipping]
        return self._words(
            "sensitivity.hangs",
            count=count,
            flipping=self._formats.count(len(clauses)),
            inputs=self._words("list.clauses").join(clauses),
        )

    def moves(self) -> Markup:
        """Which inputs move the margin most."""
        names = [_code(each.field) for each in self._study.inputs[:_NAMED]]
        return self._words("sensitivity.moves", inputs=self._words("list.comma").join(names))

    def _turn(self, each: SensitiveInput) -> Markup:
        ends = ((each.low, each.best_low), (each.high, each.best_high))
        other = next(best for _, best in ends if best != self._study.best)
        return self._words(
            "sensitivity.turn",
            input=_code(each.field),
            at=self._words("list.and").join(map(self._formats.written, each.flips_at)),
            own=self._formats.written(each.own),
            best=self._formats.written(other),
        )


@dataclass(frozen=True)
class InputRow:
    """One input of the table."""

    field: Markup
    cells: tuple[Markup, ...]
    flips: bool


class SensitivityTables:
    """Fills the table and draws the tornado of one study in one language."""

    def __init__(self, study: Sensitivity, words: Words) -> None:
        self._study = study
        self._words = words
        self._formats = Formats(words)
        self._unit = unit_of(study.objective)
        ends = [end for each in study.inputs for end in (each.margin_low, each.margin_high)]
        self._scale = self._formats.scale(self._unit, [study.margin, *ends])

    @property
    def unit(self) -> str:
        """In which margins and effects stand; empty for shares, which carry their sign."""
        return "" if self._unit is Unit.SHARE else self._scale.word

    def rows(self) -> list[InputRow]:
        flipping = {each.field for each in self._study.flipping}
        return [self._row(each, each.field in flipping) for each in self._study.inputs]

    def legend(self) -> tuple[Key, ...]:
        words = self._words
        return (
            Key(words("sensitivity.at_low"), ORANGE, "box"),
            Key(words("sensitivity.at_high"), BLUE, "box"),
            Key(words("sensitivity.base"), INK, "line"),
            Key(words("sensitivity.zero"), VERMILLION, "dashes"),
        )

    def tornado(self) -> Chart:
        """The inputs that move the margin most between the ends of their ranges."""
        study, divisor = self._study, self._scale.divisor
        widest = sorted(study.inputs, key=lambda each: -_reach(each, study.margin))[:SHOWN]
        top = widest[0]
        caption = self._words(
            "sensitivity.caption",
            input=_code(top.field),
            low=self._margin(min(top.margin_low, top.margin_high)),
            high=self._margin(max(top.margin_low, top.margin_high)),
            margin=self._margin(study.margin),
        )
        axis = self._words("sensitivity.axis", objective=self._words.measure(study.objective))
        svg = figures.tornado(
            [
                figures.Span(each.field, each.margin_low / divisor, each.margin_high / divisor)
                for each in widest
            ],
            study.margin / divisor,
            self._formats.for_figure(f"{axis.striptags()} ({self._scale.word})"),
            self._formats.tick(self._scale),
            name="tornado",
            alt=caption.striptags(),
            right_to_left=self._words.right_to_left,
        )
        return Chart(self._words("sensitivity.tornado"), Markup(""), svg, caption)

    def _row(self, each: SensitiveInput, flips: bool) -> InputRow:
        written = self._formats.written
        turns = self._words("list.and").join(map(written, each.flips_at)) if flips else _dash()
        return InputRow(
            _code(each.field),
            (
                Markup(each.evidence),
                written(each.own),
                self._words("period", start=written(each.low), end=written(each.high)),
                self._effect(each.margin_low, signed=True),
                self._effect(each.margin_high, signed=True),
                turns,
                self._effect(each.screened),
                self._effect(each.interacts),
                self._index(each.first_order, math.nan),
                self._index(each.total, each.total_error),
            ),
            flips,
        )

    def _effect(self, number: float, signed: bool = False) -> Markup:
        word = self._unit is Unit.SHARE
        return self._formats.estimate(_alone(number), self._unit, self._scale, word, signed)

    def _margin(self, number: float) -> Markup:
        return self._formats.estimate(_alone(number), self._unit, self._scale, signed=True)

    def _index(self, number: float, error: float) -> Markup:
        """Not given for an input that was not among the few."""
        if math.isnan(number):
            return _dash()
        return self._formats.estimate(Interval(number, 0, 0, error, 0), Unit.COUNT)


def _reach(each: SensitiveInput, margin: float) -> float:
    return max(abs(each.margin_low - margin), abs(each.margin_high - margin))


def _alone(number: float) -> Interval:
    return Interval(number, math.nan, math.nan, math.nan, 0)


def _code(field: str) -> Markup:
    return Markup("<code>{}</code>").format(field)


def _dash() -> Markup:
    return Markup('<span class="none">—</span>')
