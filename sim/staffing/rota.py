"""From agents by hour to shifts, and to the desk that works them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from scenarios.agents import Shift
from scenarios.schema import Desk
from sim.staffing.cells import HOURS, Cells

Ints = NDArray[np.int64]
Stretch = tuple[int, int]
"""First hour of day, and the one after the last; within one day."""


def staffed(desk: Desk, agents: Ints, cells: Cells, shortest: int) -> Desk:
    """The desk with shifts that put at least so many agents to work, shape (cells,).

    No shift is shorter than `shortest` hours.
    """
    shifts: list[Shift] = []
    for number in range(len(cells.days)):
        need = agents[number * HOURS : (number + 1) * HOURS]
        for (begins, ends), people in stretches(need, shortest).items():
            shifts.append(
                Shift(
                    begins=dt.time(begins),
                    ends=dt.time(ends % HOURS),
                    agents=people,
                    days=cells.spans(number),
                )
            )
    return desk.model_copy(update={"agents": 0, "shifts": tuple(shifts)})


def at_work(desk: Desk, cells: Cells) -> Ints:
    """Agents by cell that the shifts of a `staffed` desk put to work, shape (cells,)."""
    agents = np.zeros(cells.count, np.int64)
    for shift in desk.shifts:
        for number, days in enumerate(cells.days):
            if days and shift.is_on(days[0]):
                last = shift.ends.hour or HOURS
                agents[number * HOURS + shift.begins.hour : number * HOURS + last] += shift.agents
    return agents


def stretches(need: Ints, shortest: int = 1) -> dict[Stretch, int]:
    """Stretches of one day, with how many people each, that cover its need of agents by hour.

    They take the fewest hours of work, and of those the fewest people; none is shorter than
    `shortest` hours. An integer program (Dantzig 1954), whose matrix of consecutive ones makes it
    easy.
    """
    if not need.any():
        return {}
    if shortest <= 1:
        return _layers(need)
    from scipy.optimize import Bounds, LinearConstraint, milp

    # A longer stretch is two short ones, one behind the other.
    every = [
        (begin, begin + length)
        for length in range(shortest, min(2 * shortest, HOURS + 1))
        for begin in range(HOURS - length + 1)
    ]
    covers = np.array([[b <= hour < e for b, e in every] for hour in range(HOURS)], float)
    few = 1 / (HOURS * HOURS * max(1, int(need.max())))
    found = milp(
        [e - b + few for b, e in every],
        constraints=LinearConstraint(covers, need, np.inf),
        integrality=np.ones(len(every)),
        bounds=Bounds(0, np.inf),
    )
    people = np.rint(found.x).astype(int)
    return {each: int(n) for each, n in zip(every, people, strict=True) if n}


def _layers(need: Ints) -> dict[Stretch, int]:
    """People who stay as long as one more than those below is needed."""
    found: Counter[Stretch] = Counter()
    for level in range(1, int(need.max()) + 1):
        here = np.concatenate(([0], need >= level, [0])).astype(int)
        begins, ends = np.flatnonzero(np.diff(here) == 1), np.flatnonzero(np.diff(here) == -1)
        found.update(zip(begins.tolist(), ends.tolist(), strict=True))
    return dict(sorted(found.items()))
