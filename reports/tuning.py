"""What a tune says: which value to set, how sure that is, and what another choice costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.designs import axes_of, values_of
from reports.formats import in_difference, in_order, is_ordered, unit_of
from reports.search import what_was_tried
from reports.speaker import SURE, Conclusion, Speaker
from reports.thresholds import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult
    from reports.tuned import Selected, Standing
    from reports.words import Words


class OfTune(Speaker):
    """The sentences of one tune in one language."""

    def __init__(self, run: Run, result: TuneResult, estimates: Estimates, words: Words) -> None:
        super().__init__(run, estimates, words)
        self._result = result
        self._differences = {difference.value: difference for difference in result.differences}
        self._best = self._formats.written(result.best)

    def conclusion(self) -> Conclusion:
        result = self._result
        if result.front:
            return self._of_several()
        clear = not result.indistinguishable and result.confidence >= SURE
        if result.selected:
            clear = result.selected.reached
        equal = self._all_same()
        warnings = (*([] if equal else self._of_edge()), *self._of_replications())
        within = all(each.state == "kept" for each in self._of(result.best))
        return Conclusion(
            headline=self._headline(),
            details=(
                *self._of_search(),
                *self._of_limits(),
                *self._alike(),
                *([] if equal else [self._worst()]),
                *self._current(),
                *self._of_selection(),
            ),
            warnings=warnings,
            sure=clear and within and not equal and not warnings and self._keeps_all(result.best),
        )

    # ---- the headline

    def _headline(self) -> Markup:
        """The best value; where it misses a threshold, which, and what keeps them all."""
        breaks = self._breaks(self._result.best)
        instead = [self._within_thresholds()] if breaks else []
        return self._sentence([self._choice(), *self._not_counted(), *breaks, *instead])

    def _choice(self) -> Markup:
        result = self._result
        said = {
            "best": self._best,
            "count": self._formats.count(len(result.values)),
            "objective": self._words.measure_in_sentence(result.objective),
        }
        if result.searched:
            said["tried"] = self._formats.count(len(result.searched.tried))
        if result.misses(result.best):
            key = "search.none_within" if result.searched else "verdict.none_within"
            return self._words(key, **said)
        parameter = self._words.parameters(result.parameters)
        if self._all_same():
            key = "search.all_same" if result.searched else "verdict.all_same"
            return self._words(key, parameter=parameter, **said, **self._never_differed())
        if result.selected:
            return self._selected(result.selected, said | {"parameter": parameter})
        if not result.indistinguishable:
            key = "verdict.set"
        elif result.confidence < SURE:
            key = "verdict.leads"
        else:  # likely the best, but not beyond doubt where all comparisons are to hold jointly
            return self._words("verdict.leads_jointly", parameter=parameter, **said)
        confidence = self._formats.probability(result.confidence)
        return self._words(key, parameter=parameter, confidence=confidence, **said)

    def _selected(self, selected: Selected, said: dict[str, Markup]) -> Markup:
        said |= {
            "certainty": self._formats.probability(selected.certainty),
            "indifference": self._indifference(selected),
        }
        chapter = "search" if self._result.searched else "verdict"
        any_ = "" if selected.indifference else "_any"  # of 0: every difference matters
        if selected.reached:
            key = "selected" if selected.procedure == "kn" else "estimated"
            return self._words(f"{chapter}.{key}{any_}", **said)
        said["most"] = self._formats.count(selected.most)
        if not selected.undecided:  # nothing is left beside it: what is open is its own limit
            return self._words(f"{chapter}.gave_up_alone", **said)
        rivals = self._listed(selected.undecided)
        return self._words(f"{chapter}.gave_up{any_}", values=rivals, **said)

    def _indifference(self, selected: Selected) -> Markup:
        unit = in_difference(unit_of(self._result.objective))
        return self._formats.value(float(f"{selected.indifference:.3g}"), unit)

    # ---- limits

    def _of(self, value: str) -> list[Standing]:
        """A value against every limit."""
        return [each for each in self._result.standings if each.value == value]

    def _of_limits(self) -> list[Markup]:
        """How surely the best keeps them, which values do not, and what they cost."""
        result = self._result
        if not result.standings:
            return []
        said = []
        if not result.misses(result.best):
            kept = self._words.listed(map(self._held, self._of(result.best)))
            said.append(self._words("limits.kept", limits=kept))
        missed = [
            value for value in in_order(result.values) if self._worst_stand(value) == "missed"
        ]
        if 0 < len(missed) < len(result.values):
            said.append(self._words("limits.missed", values=self._listed(missed)))
        doubt = [value for value in in_order(result.values) if self._worst_stand(value) == "doubt"]
        if doubt:
            said.append(self._words("limits.doubt", values=self._listed(doubt)))
        return [*said, *self._price_of_limits()]

    def _held(self, standing: Standing) -> Markup:
        """`contacts answered in time, at least 80% (certainty about 99%)`."""
        rule = parse(standing.rule)
        return self._words(
            "limits.held",
            measure=self._words.measure_in_sentence(rule.measure),
            limit=self._formats.limit(rule.comparison, rule.limit, unit_of(rule.measure)),
            certainty=self._formats.probability(standing.certainty),
        )

    def _worst_stand(self, value: str) -> str:
        states = {each.state for each in self._of(value)}
        return next(state for state in ("missed", "doubt", "kept") if state in states)

    def _price_of_limits(self) -> list[Markup]:
        """What would be better if it were not for the limits."""
        sign = 1 if self._result.goal == "max" else -1
        better = [each for each in self._result.differences if sign * each.mean > 0]
        outside = [each.value for each in better if self._result.misses(each.value)]
        if not outside or self._result.misses(self._result.best):
            return []
        most = max(outside, key=lambda value: sign * self._differences[value].mean)
        value, change = self._formats.written(most), self._change(most)
        return [self._words("limits.price", value=value, change=change, best=self._best)]

    # ---- what has never differed

    def _all_same(self) -> bool:
        """No value differs from the best in a single replication."""
        same = [each for each in self._differences.values() if each.same]
        return len(same) == len(self._result.values) - 1

    def _not_counted(self) -> list[Markup]:
        """What a stated probability says nothing of: differences too rare to have shown."""
        selected = self._result.selected
        same = [value for value, each in self._differences.items() if each.same]
        if not same or self._all_same() or not (selected and selected.reached):
            return []
        values = self._listed(same)
        return [self._words("verdict.not_counted", values=values, **self._never_differed())]

    def _never_differed(self) -> dict[str, Markup]:
        """In how many seasons, and how rare a difference may be that does not show in so many:
        one season in so many, rounded down, by the upper bound of a share that was never seen."""
        same = [value for value, each in self._differences.items() if each.same]
        counts = self._result.replications
        played = min(
            counts.get(value, self._manifest.replications) for value in (self._result.best, *same)
        )
        rare = 1 / (1 - (1 - self._result.level) ** (1 / played))
        return {"played": self._formats.count(played), "rare": self._formats.count(int(rare))}

    # ---- what another choice means

    def _alike(self) -> list[Markup]:
        """Which values do as well, as far as can be told, or exactly."""
        result = self._result
        level = self._formats.probability(result.level)
        same = [value for value in result.indistinguishable if self._differences[value].same]
        alike = [value for value in result.indistinguishable if value not in same]
        said = []
        if same and not (self._all_same() or self._not_counted()):
            values = self._listed(same)
            said.append(self._words("verdict.same", values=values, **self._never_differed()))
        if alike:
            values = self._listed(alike)
            said.append(self._words("verdict.alike", values=values, level=level))
        if not (same or alike or result.standings):
            said.append(self._words("verdict.none_alike", level=level))
        return said

    def _worst(self) -> Markup:
        """What the most expensive choice would cost."""
        sign = -1 if self._result.goal == "max" else 1
        worst = max(self._differences, key=lambda value: sign * self._differences[value].mean)
        return self._words(
            "verdict.worst", value=self._formats.written(worst), change=self._change(worst)
        )

    def _current(self) -> list[Markup]:
        """What changing from today's value brings."""
        current = self._result.current
        if current is None:
            return []
        if current == self._result.best:
            return [self._words("verdict.is_current")]
        written = self._formats.written(current)
        if current in self._result.indistinguishable:
            return [self._words("verdict.current_alike", current=written)]
        change = self._change(current)
        return [self._words("verdict.current", current=written, change=change, best=self._best)]

    def _within_thresholds(self) -> Markup:
        """The best of the values that keep every threshold, where the best of all misses one."""
        keep = [value for value in self._differences if not self._missed(value)]
        if not keep:
            return self._words("verdict.none_keeps")
        choose = max if self._result.goal == "max" else min
        value = choose(keep, key=lambda value: self._differences[value].mean)
        return self._words(
            "verdict.keeps",
            value=self._formats.written(value),
            change=self._change(value),
            best=self._best,
        )

    def _of_selection(self) -> list[Markup]:
        """How often the values were played, where that was decided on the way."""
        selected = self._result.selected
        if not selected:
            return []
        counts = self._result.replications.values()
        key = "alike" if min(counts) == max(counts) else selected.procedure
        return [
            self._words(
                f"selection.{key}",
                fewest=self._formats.count(min(counts)),
                most=self._formats.count(max(counts)),
                sum=self._formats.count(sum(counts)),
            )
        ]

    def _of_search(self) -> list[Markup]:
        """What was tried, where not everything was."""
        searched = self._result.searched
        return [what_was_tried(self._result, searched, self._words)] if searched else []

    def _axes(self) -> Sequence[Sequence[str]]:
        """The values of each field; in a search, the ends of its range, and the best's own."""
        result = self._result
        if not result.searched:
            return axes_of(result.values)
        best = values_of(result.best)
        return [
            tuple(dict.fromkeys((*each.values, value)))
            for each, value in zip(result.searched.fields, best, strict=True)
        ]

    def _of_edge(self) -> list[Markup]:
        """A best value at the edge of those tried may only be on the way to a better one."""
        fields = self._result.parameters
        axes = self._axes()
        said = []
        for field, values, best in zip(fields, axes, values_of(self._result.best), strict=True):
            edge = _edge(best, values)
            if edge:
                key = f"verdict.{edge}" if len(fields) == 1 else f"verdict.{edge}_of"
                parameter = self._words.parameter(field)
                written = self._formats.written(best)
                said.append(self._words(key, best=written, parameter=parameter))
        return said

    # ---- several objectives

    def _of_several(self) -> Conclusion:
        """No best value, but those that no other one beats in every objective."""
        result = self._result
        places = {each.value: each for each in result.front}
        on_front = [
            value
            for value in in_order(result.values)
            if value in places and places[value].state == "front"
        ]
        doubt = [each.value for each in result.front if each.state == "doubt"]
        objectives = self._words.listed(map(self._words.measure_in_sentence, result.objectives))
        key = "front.one" if len(on_front) == 1 else "front.several"
        count = self._formats.count(len(result.values))
        level = self._formats.probability(result.level)
        details = []
        if doubt:
            details.append(self._words("front.doubt", values=self._listed(doubt), level=level))
        details.append(
            self._words(
                "front.shown",
                best=self._best,
                objective=self._words.measure_in_sentence(result.objective),
            )
        )
        warnings = tuple(self._of_replications())
        return Conclusion(
            headline=self._sentence(
                [
                    self._words(
                        key, values=self._listed(on_front), count=count, objectives=objectives
                    ),
                    *self._breaks(result.best),
                ]
            ),
            details=(*self._of_limits(), *details),
            warnings=warnings,
            sure=not warnings
            and not doubt
            and all(places[value].sure for value in on_front)
            and self._keeps_all(result.best),
        )

    # ---- inside

    def _listed(self, values: Sequence[str]) -> Markup:
        return self._words.listed([self._formats.written(value) for value in in_order(values)])

    def _change(self, value: str) -> Markup:
        """`profit lower by 1.20 ± 0.03 billion toman`: a value against the best one."""
        return self._told_change(self._result.objective, self._differences[value])


def _edge(best: str, values: Sequence[str]) -> str:
    """Whether the best is the `smallest` or the `largest` of its field's values, or neither."""
    ordered = in_order(values)
    if not is_ordered(ordered) or best == "none":  # a duration without end: nothing lies above it
        return ""
    return {ordered[0]: "smallest", ordered[-1]: "largest"}.get(best, "")
