"""What a tune says of any of its values: what choosing it costs, and which limits it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from reports.formats import unit_of
from reports.speaker import Speaker
from reports.thresholds import Verdict, parse

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult
    from reports.tuned import Standing
    from reports.words import Words

Stand = Literal["kept", "unsure", "missed", "worse"]
"""Keeps every limit and is as good as any; in doubt; misses a limit; keeps them, but costs."""


class PlannerVerdict(Speaker):
    """The sentence at every value of one tune in one language."""

    def __init__(self, run: Run, result: TuneResult, estimates: Estimates, words: Words) -> None:
        super().__init__(run, estimates, words)
        self._result = result
        self._differences = {each.value: each for each in result.differences}
        self._places = {each.value: each for each in result.front}
        self._best = self._formats.written(result.best)
        self._level = self._formats.probability(result.level)

    def sentence(self, value: str) -> Markup:
        """What choosing the value comes to, and then its limits."""
        said = [self._sentence([self._choice(value)])]
        limits = [*self._of_choice(value), *self._of_thresholds(value)]
        if limits:
            said.append(self._sentence(limits))
        if value == self._result.current:
            said.append(self._words("planner.current"))
        return Markup(" ").join(said)

    def state(self, value: str) -> Stand:
        """How it stands by its limits, then by the objective."""
        if self._missed(value) or self._result.misses(value):
            return "missed"
        doubt = any(each.state == "doubt" for each in self._standings(value))
        if doubt or not self._keeps_all(value):
            return "unsure"
        return "worse" if self._is_worse(value) else "kept"

    def _is_worse(self, value: str) -> bool:
        result = self._result
        if result.front:
            return self._places[value].state != "front"
        return value != result.best and value not in result.indistinguishable

    # ---- the objective

    def _choice(self, value: str) -> Markup:
        if self._result.front:
            return self._on_front(value)
        said = {"value": self._formats.written(value), "best": self._best, "level": self._level}
        if value == self._result.best:
            return self._words("planner.best", found=self._found(value), **said)
        difference = self._differences.get(value)
        if difference is None:  # an older run may not have compared it
            return self._found(value)
        if difference.same:
            return self._words("planner.same", **said)
        key = "alike" if value in self._result.indistinguishable else "costs"
        change = self._told_change(self._result.objective, difference)
        return self._words(f"planner.{key}", change=change, **said)

    def _found(self, value: str) -> Markup:
        """`profit 12.3 ± 0.2 billion toman`."""
        name = self._result.objective
        return self._words(
            "planner.found",
            objective=self._words.measure_in_sentence(name),
            estimate=self._formats.estimate(self._estimates.at(value)[name], unit_of(name)),
        )

    def _on_front(self, value: str) -> Markup:
        place = self._places[value]
        by = self._formats.written(place.by) if place.by else Markup("")
        written = self._formats.written(value)
        return self._words(f"planner.{place.state}", value=written, by=by)

    # ---- limits

    def _standings(self, value: str) -> list[Standing]:
        return [each for each in self._result.standings if each.value == value]

    def _of_choice(self, value: str) -> list[Markup]:
        """The limits that the choice was made within, where this value misses one or may."""
        standings = self._standings(value)
        outside = [each for each in standings if each.state == "missed"]
        doubt = [each for each in standings if each.state == "doubt"]
        return [
            self._words(key, limits=self._words.listed([self._limit(_verdict(e)) for e in found]))
            for key, found in (("planner.outside", outside), ("planner.perhaps", doubt))
            if found
        ]

    def _of_thresholds(self, value: str) -> list[Markup]:
        """The scenario's own: which are missed; else whether they are kept beyond doubt."""
        verdicts = self._verdicts(value)
        if not verdicts:
            return []
        missed = [
            self._words(key, limits=self._words.listed(limits))
            for key, sure in (("planner.breaks", True), ("planner.may_break", False))
            if (limits := [self._limit(e) for e in verdicts if not e.passed and e.sure == sure])
        ]
        if missed:
            return missed
        doubt = [self._limit(each) for each in verdicts if not each.sure]
        if doubt:
            return [self._words("planner.perhaps", limits=self._words.listed(doubt))]
        return [self._words("planner.keeps", count=self._formats.count(len(verdicts)))]


def _verdict(standing: Standing) -> Verdict:
    """A limit of the choice in the shape of a threshold."""
    rule = parse(standing.rule)
    return Verdict(
        rule=rule.text,
        measure=rule.measure,
        comparison=rule.comparison,
        limit=rule.limit,
        value=standing.mean,
        low=standing.low,
        high=standing.high,
        passed=standing.holds,
        sure=standing.state != "doubt",
    )
