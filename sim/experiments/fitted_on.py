"""How much wider a season lies for the chance in the fit of the scenario that is played.

A scenario's numbers were estimated, and its replications play them as if they were true. Where N
orders were fitted and n others are tested, and both come from the same law, a share (or a mean) of
the tested differs from the fitted one with the variance s^2/n + s^2/N, while the replications, of n
orders each, differ from their mean with s^2/n alone. So they are taken sqrt(1 + n/N) times as far
from it. As the errors of two figures hang together as the figures do, this holds for all of them
at once.
"""

from __future__ import annotations

import math

from scenarios.schema import Scenario
from sim.experiments.judging import group_of

_LEVELS = ("volume", "times", "support", "tickets")
"""Kinds of figures that `demand.hour_cv` and `demand.forecast_error` vary from one replication to
the next; the fit's own chance is in these already."""


def widening(tested: float, fitted: float) -> float:
    """The factor for figures of so many orders, or contacts, tested and fitted."""
    return math.sqrt(1 + tested / max(fitted, 1.0))


def is_varied(figure: str, scenario: Scenario) -> bool:
    """Whether the scenario draws the error of this figure's fit for each season anew."""
    demand = scenario.demand
    return bool(demand.hour_cv or demand.forecast_error) and group_of(figure) in _LEVELS
