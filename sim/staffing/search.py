"""The cheapest agents by cell that keep one desk's targets, as far as the desk alone can tell.

From a start it goes up until the targets hold, then down: an agent goes where the hours that she
saves cost the fewest contacts answered in time, as long as every target holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reports.intervals import mean_interval
from scenarios.schema import Desk
from sim.staffing.cells import Cells
from sim.staffing.replay import Answers, Contacts, change_of, replay
from sim.staffing.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cell = int

_PASSES = 60
_SPILL = 3600.0
"""Seconds behind an hour in which a change of its agents is still felt."""


@dataclass
class DeskSearch:
    """One desk, its contacts in several replications, and what it has to keep."""

    desk: Desk
    cells: Cells
    contacts: Sequence[Contacts]
    targets: Sequence[Target]
    least: Ints
    most: Ints
    """Agents by cell between which it chooses, shape (cells,)."""
    errors: float
    """How many standard errors the mean must lie on the right side of a goal."""
    _pieces: dict[Cell, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        of_piece = self.cells.of_piece
        self._pieces = {
            cell: np.flatnonzero(of_piece == cell).tolist() for cell in range(self.cells.count)
        }
        self._edges = self.cells.edges.tolist()

    def fit(self, start: Ints, goals: Mapping[Target, float]) -> Ints:
        """Agents by cell that keep the goals, shape (cells,).

        `goals` are the limits of the targets, or what stands in for them. Where they cannot be
        kept, those that come nearest by this way.
        """
        agents = np.clip(start, self.least, self.most)
        kept: Ints | None = None
        order: list[Cell] = []
        for _ in range(_PASSES):
            answers = self._answers(agents)
            missing = self._missing(answers, goals)
            if all(lack <= 0 for lack in missing.values()):
                kept = agents
                order = self._removable(answers, agents, missing)
            elif kept is None:
                more = self._additions(answers, agents, missing)
                if not more:
                    return agents
                agents = agents.copy()
                agents[more] += 1
                continue
            else:  # these were too many: half of them
                order = order[: len(order) // 2]
            if not order:
                break
            agents = kept.copy()
            agents[order] -= 1
        return agents if kept is None else kept

    def _answers(self, agents: Ints) -> list[Answers]:
        places = self._places(agents)
        return [replay(each, self._edges, places) for each in self.contacts]

    def _places(self, agents: Ints) -> list[int]:
        places: list[int] = (agents * self.desk.at_once)[self.cells.of_piece].tolist()
        return places

    def _missing(
        self, answers: Sequence[Answers], goals: Mapping[Target, float]
    ) -> dict[Target, float]:
        """How far every target is from its goal, a share; zero or less where it is kept."""
        return {
            target: shortfall(self._shares(answers, target), target, goals[target], self.errors)
            for target in self.targets
        }

    def _shares(self, answers: Sequence[Answers], target: Target) -> list[float]:
        """A target's measure in each replication."""
        shares = []
        for each in answers:
            at, patience = np.array(each.contacts.at), np.array(each.contacts.patience)
            answered = np.isfinite(each.answered)
            ended = answered | (at + patience <= self.cells.edges[-1])
            good = each.in_time(self.desk.target) if target.is_least else ended & ~answered
            shares.append(float(good.sum() / ended.sum()) if ended.any() else np.nan)
        return shares

    # ---- who goes and who comes

    def _removable(
        self, answers: Sequence[Answers], agents: Ints, missing: Mapping[Target, float]
    ) -> list[Cell]:
        """Cells to take one agent from, those first where she does least, as far as it is said
        that the goals can bear it."""
        room = {target: -lack for target, lack in missing.items()}
        effects = {
            cell: self._effect(answers, agents, cell, -1)
            for cell in np.flatnonzero(agents > self.least).tolist()
        }
        chosen: list[Cell] = []
        for cell in sorted(effects, key=lambda cell: self._worth(effects[cell], cell)):
            loss = effects[cell]
            if all(loss[target] <= room[target] for target in self.targets):
                chosen.append(cell)
                for target in self.targets:
                    room[target] -= loss[target]
        return chosen

    def _additions(
        self, answers: Sequence[Answers], agents: Ints, missing: Mapping[Target, float]
    ) -> list[Cell]:
        """Cells that need one agent more, those first where she does most, until that is said to
        make up for what is missing."""
        lacking = {target: lack for target, lack in missing.items() if lack > 0}
        effects = {
            cell: self._effect(answers, agents, cell, 1)
            for cell in np.flatnonzero(agents < self.most).tolist()
        }
        gains = {
            cell: sum(-effect[target] for target in lacking) for cell, effect in effects.items()
        }
        chosen: list[Cell] = []
        for cell in sorted(gains, key=lambda cell: -gains[cell] / self.cells.hours[cell]):
            if gains[cell] <= 0 or all(lack <= 0 for lack in lacking.values()):
                break
            chosen.append(cell)
            for target in lacking:
                lacking[target] += effects[cell][target]
        return chosen

    def _worth(self, loss: Mapping[Target, float], cell: Cell) -> float:
        """What an hour of an agent in the cell does for the targets."""
        return sum(loss.values()) / max(float(self.cells.hours[cell]), 1e-9)

    def _effect(
        self, answers: Sequence[Answers], agents: Ints, cell: Cell, extra: int
    ) -> dict[Target, float]:
        """By how much every target comes off worse with `extra` agents in a cell, a share."""
        places, spill = self._places(agents), max(_SPILL, 2 * self.desk.target)
        in_time = served = contacts = 0
        for each in answers:
            contacts += len(each.contacts)
            for piece in self._pieces[cell]:
                change = change_of(
                    each, self._edges, places, piece, extra * self.desk.at_once, spill,
                    self.desk.target,
                )  # fmt: skip
                in_time += change[0]
                served += change[1]
        whole = max(contacts, 1)
        return {
            target: -(in_time if target.is_least else served) / whole for target in self.targets
        }


def shortfall(shares: Sequence[float], target: Target, goal: float, errors: float) -> float:
    """By how much the mean of a measure, made worse by so many standard errors, misses a goal.

    Infinite where it has no value in two replications.
    """
    found = mean_interval(shares)
    if found.n < 2:
        return np.inf
    known = np.asarray(shares)[~np.isnan(shares)]
    spare = errors * float(known.std(ddof=1)) / found.n**0.5
    held = found.mean - spare if target.is_least else found.mean + spare
    return float(goal - held if target.is_least else held - goal)
