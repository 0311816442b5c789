"""What a sensitivity comes to: the result.json of `esfand sensitivity`."""

from __future__ import annotations

from typing import Literal

from reports.decisions import TuneResult
from reports.part import Number, Part


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
    margin_high: Number
    """With the input at an end of its range and all others as they are."""
    best_low: str
    best_high: str
    """The best value there."""
    flips_at: tuple[str, ...] = ()
    """Where another value becomes the best, as far as a search found it."""
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


class Sensitivity(TuneResult):
    """A decision, and on which poorly known inputs it hangs."""

    margin: float
    """In the base case."""
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
