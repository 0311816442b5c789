"""The planner's part of a tune: sliders over the played values that move every figure of the page.

All that the sliders show is written here for every design, in words of one language: the page's
script only puts it in place. Without JavaScript the page stands at the recommended design, beside
the table of all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reports.captions import Captions
from reports.designs import axes_of, values_of
from reports.formats import Formats, in_order, unit_of
from reports.pages import ICONS, sortable
from reports.planner_verdict import PlannerVerdict, Stand
from reports.speaker import with_capital
from reports.tables import CARDS, ThresholdRow, threshold_row
from reports.thresholds import evaluate, parse
from reports.trade_off import TradeOff

if TYPE_CHECKING:
    from reports.charts import Chart, Key
    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult
    from reports.words import Words


@dataclass(frozen=True)
class Slider:
    """One slider: where it may stand, in words, from left to right."""

    label: Markup
    stops: tuple[Markup, ...]
    start: int
    """The stop of the recommended design."""


@dataclass(frozen=True)
class Jump:
    """A button that brings all sliders to one design."""

    label: Markup
    design: int


class Planner:
    """The sliders of one tune in one language, and what they show at every design.

    A design is a value, or a combination of the values of several fields; its number is its place
    among all of them in the order of the decision's table.
    """

    def __init__(self, run: Run, result: TuneResult, estimates: Estimates, words: Words) -> None:
        self._run = run
        self._result = result
        self._estimates = estimates
        self._words = words
        self._trade_off = TradeOff(run, result, estimates, words)
        self._verdict = PlannerVerdict(run, result, estimates, words)
        self._formats = Formats(words)
        self.designs = in_order(result.values)
        self.best = self.designs.index(result.best)
        self._rules = [parse(text) for text in run.manifest.thresholds]

    # ---- the sliders

    @cached_property
    def _axes(self) -> tuple[tuple[str, ...], ...]:
        """The values of each field, from small to large; none where not all combinations stand."""
        axes = tuple(tuple(in_order(values)) for values in axes_of(self._result.values))
        whole = math.prod(map(len, axes)) == len(self.designs)
        return axes if whole and not self._result.searched else ()

    def sliders(self) -> list[Slider]:
        """One for each field; for the best designs of a search a single one over these."""
        if not self._axes:
            stops = tuple(map(self._formats.written, self.designs))
            return [Slider(self._words("planner.design"), stops, self.best)]
        return [
            Slider(
                label=with_capital(self._words.parameter_name(field)),
                stops=tuple(map(self._formats.written, values)),
                start=values.index(best),
            )
            for field, values, best in zip(
                self._result.parameters, self._axes, values_of(self._result.best), strict=True
            )
        ]

    def _grid(self) -> list[int]:
        """The number of the design at every combination of stops, the last slider's running."""
        if not self._axes:
            return list(range(len(self.designs)))
        numbers = {values_of(design): number for number, design in enumerate(self.designs)}
        return [numbers[stops] for stops in product(*self._axes)]

    def jumps(self) -> list[Jump]:
        """To the recommended design, and to the scenario's own."""
        result, written = self._result, self._formats.written
        chosen = "legend.shown" if result.front else "legend.best"
        jumps = [Jump(self._words(chosen, value=written(result.best)), self.best)]
        if result.current in self.designs and result.current != result.best:
            label = self._words("legend.current", value=written(str(result.current)))
            jumps.append(Jump(label, self.designs.index(str(result.current))))
        return jumps

    # ---- what stands at a design

    def cards(self) -> list[tuple[str, Markup]]:
        """The measures in large type: names and labels."""
        names = (*CARDS, self._estimates.wait)
        return [(n, self._words.measure(n)) for n in names if self._estimates.has(n)]

    def thresholds(self) -> list[tuple[int, ThresholdRow]]:
        """Every rule at the recommended design with its number; missed ones first, and doubtful."""
        rows = enumerate(self._thresholds(self._result.best))
        return sorted(rows, key=lambda row: row[1].place)

    def _thresholds(self, design: str) -> list[ThresholdRow]:
        verdicts = evaluate(self._rules, self._estimates.at(design))
        return [threshold_row(each, self._words, self._formats) for each in verdicts]

    @cached_property
    def charts(self) -> list[Chart]:
        """The trade-off, where one or two fields were varied."""
        return [] if self._result.searched else self._trade_off.charts()

    def legend(self) -> tuple[Key, ...]:
        """What the marks of every one of these charts mean."""
        return self._trade_off.legend()

    def fronts(self) -> list[Chart]:
        """The charts of several objectives."""
        return self._trade_off.fronts()

    @cached_property
    def _slots(self) -> dict[str, list[Markup]]:
        """Every place of the page whose text moves, and its text at every design."""
        slots: dict[str, list[Markup]] = {}
        for design in self.designs:
            for name, text in self._texts(design):
                slots.setdefault(name, []).append(text)
        return slots

    def _texts(self, design: str) -> Iterator[tuple[str, Markup]]:
        words, at = self._words, self._estimates.at(design)
        written = self._formats.written(design)
        yield "sentence", self._verdict.sentence(design)
        yield "heading", words("section.cards_at", value=written)
        yield "at", words("planner.at", value=written)
        recommended = design == self._result.best and not self._result.front
        yield "limits", words(f"thresholds.{'at' if recommended else 'shown'}", value=written)
        yield "support", Captions(self._run, self._estimates, words, design).support()
        for name, _ in self.cards():
            yield f"card-{name}", self._formats.estimate(at[name], unit_of(name))
        for number, row in enumerate(self._thresholds(design)):
            yield f"state-{number}", _badge(row, words(f"state.{row.state}"))
            yield f"found-{number}", _sorted_by(row.estimate)
        for name in dict.fromkeys(name for chart in self.charts for name in chart.measures):
            yield f"reading-{name}", self._formats.estimate(at[name], unit_of(name))

    def slot(self, name: str) -> Markup:
        """The text of a place at the recommended design."""
        return self._slots[name][self.best]

    def state(self) -> Stand:
        """How the recommended design stands: its colour."""
        return self._verdict.state(self._result.best)

    def data(self) -> dict[str, Any]:
        """What the page's script reads.

        `best` is the number of the recommended design; `grid` has the number of a design for every
        combination of the sliders' `stops`, the last slider running fastest; `slots` has a text and
        `states` a word for every design.
        """
        return {
            "stops": [[str(stop.striptags()) for stop in each.stops] for each in self.sliders()],
            "grid": self._grid(),
            "best": self.best,
            "states": [self._verdict.state(design) for design in self.designs],
            "slots": {name: list(map(str, texts)) for name, texts in self._slots.items()},
        }


def _badge(row: ThresholdRow, text: Markup) -> Markup:
    return Markup('<span class="{}" data-value="{}">{}{}</span>').format(
        row.state, row.place, ICONS[row.state], text
    )


def _sorted_by(text: Markup) -> Markup:
    """With the number by which a table sorts it, which moves with the slider too."""
    return Markup("<span{}>{}</span>").format(sortable(text), text)
