"""What a website can serve, from its response times against its load: an M/M/c queue by the minute.

A page takes its own time while the site is quiet, and waits besides once the workers are busy. So
quiet minutes show the time of a page, and the load from which times rise shows how many workers
there are. A log of a site that was never strained shows only that there are at least so many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.access.lines import UNTIMED, Hit

Floats = NDArray[np.float64]
MINUTE = 60
_BINS = 20
"""Classes of load, each of as many minutes."""
_QUIET = 5
"""The quietest of these classes, of which the time of a page is taken."""
_LEAST_MINUTES = 120
_LEAST_PAGES = 20
"""In all quiet minutes, times this."""
_RISES = 1.3
"""The busiest minutes take so much longer than quiet ones, or the log does not show the workers."""
_MOST_WORKERS = 10_000
_CHI_SQUARE = 3.841
"""95 % of one degree of freedom."""
_REFUSED = frozenset((429, 502, 503, 504))
_LEAST_REFUSED = 20


@dataclass
class Load:
    """Requests of each minute that the shop had to work on; errors apart."""

    pages: Counter[int] = field(default_factory=Counter)
    """Minute since 1970 -> requests with a response time."""
    seconds: Counter[int] = field(default_factory=Counter)
    """Their response times, summed, in microseconds."""
    refused: Counter[int] = field(default_factory=Counter)
    """Requests that were turned away (429, 502, 503, 504)."""

    def add(self, hit: Hit) -> None:
        """Count a request."""
        if hit.took == UNTIMED:
            return
        minute = hit.at // MINUTE
        if hit.status in _REFUSED:
            self.refused[minute] += 1
        elif hit.status == 200:
            self.pages[minute] += 1
            self.seconds[minute] += round(hit.took * 1e6)

    def count(self, hits: Iterable[Hit]) -> Load:
        """Count all of them."""
        for hit in hits:
            self.add(hit)
        return self


@dataclass(frozen=True)
class Capacity:
    """What response times show of a website; `why_not` says what they do not."""

    page_time: float | None
    """Seconds of work on one page."""
    page_time_interval: tuple[float, float]
    workers: int | None
    """None where the log does not show them."""
    workers_interval: tuple[int, int]
    at_least: int
    """Workers that must have been there, for times to stay as they were."""
    room: int | None
    """Pages that may wait; None where too few were turned away to tell."""
    explained: float
    """Of the variance between the classes of load, the share that the queue explains (R^2)."""
    minutes: int
    busiest: float
    """Pages per second, in the twentieth of the minutes with the highest load."""
    rise: float
    """How many times longer a page takes in them than in quiet minutes."""
    why_not: str
    """Empty where workers were fitted."""


def fit_capacity(load: Load) -> Capacity:
    """Page time and workers by weighted least squares on the mean times of classes of load.

    Intervals are 95 %: of the page time by the spread between minutes, of the workers by profile,
    widened where the queue fits worse than chance allows.
    """
    minutes = np.array(sorted(load.pages), dtype=np.int64)
    if len(minutes) < _LEAST_MINUTES:
        return _unknown(len(minutes), f"{len(minutes)} minutes with response times are too few")
    pages = np.array([load.pages[int(minute)] for minute in minutes], dtype=float)
    total = np.array([load.seconds[int(minute)] for minute in minutes]) / 1e6
    order = np.argsort(pages, kind="stable")
    classes = np.array_split(order, _BINS)
    rate, time, error = (
        np.array(column)
        for column in zip(*(_of_class(pages[c], total[c]) for c in classes), strict=True)
    )
    if pages[np.concatenate(classes[:_QUIET])].sum() < _LEAST_PAGES * _QUIET or not time[0]:
        return _unknown(len(minutes), "there are too few pages in its quiet minutes")
    quiet, spread = _quiet(time, error)
    interval = (max(0.0, quiet - 1.96 * spread), quiet + 1.96 * spread)
    rise = float(time[-1] / quiet)
    if rise < _RISES:
        least = _fewest(rate, time, error, quiet)
        why = (
            f"pages of the busiest minutes ({rate[-1]:.2g} a second) take {rise:.2f} times those "
            f"of quiet ones, too little to tell the workers from; there are at least {least}"
        )
        return Capacity(
            quiet, interval, None, (least, _MOST_WORKERS), least, None, 0.0, len(minutes),
            float(rate[-1]), rise, why,
        )  # fmt: skip
    quiet, workers, (low, high), explained = _fit(rate, time, error, quiet)
    return Capacity(
        quiet, interval, workers, (low, high), low, _room(load, quiet, workers), explained,
        len(minutes), float(rate[-1]), rise, "",
    )  # fmt: skip


def response_time(rate: Floats, page_time: float, workers: int) -> Floats:
    """Mean seconds of a page in an M/M/c queue at each rate per second; infinite at capacity.

    Erlang C by the recursion of Erlang B, which is stable for any number of workers.
    """
    offered = rate * page_time
    blocked = np.ones_like(offered)
    for servers in range(1, workers + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    free = workers - offered
    with np.errstate(divide="ignore", invalid="ignore"):
        waits = workers * blocked / (workers - offered * (1 - blocked))
        return np.where(free > 0, page_time + waits * page_time / free, np.inf)


def _of_class(pages: Floats, total: Floats) -> tuple[float, float, float]:
    """Pages per second, mean response time, and its standard error by the spread of minutes."""
    mean = float(total.sum() / pages.sum())
    residual = total - mean * pages
    n = len(pages)
    error = float(np.sqrt((residual**2).sum() * n / (n - 1)) / pages.sum())
    return float(pages.mean()) / MINUTE, mean, max(error, mean * 0.01)


def _quiet(time: Floats, error: Floats) -> tuple[float, float]:
    """The response time of the quietest classes, and its standard error."""
    weight = error[:_QUIET] ** -2.0
    return float(time[:_QUIET] @ weight / weight.sum()), float(weight.sum() ** -0.5)


def _misfit(rate: Floats, time: Floats, error: Floats, page_time: float, workers: int) -> float:
    """Weighted squares; minutes of one class differ in load, so a site near capacity is capped."""
    expected = response_time(np.minimum(rate, 0.999 * workers / page_time), page_time, workers)
    return float((((time - expected) / error) ** 2).sum())


def _best_page_time(
    rate: Floats, time: Floats, error: Floats, start: float, workers: int
) -> tuple[float, float]:
    """The page time that fits best with so many workers, and its misfit."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda page_time: _misfit(rate, time, error, page_time, workers),
        bounds=(start * 0.6, start * 1.03),
        method="bounded",
        options={"maxiter": 40},
    )
    return float(found.x), float(found.fun)


def _candidates(rate: Floats, page_time: float) -> list[int]:
    """Workers to try: from what the load needs at least to twenty times that."""
    least = max(1, int(rate[-1] * page_time * 0.6))
    most = min(_MOST_WORKERS, 20 * least + 20)
    return sorted({round(each) for each in np.geomspace(least, most, 120)})


def _fit(
    rate: Floats, time: Floats, error: Floats, quiet: float
) -> tuple[float, int, tuple[int, int], float]:
    """Page time, workers, their interval, and R^2."""
    misfit = {
        workers: _best_page_time(rate, time, error, quiet, workers)
        for workers in _candidates(rate, quiet)
    }
    best = min(misfit, key=lambda workers: misfit[workers][1])
    for near in range(max(1, int(best * 0.9)), min(_MOST_WORKERS, int(best * 1.1) + 1) + 1):
        misfit.setdefault(near, _best_page_time(rate, time, error, quiet, near))
    best = min(misfit, key=lambda workers: misfit[workers][1])
    page_time, least = misfit[best]
    allowed = least + _CHI_SQUARE * max(1.0, least / (len(rate) - 2))
    inside = [workers for workers in misfit if misfit[workers][1] <= allowed]
    weight = error**-2.0
    spread = float((weight * (time - np.average(time, weights=weight)) ** 2).sum())
    return page_time, best, (min(inside), max(inside)), max(0.0, 1 - least / spread)


def _fewest(rate: Floats, time: Floats, error: Floats, quiet: float) -> int:
    """The fewest workers with which times would have stayed as flat as they did."""
    misfit = {w: _best_page_time(rate, time, error, quiet, w)[1] for w in _candidates(rate, quiet)}
    least = min(misfit.values())
    allowed = least + _CHI_SQUARE * max(1.0, least / (len(rate) - 2))
    return min(workers for workers in misfit if misfit[workers] <= allowed)


def _room(load: Load, page_time: float, workers: int) -> int | None:
    """Pages that waited in the minutes that turned some away: nearly all the room there is."""
    full = [minute for minute in load.refused if load.pages[minute]]
    if sum(load.refused[minute] for minute in full) < _LEAST_REFUSED:
        return None
    seconds = sum(load.seconds[minute] for minute in full) / 1e6
    mean = seconds / sum(load.pages[minute] for minute in full)
    return max(0, round(workers * (mean / page_time - 1)))


def _unknown(minutes: int, why: str) -> Capacity:
    return Capacity(
        None, (0.0, 0.0), None, (1, _MOST_WORKERS), 1, None, 0.0, minutes, 0.0, 1.0, why
    )
