"""`esfand calibrate --load-run`: what a site can serve, fitted to the requests of a live run.

The simulated site is the queue M/M/c/K (`sim.page_queue`). A live run shows how long requests took
at each rate at which they came; the fit is the number of workers and the work of a page for which
the queue's mean times come closest to these, by least squares of their logarithms, weighed by the
requests. Every request counts as a page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports import requests, run_folder
from reports.console import table
from reports.requests import Traffic
from scenarios.errors import UserError
from scenarios.loader import load_text
from scenarios.schema import Scenario
from scenarios.website import Website
from scenarios.writer import dump, write_new
from sim.page_queue import PageQueue

SLICE = 5.0
"""Seconds over which a rate is taken."""
GROUPS = 12
"""Slices of like rates are put together: fewer make the fit coarse, more make each noise."""
LEAST_REQUESTS = 500
FILLED = 0.7
"""Below this occupancy a queue hardly forms, and its times say little of how many work."""
WORKERS = (*range(1, 33), *range(36, 65, 4), *range(72, 129, 8), *range(144, 513, 16))
_WIDTH = 100


class Rate(NamedTuple):
    """Slices of a run in which requests came at like rates."""

    per_second: float
    seconds: float
    """Mean service time."""
    requests: int


@dataclass(frozen=True)
class SiteFit:
    """A site, and how it compares with the run that it was fitted to."""

    website: Website
    rates: Sequence[Rate]
    occupancy: float
    """Of the fitted workers at the highest rate."""
    file: Path
    run: Path

    @property
    def filled(self) -> bool:
        """Whether the run asked for enough to show how many workers there are."""
        return self.occupancy >= FILLED

    def expected(self, rate: Rate) -> float:
        """Mean time of a page at a rate, by the fitted queue."""
        return _queue(rate.per_second, self.website).mean

    def text(self) -> str:
        """For people: the fit, then each rate beside it."""
        site = self.website
        work = f"{site.page_time * 1000:,.1f} ms"
        sentences = [
            f"Fitted to {self.run}: {site.workers} workers, {work} of work on a page, "
            f"{site.pages:,.2f} pages of a session over {site.visit:,.0f} s.",
        ]
        if not self.filled:
            sentences.append(
                f"The run never filled the site (at most {self.occupancy:.0%} of these workers): "
                "there may be more of them. Load it harder (--speed) to see where it ends."
            )
        rows = [("", "requests/s", "requests", "live mean", "fitted mean")]
        for rate in self.rates:
            rows.append(
                (
                    "",
                    f"{rate.per_second:,.1f}",
                    f"{rate.requests:,}",
                    f"{rate.seconds * 1000:,.1f} ms",
                    f"{self.expected(rate) * 1000:,.1f} ms",
                )
            )
        wrapped = [line for text in sentences for line in textwrap.wrap(text, _WIDTH)]
        return "\n".join((*wrapped, "", *table(rows), "", f"Scenario: {self.file}"))

    def as_object(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "scenario": str(self.file),
            "website": self.website.model_dump(mode="json", exclude_unset=True),
            "occupancy": self.occupancy,
            "filled": self.filled,
            "rates": [{**rate._asdict(), "fitted": self.expected(rate)} for rate in self.rates],
        }


def calibrate_site(folder: Path, out: Path | None) -> SiteFit:
    """Fit a website to a live run, and write the run's scenario with it.

    Raises UserError for a run that is not live or has too few requests, and for a file that is
    there already.
    """
    run = run_folder.read(folder)
    if run.manifest.load is None:
        raise UserError(f"{folder} is no live run. Name a folder that `esfand load` wrote.")
    traffic = requests.read(folder, run.manifest.load.planned)
    if len(traffic.requests) < LEAST_REQUESTS:
        raise UserError(
            f"{folder} has {len(traffic.requests):,} requests, and a fit takes "
            f"{LEAST_REQUESTS:,} or more: play a longer window, or a faster one."
        )
    scenario = load_text(run.scenario, str(folder / run_folder.SCENARIO))
    rates = rates_of(traffic)
    if not rates:
        raise UserError(
            f"{folder} has no {SLICE:g} seconds that were not cut off and in which a request was "
            "answered, and a fit takes several of these: play a longer window."
        )
    website = fit_website(rates, traffic, scenario.website or Website())
    file = out or Path(f"{scenario.name}-calibrated.yaml")
    write_new(dump(_with(scenario, website)), file)
    busiest = max(rate.per_second for rate in rates)
    return SiteFit(website, rates, busiest * website.page_time / website.workers, file, folder)


def rates_of(traffic: Traffic) -> list[Rate]:
    """Requests by the rate at which they came, from the lowest to the highest; [] of no slice."""
    rows = traffic.requests[~traffic.failed]
    slices = (rows["sent"] // SLICE).astype(int)
    counts = np.bincount(slices)
    sums = np.bincount(slices, rows["service"])
    there = np.flatnonzero(counts)[:-1]  # the last slice is cut off
    order = there[np.argsort(counts[there], kind="stable")]
    return [
        Rate(
            float(counts[group].sum() / (SLICE * len(group))),
            float(sums[group].sum() / counts[group].sum()),
            int(counts[group].sum()),
        )
        for group in np.array_split(order, max(1, min(GROUPS, len(order))))
        if len(group)
    ]


def fit_website(rates: Sequence[Rate], traffic: Traffic, known: Website) -> Website:
    """The website whose mean times come closest; of those as close, the one of fewest workers."""
    room = known.room
    quickest = min(rate.seconds for rate in rates)
    fits = [
        (_error(rates, workers, page_time, room), workers, page_time)
        for workers in WORKERS
        for page_time in np.geomspace(0.4 * quickest, 1.02 * quickest, 24).tolist()
    ]
    best = min(error for error, _, _ in fits)
    _, workers, page_time = min((fit for fit in fits if fit[0] <= 1.05 * best), key=lambda f: f[1])
    pages, visit = _visits(traffic)
    fitted = {"workers": workers, "page_time": page_time, "pages": pages, "visit": visit}
    return known.model_copy(update=fitted)


def _error(rates: Sequence[Rate], workers: int, page_time: float, room: int) -> float:
    """Mean squared difference of the logarithms, each request alike."""
    if any(rate.per_second * page_time >= workers for rate in rates):
        return np.inf
    site = Website(workers=workers, page_time=page_time, room=room)
    squares = [
        rate.requests * np.log(_queue(rate.per_second, site).mean / rate.seconds) ** 2
        for rate in rates
    ]
    return float(sum(squares) / sum(rate.requests for rate in rates))


def _queue(per_second: float, site: Website) -> PageQueue:
    return PageQueue(per_second * site.page_time, site.workers, site.room, site.page_time)


def _visits(traffic: Traffic) -> tuple[float, float]:
    """Requests of a session, and the seconds over which they are spread."""
    rows = traffic.requests
    sessions, place = np.unique(rows["session"], return_inverse=True)
    first = np.full(len(sessions), np.inf)
    last = np.zeros(len(sessions))
    np.minimum.at(first, place, rows["sent"])
    np.maximum.at(last, place, rows["sent"] + rows["service"])
    span: NDArray[np.float64] = last - first
    return len(rows) / len(sessions), max(float(span.mean()), 1.0)


def _with(scenario: Scenario, website: Website) -> Scenario:
    return scenario.model_copy(update={"website": website})
