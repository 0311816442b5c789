"""The engine agrees with queueing theory and with Poisson thinning.

Each test is joint over its measures, at level 0.1% with a fixed seed: of a thousand seeds one would
fail if the engine were right, and nearly all if it were wrong by a few standard errors.
"""

from __future__ import annotations

import numpy as np
import pytest
from desk_run import DeskRun, against
from dispersion import poisson_p

from model.events import Kind
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.verification.closed_forms import AmpleStock, Queue, zero_mean_p
from sim.verification.cohort import HOUR, MINUTE, Cohort, Window
from sim.verification.desks import W1_DESK
from sim.verification.textbook import counts_of
from sim.world import play

LEVEL = 0.001


def replications(queue: Queue, window: Window, n: int, first_seed: int) -> list[Cohort]:
    return [DeskRun(queue, window, seed).cohort() for seed in range(first_seed, first_seed + n)]


# the desk -----------------------------------------------------------------------------------


def test_the_closed_forms_agree_with_published_values() -> None:
    """Erlang-B and -C of 10 agents at 8 erlang, from any table; Erlang-A of the store W1."""
    rate = 1 / (6 * MINUTE)
    loss = Queue(8 * rate, rate, 10, places=10)
    assert loss.share_turned_away == pytest.approx(0.12166, abs=5e-6)
    delay = Queue(8 * rate, rate, 10)
    assert delay.share_waiting == pytest.approx(0.40918, abs=5e-6)
    assert delay.mean_wait_of_served == pytest.approx(delay.share_waiting / (2 * rate))
    assert W1_DESK.share_giving_up == pytest.approx(0.1060, abs=5e-5)
    assert W1_DESK.mean_wait_of_served / MINUTE == pytest.approx(1.0885, abs=5e-5)


def test_a_desk_with_endless_patience_is_erlang_c() -> None:
    queue = Queue(arrivals=8 / 360, service=1 / 360, agents=10)
    window = Window(8 * HOUR, 32 * HOUR, 40 * HOUR)
    sample = replications(queue, window, 40, first_seed=100)
    longer = [
        (each.waits > 2 * MINUTE).sum() - queue.share_waiting_longer(2 * MINUTE) * each.came
        for each in sample
    ]
    assert zero_mean_p(np.column_stack([against(queue, sample, window.length), longer])) > LEVEL


def test_a_desk_with_patience_is_erlang_a() -> None:
    window = Window(2 * HOUR, 8 * HOUR, 11 * HOUR)
    sample = replications(W1_DESK, window, 25, first_seed=200)
    gave_up = [each.gave_up - W1_DESK.share_giving_up * each.came for each in sample]
    assert zero_mean_p(np.column_stack([against(W1_DESK, sample, window.length), gave_up])) > LEVEL


def test_a_desk_with_a_waiting_room_is_m_m_c_k() -> None:
    queue = Queue(arrivals=11 / 360, service=1 / 360, agents=10, places=16)
    window = Window(4 * HOUR, 20 * HOUR, 26 * HOUR)
    sample = replications(queue, window, 40, first_seed=300)
    away = [each.turned_away - queue.share_turned_away * each.came for each in sample]
    assert zero_mean_p(np.column_stack([against(queue, sample, window.length), away])) > LEVEL


def test_the_queue_in_front_of_a_desk_keeps_little_s_law() -> None:
    """Who looks in now and then sees, on average, arrivals x mean wait in the queue, and the load
    that is served among the agents."""
    every = 30.0
    window = Window(2 * HOUR, 8 * HOUR, 11 * HOUR)
    served = W1_DESK.arrivals * (1 - W1_DESK.share_giving_up) / W1_DESK.service
    rows = []
    for seed in range(400, 415):
        run = DeskRun(W1_DESK, window, seed, sample_every=every)
        busy, waiting = np.array(run.samples).T
        rows.append(
            (
                busy.sum() * every - served * window.length,
                waiting.sum() * every - W1_DESK.mean_waiting * window.length,
                waiting.sum() * every - run.time_waited(),
            )
        )
    assert zero_mean_p(np.array(rows)) > LEVEL


# the stock ----------------------------------------------------------------------------------


def test_carts_with_ample_stock_end_as_thinned_poisson_processes() -> None:
    """Paid in time, paid late, expired, still reserved: four independent Poisson counts."""
    settings = ("catalogue.goods.stock=1000000", "demand.support_only=0%", "season.duration=6 h")
    scenario = load("benchmark-w1", settings)
    expected = AmpleStock(
        arrivals=400_000 * 0.10 / (24 * HOUR), ready=0.6, median=6 * MINUTE, sigma=1.0,
        timeout=30 * MINUTE, end=6 * HOUR,
    ).means()  # fmt: skip
    plan = Plan.of(scenario)
    counts = []
    for replication in range(10):
        seen = counts_of(play(plan, 500, replication).shop.log)
        assert seen.stockouts == seen.late_lost == 0
        in_time = seen.orders_paid - seen.late_paid
        lost = seen.expired - seen.late_paid
        counts.append((in_time, seen.late_paid, lost, seen.adds - in_time - seen.expired))
    assert poisson_p(np.array(counts), expected) > LEVEL


@pytest.mark.parametrize(
    ("policy", "held_for"),
    [
        (("reservation.timeout=20 min",), 20 * MINUTE),
        (("reservation.timeout=20 min", "reservation.released_by=lazy"), 20 * MINUTE),
        (
            (
                "reservation.timeout=12 min",
                "reservation.on_expiry=suspend",
                "reservation.suspended_timeout=18 min",
            ),
            30 * MINUTE,
        ),
    ],
    ids=["a timer", "lazily", "suspended goods"],
)
def test_units_that_nobody_pays_for_are_erlang_s_loss_system(
    policy: tuple[str, ...], held_for: float
) -> None:
    """A reserved unit is a busy line: of the arrivals, Erlang-B's share finds none free."""
    settings = (
        "catalogue.goods.products=1", "catalogue.goods.stock=30", "demand.sessions_per_day=24000",
        "demand.support_only=0%", "shoppers.ready=0%", "season.duration=26 h", *policy,
    )  # fmt: skip
    plan = Plan.of(load("benchmark-w1", settings))
    arrivals = 24_000 * 0.10 / (24 * HOUR)
    queue = Queue(arrivals, 1 / held_for, agents=30, places=30)
    rows = []
    for replication in range(25):
        came = refused = 0
        for event in play(plan, 600, replication).shop.log:
            if event.t >= 2 * HOUR and event.kind in (Kind.ADDED, Kind.REFUSED):
                came += 1
                refused += event.kind == Kind.REFUSED
        rows.append((came - arrivals * 24 * HOUR, refused - queue.share_turned_away * came))
    assert zero_mean_p(np.array(rows)) > LEVEL
