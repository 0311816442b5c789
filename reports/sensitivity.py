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
    from collections.abc import Iterable

    from reports.sensitivity_result import SensitiveInput, Sensitivity, Turned
    from reports.words import Words

SHOWN = 12
"""Bars of the tornado."""
_NAMED = 3
"""Inputs that a sentence names."""


def with_sensitivity(conclusion: Conclusion, study: Sensitivity, words: Words) -> Conclusion:
    """The conclusion of a tune, followed by what the study adds to it."""
    sentences = _Sentences(study, words)
    added = (sentences.hangs(), *sentences.doubtful(), *sentences.moves())
    if len(study.inputs) > 1:
        added += (words("sensitivity.alone"),)
    return replace(
        conclusion,
        details=(*conclusion.details, *added),
        sure=conclusion.sure and not study.flipping and not study.doubtful,
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
        if not study.flipping and len(study.inputs) == 1:
            return self._words("sensitivity.holds_one", input=_code(study.inputs[0].field))
        if not study.flipping:
            return self._words("sensitivity.holds", count=count)
        return self._words(
            "sensitivity.hangs",
            count=count,
            flipping=self._formats.count(len(study.flipping)),
            inputs=self._clauses(
                self._turn(each, turn) for each in study.flipping for turn in each.flips
            ),
        )

    def doubtful(self) -> list[Markup]:
        """Which inputs may turn it over, though they do not by the means."""
        clauses = [
            self._words(
                "sensitivity.doubt_from",
                input=_code(each.field),
                low=self._formats.written(turn.holds_until or each.own),
                own=self._formats.written(each.own),
            )
            for each in self._study.doubtful
            for turn in each.turns
        ]
        if not clauses:
            return []
        # Where neither side is certain, both ends say the same.
        once = dict.fromkeys(clauses)
        return [self._words("sensitivity.doubt", inputs=self._clauses(once))]

    def moves(self) -> list[Markup]:
        """Which inputs move the margin most; of a single one there is nothing to say."""
        names = [_code(each.field) for each in self._study.inputs[:_NAMED]]
        if len(names) < 2:
            return []
        return [self._words("sensitivity.moves", inputs=self._words("list.comma").join(names))]

    def _clauses(self, clauses: Iterable[Markup]) -> Markup:
        return self._words("list.clauses").join(clauses)

    def _turn(self, each: SensitiveInput, turn: Turned) -> Markup:
        written = self._formats.written
        said = {
            "input": _code(each.field),
            "at": written(turn.at or ""),
            "own": written(each.own),
            "best": written(each.best_low if turn.end == "low" else each.best_high),
        }
        if turn.holds_until is None:
            return self._words("sensitivity.turn", **said)
        said["low"] = written(turn.holds_until)
        if turn.turned_from is None:
            return self._words("sensitivity.turn_after", **said)
        return self._words("sensitivity.turn_within", high=written(turn.turned_from), **said)


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
        turns = self._words("list.and").join(map(self._turn, each.turns)) or _dash()
        return InputRow(
            _code(each.field),
            (
                Markup(each.evidence),
                written(each.own),
                self._words("period", start=written(each.low), end=written(each.high)),
                self._at_end(each.margin_low, each.margin_low_from, each.margin_low_to),
                self._at_end(each.margin_high, each.margin_high_from, each.margin_high_to),
                turns,
                self._effect(each.screened),
                self._effect(each.interacts),
                self._index(each.first_order, math.nan),
                self._index(each.total, each.total_error),
            ),
            flips,
        )

    def _turn(self, turn: Turned) -> Markup:
        """The place and its interval, as far as either is known."""
        written = self._formats.written
        at = written(turn.at) if turn.at else Markup("")
        if turn.holds_until is None:
            return at
        last = written(turn.turned_from) if turn.turned_from else Markup("…")
        within = self._words("period", start=written(turn.holds_until), end=last)
        return Markup("{} ({})").format(at, within) if at else Markup("({})").format(within)

    def _at_end(self, number: float, low: float, high: float) -> Markup:
        found = Interval(number, low, high, (high - low) / 2, 0)
        word = self._unit is Unit.SHARE
        return self._formats.estimate(found, self._unit, self._scale, word, signed=True)

    def _effect(self, number: float) -> Markup:
        word = self._unit is Unit.SHARE
        return self._formats.estimate(_alone(number), self._unit, self._scale, word)

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
