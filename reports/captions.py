"""The sentence under each figure that says what it shows, with its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.formats import Formats, Unit, in_order, unit_of

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.intervals import Interval
    from reports.run_folder import Run
    from reports.words import Words


class Captions:
    """Writes the captions of one run in one language."""

    def __init__(self, run: Run, estimates: Estimates, words: Words) -> None:
        self._result = run.result
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._values = in_order(run.values)

    def extremes(self, measure: str) -> Markup:
        """Where a measure is lowest and highest, or that the value does not matter."""
        by_value = {v: self._estimates.at(v)[measure] for v in self._values}
        known = [v for v in self._values if not math.isnan(by_value[v].mean)]
        lowest = min(known, key=lambda v: by_value[v].mean)
        highest = max(known, key=lambda v: by_value[v].mean)
        between = self._estimates.paired(measure, highest, lowest)
        matters = between.mean > 0 and not between.half_width >= between.mean
        unit, label = unit_of(measure), self._words.measure(measure)
        low = self._formats.estimate(by_value[lowest], unit)
        if by_value[lowest].mean == by_value[highest].mean:
            return self._words("caption.same", measure=label, estimate=low)
        return self._words(
            "caption.extremes" if matters else "caption.flat",
            measure=label,
            lowest=self._formats.written(lowest),
            low=low,
            highest=self._formats.written(highest),
            high=self._formats.estimate(by_value[highest], unit),
        )

    def parts(self, whole: str, parts: Sequence[str]) -> Markup:
        """The largest part at the recommended value, how many were phantom, how the first moves."""
        result = self._result
        value = result.best if result else ""
        at = self._estimates.at(value)
        largest = max(parts, key=lambda m: at[m].mean)
        sentences = []
        if at[whole].mean:
            sentences.append(
                self._words(
                    "caption.parts_at" if result else "caption.parts",
                    value=self._formats.written(value) if result else "",
                    part=self._words.part(largest),
                    share=self._formats.rough_share(at[largest].mean, at[whole].mean),
                    total=self._formats.estimate(at[whole], Unit.COUNT),
                )
            )
        if whole == "stockouts" and self._estimates.happens("phantom_stockouts"):
            phantom = self._formats.estimate(at["phantom_stockouts"], Unit.COUNT)
            sentences.append(self._words("caption.phantom", phantom=phantom))
        if result:
            sentences.append(self.extremes(parts[0]))
        return Markup(" ").join(sentences)

    def hours(self, by_value: Mapping[str, Sequence[Interval]]) -> Markup:
        """The busiest and the quietest hour of the first value; the others at the busiest."""
        (first, points), *others = by_value.items()
        hours = [hour for hour in range(24) if not math.isnan(points[hour].mean)]
        busiest = max(hours, key=lambda hour: points[hour].mean)
        quietest = min(hours, key=lambda hour: points[hour].mean)
        sentence = self._words(
            "caption.hours_at" if first else "caption.hours",
            value=self._formats.written(first) if first else "",
            busiest=self._formats.clock(busiest),
            most=self._formats.estimate(points[busiest], Unit.COUNT),
            quietest=self._formats.clock(quietest),
            least=self._formats.estimate(points[quietest], Unit.COUNT),
        )
        compared = [
            self._words(
                "caption.other_value",
                value=self._formats.written(value),
                estimate=self._formats.estimate(other[busiest], Unit.COUNT),
            )
            for value, other in others
        ]
        if not compared:
            return sentence
        listed = self._words("list.and").join(compared)
        return sentence + " " + self._words("caption.same_hour", values=listed)
