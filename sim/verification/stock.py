"""Stock and reservations in play against Poisson thinning, Erlang-B and the newsvendor."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from model.events import Kind, Log
from reports.log import as_array
from scenarios.loader import load
from scenarios.shoppers import Plan, draw
from sim.verification.check import Counted
from sim.verification.closed_forms import AmpleStock, Floats, Newsvendor, Queue
from sim.verification.cohort import HOUR, MINUTE
from sim.world import World, build, play

NO_QUESTIONS = ("demand.support_only=0%",)
W1_CARTS = 400_000 * 0.10 / (24 * HOUR)
"""Carts a second of the scenario `benchmark-w1`."""
AMPLE = AmpleStock(
    arrivals=W1_CARTS, ready=0.6, median=6 * MINUTE, sigma=1.0, timeout=30 * MINUTE, end=6 * HOUR
)
FOLLOWED = AMPLE.end - AMPLE.timeout
"""Carts of the time before are followed until their reservation ends."""
AGES = (2 * MINUTE, 6 * MINUTE, 15 * MINUTE, 30 * MINUTE)
LINES = Queue(24_000 * 0.10 / (24 * HOUR), 1 / (20 * MINUTE), agents=30, places=30)
"""Units of one product that each reservation keeps busy for 20 minutes."""
FILLED = 2 * HOUR
"""By then the reservations of the first shoppers have come and gone."""
LOOK_EVERY = 60.0
PERIOD = 6 * HOUR
UNITS = 60
"""Of each product, for the period."""


# ample stock --------------------------------------------------------------------------------


def ample() -> dict[str, float]:
    """Thinned Poisson processes."""
    in_time, late, expired, reserved = AMPLE.means().tolist()
    return {
        "carts paid in time": in_time,
        "carts paid late": late,
        "carts expired, not paid": expired,
        "carts still reserved": reserved,
        "carts refused": 0.0,
    }


def play_ample(seed: int, number: int) -> Counted:
    """The reservation store with more of everything than anybody could want."""
    log = play(_ample_plan(), seed, number).shop.log
    made, paid, released = _times(log)
    late = paid > released
    by_fate = (
        ~np.isnan(paid) & ~late,
        late,
        ~np.isnan(released) & np.isnan(paid),
        np.isnan(paid) & np.isnan(released) & ~np.isnan(made),
    )
    refused = (as_array(log)["kind"] == Kind.REFUSED).sum()
    return [(int(each.sum()), 1) for each in by_fate] + [(int(refused), 1)]


def payment_times() -> dict[str, float]:
    """The lognormal law, cut off by the timeout."""
    paid = {f"paid within {age / MINUTE:g} min": AMPLE.paid_by(age) for age in AGES}
    return paid | {
        "reservations that run out": 1 - AMPLE.paid_by(AMPLE.timeout),
        "mean life of a reservation, s": AMPLE.mean_life,
        "units reserved (Little)": AMPLE.arrivals * AMPLE.mean_life,
    }


def play_payment_times(seed: int, number: int) -> Counted:
    """Carts of the first hours, each followed until its reservation ends."""
    plan = _ample_plan()
    world = build(plan, draw(plan, seed, number))
    reserved = _look(world, AMPLE.timeout, AMPLE.end)
    made, paid, released = _times(world.shop.log)
    ours = made < FOLLOWED
    carts = int(ours.sum())
    age = (paid - made)[ours]
    ended = np.fmin(np.fmin(paid, released), AMPLE.end)  # all of them, unless one was forgotten
    return [
        *((int((age <= limit).sum()), carts) for limit in AGES),
        (int((~np.isnan(released[ours])).sum()), carts),
        (float((ended - made)[ours].sum()), carts),
        (reserved, 1),
    ]


@lru_cache(maxsize=1)
def _ample_plan() -> Plan:
    settings = ("catalogue.goods.stock=1000000", f"season.duration={AMPLE.end / HOUR:g} h")
    return Plan.of(load("benchmark-w1", (*NO_QUESTIONS, *settings)))


def _times(log: Log) -> tuple[Floats, Floats, Floats]:
    """Of each session's cart: when it was filled, was paid, and first lost its reservation.

    NaN where that has not happened.
    """
    events = as_array(log)
    columns = []
    for kind in (Kind.ADDED, Kind.PAID, Kind.RELEASED):
        happened = events[events["kind"] == kind][::-1]  # so that the first one stays
        times = np.full(int(events["session"].max()) + 1, np.nan)
        times[happened["session"]] = happened["t"]
        columns.append(times)
    return columns[0], columns[1], columns[2]


# scarce stock -------------------------------------------------------------------------------


def lines() -> dict[str, float]:
    """Erlang-B."""
    refused = LINES.share_turned_away
    return {
        "carts asked for, an hour": LINES.arrivals * HOUR,
        "carts refused": refused,
        "units reserved (Little)": LINES.arrivals * (1 - refused) / LINES.service,
    }


def play_lines(seed: int, number: int) -> Counted:
    """Thirty units that shoppers reserve and never pay for."""
    plan = _lines_plan()
    world = build(plan, draw(plan, seed, number))
    end = plan.scenario.season.end
    reserved = _look(world, FILLED, end)
    events = as_array(world.shop.log)
    kinds = events["kind"][events["t"] >= FILLED]
    refused = int((kinds == Kind.REFUSED).sum())
    came = int((kinds == Kind.ADDED).sum()) + refused
    return [(came, (end - FILLED) / HOUR), (refused, came), (reserved, 1)]


@lru_cache(maxsize=1)
def _lines_plan() -> Plan:
    settings = (
        "catalogue.goods.products=1", f"catalogue.goods.stock={LINES.agents}",
        "demand.sessions_per_day=24000", "shoppers.ready=0%", "season.duration=26 h",
        f"reservation.timeout={1 / LINES.service / MINUTE:g} min",
    )  # fmt: skip
    return Plan.of(load("benchmark-w1", (*NO_QUESTIONS, *settings)))


def period() -> dict[str, float]:
    """The newsvendor."""
    newsvendor = _newsvendor()
    return {
        "units asked for": newsvendor.wanted,
        "units sold": newsvendor.sold,
        "sales lost": newsvendor.lost,
        "fill rate": newsvendor.fill_rate,
        "products sold out": newsvendor.sold_out,
    }


def play_period(seed: int, number: int) -> Counted:
    """One order of stock for one period: whoever comes while there is some keeps her unit."""
    plan = _period_plan()
    shop = play(plan, seed, number).shop
    kinds = as_array(shop.log)["kind"]
    sold, lost = int((kinds == Kind.ADDED).sum()), int((kinds == Kind.REFUSED).sum())
    sold_out = sum(shelf.available == 0 for shelf in shop.stock.shelves)
    return [
        (sold + lost, 1),
        (sold, 1),
        (lost, 1),
        (sold, sold + lost),
        (sold_out, len(shop.stock.shelves)),
    ]


@lru_cache(maxsize=1)
def _newsvendor() -> Newsvendor:
    shares = 1 / np.arange(1, 201)
    return Newsvendor(W1_CARTS * PERIOD * shares / shares.sum(), UNITS)


@lru_cache(maxsize=1)
def _period_plan() -> Plan:
    settings = (
        f"catalogue.goods.stock={UNITS}", "shoppers.ready=100%", "reservation.timeout=none",
        f"season.duration={PERIOD / HOUR:g} h",
    )  # fmt: skip
    return Plan.of(load("benchmark-w1", (*NO_QUESTIONS, *settings)))


def _look(world: World, begins: float, ends: float) -> float:
    """Play to `ends`; units reserved on average, as seen now and again from `begins` on."""
    seen = []
    for moment in np.arange(begins, ends, LOOK_EVERY).tolist():
        world.environment.run_until(moment)
        seen.append(sum(shelf.in_carts + shelf.unpaid for shelf in world.shop.stock.shelves))
    world.environment.run_until(ends)
    return float(np.mean(seen))
