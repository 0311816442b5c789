"""One real season against many simulated ones: figure by figure, and all of them together.

If the scenario is right, the real season is one more replication, and none of the n + 1 is
special. So each question is answered by the rank of the real season among all n + 1, whatever the
laws of the figures and however they hang together:

- of a figure: is it among the k lowest or highest? k/(n + 1) is half the error that is allowed;
- of all: does its farthest figure (in standard deviations) lie farther out than that of most
  seasons (max-T of Westfall and Young, 1993)? And does it have more figures outside than most?
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.backtest import is_share
from reports.backtest_result import BacktestFigure, BacktestGroup
from scenarios.errors import UserError
from sim.experiments.laid_beside import Figures

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Judged:
    """What the ranks say; the fields are those of `reports.backtest_result.Backtest`."""

    figures: tuple[BacktestFigure, ...]
    covers: float
    expected_misses: float
    usual_misses: int
    p: float
    groups: tuple[BacktestGroup, ...]


GROUPS = {
    "support": ("call",),
    "tickets": ("ticket",),
    "payments": ("payment_",),
    "products": ("share_of_",),
    "volume": ("orders_per_day", "units_per_day", "revenue_"),
    "baskets": ("orders_of_", "lines_", "units_per_line"),
    "times": ("orders_",),
}
"""Kind of figures -> how their names begin; the first that fits counts."""


def group_of(figure: str) -> str:
    """The kind of a figure; what no kind knows is a measure of payments."""
    fits = (name for name, begins in GROUPS.items() if figure.startswith(begins))
    return next(fits, "payments")


def least_replications(level: float = LEVEL) -> int:
    """Fewer have no interval: the farthest of them is passed too often by chance."""
    return math.ceil(2 / (1 - level) - 1 - 1e-9)


def judge(
    real: Figures,
    replications: Sequence[Figures],
    level: float = LEVEL,
    wider: Mapping[str, float] | None = None,
) -> Judged:
    """Every figure of `real` against the replications, which have them all.

    `wider`: figure -> how many times as far from their mean its replications are taken to lie, for
    the chance in the scenario's own fit (`sim.experiments.fitted_on`). Raises UserError for fewer
    replications than `least_replications`.
    """
    n = len(replications)
    if n < least_replications(level):
        raise UserError(
            f"{n} replications cannot say where {level:.0%} of all seasons lie; give "
            f"{least_replications(level)} or more."
        )
    names = [name for name in real if all(math.isfinite(each[name]) for each in replications)]
    everyone = np.array([[each[name] for name in names] for each in (real, *replications)])
    factors = [(wider or {}).get(name, 1.0) for name in names]
    everyone[1:] = _widened(everyone[1:], np.array(factors), names)
    cut = math.floor((1 - level) / 2 * (n + 1) + 1e-9)
    outside, farness = _outside(everyone, cut), _farness(everyone)
    misses, farthest = outside.sum(axis=1), farness.max(axis=1)
    simulated = np.sort(everyone[1:], axis=0)
    figures = tuple(
        BacktestFigure(
            figure=name,
            real=real[name],
            simulated=float(simulated[:, j].mean()),
            low=float(simulated[cut - 1, j]),
            high=float(simulated[n - cut, j]),
            rank=_rank(real[name], simulated[:, j]),
            inside=not outside[0, j],
            p_joint=float((farthest >= farness[0, j]).mean()),
        )
        for j, name in enumerate(names)
    )
    return Judged(
        figures=figures,
        covers=1 - 2 * cut / (n + 1),
        expected_misses=float(misses[1:].mean()),
        usual_misses=int(np.sort(misses[1:])[math.ceil(level * n) - 1]),
        p=_joint(misses, farthest),
        groups=tuple(_groups(names, outside, farness)),
    )


def _widened(simulated: Floats, factors: Floats, names: Sequence[str]) -> Floats:
    """Replications farther from their mean; no figure is below 0, and no share above 1."""
    mean = simulated.mean(axis=0)
    most = [1.0 if is_share(name) else np.inf for name in names]
    far: Floats = np.clip(mean + factors * (simulated - mean), 0.0, most)
    return np.where(factors == 1.0, simulated, far)


def _joint(misses: NDArray[Any], farthest: Floats) -> float:
    """Of all seasons, those as unusual as the real one, which stands first.

    Each is as unusual as the rarer of its two sides; so asking two questions costs nothing of the
    level (min-p of Westfall and Young).
    """
    rarer = np.minimum(*((each[:, None] <= each).mean(axis=1) for each in (misses, farthest)))
    return float((rarer <= rarer[0] + 1e-9).mean())


def _groups(
    names: Sequence[str], outside: NDArray[np.bool_], farness: Floats
) -> Iterator[BacktestGroup]:
    kinds = np.array([group_of(name) for name in names])
    for kind in dict.fromkeys(kinds.tolist()):
        misses, far = outside[:, kinds == kind], farness[:, kinds == kind]
        yield BacktestGroup(
            name=kind,
            figures=misses.shape[1],
            inside=int((~misses[0]).sum()),
            p=_joint(misses.sum(axis=1), far.max(axis=1)),
        )


def _outside(everyone: Floats, cut: int) -> NDArray[np.bool_]:
    """Whether fewer than `cut` of the others lie as low, or as high; shape (seasons, figures)."""
    ordered = np.sort(everyone, axis=0)
    low, high = ordered[cut], ordered[-cut - 1]
    outside: NDArray[np.bool_] = (everyone < low) | (everyone > high)
    return outside


def _farness(everyone: Floats) -> Floats:
    """Standard deviations from the mean, of all seasons alike; shape (seasons, figures)."""
    spread = everyone.std(axis=0)
    apart = np.abs(everyone - everyone.mean(axis=0))
    farness: Floats = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
    return farness


def _rank(value: float, simulated: Floats) -> float:
    return float((simulated < value).mean() + (simulated == value).mean() / 2)
