"""The sentence under each figure that says what it shows, with its numbers.

What chance may have made is not told as a fact: two points whose intervals overlap differ clearly
only where the replications, taken in pairs, say so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup

from reports.formats import Formats, Unit, in_difference, in_order, unit_of
from scenarios.schema import SupportChannel

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.intervals import Interval
    from reports.run_folder import Run
    from reports.words import Words

_CHANNELS: tuple[str, ...] = get_args(SupportChannel)


class Captions:
    """Writes the captions of one run in one language; of many values, at `chosen` or the best."""

    def __init__(
        self, run: Run, estimates: Estimates, words: Words, chosen: str | None = None
    ) -> None:
        self._run = run
        self._result = run.result
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._values = in_order(run.values)
        self._chosen = chosen or (run.result.best if run.result else "")

    def extremes(self, measure: str) -> Markup:
        """Where a measure is lowest and highest, or that the value does not matter."""
        by_value = {v: self._estimates.at(v)[measure] for v in self._values}
        known = [v for v in self._values if not math.isnan(by_value[v].mean)]
        lowest = min(known, key=lambda v: by_value[v].mean)
        highest = max(known, key=lambda v: by_value[v].mean)
        unit, label = unit_of(measure), self._words.measure(measure)
        low = self._formats.estimate(by_value[lowest], unit)
        if by_value[lowest].mean == by_value[highest].mean:
            return self._words("caption.same", measure=label, estimate=low)
        between = self._estimates.paired(measure, highest, lowest)
        if self._single or _apart(by_value[lowest], by_value[highest]):
            key = "caption.extremes"
        else:
            key = "caption.paired" if between.low > 0 else "caption.flat"
        sentence = self._words(
            key,
            measure=label,
            lowest=self._formats.written(lowest),
            low=low,
            highest=self._formats.written(highest),
            high=self._formats.estimate(by_value[highest], unit),
            difference=self._formats.estimate(between, in_difference(unit)),
        )
        return self._with_doubt(sentence)

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
        if not _any(points):  # no hour is the busiest: every value speaks of its own
            return Markup(" ").join(self._day(*each) for each in by_value.items())
        sentence = self._day(first, points)
        busiest, _ = _extreme_hours(points)
        compared = [
            self._words(
                "caption.other_value",
                value=self._formats.written(value),
                estimate=self._formats.estimate(other[busiest], Unit.COUNT),
            )
            for value, other in others
        ]
        if not compared:
            return self._with_doubt(sentence)
        listed = self._words.listed(compared)
        hour = self._formats.clock(busiest)
        same_hour = self._words("caption.same_hour", hour=hour, values=listed)
        return self._with_doubt(sentence + " " + same_hour)

    def support(self) -> Markup:
        """Whose waits are counted, and how many gave up, over all and by channel; else nothing."""
        if not self._tells_support(""):
            return Markup("")
        sentences = [self._words("support.waits", **self._given_up(""))]
        channels = [each for each in _CHANNELS if self._tells_support(f"_{each}")]
        if len(channels) > 1:
            listed = self._words("list.clauses").join(
                self._words(
                    "support.channel",
                    channel=self._words(f"channel.{channel}"),
                    level=self._at_chosen(f"support_service_level_{channel}"),
                    **self._given_up(f"_{channel}"),
                )
                for channel in channels
            )
            sentences.append(self._words("support.channels", channels=listed))
        return Markup(" ").join(sentences)

    def _tells_support(self, suffix: str) -> bool:
        """Somebody asked, and the run knows what became of it."""
        known = (f"support_abandoned{suffix}", f"support_service_level{suffix}")
        return self._estimates.happens(f"support_contacts{suffix}") and all(
            self._estimates.has(name) for name in known
        )

    def _given_up(self, suffix: str) -> dict[str, Markup]:
        return {
            "abandoned": self._at_chosen(f"support_abandoned{suffix}"),
            "contacts": self._at_chosen(f"support_contacts{suffix}"),
        }

    def _at_chosen(self, measure: str) -> Markup:
        """A measure at the chosen (or only) value."""
        return self._formats.estimate(self._estimates.at(self._chosen)[measure], unit_of(measure))

    def _day(self, value: str, points: Sequence[Interval]) -> Markup:
        """One value's busiest and quietest hour, as far as they can be told apart."""
        busiest, quietest = _extreme_hours(points)
        if not _any(points):
            key = "caption.no_hours"
        elif self._single or _apart(points[quietest], points[busiest]):
            key = "caption.hours"
        else:
            key = "caption.flat_hours"
        sentence = self._words(
            key,
            busiest=self._formats.clock(busiest),
            most=self._formats.estimate(points[busiest], Unit.COUNT),
            quietest=self._formats.clock(quietest),
            least=self._formats.estimate(points[quietest], Unit.COUNT),
        )
        if key == "caption.hours":
            seen = [point for point in points if not math.isnan(point.mean)]
            sentence += self.rivals(seen, seen.index(points[busiest]))
        if not value:
            return sentence
        return self._words("caption.at", value=self._formats.written(value), sentence=sentence)

    def rivals(self, points: Sequence[Interval], named: int) -> Markup:
        """What stands behind a sentence that names one of many points as the largest or smallest.

        How many others chance may have put in its place: their intervals overlap with its own.
        Nothing where there is none, or where a point's interval is not known.
        """
        its, others = points[named], [*points[:named], *points[named + 1 :]]
        near = [each for each in others if each.low <= its.high and its.low <= each.high]
        if not near:
            return Markup("")
        count = self._formats.count
        text = self._words("caption.rivals", count=count(len(near)), others=count(len(others)))
        return Markup(" ") + text

    @property
    def _single(self) -> bool:
        return self._run.manifest.replications == 1

    def _with_doubt(self, sentence: Markup) -> Markup:
        """One replication has no interval: that its points may be chance must be said."""
        return sentence + " " + self._words("caption.single") if self._single else sentence


def _extreme_hours(points: Sequence[Interval]) -> tuple[int, int]:
    """The busiest and the quietest of the hours that the run saw."""
    hours = [hour for hour in range(24) if not math.isnan(points[hour].mean)]
    return (
        max(hours, key=lambda hour: points[hour].mean),
        min(hours, key=lambda hour: points[hour].mean),
    )


def _any(points: Sequence[Interval]) -> bool:
    """Whether anything happened in any hour."""
    return any(point.mean > 0 for point in points)


def _apart(lower: Interval, higher: Interval) -> bool:
    """The intervals do not overlap; where one is unknown, that cannot be said."""
    return lower.high < higher.low
