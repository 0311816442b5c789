"""What a breakdown is: a small table of one replication, by documented keys, from its log."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from model.events import Kind
from reports.sorted_log import SortedLog
from scenarios.shoppers import Plan

Columns = Mapping[str, Any]
"""Lists or arrays of one length by the column's name."""


@dataclass(frozen=True)
class Key:
    """A column that tells rows apart: a word in lower case, or a whole number from 0 on."""

    name: str
    meaning: str
    kind: Literal["word", "whole"] = "word"


@dataclass(frozen=True)
class Number:
    """A column of numbers."""

    name: str
    unit: Literal["count", "rial", "s", "h", "share"]
    meaning: str
    absent: float = 0.0
    """What a replication has that has no such row: 0 of what adds up; NaN of a mean or a level."""
    inside: bool = False
    """Only the shop itself knows it: of a live run, which is seen from outside, it is NaN."""


@dataclass(frozen=True)
class Breakdown:
    """A table that every replication leaves in the run folder; at most some 500 rows.

    `of` reads it from the log of a run and the plan that was played, and gives every column of
    `keys` and `numbers`. Rows with equal keys are added up.
    """

    name: str
    meaning: str
    keys: tuple[Key, ...]
    numbers: tuple[Number, ...]
    of: Callable[[SortedLog, Plan], Columns] = field(compare=False)
    only_first: bool = False
    """Of the first replication alone: what cannot be averaged, such as a path in time."""
    inside: bool = False
    """Only the shop itself knows it; a live run, which is seen from outside, has none of it."""
    needs: tuple[Kind, ...] = ()
    """It has no rows where none of these ever happened, and is not worked out there; empty: it may
    have rows anyhow."""

    def may_have_rows(self, log: SortedLog) -> bool:
        """Whether anything happened that it tells of; a part of the shop that is off costs
        nothing."""
        return not self.needs or any(log.count(kind) for kind in self.needs)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns, the keys first."""
        return (*(key.name for key in self.keys), *(number.name for number in self.numbers))

    def number(self, name: str) -> Number:
        """A column of numbers by its name. Raises KeyError for one that there is not."""
        found = {each.name: each for each in self.numbers}
        return found[name]


def a_level(name: str, unit: Literal["count", "rial", "s", "h", "share"], meaning: str) -> Number:
    """A mean or a level: where a replication has no such row, it is not known."""
    return Number(name, unit, meaning, absent=math.nan)
