"""What a tune says besides which value is best: how it was selected, limits, several objectives."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reports.part import Number, Part


class Eliminated(Part):
    """A value that was not played on."""

    value: str
    after: int
    """Replications."""
    by: str | None = None
    """The value that beat it; null where it surely misses a limit."""


class Selected(Part):
    """How the best value was selected."""

    procedure: Literal["kn", "ocba"]
    certainty: float = Field(gt=0, lt=1)
    """The probability of choosing right that was asked for."""
    indifference: float = Field(ge=0)
    """The smallest difference that matters, in the objective's unit."""
    first: int
    """Replications of the first batch."""
    most: int
    """Replications of a value at which it gives up."""
    reached: bool
    """Whether it was reached; else the replications ran out before."""
    eliminated: tuple[Eliminated, ...] = ()
    """In the order in which they went."""
    undecided: tuple[str, ...] = ()
    """The values besides the best that were never ruled out."""


class Standing(Part):
    """One value against one limit that the best must keep."""

    value: str
    rule: str
    state: Literal["kept", "missed", "doubt"]
    """By an interval that holds jointly with those of all values and limits."""
    holds: bool
    """Whether the mean keeps it."""
    certainty: float
    """About how probable it is that the true mean keeps it."""
    mean: Number
    low: Number
    high: Number


class Place(Part):
    """Where a value stands by several objectives at once."""

    value: str
    state: Literal["front", "doubt", "dominated"]
    """On the front by the means; or another has better means but may not be better in truth; or
    surely dominated, jointly at the level."""
    sure: bool = False
    """Of the front: against every other value it is surely better in some objective."""
    by: str | None = None
    """A value that dominates it by the means."""
