"""What a run says in one sentence, and the warnings that belong beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.comparison import OfComparison
from reports.formats import in_order, is_ordered, unit_of
from reports.intervals import Interval
from reports.sensitivity import with_sensitivity
from reports.speaker import SURE, Conclusion, Speaker, as_interval
from reports.staffing import OfStaffing

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult
    from reports.words import Words

__all__ = ["Conclusion", "as_interval", "conclude"]


def conclude(run: Run, estimates: Estimates, words: Words) -> Conclusion:
    """The conclusion of a run."""
    if run.staffing:
        return OfStaffing(run, run.staffing, estimates, words).conclusion()
    if run.comparison:
        return OfComparison(run, run.comparison, estimates, words).conclusion()
    if run.sensitivity:
        tuned = _OfTune(run, run.sensitivity, estimates, words).conclusion()
        return with_sensitivity(tuned, run.sensitivity, words)
    if run.tuned:
        return _OfTune(run, run.tuned, estimates, words).conclusion()
    return _OfSimulation(run, estimates, words).conclusion()


class _OfSimulation(Speaker):
    def conclusion(self) -> Conclusion:
        warnings = (*self._of_replications(),)
        sure = self._keeps_all("") and not warnings
        return Conclusion(self._headline(), (), warnings, sure)

    def _headline(self) -> Markup:
        """What happened: sales, then what went wrong, where that is known."""
        clauses = [
            self._words(
                "verdict.sales",
                sessions=self._told("sessions"),
                orders=self._told("orders_paid"),
                revenue=self._told("revenue_rial"),
            )
        ]
        for measure in ("cart_abandonment_rate", "phantom_stockout_rate"):
            if self._estimates.has(measure):
                clauses.append(self._words(f"verdict.{measure}", share=self._told(measure)))
        return self._sentence([*clauses, *self._breaks("")])

    def _told(self, measure: str) -> Markup:
        return self._formats.estimate(self._estimates.at("")[measure], unit_of(measure))


class _OfTune(Speaker):
    def __init__(self, run: Run, result: TuneResult, estimates: Estimates, words: Words) -> None:
        super().__init__(run, estimates, words)
        self._result = result
        self._differences = {difference.value: difference for difference in result.differences}
        self._best = self._formats.written(result.best)

    def conclusion(self) -> Conclusion:
        result = self._result
        clear = not result.indistinguishable
        warnings = (*self._of_edge(), *self._of_replications())
        certain = clear and result.confidence >= SURE and not warnings
        return Conclusion(
            headline=self._headline("verdict.set" if clear else "verdict.leads"),
            details=(self._alike(), self._worst(), *self._current()),
            warnings=warnings,
            sure=certain and self._keeps_all(result.best),
        )

    def _headline(self, key: str) -> Markup:
        """The best value; where it misses a threshold, which, and what keeps them all."""
        breaks = self._breaks(self._result.best)
        instead = [self._within_thresholds()] if breaks else []
        return self._sentence([self._choice(key), *breaks, *instead])

    def _choice(self, key: str) -> Markup:
        result = self._result
        return self._words(
            key,
            parameter=self._words.parameter(result.parameter),
            best=self._best,
            count=self._formats.count(len(result.values)),
            confidence=self._formats.probability(result.confidence),
            objective=self._words.measure_in_sentence(result.objective),
        )

    def _alike(self) -> Markup:
        """Which values do as well, as far as can be told."""
        level = self._formats.probability(self._result.level)
        alike = in_order(self._result.indistinguishable)
        if not alike:
            return self._words("verdict.none_alike", level=level)
        values = self._words("list.and").join(self._formats.written(value) for value in alike)
        return self._words("verdict.alike", values=values, level=level)

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

    def _of_edge(self) -> list[Markup]:
        """A best value at the edge of those tried may only be on the way to a better one."""
        ordered = in_order(self._result.values)
        if not is_ordered(ordered) or self._result.best not in (ordered[0], ordered[-1]):
            return []
        if self._result.best == "none":  # a duration without end: nothing lies above it
            return []
        smallest = self._result.best == ordered[0]
        return [self._words("verdict.smallest" if smallest else "verdict.largest", best=self._best)]

    def _change(self, value: str) -> Markup:
        """`profit lower by 1.20 ± 0.03 billion toman`: a value against the best one."""
        change = as_interval(self._differences[value])
        # The direction stands in words, so the size has no sign.
        size = Interval(abs(change.mean), math.nan, math.nan, change.half_width, change.n)
        objective = self._result.objective
        return self._words(
            "verdict.lower" if change.mean < 0 else "verdict.higher",
            objective=self._words.measure_in_sentence(objective),
            amount=self._formats.estimate(size, unit_of(objective)),
        )
