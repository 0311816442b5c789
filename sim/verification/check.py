"""What a check is, and how samples of an engine are judged: by theory, or by equality."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reports.intervals import mean_interval, two_sided
from sim.verification.closed_forms import Floats, zero_mean_p

Counted = Sequence[tuple[float, float]]
"""Of one replication: for every figure what was counted, and of how much."""
Play = Callable[[int, int], Counted]
"""Plays one replication by (seed, number)."""
SAME = 1e-6
"""Sums of waits may differ by rounding; this is finer than one of the largest count."""


class Row(NamedTuple):
    """One figure: what it should be, and what it came to."""

    figure: str
    theory: float
    simulated: float
    half_width: float
    """Of the 95% interval; 0 where the two must be equal."""
    p: float
    """Of a deviation like this one, by itself; 0 or 1 where the two must be equal."""


class Finding(NamedTuple):
    """What a check has found."""

    check: str
    title: str
    rows: tuple[Row, ...]
    p: float
    """Of such a sample, all figures taken together, if the engine is right."""
    passed: bool
    broken: str = ""
    """What the engine said when it could not play a replication; then there are no rows."""


@dataclass(frozen=True)
class Check:
    """Replications by which the engine is held against what is known otherwise."""

    name: str
    title: str
    replications: int
    play: Play
    theory: Callable[[], dict[str, float]] | None
    """Every figure by name, as the counted over the counted of; None: both must be equal."""
    figures: tuple[str, ...] = ()
    """Names of the figures that must be equal."""

    def judge(self, sample: Sequence[Counted], level: float) -> Finding:
        """`sample` has shape (replications, figures, 2); it fails where its p is below `level`."""
        pairs = np.array(sample, float)
        if self.theory is None:
            rows = _equal(self.figures, pairs)
            p = min(row.p for row in rows)
        else:
            rows, p = _agree(self.theory(), pairs)
        return Finding(self.name, self.title, rows, p, p >= level)

    def broke(self, fault: str) -> Finding:
        """What is found where a replication could not be played to its end."""
        return Finding(self.name, self.title, (), 0.0, False, fault)


def _agree(theory: dict[str, float], pairs: Floats) -> tuple[tuple[Row, ...], float]:
    """By Hotelling's T-squared over what each replication counts beyond what theory expects."""
    expected = np.array(list(theory.values()))
    counted, of = pairs[..., 0], pairs[..., 1]
    beyond = counted - expected * of
    rows = tuple(
        Row(
            figure,
            theory[figure],
            float(counted[:, column].sum() / of[:, column].sum()),
            mean_interval(beyond[:, column]).half_width / float(of[:, column].mean()),
            two_sided(beyond[:, column]),
        )
        for column, figure in enumerate(theory)
    )
    return rows, zero_mean_p(beyond)


def _equal(figures: Sequence[str], pairs: Floats) -> tuple[Row, ...]:
    """Both counted in every replication; shown are the sums."""
    ours, theirs = pairs[..., 0], pairs[..., 1]
    same = np.all(np.isclose(ours, theirs, rtol=SAME, atol=0), axis=0).tolist()
    return tuple(
        Row(figure, theirs[:, column].sum(), ours[:, column].sum(), 0.0, float(same[column]))
        for column, figure in enumerate(figures)
    )
