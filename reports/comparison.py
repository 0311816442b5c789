"""What a compare says: each scenario against the first, and which is best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.differences import Contrast, Differences
from reports.formats import Unit, in_difference, unit_of
from reports.intervals import Interval, in_units
from reports.speaker import SURE, Conclusion, Speaker

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Compared, Comparison, Run
    from reports.words import Words

SALES = "revenue_rial"
PHANTOM = "phantom_lost_sales_rial"
WAIT = "support_wait_p95_s"
OF_SOME = ("operator_hours", "refused_on_delivery", "delivered_late_share")
"""What only some shops have: it stands beside the usual measures where it is not the same."""
_DAY = 86400.0


def claims_of(objective: str) -> tuple[str, ...]:
    """The measures of which a compare speaks in its sentences."""
    return (SALES, objective, PHANTOM, WAIT)


def beside(objective: str, scenarios: int) -> int:
    """How many comparisons its sentences make besides those of the objective."""
    return len({*claims_of(objective)} - {objective}) * (scenarios - 1)


def comparisons_of(objective: str, scenarios: int) -> int:
    """How many comparisons are made in all: of the objective, every pair, to find the best."""
    return scenarios * (scenarios - 1) // 2 + beside(objective, scenarios)


def differences_of(run: Run, comparison: Comparison) -> Differences:
    """All contrasts of a run that is a compare."""
    claims = claims_of(comparison.objective)
    together = comparisons_of(comparison.objective, len(run.values))
    return Differences(run.measures, run.values, run.manifest.level, claims, together)


class OfComparison(Speaker):
    """The sentences of one comparison in one language."""

    def __init__(
        self, run: Run, comparison: Comparison, estimates: Estimates, words: Words
    ) -> None:
        super().__init__(run, estimates, words)
        self._comparison = comparison
        self._differences = differences_of(run, comparison)
        self._first, *self._others = comparison.scenarios

    def conclusion(self) -> Conclusion:
        """The first sentence speaks of two scenarios; of more, it names the best one."""
        against_first = [self._against_first(other) for other in self._others]
        best = self._best()
        several = len(self._others) > 1
        headline, *details = [best, *against_first] if several else [*against_first, best]
        warnings = (*self._of_seasons(), *self._of_replications())
        clear = not self._comparison.indistinguishable and self._comparison.confidence >= SURE
        return Conclusion(
            headline=headline,
            details=(*details, *self._joint(), *self._of_shoppers()),
            warnings=warnings,
            sure=clear and not warnings and self._keeps_all(self._comparison.best),
        )

    # ---- one scenario against the first

    def _against_first(self, other: Compared) -> Markup:
        """`B sells 3.1 ± 0.4% more than A; ...; waits cannot be told apart`."""
        found = {
            name: self._differences.claim(other.name, name) for name in self._differences.claims
        }
        if all(contrast.same for contrast in self._differences.of(other.name).values()):
            return self._sentence([self._words("compare.same_all", **self._names(other))])
        clauses = [
            self._clause(name, contrast, other)
            for name, contrast in found.items()
            if contrast.apart
        ]
        unclear = [name for name, contrast in found.items() if not contrast.apart]
        if not clauses:
            return self._sentence([self._unclear(unclear, self._names(other))])
        if unclear:
            clauses.append(self._unclear(unclear))
        return self._sentence(clauses)

    def _clause(self, measure: str, contrast: Contrast, other: Compared) -> Markup:
        """What is clearly more or less; the direction stands in words, so the size has no sign."""
        label = self._words.measure_in_sentence(measure)
        up = contrast.change.mean > 0
        if measure == SALES and not math.isnan(contrast.relative.mean):
            share = self._formats.estimate(_size(contrast.relative), Unit.SHARE)
            key = "compare.sells_more" if up else "compare.sells_less"
            return self._words(key, share=share, **self._names(other))
        if measure == self._comparison.objective:
            unit = in_difference(unit_of(measure))
            amount = self._formats.estimate(_size(contrast.change), unit)
            key = "verdict.higher" if up else "verdict.lower"
            return self._words(key, objective=label, amount=amount)
        return self._from_to(label, measure, contrast, other)

    def _from_to(self, label: Markup, measure: str, contrast: Contrast, other: Compared) -> Markup:
        """Both means on one scale; sums of money a day where the season has whole days."""
        unit = unit_of(measure)
        key = "compare.up" if contrast.change.mean > 0 else "compare.down"
        before, after = contrast.first, contrast.other
        if unit is Unit.RIAL and not (self._first.season_s % _DAY or other.season_s % _DAY):
            key += "_daily"
            before = in_units(before, self._first.season_s / _DAY)
            after = in_units(after, other.season_s / _DAY)
        scale = self._formats.scale(unit, [before.mean, after.mean])
        return self._words(
            key,
            measure=label,
            before=self._formats.mean(before, unit, scale, unit is Unit.SHARE),
            after=self._formats.mean(after, unit, scale),
        )

    def _unclear(self, measures: Sequence[str], names: dict[str, Markup] | None = None) -> Markup:
        listed = self._words.listed(map(self._words.measure_in_sentence, measures))
        if names:
            return self._words("compare.alike_all", measures=listed, **names)
        return self._words("compare.alike", measures=listed)

    def _names(self, other: Compared) -> dict[str, Markup]:
        return {"other": self._name(other.name), "first": self._name(self._first.name)}

    def _name(self, name: str) -> Markup:
        return Markup("<code>{}</code>").format(name)

    # ---- what belongs beside it

    def _best(self) -> Markup:
        """Which is best by the objective; where it misses a threshold, which."""
        comparison = self._comparison
        alike = [self._name(value) for value in comparison.indistinguishable]
        same = [self._name(each.value) for each in comparison.differences if each.same]
        said = {
            "best": self._name(comparison.best),
            "count": self._formats.count(len(comparison.values)),
            "objective": self._words.measure_in_sentence(comparison.objective),
        }
        if len(same) == len(comparison.values) - 1:
            return self._sentence([self._words("compare.no_best", **said)])
        if alike:
            # A certainty would be that of one pair; what is told beside it holds jointly.
            level = self._formats.probability(comparison.level)
            values = self._words.listed(alike)
            best = self._words("compare.leads", values=values, level=level, **said)
        else:
            certainty = self._formats.probability(comparison.confidence)
            best = self._words("compare.best", confidence=certainty, **said)
        return self._sentence([best, *self._breaks(comparison.best)])

    def _joint(self) -> list[Markup]:
        """At which level the claims hold together."""
        claims = self._differences.comparisons
        if claims < 2 or self._manifest.replications < 2:
            return []
        level = self._formats.probability(self._manifest.level)
        return [self._words("compare.joint", count=self._formats.count(claims), level=level)]

    def _of_shoppers(self) -> list[Markup]:
        """Whether all met the same shoppers, and if not, which fields are the cause."""
        apart = [other for other in self._others if other.drawn_apart]
        if not apart:
            return [self._words("compare.same_shoppers")]
        return [
            self._words(
                "compare.other_shoppers",
                fields=self._words("list.comma").join(map(self._name, other.drawn_apart)),
                **self._names(other),
            )
            for other in apart
        ]

    def _of_seasons(self) -> list[Markup]:
        """Sums over seasons of different lengths do not compare."""
        lengths = {scenario.season_s for scenario in self._comparison.scenarios}
        return [self._words("compare.seasons")] if len(lengths) > 1 else []


def _size(change: Interval) -> Interval:
    return change._replace(mean=abs(change.mean))
