"""How often the intervals that Esfand prints hold what they claim, on seasons of the store W1.

Seasons are played once and kept as a population, whose means are known exactly; samples of it are
then drawn over and over, with replacement. Run: python benchmarks/coverage.py [--scale 20]
[--seasons 600] [--repetitions 4000]. The tables stand in docs/validation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from reports.intervals import mean_interval, paired_difference
from reports.precision import judge, next_look, parse
from scenarios.loader import load
from sim.experiments.selection import choose
from sim.replication import Task, cores, run

Floats = NDArray[np.float64]
Population = Mapping[str, Mapping[str, Floats]]
"""Timeout -> measure -> its value in every season, shape (seasons,)."""

MEASURES = (
    "orders_paid", "profit_rial", "stockouts", "phantom_stockout_rate", "late_lost",
    "support_wait_mean_s", "support_wait_p95_s",
)  # fmt: skip
TIMEOUTS = ("30min", "10min", "20min", "45min", "60min")
BASE, OTHER = TIMEOUTS[:2]
WIDTHS = {"orders_paid": "1%", "phantom_stockout_rate": "5%", "support_wait_mean_s": "5%"}
"""Precisions that take some tens of seasons at scale 20."""


def population(scale: int, seasons: int, timeouts: Sequence[str], seed: int = 1405) -> Population:
    """Play seasons of W1 with a `scale`-th of its sessions, stock and agents; the same shoppers
    at every timeout."""
    settings = (
        f"demand.sessions_per_day={400_000 // scale}",
        f"catalogue.goods.stock={60 // scale}",
        f"support.desks.chat.agents={-(-75 // scale)}",
    )
    variants = tuple(
        (timeout, load("benchmark-w1", (*settings, f"reservation.timeout={timeout}")))
        for timeout in timeouts
    )
    played = run([Task(seed, number, variants) for number in range(seasons)], cores())
    return {
        timeout: {
            name: np.array([each.measures[name] for each in played if each.value == timeout])
            for name in MEASURES
        }
        for timeout in timeouts
    }


def means(of: Population, n: int, repetitions: int, seed: int) -> dict[str, float]:
    """Share of the intervals of a mean over n seasons that hold the true one, by measure."""
    return {
        name: np.mean(
            [
                holds(mean_interval(values[rows]), values.mean())
                for rows in _samples(len(values), n, repetitions, seed)
            ]
        )
        for name, values in of[BASE].items()
    }


def differences(of: Population, n: int, repetitions: int, seed: int) -> dict[str, float]:
    """The same of the paired difference between two timeouts."""
    held = {}
    for name, base in of[BASE].items():
        other = of[OTHER][name]
        true = (other - base).mean()
        held[name] = np.mean(
            [
                holds(paired_difference(other[rows], base[rows]), true)
                for rows in _samples(len(base), n, repetitions, seed)
            ]
        )
    return held


def choices(
    of: Population, objective: str, n: int, repetitions: int, seed: int
) -> tuple[float, float, float]:
    """Of tune over all timeouts: share of the runs in which all intervals against the best held
    at once, share in which the truly best value was chosen, and the mean confidence claimed."""
    true = {timeout: measures[objective].mean() for timeout, measures in of.items()}
    best = max(true, key=true.__getitem__)
    held, right, claimed = [], [], []
    for rows in _samples(len(of[BASE][objective]), n, repetitions, seed):
        choice = choose({timeout: each[objective][rows] for timeout, each in of.items()})
        held.append(
            all(holds(rival, true[rival.value] - true[choice.best]) for rival in choice.rivals)
        )
        right.append(choice.best == best)
        claimed.append(choice.confidence)
    return float(np.mean(held)), float(np.mean(right)), float(np.mean(claimed))


def stops(
    of: Population, name: str, width: str, repetitions: int, seed: int
) -> tuple[float, float]:
    """Of `simulate --precision`: share of the intervals at which it stopped that held the true
    mean, and how many seasons it took on average."""
    (target,) = parse(f"{name}: {width}")
    values = of[BASE][name]
    held, counts = [], []
    for rows in _samples(len(values), 200, repetitions, seed):
        played = 10
        while True:
            reach = judge(target, values[rows[:played]])
            if reach.done or played >= 200:
                break
            played = next_look(played, [reach], 200)
        held.append(holds(mean_interval(values[rows[:played]]), values.mean()))
        counts.append(played)
    return float(np.mean(held)), float(np.mean(counts))


def _samples(seasons: int, n: int, repetitions: int, seed: int) -> Iterator[NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    for _ in range(repetitions):
        yield generator.integers(0, seasons, n)


def holds(interval: object, true: float) -> bool:
    low, high = interval.low, interval.high  # type: ignore[attr-defined]  # any kind of interval
    return bool(low <= true <= high) or low == high == true


def bounds(held: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share that was seen `held` times."""
    beside = (1 - level) / 2
    low = float(betaincinv(held, of - held + 1, beside)) if held else 0.0
    high = float(betaincinv(held + 1, of - held, 1 - beside)) if held < of else 1.0
    return low, high


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=20)
    parser.add_argument("--seasons", type=int, default=600)
    parser.add_argument("--repetitions", type=int, default=4000)
    parser.add_argument("--timeouts", type=int, default=len(TIMEOUTS))
    options = parser.parse_args()
    of = population(options.scale, options.seasons, TIMEOUTS[: options.timeouts])
    n, times, seed = 10, options.repetitions, 1405
    print(f"W1 at 1/{options.scale}, {options.seasons} seasons, {times} repetitions of {n}")
    for (name, mean), paired in zip(
        means(of, n, times, seed).items(), differences(of, n, times, seed).values(), strict=True
    ):
        print(f"| {name} | {mean:.3f} | {paired:.3f} |", flush=True)
    for objective in ("profit_rial", "orders_paid"):
        found = choices(of, objective, n, times, seed)
        print("tune", objective, *(f"{each:.3f}" for each in found), flush=True)
    for name, width in WIDTHS.items():
        print("precision", name, width, *stops(of, name, width, times // 4, seed), flush=True)


if __name__ == "__main__":
    main()
