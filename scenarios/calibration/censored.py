"""Laws of durations by maximum likelihood, also where some were cut off before they ended."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.laws import Exponential, Lognormal
from scenarios.units import format_duration

Floats = NDArray[np.float64]
_Z = 1.96
_KNOWN = 0.01
"""Of the durations: with fewer left the curve itself is not known."""
FEWEST = 20
"""Durations that ended, below which no law is fitted."""


@dataclass(frozen=True)
class FittedLaw:
    """The likelier of two laws, and how well it fits."""

    law: Exponential | Lognormal
    n: int
    """Durations, cut off ones too."""
    ended: int
    """Of them, seen to their end."""
    interval: tuple[float, float]
    """Of the mean of an exponential, the median of a lognormal: 95 %, in seconds."""
    distance: float
    """Largest gap to the Kaplan-Meier curve, while one in a hundred was still there."""
    gain: float
    """Log-likelihood above that of the other law."""

    def words(self) -> str:
        """The same for a comment."""
        low, high = (format_duration(_rounded(bound)) for bound in self.interval)
        law, centre, other = self.law.law, "mean", "lognormal"
        if isinstance(self.law, Lognormal):
            centre, other = "median", "exponential"
        cut = f", {self.n - self.ended:,} of them cut off" if self.ended < self.n else ""
        return (
            f"{law}, {centre} {low} to {high} (95 %), n = {self.n:,}{cut}; log-likelihood "
            f"{self.gain:,.1f} above {other}; off by at most {self.distance:.1%} "
            f"({'Kaplan-Meier' if cut else 'Kolmogorov-Smirnov'})"
        )


def fit_law(times: Floats, ended: NDArray[np.bool_] | None = None) -> FittedLaw | None:
    """Exponential or lognormal, whichever is likelier (both judged by AIC).

    `times` has shape (n,), in seconds, above 0; where `ended` is False the duration was cut off
    then, and only known to be longer. None where fewer than `FEWEST` ended.
    """
    over = np.ones(len(times), bool) if ended is None else ended
    keep = times > 0
    times, over = times[keep], over[keep]
    count = int(over.sum())
    if count < FEWEST:
        return None
    mean = float(times.sum()) / count
    short = -count * math.log(mean) - count
    mu, sigma, wide = _lognormal(times, over)
    gain = wide - short
    if gain - 1 > 0 and sigma > 0:  # AIC: the lognormal has a parameter more
        law: Exponential | Lognormal = Lognormal(
            law="lognormal", median=_rounded(math.exp(mu)), sigma=round(sigma, 3)
        )
        half = _Z * sigma / math.sqrt(count)
        centre = math.exp(mu)
    else:
        law, gain = Exponential(law="exponential", mean=_rounded(mean)), -gain
        half, centre = _Z / math.sqrt(count), mean
    interval = (centre * math.exp(-half), centre * math.exp(half))
    return FittedLaw(law, len(times), count, interval, _distance(times, over, law), gain)


def survival_curve(times: Floats, ended: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Moments at which a duration ended, and the share that lasts longer than each.

    Kaplan and Meier 1958: who was cut off stays in the count until then.
    """
    moments, counts = np.unique(times[ended], return_counts=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), moments, "left")
    return moments, np.asarray(np.cumprod(1 - counts / at_risk), np.float64)


def _lognormal(times: Floats, ended: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Mean and deviation of the logarithm, and the log-likelihood."""
    logs = np.log(times)
    if ended.all():
        mu, sigma = float(logs.mean()), max(float(logs.std()), 1e-6)
    else:
        from scipy.optimize import minimize

        start = (float(logs[ended].mean()) + 0.5, math.log(max(float(logs[ended].std()), 0.1)))
        best = minimize(lambda at: -_likelihood(logs, ended, at[0], math.exp(at[1])), start,
                        method="Nelder-Mead")  # fmt: skip
        mu, sigma = float(best.x[0]), math.exp(float(best.x[1]))
    return mu, sigma, _likelihood(logs, ended, mu, sigma)


def _likelihood(logs: Floats, ended: NDArray[np.bool_], mu: float, sigma: float) -> float:
    from scipy.special import log_ndtr

    z = (logs - mu) / sigma
    density = -0.5 * z[ended] ** 2 - math.log(sigma * math.sqrt(2 * math.pi)) - logs[ended]
    return float(density.sum() + log_ndtr(-z[~ended]).sum())


def _distance(times: Floats, ended: NDArray[np.bool_], law: Exponential | Lognormal) -> float:
    moments, curve = survival_curve(times, ended)
    if isinstance(law, Exponential):
        expected = np.exp(-moments / law.mean)
    else:
        from scipy.special import ndtr

        expected = ndtr(-(np.log(moments) - math.log(law.median)) / max(law.sigma, 1e-9))
    before = np.concatenate(([1.0], curve[:-1]))
    gap = np.maximum(np.abs(expected - curve), np.abs(expected - before))
    at_risk = len(times) - np.searchsorted(np.sort(times), moments, "left")
    return float(gap[at_risk >= _KNOWN * len(times)].max())


def _rounded(seconds: float) -> float:
    """Three digits are more than any sample knows."""
    return float(f"{seconds:.3g}")
