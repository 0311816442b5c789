"""Fits the agents of all desks of a scenario: proposals desk by desk, judged by whole seasons.

1. Seasons with as many agents as may be: what each hour brings, and the best that can be had.
2. Erlang-A for every cell: the start.
3. `DeskSearch` proposes; seasons with the proposal say what it comes to in the whole shop, and set
   the goals of the next proposal.

All seasons of a fit meet the same shoppers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reports.intervals import mean_interval
from scenarios.calendar import Calendar
from scenarios.erlang_a import least_agents
from scenarios.schema import Desk, Scenario
from sim.replication import Replication
from sim.staffing.cells import Cells, cells
from sim.staffing.goal import Goal
from sim.staffing.observed import Observed, contacts_of
from sim.staffing.rota import at_work, staffed
from sim.staffing.search import DeskSearch, shortfall
from sim.staffing.targets import LOSS, Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rota = dict[str, Ints]
"""Agents by cell, of each channel."""
Hours = Literal["keep", "as-now", "free"]
Play = Callable[[Scenario], list[Replication]]
"""Plays a scenario against the shoppers of the fit."""

PLENTY = 1_000
"""Agents where nothing is said of how many there may be."""
ROUNDS = 5
"""Proposals that one fit plays at most."""
_CLOSE = 0.005
"""A fit ends when no target is kept by more than this share."""
_WITHIN_REACH = 0.01
"""Where a target is out of reach, what a fit may stay behind the best that can be had."""


@dataclass(frozen=True)
class Wishes:
    """How a staffing is to look."""

    hours: Hours = "keep"
    """`keep`: who is open stays open; `as-now`: and opens at no other hour; `free`: neither."""
    classes: int = 3
    """Of days, at most."""
    shortest: int = 1
    """Hours of a shift, at least."""
    most: int = PLENTY
    """Agents of one desk at the same time."""


@dataclass
class Fit:
    """The agents of all desks, and what is known of them."""

    scenario: Scenario
    targets: Sequence[Target]
    wishes: Wishes
    play: Play
    errors: float
    """Standard errors that a mean must lie on the right side of its target."""
    cells: Cells = field(init=False)
    reachable: dict[Target, float] = field(init=False)
    """Every target's measure with as many agents as may be, in the mean."""
    started: Rota = field(init=False)
    """What Erlang-A says."""
    rounds: int = 0

    def __post_init__(self) -> None:
        ample = self.play(with_desks(self.scenario, self._ample()))
        contacts = sum(hours.contacts for each in ample for hours in seen_of(each).hours.values())
        self.cells = cells(self.scenario.season, np.asarray(contacts, float), self.wishes.classes)
        self.reachable = {
            target: mean_interval(shares(ample, target)).mean for target in self.targets
        }
        # Nobody asks at a desk without a measure: nothing is missed there.
        self.targets = [each for each in self.targets if not np.isnan(self.reachable[each])]
        self._more = dict.fromkeys(self.targets, 0.0)
        self._goals = {
            target: Goal(self.limit(target), 1 if target.is_least else -1)
            for target in self.targets
        }
        self._played = ample
        self._searches = {desk.channel: self._search(desk) for desk in self._desks}
        self.started = {desk.channel: self._start(desk) for desk in self._desks}
        self._rota = self.started

    @property
    def _desks(self) -> tuple[Desk, ...]:
        return self.scenario.support.desks

    def limit(self, target: Target) -> float:
        """What a fit is held to: the target's own limit, where that is within reach."""
        best = self.reachable[target]
        if target.is_least:
            return min(target.limit, best - _WITHIN_REACH)
        return max(target.limit, best + _WITHIN_REACH)

    def ask_more(self, by: Mapping[Target, float]) -> None:
        """Hold the next runs to so much more, since other shoppers showed that it takes more."""
        for target, lack in by.items():
            self._more[target] += lack
            self._goals[target].ask_more(lack)

    def run(self) -> Scenario:
        """The scenario with the cheapest rota that seasons found to keep the targets, else with
        that which came nearest."""
        found: list[tuple[bool, float, float, Scenario, Rota]] = []
        for _ in range(ROUNDS):
            goals = {target: goal.now for target, goal in self._goals.items()}
            self._rota = {
                desk.channel: self._searches[desk.channel].fit(self._rota[desk.channel], goals)
                for desk in self._desks
            }
            rota, scenario = self._worked(self._rota)
            if any(_same(rota, each[4]) for each in found):
                break
            self._played = self.play(scenario)
            self.rounds += 1
            self._searches = {desk.channel: self._search(desk) for desk in self._desks}
            missing = {target: self._missing(target) for target in self.targets}
            worst = max(missing.values())
            found.append((worst > 0, max(worst, 0.0), self.cost(rota), scenario, rota))
            if all(-_CLOSE <= lack <= 0 for lack in missing.values()):
                break
            for target, lack in missing.items():
                self._goals[target].learn(lack)
        best = min(found, key=lambda each: each[:3])
        self._rota = best[4]
        return best[3]

    def _missing(self, target: Target) -> float:
        """By how much the last seasons missed what a target is held to now."""
        numbers = shares(self._played, target)
        return shortfall(numbers, target, self.limit(target), self.errors) + self._more[target]

    def cost(self, rota: Rota) -> float:
        """Rial of the agents' hours over the season."""
        hours = sum(float(agents @ self.cells.hours) for agents in rota.values())
        return hours * self.scenario.costs.agent_hour

    def _worked(self, need: Rota) -> tuple[Rota, Scenario]:
        """What shifts make of the need, by cell and as a scenario."""
        desks = tuple(
            staffed(self._own(desk), need[desk.channel], self.cells, self.wishes.shortest)
            for desk in self._desks
        )
        rota: Rota = {desk.channel: at_work(desk, self.cells) for desk in desks}
        return rota, with_desks(self.scenario, desks)

    def _own(self, desk: Desk) -> Desk:
        """Closed days stay closed only where the hours are to stay as they are."""
        if self.wishes.hours == "as-now":
            return desk
        return desk.model_copy(update={"business_days": False})

    def _ample(self) -> tuple[Desk, ...]:
        """Desks with as many agents as may be, whenever they may be open."""
        if self.wishes.hours != "as-now":
            plenty = {"agents": self.wishes.most, "shifts": (), "business_days": False}
            return tuple(desk.model_copy(update=plenty) for desk in self._desks)
        return tuple(
            desk.model_copy(
                update={
                    "agents": min(desk.agents, 1) * self.wishes.most,
                    "shifts": () if desk.agents else tuple(
                        shift.model_copy(
                            update={"agents": min(shift.agents, 1) * self.wishes.most}
                        )
                        for shift in desk.shifts
                    ),
                }
            )
            for desk in self._desks
        )  # fmt: skip

    def _search(self, desk: Desk) -> DeskSearch:
        """The desk with its contacts as they came in the last seasons that were played."""
        now = self.cells.present(desk, Calendar(self.scenario.season)) > 0
        seed = self.scenario.seed
        nobody = np.zeros(self.cells.count, np.int64)
        return DeskSearch(
            desk=desk,
            cells=self.cells,
            contacts=[contacts_of(seen_of(each), desk, seed, each.number) for each in self._played],
            targets=[target for target in self.targets if target.channel == desk.channel],
            least=nobody if self.wishes.hours == "free" else now.astype(np.int64),
            most=np.where(now | (self.wishes.hours != "as-now"), self.wishes.most, 0),
            errors=self.errors,
        )

    def _start(self, desk: Desk) -> Ints:
        """Erlang-A for every cell, from what came to the desk with agents in plenty."""
        search = self._searches[desk.channel]
        came = sum(seen_of(each).hours[desk.channel].contacts for each in self._played)
        seconds = self.cells.hours * 3600 * len(self._played)
        rates = np.divide(
            self.cells.sums(np.asarray(came)), seconds, out=np.zeros(self.cells.count),
            where=seconds > 0,
        )  # fmt: skip
        took = [seconds for each in search.contacts for seconds in each.handling]
        handling = sum(took) / len(took) if took else desk.handling.mean_seconds
        level = max((t.limit for t in search.targets if t.is_least), default=0.0)
        loss = min((t.limit for t in search.targets if t.measure == LOSS), default=1.0)
        agents = [
            least_agents(
                rate, handling, desk.patience.mean_seconds, desk.at_once, desk.target,
                level, loss, self.wishes.most,
            )
            for rate in rates.tolist()
        ]  # fmt: skip
        return np.clip(agents, search.least, search.most)


def with_desks(scenario: Scenario, desks: tuple[Desk, ...]) -> Scenario:
    """The same scenario with other agents."""
    support = scenario.support.model_copy(update={"desks": desks})
    return scenario.model_copy(update={"support": support})


def seen_of(replication: Replication) -> Observed:
    """What was observed in a replication that was looked at."""
    assert replication.seen is not None
    return Observed.of(replication.seen)


def shares(played: Sequence[Replication], target: Target) -> list[float]:
    """A target's measure in each replication."""
    return [each.measures[target.name] for each in played]


def _same(one: Rota, other: Rota) -> bool:
    return all(np.array_equal(agents, other[channel]) for channel, agents in one.items())
