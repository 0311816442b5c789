"""A support desk fitted on a record of calls: handling, patience, arrivals, and who was at work.

Handling is lognormal, patience exponential among those who queued, arrivals by the slot of the day
with a spread beyond Poisson. How many agents there were such a record does not say: they are
inferred, slot by slot, as the number with which an Erlang-A queue keeps callers waiting as long as
they waited.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.agents import Shift
from scenarios.erlang_a import ErlangA
from scenarios.errors import UserError
from scenarios.laws import Exponential, Lognormal
from scenarios.support import Desk

Floats = NDArray[np.float64]
DAY, SLOT = 86400, 1800
SLOTS = DAY // SLOT
COLUMNS = ("date", "vru_exit", "q_start", "q_time", "outcome", "ser_time")
MOST_AGENTS = 500


@dataclass(frozen=True)
class Calls:
    """Calls that asked for an agent, in order of time; shape (calls,) each, times in seconds."""

    day: NDArray[np.int64]
    """Proleptic ordinal of the date."""
    at: Floats
    """Of the day, when the caller was ready to be answered."""
    waited: Floats
    gave_up: NDArray[np.bool_]
    handling: Floats
    """0 for who gave up."""

    def __len__(self) -> int:
        return len(self.day)

    def select(self, which: NDArray[np.bool_]) -> Calls:
        """Some of the calls; `which` has shape (calls,)."""
        return Calls(
            self.day[which], self.at[which], self.waited[which], self.gave_up[which],
            self.handling[which],
        )  # fmt: skip

    @property
    def days(self) -> NDArray[np.int64]:
        """The days on which somebody called, ascending."""
        return np.unique(self.day)


def read_calls(path: Path) -> Calls:
    """Calls from a CSV file, perhaps gzipped, with the columns of `COLUMNS`.

    `date` is yymmdd, clocks are h:mm:ss, times seconds, `outcome` AGENT or HANG. Who hung up before
    the queue asked nobody and is left out. Raises UserError for another table.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    rows = []
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (table.fieldnames or ())]:
            raise UserError(
                f"{path} lacks the column {', '.join(missing)}; expected a call record."
            )
        for line, row in enumerate(table, 2):
            try:
                if row["outcome"] == "AGENT" or float(row["q_time"]) > 0:
                    rows.append(_call(row))
            except ValueError as error:
                raise UserError(f"{path}:{line}: {error}; expected one call.") from None
    rows.sort()
    day, at, waited, gave_up, handling = (np.array(column) for column in zip(*rows, strict=True))
    return Calls(day, at, waited, gave_up, handling)


def _call(row: dict[str, str]) -> tuple[int, float, float, bool, float]:
    waited = float(row["q_time"])
    began = row["q_start"] if waited else row["vru_exit"]
    hours, minutes, seconds = map(int, began.split(":"))
    day = dt.datetime.strptime(row["date"], "%y%m%d").toordinal()
    gave_up = row["outcome"] != "AGENT"
    took = 0.0 if gave_up else float(row["ser_time"])
    return day, hours * 3600.0 + minutes * 60 + seconds, waited, gave_up, took


# the laws -------------------------------------------------------------------------------------


def fit_handling(calls: Calls) -> Lognormal:
    """Lognormal by its mean and the spread of the logarithm; calls of 0 s are no talks.

    The mean of the data is kept, since an agent's work depends on it and on little else; moments of
    the logarithm alone would overstate it for a law that is not quite lognormal.
    """
    talks = calls.handling[calls.handling > 0]
    sigma = float(np.log(talks).std())
    return Lognormal(
        law="lognormal", median=float(talks.mean()) * np.exp(-(sigma**2) / 2), sigma=sigma
    )


def fit_patience(calls: Calls) -> Exponential:
    """Exponential by maximum likelihood among those who queued: an answer cuts patience off."""
    queued = calls.waited > 0
    gave_up = int((queued & calls.gave_up).sum())
    if not gave_up:
        raise UserError("Nobody gave up in this record, so it does not show patience.")
    return Exponential(law="exponential", mean=float(calls.waited[queued].sum()) / gave_up)


def kaplan_meier(calls: Calls, at: Floats) -> Floats:
    """Share of those who queued that is patient for longer than `at` seconds; shape of `at`.

    No law is assumed: who was answered stays in the count until then (Kaplan and Meier 1958).
    """
    queued = calls.waited > 0
    waited, gave_up = calls.waited[queued], calls.gave_up[queued]
    times, counts = np.unique(waited[gave_up], return_counts=True)
    waiting = len(waited) - np.searchsorted(np.sort(waited), times, "left")
    survival = np.concatenate(([1.0], np.cumprod(1 - counts / waiting)))
    return np.asarray(survival[np.searchsorted(times, at, "right")])


def arrivals_by_slot(calls: Calls, seconds: int = SLOT) -> NDArray[np.int64]:
    """Calls in each slot of each day, shape (days, slots)."""
    slots = DAY // seconds
    day = np.searchsorted(calls.days, calls.day)
    cell = day * slots + (calls.at // seconds).astype(np.int64)
    return np.bincount(cell, minlength=len(calls.days) * slots).reshape(-1, slots)


def dispersion(counts: NDArray[np.int64]) -> float:
    """Variance over the days beside the mean, over all slots; 1 for a Poisson process.

    `counts` has shape (days, slots).
    """
    return float(counts.var(axis=0, ddof=1).sum() / counts.mean(axis=0).sum())


def day_cv(calls: Calls) -> float:
    """Spread from day to day beyond Poisson, as `demand.day_cv` takes it."""
    totals = arrivals_by_slot(calls, DAY)[:, 0]
    beyond = totals.var(ddof=1) - totals.mean()
    return float(np.sqrt(max(0.0, beyond)) / totals.mean())


# the agents -----------------------------------------------------------------------------------


def infer_agents(calls: Calls, handling: float, patience: float) -> NDArray[np.int64]:
    """Agents in each half hour of the day, shape (48,): with them an Erlang-A queue makes callers
    wait as nearly as possible as long as these did. `handling` and `patience`: means in seconds."""
    slot = (calls.at // SLOT).astype(np.int64)
    came = np.bincount(slot, minlength=SLOTS)
    waited = np.bincount(slot, calls.waited, SLOTS)
    agents = np.zeros(SLOTS, np.int64)
    for each in np.flatnonzero(came):
        rate = came[each] / (len(calls.days) * SLOT)
        observed = waited[each] / came[each]
        agents[each] = _nearest(observed, rate, handling, patience)
    return agents


def _nearest(observed: float, arrivals: float, handling: float, patience: float) -> int:
    before = np.inf
    for agents in range(MOST_AGENTS):
        wait = ErlangA(arrivals, handling, patience, agents).mean_wait
        if wait <= observed:
            return agents if observed - wait <= before - observed else agents - 1
        before = wait
    return MOST_AGENTS


# the desk -------------------------------------------------------------------------------------


def fit_desk(calls: Calls) -> Desk:
    """A phone desk with the laws and the agents of these calls, every day alike."""
    handling, patience = fit_handling(calls), fit_patience(calls)
    agents = infer_agents(calls, handling.mean_seconds, patience.mean_seconds)
    return Desk(
        channel="phone", handling=handling, patience=patience, shifts=tuple(shifts_of(agents))
    )


def shifts_of(agents: NDArray[np.int64]) -> Iterator[Shift]:
    """One shift for each spell of half hours with as many agents."""
    changes = np.flatnonzero(np.diff(agents, prepend=-1, append=-1))
    for begin, end in pairwise(changes):
        if agents[begin]:
            yield Shift(begins=_clock(begin), ends=_clock(end % SLOTS), agents=int(agents[begin]))


def _clock(slot: np.intp) -> dt.time:
    return dt.time(int(slot) // 2, int(slot) % 2 * 30)
