"""A run's breakdowns as means with intervals, for every varied value and by any of their keys."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reports.breakdowns import BREAKDOWNS, file
from reports.download import Download
from reports.intervals import Interval

if TYPE_CHECKING:
    import pandas as pd

    from reports.estimates import Estimates
    from reports.run_folder import Run

Found = dict[Any, Interval]
"""An interval for every key; for several keys, their tuple."""


class Frames:
    """The breakdowns of one run, each read when it is first asked for."""

    def __init__(self, run: Run, estimates: Estimates) -> None:
        self._run = run
        self._estimates = estimates
        self._read: dict[str, pd.DataFrame] = {}
        self._files: dict[tuple[Any, ...], Download] = {}

    def raw(self, name: str) -> pd.DataFrame:
        """A breakdown as it was kept, a row per value, replication and key."""
        if name not in self._read:
            self._read[name] = file.read(self._run.folder, name)
        return self._read[name]

    def has(self, name: str) -> bool:
        """Whether the run has any row of it."""
        return len(self.raw(name)) > 0

    def table(
        self,
        name: str,
        number: str,
        by: str | Sequence[str],
        value: str = "",
        where: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """`number` added up `by` some of the keys: a row for each of them, a column a replication.

        `where` keeps the rows whose key is that. What a replication lacks is nothing, or NaN where
        the number is a level (`Number.absent`). In the order of the rows.
        """
        keys = [by] if isinstance(by, str) else list(by)
        rows = self.raw(name)
        rows = rows[rows["value"] == value]
        for key, wanted in (where or {}).items():
            rows = rows[rows[key] == wanted]
        breakdown = BREAKDOWNS[name]
        sums = rows.groupby([*keys, file.REPLICATION], sort=False)[number].sum(min_count=1)
        table = sums.unstack(file.REPLICATION)
        if not breakdown.only_first:
            table = table.reindex(columns=self._played[value])
        order = rows.drop_duplicates(keys).set_index(keys).index
        column = breakdown.number(number)
        unknown = column.inside and self._run.manifest.source == "live"
        return table.reindex(order).fillna(math.nan if unknown else column.absent)

    def estimates(
        self,
        name: str,
        number: str,
        by: str | Sequence[str],
        value: str = "",
        where: Mapping[str, Any] | None = None,
    ) -> Found:
        """The mean of `table` over the replications, for every key."""
        return self.over(self.table(name, number, by, value, where))

    def total(self, name: str, number: str, value: str = "") -> Interval:
        """The mean over the replications of `number` added up over all keys."""
        return self._estimates.interval(self.totals(name, number, value))

    def totals(self, name: str, number: str, value: str = "") -> NDArray[np.float64]:
        """The same before the mean: one number for each replication."""
        first = BREAKDOWNS[name].keys[0].name
        return self.table(name, number, first, value).sum(axis=0).to_numpy(float)

    def ratios(
        self,
        name: str,
        top: str,
        bottom: str | Sequence[str],
        by: str | Sequence[str],
        value: str = "",
        where: Mapping[str, Any] | None = None,
    ) -> Found:
        """The mean over the replications of `top` by `bottom` (several are added up), by key.

        A replication in which the bottom is zero has no ratio, and is left out.
        """
        first, *others = [bottom] if isinstance(bottom, str) else bottom
        below = self.table(name, first, by, value, where)
        for number in others:
            below = below + self.table(name, number, by, value, where)
        return self.over(self.table(name, top, by, value, where) / below.where(below > 0))

    def over(self, table: pd.DataFrame) -> Found:
        """The mean over the replications of each row of a `table`, such as a ratio of two."""
        return {
            key: self._estimates.interval(numbers)
            for key, numbers in zip(table.index, table.to_numpy(float), strict=True)
        }

    def download(
        self, called: str, name: str, by: str | Sequence[str], numbers: Sequence[str] = ()
    ) -> Download:
        """The same for all varied values as a CSV file: each number with `_low` and `_high`."""
        keys = (by,) if isinstance(by, str) else tuple(by)
        wanted = tuple(numbers) or tuple(each.name for each in BREAKDOWNS[name].numbers)
        file = (called, name, keys, wanted)
        if file not in self._files:  # several figures draw from one file
            self._files[file] = self.file_of(
                called,
                keys,
                lambda value: {each: self.estimates(name, each, keys, value) for each in wanted},
            )
        return self._files[file]

    def file_of(
        self, called: str, keys: Sequence[str], found: Callable[[str], Mapping[str, Found]]
    ) -> Download:
        """The CSV file of what is `found` at each varied value: numbers by name, all by `keys`."""
        import pandas as pd

        tables = []
        for value in self._run.values:
            table: dict[Any, dict[str, Any]] = {}
            for number, intervals in found(value).items():
                for key, interval in intervals.items():
                    places = key if isinstance(key, tuple) else (key,)
                    row = dict(zip(keys, places, strict=True))
                    table.setdefault(key, {"value": value} | row).update(_three(number, interval))
            tables.append(pd.DataFrame(list(table.values())))
        frame = pd.concat(tables, ignore_index=True)
        return Download.of(called, frame.dropna(axis="columns", how="all"))

    @cached_property
    def _played(self) -> dict[str, list[int]]:
        """The replications of each varied value."""
        rows = self._run.measures
        return {
            value: rows.loc[rows["value"] == value, "replication"].tolist()
            for value in self._run.values
        }


def _three(number: str, found: Interval) -> dict[str, float]:
    """A number with the ends of its interval, where it has one."""
    ends = {} if math.isnan(found.half_width) else {"_low": found.low, "_high": found.high}
    return {number: found.mean} | {f"{number}{end}": at for end, at in ends.items()}
