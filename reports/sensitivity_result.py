"""What a sensitivity comes to: the result.json of `esfand sensitivity`."""

from __future__ import annotations

from typing import Literal

from reports.decisions import TuneResult
from reports.part import Number, Part


class Turned(Part):
    """Where the decision turns over between an input's own value and one end of its range; values
    as a scenario file writes them."""

    end: Literal["low", "high"]
    at: str | None
    """By the means; none where it holds at the end, but perhaps by chance."""
    holds_until: str | None
    """So far the margin's 95% interval is above zero; none where there is no interval."""
    turned_from: str | None
    """From here on the interval is below zero; none where it is not even at the end."""


class SensitiveInput(Part):
    """How one poorly known input moves the decision.

    The margin is the objective at the best value less that at its best rival, so that it is
    positive while the decision holds, whatever the goal.
    """

    field: str
    evidence: Literal["L", "M"]
    own: str
    low: str
    high: str
    """What the scenario takes, and the range, as a scenario file writes them."""
    margin_low: Number
    margin_low_from: Number
    margin_low_to: Number
    margin_high: Number
    margin_high_from: Number
    margin_high_to: Number
    """With the input at an end of its range and all others as they are; each with its own 95%
    interval."""
    best_low: str
    best_high: str
    """The best value there."""
    turns: tuple[Turned, ...] = ()
    """Where another value becomes the best, or may become it, as far as a search found it."""
    objective_low: Number
    objective_high: Number
    """Of the best value of the base case, at the ends of the range."""
    screened: Number
    """Morris's mean absolute elementary effect on the margin, over the whole range."""
    interacts: Number
    """The standard deviation of those effects: curves, and dependence on other inputs."""
    screened_objective: Number
    """The same mean for the objective itself."""
    first_order: Number
    total: Number
    total_error: Number
    """Sobol indices of the margin and the half width of the second's interval; for a few inputs."""

    @property
    def flips(self) -> tuple[Turned, ...]:
        """The turns that the means show."""
        return tuple(turn for turn in self.turns if turn.at is not None)


class Sensitivity(TuneResult):
    """A decision, and on which poorly known inputs it hangs."""

    margin: float
    margin_from: Number
    margin_to: Number
    """In the base case, with its 95% interval."""
    inputs: tuple[SensitiveInput, ...]
    """Those that move the margin most first."""
    trajectories: int
    sobol_points: int
    """Of the base sample; 0 where none was taken."""
    seasons: int
    """That were played."""

    @property
    def flipping(self) -> tuple[SensitiveInput, ...]:
        """Inputs at one end of whose range another value is the best."""
        return tuple(each for each in self.inputs if {each.best_low, each.best_high} != {self.best})

    @property
    def doubtful(self) -> tuple[SensitiveInput, ...]:
        """Inputs that turn nothing over by the means, but whose interval at an end holds zero."""
        flipping = {each.field for each in self.flipping}
        return tuple(each for each in self.inputs if each.turns and each.field not in flipping)
