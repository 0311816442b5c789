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


class SearchedField(Part):
    """Where a field might lie in a search."""

    field: str
    values: tuple[str, ...]
    """Of a list, all; of a range, a few of which the first and the last are its ends."""
    within: bool
    """Any value between the ends, too."""


class Tried(Part):
    """A design that a search tried, by its figures in the replications of the search alone."""

    value: str
    mean: Number
    low: Number
    high: Number
    """Of the objective, at 95%: of this design for itself, as if it had not been picked."""
    limits: dict[str, Number] = Field(default_factory=dict)
    """Limit as it was written -> the mean of its measure."""
    keeps: bool = True
    """The means keep every limit."""
    finalist: bool = False
    """It is among the values that were selected from."""


class Searched(Part):
    """A search of a space too large to try it all, out of which the values came."""

    sampler: str
    """What proposed the designs."""
    proposals: int
    replications: int
    """Of every design, the same for all; the values are compared in later ones."""
    fields: tuple[SearchedField, ...]
    tried: tuple[Tried, ...]
    """Every different design, in the order in which they were proposed."""
