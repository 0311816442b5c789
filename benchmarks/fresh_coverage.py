"""How often intervals hold the truth, over experiments that are each played anew: whole W1, no
resampling.

Every repetition is a run of its own, with a seed of its own, as a planner would make it. The truth
is the mean of all seasons of all repetitions. The same seasons are told once more as more
repetitions of fewer seasons (`--sizes`), none twice. Bounds on the shares are exact (Clopper and
Pearson 1934). Run: python benchmarks/fresh_coverage.py [--repetitions 1000] [--seasons 10]
[--keep FILE]; stopped, it goes on where FILE ends. The tables stand in docs/validation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from coverage import BASE, MEASURES, OTHER, Floats, bounds, holds

from reports.intervals import mean_interval, paired_difference
from scenarios.loader import load
from sim.experiments.selection import choose
from sim.replication import Task, run

AT_ONCE = 10
"""Repetitions that are played before they are kept."""


def play(seeds: Sequence[int], seasons: int, jobs: int) -> Floats:
    """Seasons of whole W1, each seed's by itself; shape (seeds, timeouts, measures, seasons)."""
    variants = tuple(
        (timeout, load("benchmark-w1", (f"reservation.timeout={timeout}",)))
        for timeout in (BASE, OTHER)
    )
    found = np.empty((len(seeds), len(variants), len(MEASURES), seasons))
    tasks = [Task(seed, number, variants) for seed in seeds for number in range(seasons)]
    for place, task in enumerate(tasks):
        for each in run([task], jobs):
            timeout = (BASE, OTHER).index(each.value)
            numbers = [each.measures[name] for name in MEASURES]
            found[place // seasons, timeout, :, place % seasons] = numbers
    return found


def cut(found: Floats, size: int) -> Floats:
    """The same seasons as repetitions of `size` seasons each; what is left over is left out."""
    flat = np.moveaxis(found, 0, 2).reshape(*found.shape[1:3], -1)
    repetitions = flat.shape[-1] // size
    whole = flat[..., : repetitions * size].reshape(*flat.shape[:2], repetitions, size)
    return np.moveaxis(whole, 2, 0)


def tell(found: Floats) -> None:
    """Print how often each kind of interval held the mean of all seasons."""
    repetitions, _, _, seasons = found.shape
    print(f"whole W1, {repetitions} repetitions of {seasons} seasons")
    for place, name in enumerate(MEASURES):
        base, other = found[:, 0, place], found[:, 1, place]
        means = sum(holds(mean_interval(each), base.mean()) for each in base)
        true = (other - base).mean()
        pairs = sum(holds(paired_difference(b, a), true) for a, b in zip(base, other, strict=True))
        print(f"| {name} | {_told(means, repetitions)} | {_told(pairs, repetitions)} |")
    for name in ("profit_rial", "orders_paid"):
        place = MEASURES.index(name)
        true = {BASE: found[:, 0, place].mean(), OTHER: found[:, 1, place].mean()}
        best = max(true, key=lambda timeout: true[timeout])
        held = right = 0
        for base, other in zip(found[:, 0, place], found[:, 1, place], strict=True):
            choice = choose({BASE: base, OTHER: other})
            right += choice.best == best
            held += all(holds(r, true[r.value] - true[choice.best]) for r in choice.rivals)
        print(f"tune {name}: held {_told(held, repetitions)}, right {_told(right, repetitions)}")


def _told(held: int, of: int) -> str:
    low, high = bounds(held, of)
    return f"{held / of:.1%} ({low:.1%} to {high:.1%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--seasons", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[3, 5, 10])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    parts = []
    if options.keep and options.keep.exists():
        parts.append(np.load(options.keep))
    while (done := sum(map(len, parts))) < options.repetitions:
        first = options.first_seed + done
        seeds = range(first, first + min(AT_ONCE, options.repetitions - done))
        parts = [np.concatenate([*parts, play(seeds, options.seasons, 1)])]
        if options.keep:
            np.save(options.keep, parts[0])
    for size in options.sizes:
        tell(cut(parts[0], size))


if __name__ == "__main__":
    main()
