"""Optimal computing budget allocation: more replications for what is hard to tell apart.

C.-H. Chen et al., "Simulation budget allocation for further enhancing the efficiency of ordinal
optimization", Discrete Event Dynamic Systems 10 (2000), 251-270. As all values of a replication
meet the same shoppers, the variances are those of paired differences to the best value, and the
best value is played as often as any. It stops at an estimated probability: unlike KN it promises
nothing, and is often right with fewer replications.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sim.experiments.feasibility import standing
from sim.experiments.ranking import GROWTH, Aim, Floats, Observations, Out, Play, Selection


def ocba(values: Sequence[str], play: Play, aim: Aim) -> Selection:
    """Play all values, then more of those close to the best, until it looks certain enough.

    Certain is 1 less the sum over the rivals of the probability, by Student's t over the pairs,
    that one is better by the indifference. With limits, what surely misses one (jointly at the
    certainty) is played no more, and the best is chosen by the means that keep them. Raises
    ValueError like `ranking.kn`.
    """
    if len(values) < 2 or aim.first < 2:
        raise ValueError("a selection needs two values and a first batch of two replications")
    counts = dict.fromkeys(values, min(aim.first, aim.most))
    out: list[Out] = []
    seen = play(counts)
    means = [float(seen[value][aim.objective].mean()) for value in values]
    indifference = aim.indifference.of(means, aim.goal)
    while True:
        gone = {each.value for each in out}
        out += [
            Out(value, counts[value], None)
            for value in values
            if value not in gone and _misses(value, seen, aim, len(values))
        ]
        alive = [value for value in values if value not in {each.value for each in out}]
        best = _best(alive or list(values), seen, aim)
        rivals = [value for value in alive if value != best]
        doubt = {value: _doubt(value, best, seen, aim, indifference) for value in rivals}
        reached = 1 - sum(doubt.values()) >= aim.certainty
        room = [value for value in (best, *rivals) if counts[value] < aim.most]
        if reached or not alive or not room:
            # Small doubts may add up: at least the largest is above its share.
            share = (1 - aim.certainty) / max(len(rivals), 1)
            left = tuple(value for value in rivals if doubt[value] > share)
            return Selection(best, reached, indifference, tuple(out), left if not reached else ())
        counts |= _more(best, rivals, counts, seen, aim, indifference)
        seen = play(counts)


def _misses(value: str, seen: Observations, aim: Aim, values: int) -> bool:
    each = (1 - aim.certainty) / max(values * len(aim.limits), 1)
    return any(
        standing(rule, seen[value][rule.measure], 1 - each) == "missed" for rule in aim.limits
    )


def _best(values: Sequence[str], seen: Observations, aim: Aim) -> str:
    """By the mean, of those whose means keep every limit if there are any."""
    means = {value: float(seen[value][aim.objective].mean()) for value in values}
    keep = [
        value
        for value in values
        if all(rule.holds(float(np.mean(seen[value][rule.measure]))) for rule in aim.limits)
    ]
    choose = max if aim.goal == "max" else min
    return choose(keep or values, key=lambda value: means[value])


def _lead(value: str, best: str, seen: Observations, aim: Aim) -> Floats:
    """By how much the best is better, replication by replication that both were played in."""
    one, other = seen[best][aim.objective], seen[value][aim.objective]
    both = min(len(one), len(other))
    lead: Floats = one[:both] - other[:both]
    return lead if aim.goal == "max" else -lead


def _doubt(value: str, best: str, seen: Observations, aim: Aim, indifference: float) -> float:
    """The probability that the value is better than the best by the indifference."""
    from scipy.special import stdtr

    lead = _lead(value, best, seen, aim) + indifference
    error = float(lead.std(ddof=1)) / len(lead) ** 0.5
    if not error:
        return 0.0 if lead.mean() > 0 else 0.5
    return float(stdtr(len(lead) - 1, -float(lead.mean()) / error))


def _more(
    best: str,
    rivals: Sequence[str],
    counts: Mapping[str, int],
    seen: Observations,
    aim: Aim,
    indifference: float,
) -> dict[str, int]:
    """Replications of each in all, after a batch of a quarter more."""
    weights = {}
    for value in rivals:
        lead = _lead(value, best, seen, aim)
        apart = max(float(lead.mean()), 0.0) + indifference
        weights[value] = float(lead.var(ddof=1)) / apart**2 if apart else math.inf
    heaviest = max(weights.values(), default=0.0)
    if not heaviest or math.isinf(heaviest):
        weights = dict.fromkeys(rivals, 1.0)
    weights[best] = max(weights.values(), default=1.0)
    total = sum(counts[value] for value in weights)
    budget = math.ceil(GROWTH * total)
    share = sum(weights.values())
    wanted = {value: round(budget * weight / share) for value, weight in weights.items()}
    grown = {value: min(max(counts[value], wanted[value]), aim.most) for value in weights}
    if all(grown[value] == counts[value] for value in grown):  # rounding must not stop it
        least = min((value for value in grown if grown[value] < aim.most), key=lambda v: grown[v])
        grown[least] += 1
    return grown
