"""A space of designs too large for a grid: fields over ranges and lists, a design at a point."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.designs import name_of
from reports.versions import fingerprint
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from sim.experiments.journal import RunJournal
from sim.experiments.ranges import Range
from sim.experiments.vary import checked_axes, free_range

Place = float | int | str
"""On an axis: a number from 0 to 1 of a range, a whole number itself, a value of a list."""


@dataclass(frozen=True)
class Axis:
    """One field, and where it may lie."""

    field: str
    values: tuple[str, ...]
    """Of a list, all; of a range, a few of which the first and the last are its ends."""
    range: Range | None = None
    """Any value between its ends; None for a list."""

    @property
    def size(self) -> float:
        """How many values there are; without end where a range is not of whole numbers."""
        if self.range is None:
            return len(self.values)
        return self.range.high - self.range.low + 1 if self.range.kind == "whole" else math.inf

    def at(self, place: Place) -> str:
        """The value there, as a scenario file writes it: to two digits where it is no end."""
        if self.range is None or self.range.kind == "whole":
            return f"{place}"
        return self.range.at(float(place))


@dataclass(frozen=True)
class Space:
    """A scenario, and every combination of the values of some of its fields."""

    name: str
    """Of the scenario, or its file."""
    settings: tuple[str, ...]
    """Laid over it, before those of a design."""
    scenario: Scenario
    axes: tuple[Axis, ...]
    corners: tuple[Scenario, ...] = ()
    """The scenario with one field at a time at some of its values, where these were checked."""

    @classmethod
    def of(
        cls, name: str, settings: Sequence[str], varied: Sequence[str], before: RunJournal | None
    ) -> Space:
        """Read `--vary` texts; `before` is what a stopped run left.

        Raises UserError for every mistake in them, where none is a range, and where the scenario
        is not that of the stopped run any more.
        """
        scenario = load(name, settings)
        if before is not None and fingerprint(scenario) != before.head.scenario:
            raise UserError(
                f"{name} is not the scenario that was searched any more, and a search takes new "
                "designs from it.\nBegin anew, without --resume."
            )
        checked = checked_axes(name, settings, varied)
        corners = tuple(each for at in checked.values() for each in at.values())
        axes = tuple(
            Axis(field, tuple(values), free_range(text))
            for text, (field, values) in zip(varied, checked.items(), strict=True)
        )
        if not any(axis.range for axis in axes):
            raise UserError(
                "--search looks within ranges, and --vary has none: write one as LOW..HIGH, such "
                "as reservation.timeout=5min..2h, or leave --search out to play all combinations."
            )
        return cls(name, tuple(settings), scenario, axes, corners)

    @property
    def size(self) -> float:
        """How many designs there are."""
        return math.prod(axis.size for axis in self.axes)

    def design(self, point: Mapping[str, Place]) -> tuple[str, Scenario]:
        """What lies at a point, which has a place by field: its name and its scenario.

        Raises UserError for a combination of values that the scenario's rules do not allow.
        """
        values = [(axis.field, axis.at(point[axis.field])) for axis in self.axes]
        name = values[0][1] if len(values) == 1 else name_of(values)
        settings = [f"{field}={value}" for field, value in values]
        try:
            return name, load(self.name, [*self.settings, *settings])
        except UserError as error:
            raise UserError(
                f"--search came upon a combination that cannot be: {', '.join(settings)}\n{error}\n"
                "Narrow the ranges so that every combination can be played."
            ) from None
