"""A compare's figures: every scenario's measures minus those of the first, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reports.intervals import (
    Interval,
    holm,
    mean_interval,
    paired_difference,
    relative_difference,
    two_sided,
)

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ("value", "replication")


@dataclass(frozen=True)
class Contrast:
    """One measure of two scenarios. Pairs are replications of the same number.

    The pairs of different replications are independent of each other, so that the intervals of
    `change` and `relative` hold whether or not the two scenarios met the same shoppers; where
    they did, most of the chance cancels out and the intervals are narrow.
    """

    first: Interval
    other: Interval
    change: Interval
    """`other` minus `first`."""
    relative: Interval
    """The change as a share of `first`; NaN where that may as well be zero."""
    apart: bool = False
    """The two can be told apart, other contrasts taken into account: see `Differences`."""

    @property
    def same(self) -> bool:
        """Not a single replication differs; true of what has no number in any, too."""
        return not self.change.n or (not self.change.mean and not self.change.half_width > 0)


class Differences:
    """All contrasts of a compare.

    The few measures of which it speaks in a sentence, `claims`, were named before the run: their
    contrasts are told apart where intervals that hold jointly at the level (Bonferroni) leave out
    zero. All others are looked through for what stands out: among them the chance of even one
    false claim is kept to what the level leaves by Holm's procedure.
    """

    def __init__(
        self,
        measures: pd.DataFrame,
        values: Sequence[str],
        level: float,
        claims: Sequence[str] = (),
        together: int | None = None,
    ) -> None:
        """`measures` has the columns of a run folder's measures.csv; the first value is the base.

        Claims that are not known for all values are left out. `together` is how many comparisons
        hold jointly, where others are made besides the claims.
        """
        self._level = level
        self._first, *self.others = values
        self.names = [name for name in measures.columns if name not in _KEYS]
        by_value = {
            value: rows.set_index("replication").sort_index()
            for value, rows in measures.groupby("value")
        }
        self._samples = {
            (value, name): by_value[value][name].to_numpy(float)
            for value in values
            for name in self.names
        }
        self.claims = tuple(name for name in dict.fromkeys(claims) if self.known(name))
        self.comparisons = together or len(self.claims) * len(self.others)
        """How many comparisons hold jointly with the claims."""
        self._apart = self._claimed_apart() | self._others_apart()

    def of(self, other: str) -> Mapping[str, Contrast]:
        """Every measure of one scenario against the first."""
        return {name: self.contrast(other, name) for name in self.names}

    def claim(self, other: str, measure: str) -> Contrast:
        """One claim, its intervals jointly at the level with those of all the others."""
        return self._contrast(other, measure, 1 - (1 - self._level) / self.comparisons)

    def contrast(self, other: str, measure: str) -> Contrast:
        """One measure, its intervals at the level by themselves."""
        return self._contrast(other, measure, self._level)

    def _contrast(self, other: str, measure: str, level: float) -> Contrast:
        first, second = self._samples[self._first, measure], self._samples[other, measure]
        base = mean_interval(first, level)
        relative = relative_difference(second, first, level)
        if base.low <= 0 <= base.high:
            relative = Interval(math.nan, math.nan, math.nan, math.nan, relative.n)
        return Contrast(
            first=base,
            other=mean_interval(second, level),
            change=paired_difference(second, first, level),
            relative=relative,
            apart=(other, measure) in self._apart,
        )

    def known(self, measure: str) -> bool:
        """Whether the measure is known, and a number for every scenario in some pair."""
        return measure in self.names and not any(
            math.isnan(mean_interval(self._changes(other, measure)).mean) for other in self.others
        )

    def changed(self, other: str, measures: Sequence[str]) -> list[str]:
        """Those of the measures that are known, and not the same in both scenarios."""
        return [
            name for name in measures if self.known(name) and not self.contrast(other, name).same
        ]

    def table(self) -> pd.DataFrame:
        """differences.csv: a row for every scenario but the first and every measure."""
        import pandas as pd

        rows = []
        for other in self.others:
            for name, found in self.of(other).items():
                change, relative = found.change, found.relative
                rows.append(
                    {
                        "scenario": other,
                        "against": self._first,
                        "measure": name,
                        "first_mean": found.first.mean,
                        "mean": found.other.mean,
                        "difference": change.mean,
                        "low": change.low,
                        "high": change.high,
                        "relative": relative.mean,
                        "relative_low": relative.low,
                        "relative_high": relative.high,
                        "pairs": change.n,
                        "told_apart": int(found.apart),
                    }
                )
        return pd.DataFrame(rows)

    def _changes(self, other: str, measure: str) -> NDArray[np.float64]:
        return self._samples[other, measure] - self._samples[self._first, measure]

    def _claimed_apart(self) -> set[tuple[str, str]]:
        alone = (1 - self._level) / max(self.comparisons, 1)
        return {
            (other, name)
            for other in self.others
            for name in self.claims
            if two_sided(self._changes(other, name)) < alone
        }

    def _others_apart(self) -> set[tuple[str, str]]:
        names = [name for name in self.names if name not in self.claims]
        pairs = [(other, name) for other in self.others for name in names]
        return holm({pair: two_sided(self._changes(*pair)) for pair in pairs}, self._level)
