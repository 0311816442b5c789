"""What every verdict is made of: the conclusion's shape, and the clauses about thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports import thresholds
from reports.formats import Formats, in_difference, unit_of
from reports.intervals import Interval

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Difference, Run
    from reports.thresholds import Verdict
    from reports.words import Words

SURE = 0.95
"""How certain the best value must be before the verdict shows no doubt."""

FEW = 5
"""Replications: intervals of fewer are wide, and their spread is often far too small by luck."""


@dataclass(frozen=True)
class Conclusion:
    """The first thing a reader sees."""

    headline: Markup
    details: tuple[Markup, ...]
    """Further sentences: what else would do, what a wrong choice costs."""
    warnings: tuple[Markup, ...]
    """What a planner must know before acting on it."""
    sure: bool
    """Every threshold is kept, chance was measured, and the choice, if there was one, is clear."""


def as_interval(difference: Difference) -> Interval:
    """A difference in the shape of an estimate."""
    half_width = (difference.high - difference.low) / 2
    return Interval(difference.mean, difference.low, difference.high, half_width, 0)


class Speaker:
    """What all kinds of run have to say."""

    def __init__(self, run: Run, estimates: Estimates, words: Words) -> None:
        self._manifest = run.manifest
        self._rules = [thresholds.parse(text) for text in run.manifest.thresholds]
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)

    def _verdicts(self, value: str) -> list[Verdict]:
        return thresholds.evaluate(self._rules, self._estimates.at(value))

    def _missed(self, value: str) -> list[Verdict]:
        """The thresholds that count as missed, as they do for the exit code: by the mean."""
        return [verdict for verdict in self._verdicts(value) if not verdict.passed]

    def _keeps_all(self, value: str) -> bool:
        """Every threshold is kept with its whole interval."""
        return all(verdict.passed and verdict.sure for verdict in self._verdicts(value))

    def _breaks(self, value: str) -> list[Markup]:
        """Clauses that name the missed thresholds: those missed for sure, then those in doubt."""
        missed = self._missed(value)
        clauses = []
        for key, sure in (("verdict.breaks", True), ("verdict.may_break", False)):
            limits = [self._limit(verdict) for verdict in missed if verdict.sure == sure]
            if limits:
                clauses.append(self._words(key, limits=self._words.listed(limits)))
        return clauses

    def _limit(self, verdict: Verdict) -> Markup:
        """`phantom stockouts (3.7 ± 0.2% against less than 2%)`."""
        unit = unit_of(verdict.measure)
        half_width = (verdict.high - verdict.low) / 2
        found = Interval(verdict.value, verdict.low, verdict.high, half_width, 0)
        return self._words(
            "verdict.limit",
            measure=self._words.measure_in_sentence(verdict.measure),
            found=self._formats.estimate(found, unit),
            limit=self._formats.limit(verdict.comparison, verdict.limit, unit),
        )

    def _told_change(self, objective: str, difference: Difference) -> Markup:
        return told_change(objective, as_interval(difference), self._words, self._formats)

    def _sentence(self, clauses: list[Markup]) -> Markup:
        joined = self._words("list.clauses").join(clauses) + self._words("list.stop")
        return with_capital(joined)

    def _of_replications(self) -> list[Markup]:
        """That so few replications tell little."""
        played = self._manifest.replications
        if played == 1:
            return [self._words("verdict.one_replication")]
        if played < FEW:
            return [self._words("verdict.few_replications", count=self._formats.count(played))]
        return []


def told_change(measure: str, change: Interval, words: Words, formats: Formats) -> Markup:
    """`profit lower by 1.20 ± 0.03 billion toman`: the direction stands in words, not in a sign."""
    size = change._replace(mean=abs(change.mean))
    return words(
        "verdict.lower" if change.mean < 0 else "verdict.higher",
        objective=words.measure_in_sentence(measure),
        amount=formats.estimate(size, in_difference(unit_of(measure))),
    )


def with_capital(sentence: Markup) -> Markup:
    """As a sentence begins; what begins with a tag, such as a name, stays as it is."""
    return Markup(sentence[:1].upper() + sentence[1:])
