"""What a tune or a compare decides: the result.json of a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from reports.part import Number, Part
from reports.tuned import Place, Searched, Selected, Standing
from reports.words import title_in


class Difference(Part):
    """The objective at `value` minus at the best value, replication by replication."""

    value: str
    mean: Number
    low: Number
    high: Number

    @property
    def same(self) -> bool:
        """Not a single replication differs."""
        return self.mean == self.low == self.high == 0


class Decision(Part):
    """Which of several values is best by an objective, and how sure that is."""

    values: tuple[str, ...]
    objective: str
    goal: Literal["max", "min"] = "max"
    level: float = Field(default=0.95, gt=0, lt=1)
    best: str
    confidence: float = Field(ge=0, le=1)
    """The probability that `best` is the best of `values`."""
    indistinguishable: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    """Simultaneous intervals at `level`; none for the best value itself."""


class TuneResult(Decision):
    """Which value of the parameter, or combination of the values of several, is best.

    By several objectives no value need be best: then `front` tells how they stand, and `best` is
    the best by the first objective among those on the front.
    """

    parameter: str
    """Several are separated by `, `; then the values are called by all their settings."""
    current: str | None = None
    """The scenario's own value, where it is among `values`."""
    replications: Mapping[str, int] = Field(default_factory=dict)
    """How often each value was played."""
    selected: Selected | None = None
    """How the best was selected; null where all values were played equally often."""
    standings: tuple[Standing, ...] = ()
    """Of every value against every limit that the best must keep, value by value."""
    objectives: tuple[str, ...] = ()
    """All of them, where there are several."""
    front: tuple[Place, ...] = ()
    """Where every value stands by all objectives."""
    searched: Searched | None = None
    """The search out of which the values came; null where all were named beforehand."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The varied fields."""
        return tuple(self.parameter.split(", "))

    def misses(self, value: str) -> bool:
        """Whether the value misses a limit, by the mean where the interval leaves it open."""
        return any(each.value == value and not each.holds for each in self.standings)


class Compared(Part):
    """One scenario of a comparison."""

    name: str
    """A letter, from A on; among the `values`."""
    label: str
    """The scenario's own name, with what was set for it alone."""
    title: Mapping[str, str] = Field(default_factory=dict)
    """Its title by language, where it has one; two scenarios may have the same."""
    file: str
    """The resolved scenario, in the run folder."""
    scenario_hash: str
    season_s: float = Field(gt=0)
    drawn_apart: tuple[str, ...] = ()
    """The fields in which its shoppers are drawn otherwise than the first scenario's."""

    def called(self, language: str) -> str:
        """Its title, or its label where it has none."""
        return title_in(language, self.title, self.label)


class Comparison(Decision):
    """Which scenario is best; the first is what the others are compared with."""

    scenarios: tuple[Compared, ...] = Field(min_length=2)
