"""Ranking and selection: play on until one value is the best with a stated probability.

Procedure KN of S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone
selection in simulation", ACM TOMACS 11 (2001), 251-273, with c = 1. It rests on the variances of
paired differences in a first batch, and allows any dependence between the values of a replication:
common random numbers make it stop sooner, and leave what it promises as it is. The first batch may
have missed rare events, so the variance of all replications counts where it is the greater. KN is
slow to drop values that are worse by far more than the indifference; so, at every look, those that
are clearly worse go by a t test on the pairs, which takes a fifth of the chance of error (as in
B. L. Nelson et al., "Simple procedures for selecting the best simulated system when the number of
alternatives is large", Operations Research 49 (2001), 950-963).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.thresholds import Rule
from sim.experiments.feasibility import standing

Floats = NDArray[np.float64]
Goal = Literal["max", "min"]
Observations = Mapping[str, Mapping[str, Floats]]
"""Value -> measure -> its numbers in replications 0, 1, 2, ..."""
Play = Callable[[Mapping[str, int]], Observations]
"""Has each value played in so many replications, none twice, and gives all that is known."""
GROWTH = 1.25
"""Each batch brings the replications to so many times as many as before."""
SCREENING = 0.2
"""The part of the chance of error that the t tests take; KN has the rest."""
SEEN_ENOUGH = 29
"""Replications without any spread after which, at 95%, at most a tenth of all have some."""


@dataclass(frozen=True)
class Indifference:
    """The smallest difference that matters: in the objective's unit, or relative to its mean."""

    size: float
    relative: bool = False

    def of(self, means: Sequence[float], goal: Goal) -> float:
        """In the objective's unit; a share of the best mean, or of the largest if that is zero."""
        if not self.relative:
            return self.size
        best = max(means) if goal == "max" else min(means)
        return self.size * (abs(best) or max(map(abs, means)))


@dataclass(frozen=True)
class Aim:
    """How sure the selection is to be, and what it may cost."""

    objective: str
    goal: Goal
    certainty: float
    """The least probability of choosing right, where the best is better than every other value by
    the indifference or more."""
    indifference: Indifference
    first: int
    """Replications of the first batch."""
    most: int
    """Replications of any value, where it gives up."""
    limits: tuple[Rule, ...] = ()
    """What the best must keep; half of what the certainty leaves to chance is theirs."""


@dataclass(frozen=True)
class Out:
    """A value that was not played on."""

    value: str
    after: int
    """Replications."""
    by: str | None
    """The value that beat it; None where it misses a limit."""


@dataclass(frozen=True)
class Selection:
    """What a procedure came to."""

    best: str
    reached: bool
    """The aim was reached; else the replications ran out before."""
    indifference: float
    """In the objective's unit."""
    out: tuple[Out, ...]
    """By the replication after which they went."""
    left: tuple[str, ...]
    """The values besides the best that were never ruled out."""


def batches(first: int, most: int) -> list[int]:
    """After how many replications it looks: fixed beforehand, whatever the number of cores."""
    looks = [min(first, most)]
    while looks[-1] < most:
        looks.append(min(math.ceil(GROWTH * looks[-1]), most))
    return looks


def kn(values: Sequence[str], play: Play, aim: Aim) -> Selection:
    """Play all values, then those not beaten, until one is left or `aim.most` are played.

    With limits, a value that surely misses one is ruled out, and only one that surely keeps all of
    them rules out others: the levels of all looks at the limits add up to half of what the
    certainty leaves (Bonferroni). Raises ValueError for fewer than two values and a first batch of
    fewer than two replications.
    """
    if len(values) < 2 or aim.first < 2:
        raise ValueError("a selection needs two values and a first batch of two replications")
    looks = batches(aim.first, aim.most)
    chance = (1 - aim.certainty) / (2 if aim.limits else 1)
    seen = play(dict.fromkeys(values, looks[0]))
    screen = _Screen.of(values, seen, aim, (1 - SCREENING) * chance)
    tested = looks[0]
    for look in looks:
        if look > looks[0]:
            seen = play(dict.fromkeys(screen.alive, look))
        screen.check_limits(seen, look, chance / len(looks))
        screen.drop_clearly_worse(seen, look, SCREENING * chance / len(looks))
        for played in range(tested, look + 1):
            screen.test(seen, played)
        tested = look + 1
        if screen.settled:
            break
    return screen.selection(seen)


class _Screen:
    """The values that are still in the race."""

    def __init__(
        self,
        values: Sequence[str],
        aim: Aim,
        indifference: float,
        h2: float,
    ) -> None:
        """`h2` is h² of the paper."""
        self.alive = list(values)
        self._values = tuple(values)
        self._aim = aim
        self._indifference = indifference
        self._h2 = h2
        self._reach: dict[frozenset[str], float] = {}
        """h² S² of each pair: over twice the replications times the indifference, the distance at
        which the worse of the two goes. S² is that of all replications, not less than that of the
        first batch."""
        self._least: dict[frozenset[str], float] = {}
        """h² S² of each pair in the first batch."""
        self._keeps = set(values) if not aim.limits else set()
        self._out: list[Out] = []
        self._played = aim.first

    @classmethod
    def of(cls, values: Sequence[str], seen: Observations, aim: Aim, chance: float) -> _Screen:
        """From the first batch."""
        first = {value: seen[value][aim.objective][: aim.first] for value in values}
        indifference = aim.indifference.of(
            [float(each.mean()) for each in first.values()], aim.goal
        )
        return cls(values, aim, indifference, constant(len(values), aim.first, chance) ** 2)

    def check_limits(self, seen: Observations, played: int, chance: float) -> None:
        """Rule out what surely misses a limit, and note what surely keeps all of them."""
        if not self._aim.limits:
            return
        each = chance / (len(self._values) * len(self._aim.limits))
        for value in list(self.alive):
            stands = [
                standing(rule, seen[value][rule.measure][:played], 1 - each)
                for rule in self._aim.limits
            ]
            if "missed" in stands:
                self.alive.remove(value)
                self._keeps.discard(value)
                self._out.append(Out(value, played, None))
            elif all(stand == "kept" for stand in stands):
                self._keeps.add(value)

    def drop_clearly_worse(self, seen: Observations, played: int, chance: float) -> None:
        """Rule out what is worse than another value by a t test on the pairs of replications."""
        from scipy.special import stdtrit

        errors = float(stdtrit(played - 1, 1 - chance / (len(self._values) - 1)))
        numbers = {value: seen[value][self._aim.objective][:played] for value in self.alive}

        def distance(value: str, other: str) -> float:
            spread = float((numbers[value] - numbers[other]).std(ddof=1))
            return errors * spread / math.sqrt(played) if spread else math.inf

        self._rule_out(seen, played, distance)

    def test(self, seen: Observations, played: int) -> None:
        """After so many replications, rule out what KN says lies too far behind another value."""
        self._played = played
        self._learn(seen, played)
        self._rule_out(seen, played, lambda value, other: self._distance(value, other, played))

    def _learn(self, seen: Observations, played: int) -> None:
        """The spread of each pair, which a rare event may have made greater since."""
        numbers = {value: seen[value][self._aim.objective][:played] for value in self.alive}
        for one, other in combinations(self.alive, 2):
            pair = frozenset((one, other))
            reach = self._h2 * float((numbers[one] - numbers[other]).var(ddof=1))
            self._reach[pair] = max(reach, self._least.setdefault(pair, reach))

    def _rule_out(
        self, seen: Observations, played: int, distance: Callable[[str, str], float]
    ) -> None:
        """What lies farther than the distance behind another value, which keeps every limit."""
        sign = 1 if self._aim.goal == "max" else -1
        means = {
            value: sign * float(seen[value][self._aim.objective][:played].mean())
            for value in self.alive
        }
        able = [value for value in self.alive if value in self._keeps]
        ahead = sorted(able, key=lambda other: -means[other])
        for value in list(self.alive):
            by = next(
                (each for each in ahead if means[value] < means[each] - distance(value, each)), None
            )
            if by is not None:
                self.alive.remove(value)
                self._out.append(Out(value, played, by))

    def _distance(self, value: str, other: str, played: int) -> float:
        """W of the paper; none left where the two were played long enough."""
        reach = self._reach.get(frozenset((value, other)), 0.0)
        if not reach:  # no spread yet: a rare event may still be to come (the rule of three)
            return 0.0 if played >= SEEN_ENOUGH else math.inf
        if not self._indifference:
            return math.inf
        return max(0.0, (reach / self._indifference - self._indifference * played) / (2 * played))

    @property
    def settled(self) -> bool:
        """One is left that keeps every limit; or several that are equal to the last digit."""
        if len(self.alive) < 2:
            return all(value in self._keeps for value in self.alive)
        return all(value in self._keeps for value in self.alive) and not any(
            self._distance(one, other, self._played) for one, other in combinations(self.alive, 2)
        )

    def selection(self, seen: Observations) -> Selection:
        """The best of those left: of those that keep every limit, if there are any."""
        choose = max if self._aim.goal == "max" else min
        within = [value for value in self.alive if value in self._keeps] or self.alive
        best = choose(
            within or self._values, key=lambda value: float(seen[value][self._aim.objective].mean())
        )
        left = tuple(value for value in self.alive if value != best)
        out = tuple(sorted(self._out, key=lambda each: each.after))
        return Selection(best, self.settled, self._indifference, out, left)


def constant(values: int, first: int, chance: float) -> float:
    """h of the paper, for c = 1: from ½ (1 + 2η)^(-(n - 1)/2) = chance / (k - 1)."""
    eta = ((2 * chance / (values - 1)) ** (-2 / (first - 1)) - 1) / 2
    return math.sqrt(max(0.0, 2 * eta * (first - 1)))
