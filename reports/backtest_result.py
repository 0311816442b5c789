"""What a backtest comes to: the backtest.json of a run folder."""

from __future__ import annotations

from pydantic import Field

from reports.part import Number, Part


class BacktestFigure(Part):
    """One figure of the real days beside the simulated seasons."""

    figure: str
    real: Number
    simulated: Number
    """Mean of the replications."""
    low: Number
    high: Number
    """Where ONE season lies with the probability `Backtest.level`."""
    rank: float = Field(ge=0, le=1)
    """Share of the simulated seasons below the real one, those that are equal by half."""
    inside: bool
    p_joint: float = Field(ge=0, le=1)
    """The chance that any figure of a season of this scenario lies so far out."""


class BacktestGroup(Part):
    """Figures of one kind, judged by themselves."""

    name: str
    """`volume`, `times`, `baskets`, `products`, `support`, `tickets` or `payments`."""
    figures: int
    inside: int
    p: float
    """As `Backtest.p`, of these figures alone."""


class Backtest(Part):
    """Real days beside the simulated ones, figure by figure and all together."""

    level: float = Field(gt=0, lt=1)
    """Of the interval of each figure, and of the verdict on all of them together."""
    covers: float = Field(gt=0, lt=1)
    """The level that the intervals really have with so many replications; `level` or a bit more."""
    sources: tuple[str, ...]
    """Names of the exports."""
    part: str = ""
    """Which hours and days count; empty for all that season and exports share."""
    fitted_on: str = ""
    """The part that the scenario was fitted to, where the intervals hold the chance of that fit."""
    wider: float = Field(default=1.0, ge=1)
    """By how much the widest of them are wider for it."""
    first: str
    last: str
    """First and last of the days that count."""
    days: int
    expected_misses: float
    """Figures outside their intervals by chance alone."""
    usual_misses: int
    """No more are outside in `level` of the seasons of this scenario."""
    p: float
    """Of all seasons, those as unusual as the real one, by the number of figures outside or by the
    one that lies farthest out, whichever is rarer."""
    figures: tuple[BacktestFigure, ...]
    groups: tuple[BacktestGroup, ...] = ()

    @property
    def outside(self) -> tuple[BacktestFigure, ...]:
        """The misses, the farthest out first."""
        return tuple(sorted((f for f in self.figures if not f.inside), key=lambda f: f.p_joint))

    @property
    def agrees(self) -> bool:
        """The real days may well be one more season of this scenario."""
        return self.p > 1 - self.level + 1e-9
