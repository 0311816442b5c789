"""Fits lognormal laws to times in whole seconds, with intervals and with how well they fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.laws import Lognormal

Floats = NDArray[np.float64]
Z = 1.959964
MIN_TIMES = 50
"""Fewer times say too little about a spread."""


@dataclass(frozen=True)
class LognormalFit:
    """A lognormal law by maximum likelihood; intervals are 95 %, of independent times."""

    median: float
    median_interval: tuple[float, float]
    sigma: float
    sigma_interval: tuple[float, float]
    distance: float
    """Greatest difference between the shares below any second (Kolmogorov-Smirnov)."""
    times: int

    @property
    def law(self) -> Lognormal:
        """As a scenario writes it."""
        return Lognormal(law="lognormal", median=round(self.median, 1), sigma=round(self.sigma, 2))

    def __str__(self) -> str:
        low, high = self.median_interval
        least, most = self.sigma_interval
        return (
            f"lognormal, median {self.median:.1f} s ({low:.1f} to {high:.1f}), sigma "
            f"{self.sigma:.2f} ({least:.2f} to {most:.2f}, 95 %), from {self.times:,} times, off "
            f"by at most {self.distance:.1%} (Kolmogorov-Smirnov)"
        )


def fit_lognormal(counts: Mapping[int, int], longest: int | None = None) -> LognormalFit | None:
    """The law of times given as counts by whole seconds; None for fewer than `MIN_TIMES`.

    A clock of whole seconds shows a time to the second, so each count stands for half a second on
    either side. `longest`: times above it could not be seen (a longer pause ends the session), and
    the law is fitted as one cut off there.
    """
    from scipy.optimize import minimize
    from scipy.special import ndtr

    seconds = np.array(sorted(time for time in counts if counts[time]), dtype=float)
    weight = np.array([counts[int(time)] for time in seconds], dtype=float)
    times = int(weight.sum())
    if times < MIN_TIMES or len(seconds) < 3:
        return None
    above = np.log(seconds + 0.5)
    below = np.log(np.maximum(seconds - 0.5, 1e-9))
    logs = np.log(np.maximum(seconds, 0.25))
    mean = float(np.average(logs, weights=weight))
    spread = float(np.sqrt(np.average((logs - mean) ** 2, weights=weight)))
    cut = math.inf if longest is None else math.log(longest + 0.5)

    def mass(mu: float, sigma: float) -> Floats:
        inside = ndtr((above - mu) / sigma) - ndtr((below - mu) / sigma)
        return np.asarray(np.maximum(inside / max(ndtr((cut - mu) / sigma), 1e-300), 1e-300))

    def loss(point: Floats) -> float:
        return -float(weight @ np.log(mass(point[0], math.exp(point[1]))))

    start = np.array([mean, math.log(max(spread, 0.05))])
    mu, log_sigma = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-5}).x
    errors = _standard_errors(loss, np.array([mu, log_sigma]))
    sigma = math.exp(log_sigma)
    seen = np.cumsum(weight) / times
    law = ndtr((above - mu) / sigma) / ndtr((cut - mu) / sigma)
    return LognormalFit(
        median=math.exp(mu),
        median_interval=(math.exp(mu - Z * errors[0]), math.exp(mu + Z * errors[0])),
        sigma=sigma,
        sigma_interval=(sigma * math.exp(-Z * errors[1]), sigma * math.exp(Z * errors[1])),
        distance=float(np.abs(seen - law).max()),
        times=times,
    )


def _standard_errors(loss: Callable[[Floats], float], point: Floats) -> Floats:
    """From the curvature of the negative log-likelihood of two parameters, by differences."""
    step = 1e-3
    units = np.eye(2) * step
    curvature = np.array(
        [
            [
                loss(point + a + b) - loss(point + a - b) - loss(point - a + b)
                + loss(point - a - b)
                for a in units
            ]
            for b in units
        ]
    ) / (4 * step**2)  # fmt: skip
    variances = np.diag(np.linalg.inv(curvature))
    return np.asarray(np.sqrt(np.maximum(variances, 0.0)))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); 0 to 1 for a share of nothing."""
    if not whole:
        return 0.0, 1.0
    share, squared = part / whole, Z * Z
    middle = (share + squared / (2 * whole)) / (1 + squared / whole)
    half = (
        Z
        / (1 + squared / whole)
        * math.sqrt(share * (1 - share) / whole + squared / (4 * whole**2))
    )
    return max(0.0, middle - half), min(1.0, middle + half)
