"""Two hundred seasons of the reservation store against theory and against a program in C++."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from desk_run import against

from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.verification.closed_forms import zero_mean_p
from sim.verification.cohort import HOUR, Cohort, Window, cohort
from sim.verification.desks import W1_DESK
from sim.verification.textbook import counts_of
from sim.world import play

pytestmark = pytest.mark.statistical

LEVEL = 0.001
REPLICATIONS = 200
WINDOW = Window(2 * HOUR, 10 * HOUR, 12 * HOUR)
CPP = Path(__file__).parents[2] / "benchmarks" / "w1.cpp"


@pytest.fixture(scope="module")
def seasons() -> tuple[list[Cohort], np.ndarray]:
    """The desk's cohort of every season, and its counts, shape (replications, measures)."""
    plan = Plan.of(load("benchmark-w1"))
    cohorts, counts = [], []
    for replication in range(REPLICATIONS):
        log = play(plan, 700, replication).shop.log
        cohorts.append(cohort(log, WINDOW))
        counts.append(list(vars(counts_of(log)).values()))
    return cohorts, np.array(counts)


@pytest.fixture(scope="module")
def cpp_seasons(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """Counts of as many seasons by the C++ program, shape (replications, measures)."""
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("no C++ compiler (g++) to build the reference implementation with")
    program = tmp_path_factory.mktemp("cpp") / "w1"
    subprocess.run([compiler, "-O2", "-std=c++17", "-o", program, CPP], check=True)
    seeds = "\n".join(map(str, range(1, REPLICATIONS + 1)))
    run = subprocess.run([program], input=seeds, capture_output=True, text=True, check=True)
    return np.loadtxt(run.stdout.splitlines())


def test_the_desk_agrees_with_erlang_a(seasons: tuple[list[Cohort], np.ndarray]) -> None:
    """Contacts of the third to the tenth hour: |z| below 3 each, and jointly at 0.1%."""
    cohorts, _ = seasons
    gave_up = [each.gave_up - W1_DESK.share_giving_up * each.came for each in cohorts]
    beyond = np.column_stack([against(W1_DESK, cohorts, WINDOW.length), gave_up])
    z = beyond.mean(axis=0) / beyond.std(axis=0, ddof=1) * np.sqrt(REPLICATIONS)
    joint = zero_mean_p(beyond)
    print(f"z of arrivals, delayed, waits, gave up: {z.round(2)}; joint p = {joint:.2f}")
    assert np.abs(z).max() < 3
    assert joint > LEVEL


def test_the_store_agrees_with_an_independent_program(
    seasons: tuple[list[Cohort], np.ndarray], cpp_seasons: np.ndarray
) -> None:
    """The means of five measures differ by less than three standard errors each."""
    z = {}
    for name, ours, theirs in zip(
        ("stockouts", "orders paid", "late lost", "wait of the served", "abandonment"),
        measures(seasons[1]),
        measures(cpp_seasons),
        strict=True,
    ):
        error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / REPLICATIONS)
        z[name] = (ours.mean() - theirs.mean()) / error
        print(f"{name}: {ours.mean():.5g} against {theirs.mean():.5g}, z = {z[name]:.2f}")
    assert max(map(abs, z.values())) < 3


def measures(counts: np.ndarray) -> np.ndarray:
    """Stockouts, orders paid, late lost, mean wait of the served and abandonment of seasons whose
    counts stand in the order of `Counts`; shape (5, replications)."""
    _, _, stockouts, paid, _, late_lost, _, contacts, served, gave_up, wait = counts.T[:11]
    return np.array([stockouts, paid, late_lost, wait / served, gave_up / contacts])
