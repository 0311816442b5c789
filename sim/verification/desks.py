"""Support desks in play against Erlang-C and Erlang-A, and against Little's law."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scenarios.loader import load
from scenarios.shoppers import Plan, draw
from sim.verification.check import Counted
from sim.verification.closed_forms import Queue
from sim.verification.cohort import HOUR, MINUTE, Window, cohort
from sim.world import World, build

W1_DESK = Queue(
    arrivals=200_000 * 0.05 / (12 * HOUR),
    service=1 / (6 * MINUTE),
    agents=75,
    giving_up=1 / (10 * MINUTE),
)
"""The desk of the scenario `benchmark-w1`."""
W1_WINDOW = Window(2 * HOUR, 10 * HOUR, 12 * HOUR)
PATIENT_DESK = Queue(arrivals=8 / 360, service=1 / 360, agents=10)
PATIENT_WINDOW = Window(8 * HOUR, 32 * HOUR, 40 * HOUR)
LONG = 2 * MINUTE
LOOK_EVERY = 30.0
"""Seconds between two looks at the desk, for Little's law."""
ONLY_QUESTIONS = ("demand.engaged=0%",)


def patient_desk() -> dict[str, float]:
    """Erlang-C."""
    return {
        "contacts an hour": PATIENT_DESK.arrivals * HOUR,
        "contacts that wait": PATIENT_DESK.share_waiting,
        "mean wait, s": PATIENT_DESK.mean_wait_of_served,
        "waits of more than 2 min": PATIENT_DESK.share_waiting_longer(LONG),
        "agents busy (Little)": PATIENT_DESK.arrivals / PATIENT_DESK.service,
    }


def play_patient_desk(seed: int, number: int) -> Counted:
    """The desk of benchmark-w1 with ten agents, fewer contacts, and endless patience."""
    plan = _plan(
        "season.duration=40 h",
        f"demand.sessions_per_day={round(PATIENT_DESK.arrivals * 24 * HOUR / 0.05)}",
        f"support.desks.chat.agents={PATIENT_DESK.agents}",
        "support.desks.chat.patience={law: constant, value: 1000 d}",
    )
    world = build(plan, draw(plan, seed, number))
    busy, _ = _look(world, PATIENT_WINDOW)
    seen = cohort(world.shop.log, PATIENT_WINDOW)
    return [
        (seen.came, PATIENT_WINDOW.length / HOUR),
        (seen.delayed, seen.came),
        (float(seen.waits.sum()), len(seen.waits)),
        (int((seen.waits > LONG).sum()), seen.came),
        (busy, 1),
    ]


def w1_desk() -> dict[str, float]:
    """Erlang-A."""
    served = W1_DESK.arrivals * (1 - W1_DESK.share_giving_up)
    return {
        "contacts an hour": W1_DESK.arrivals * HOUR,
        "contacts that wait": W1_DESK.share_waiting,
        "contacts that give up": W1_DESK.share_giving_up,
        "mean wait of the served, s": W1_DESK.mean_wait_of_served,
        "agents busy (Little)": served / W1_DESK.service,
        "contacts waiting (Little)": W1_DESK.mean_waiting,
    }


def play_w1_desk(seed: int, number: int) -> Counted:
    """The desk of benchmark-w1 as it is."""
    plan = _plan()
    world = build(plan, draw(plan, seed, number))
    busy, waiting = _look(world, W1_WINDOW)
    seen = cohort(world.shop.log, W1_WINDOW)
    return [
        (seen.came, W1_WINDOW.length / HOUR),
        (seen.delayed, seen.came),
        (seen.gave_up, seen.came),
        (float(seen.waits.sum()), len(seen.waits)),
        (busy, 1),
        (waiting, 1),
    ]


@lru_cache(maxsize=4)
def _plan(*settings: str) -> Plan:
    return Plan.of(load("benchmark-w1", (*ONLY_QUESTIONS, *settings)))


def _look(world: World, window: Window) -> tuple[float, float]:
    """Play to the end; agents busy and contacts waiting, as seen now and again in the window."""
    (desk,), support = world.desks, world.shop.support
    busy, inside = [], []
    for moment in np.arange(window.begins, window.ends, LOOK_EVERY).tolist():
        world.environment.run_until(moment)
        busy.append(desk.busy)
        inside.append(len(support.open))
    world.environment.run_until(window.stops)
    return float(np.mean(busy)), float(np.mean(inside) - np.mean(busy))
