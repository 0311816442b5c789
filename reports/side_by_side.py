"""Finished runs side by side: what each came to, and how the others differ from the first.

Runs that met the same shoppers are compared replication by replication, others as independent
samples (Welch), and a single season with where one more season of the other run would lie.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from reports.estimates import Estimates
from reports.intervals import (
    Interval,
    holm,
    paired_difference,
    relative_difference,
    two_sided,
    unpaired_chance,
    unpaired_difference,
    unpaired_relative,
)
from reports.notations import Language
from reports.thresholds import Rule, Verdict, evaluate, parse

if TYPE_CHECKING:
    import pandas as pd

    from reports.run_folder import Run

TABLE = "side-by-side.csv"
CLAIMS = (
    "revenue_rial", "profit_rial", "cart_abandonment_rate", "phantom_lost_sales_rial",
    "support_wait_p95_s",
)  # fmt: skip
"""The measures of which the first sentences speak: few, so that a difference in them is found."""
Method = Literal["paired", "unpaired", "single", "none"]
"""Pair by pair; two independent samples; one season against several; nothing to judge chance by."""


@dataclass(frozen=True)
class Side:
    """One of the runs."""

    name: str
    """A letter, from A on."""
    run: Run
    drawn_apart: tuple[str, ...] = ()
    """The fields, or `seed`, in which its shoppers are drawn otherwise than the first run's."""

    @property
    def value(self) -> str:
        """Of a run of several values or scenarios the recommended one, by which it is shown."""
        return self.run.result.best if self.run.result else ""

    @cached_property
    def estimates(self) -> Estimates:
        """Of all its values."""
        return Estimates(self.run)

    def found(self, measure: str) -> Interval:
        """What the run says of a measure; NaN where it does not have it."""
        nothing = Interval(math.nan, math.nan, math.nan, math.nan, 0)
        return self.estimates.at(self.value).get(measure, nothing)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Its measures, a row for every replication."""
        table = self.run.measures
        return table[table["value"] == self.value].set_index("replication").sort_index()


@dataclass(frozen=True)
class Setting:
    """A field in which the scenarios differ, as each of the runs has it; empty for a section."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Contrast:
    """One measure of a run minus that of the first."""

    change: Interval
    relative: Interval
    """The change as a share of the first; NaN where that is zero."""
    apart: bool
    """Told apart, all comparisons of the page taken together (Holm)."""
    same: bool
    """The very same numbers, replication by replication."""


class SideBySide:
    """All comparisons of the other runs with the first one."""

    def __init__(self, sides: Sequence[Side], settings: Sequence[Setting] = ()) -> None:
        self.sides = tuple(sides)
        self.first, *self.others = sides
        self.settings = tuple(settings)
        self.level = self.first.run.manifest.level
        self.measures = list(
            dict.fromkeys(name for side in sides for name in side.run.measure_names)
        )

    @property
    def languages(self) -> tuple[Language, ...]:
        """In which the pages are written: those of the first run."""
        return self.first.run.manifest.languages

    def method(self, other: Side) -> Method:
        """How a run is compared with the first one."""
        counts = [len(side.rows) for side in (self.first, other)]
        if max(counts) == 1:
            return "none"
        if min(counts) == 1:
            return "single"
        paired = not other.drawn_apart and len(self._pairs(other)) > 1
        return "paired" if paired else "unpaired"

    def pairs(self, other: Side) -> int:
        """How many replications both played."""
        return len(self._pairs(other))

    def contrast(self, other: Side, measure: str) -> Contrast | None:
        """One measure of a run against the first; None where one of them does not have it."""
        if not self._both(other, measure):
            return None
        first, second, paired = self._samples(other, measure)
        difference = paired_difference if paired else unpaired_difference
        relative = relative_difference if paired else unpaired_relative
        return Contrast(
            change=difference(second, first, self.level),
            relative=relative(second, first, self.level),
            apart=(other.name, measure) in self._apart,
            same=first.shape == second.shape and np.array_equal(first, second, equal_nan=True),
        )

    @cached_property
    def _apart(self) -> set[tuple[str, str]]:
        """What is told apart: the claims among themselves, and all other measures likewise."""
        chances = {
            (other.name, measure): self._chance(other, measure)
            for other in self.others
            for measure in self.measures
            if self._both(other, measure)
        }
        claims = {pair: chance for pair, chance in chances.items() if pair[1] in CLAIMS}
        others = {pair: chance for pair, chance in chances.items() if pair not in claims}
        return holm(claims, self.level) | holm(others, self.level)

    def _chance(self, other: Side, measure: str) -> float:
        first, second, paired = self._samples(other, measure)
        return two_sided(second - first) if paired else unpaired_chance(second, first)

    def _both(self, other: Side, measure: str) -> bool:
        return all(measure in side.rows for side in (self.first, other))

    def _pairs(self, other: Side) -> pd.Index[Any]:
        return self.first.rows.index.intersection(other.rows.index)

    def _samples(
        self, other: Side, measure: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
        """The first run's numbers, the other's, and whether they are pairs."""
        first, second = self.first.rows[measure], other.rows[measure]
        paired = self.method(other) == "paired"
        if paired:
            common = self._pairs(other)
            first, second = first.loc[common], second.loc[common]
        return first.to_numpy(float), second.to_numpy(float), paired

    # ---- thresholds

    def rules(self) -> list[Rule]:
        """Every limit that one of the runs has."""
        texts = (text for side in self.sides for text in side.run.manifest.thresholds)
        return [parse(text) for text in dict.fromkeys(texts)]

    def verdict(self, side: Side, rule: Rule) -> Verdict | None:
        """A run held against a limit, its own or another run's; None where it cannot be."""
        if math.isnan(side.found(rule.measure).mean):
            return None
        (verdict,) = evaluate([rule], side.estimates.at(side.value))
        return verdict

    # ---- for machines

    def table(self) -> pd.DataFrame:
        """side-by-side.csv: a row for every run and measure."""
        import pandas as pd

        rows = []
        for side in self.sides:
            for measure in self.measures:
                found = side.found(measure)
                against = None if side is self.first else self.contrast(side, measure)
                rows.append(
                    {
                        "run": side.name,
                        "folder": str(side.run.folder),
                        "measure": measure,
                        "mean": found.mean,
                        "low": found.low,
                        "high": found.high,
                        "replications": found.n,
                        "difference": against.change.mean if against else None,
                        "difference_low": against.change.low if against else None,
                        "difference_high": against.change.high if against else None,
                        "relative": against.relative.mean if against else None,
                        "method": self.method(side) if against else None,
                        "told_apart": against.apart if against else None,
                    }
                )
        return pd.DataFrame(rows)

    def limits(self) -> pd.DataFrame:
        """Every limit against every run: columns of `reports.thresholds.Verdict`."""
        import pandas as pd

        return pd.DataFrame(
            {"run": side.name, **asdict(verdict)}
            for rule in self.rules()
            for side in self.sides
            if (verdict := self.verdict(side, rule))
        )

    def hours(self, columns: Sequence[str]) -> pd.DataFrame:
        """Columns of hours.csv by local hour of day: a row per run and hour, with intervals."""
        import pandas as pd

        rows = []
        for side in self.sides:
            found = {column: side.estimates.by_hour(column, side.value) for column in columns}
            for hour in range(24):
                row: dict[str, Any] = {"run": side.name, "hour": hour}
                for column, points in found.items():
                    point = points[hour]
                    row |= {column: point.mean, f"{column}_low": point.low,
                            f"{column}_high": point.high}  # fmt: skip
                rows.append(row)
        return pd.DataFrame(rows)

    def fields(self) -> pd.DataFrame:
        """The fields in which the scenarios differ: a column for every run."""
        import pandas as pd

        names = [side.name for side in self.sides]
        rows = ([each.field, *each.values] for each in self.settings)
        return pd.DataFrame(rows, columns=["field", *names])

    def as_object(self) -> dict[str, Any]:
        """For `--json`: the runs, and every measure of the others minus that of the first."""
        from reports import outcome

        return {
            "runs": [
                {"name": side.name, "shown_at": side.value, **outcome.as_object(side.run)}
                for side in self.sides
            ],
            "against": self.first.name,
            "level": self.level,
            "settings_differ": {each.field: list(each.values) for each in self.settings},
            "comparisons": {
                other.name: {
                    "method": self.method(other),
                    "drawn_apart": list(other.drawn_apart),
                    "differences": {
                        name: _plain(found)
                        for name in self.measures
                        if (found := self.contrast(other, name))
                    },
                }
                for other in self.others
            },
        }


def _plain(found: Contrast) -> dict[str, Any]:
    numbers = {
        "mean": found.change.mean,
        "low": found.change.low,
        "high": found.change.high,
        "relative": found.relative.mean,
    }
    return {name: n if math.isfinite(n) else None for name, n in numbers.items()} | {
        "told_apart": found.apart
    }
