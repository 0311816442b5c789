"""What a tune is asked for: objectives, limits, and how sure the choice is to be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from reports.precision import parse_width
from reports.thresholds import Rule
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.units import parse_share
from sim.experiments.ranking import Aim, Goal, Indifference
from sim.experiments.rules import check_limits, goal_of

Procedure = Literal["fixed", "kn", "ocba"]
MOST = 100
"""Replications of a value, where `--max-replications` does not say otherwise."""
CERTAINTY, INDIFFERENCE = "95%", "1%"
_LEAST_FIRST = 5
"""A first batch of fewer makes KN so careful that it costs more than it saves."""


@dataclass(frozen=True)
class Wish:
    """As it was written; None stands for what is not said."""

    objectives: tuple[str, ...] = ("profit_rial",)
    goal: Goal | None = None
    limits: tuple[str, ...] = ()
    procedure: Procedure | None = None
    certainty: str | None = None
    indifference: str | None = None
    most: int | None = None
    search: int | None = None
    """Designs to try, where not all are tried."""

    @property
    def sequential(self) -> bool:
        """Replications are added until the choice is sure enough."""
        if self.procedure is None:
            return bool(self.certainty or self.indifference or self.most or self.search)
        return self.procedure != "fixed"

    def words(self, goal: Goal) -> list[str]:
        """Of the command line that asks for the same."""
        words = [word for each in self.objectives for word in ("--objective", each)]
        if len(self.objectives) == 1:
            words += ["--goal", goal]
        words += [word for each in self.limits for word in ("--subject-to", each)]
        if self.sequential:
            words += ["--procedure", self.procedure or "kn"]
            words += ["--certainty", self.certainty or CERTAINTY]
            words += ["--indifference", self.indifference or INDIFFERENCE]
            words += ["--max-replications", str(self.most or MOST)]
        if self.search:
            words += ["--search", str(self.search)]
        return words


@dataclass(frozen=True)
class Aims:
    """The same, understood."""

    goals: dict[str, Goal]
    """Objective -> which way it should go, in the order given."""
    limits: tuple[Rule, ...]
    procedure: Procedure
    aim: Aim | None
    """Of a procedure that adds replications."""

    @property
    def objective(self) -> str:
        """The first one."""
        return next(iter(self.goals))

    @property
    def goal(self) -> Goal:
        """Of the first one."""
        return self.goals[self.objective]


def understand(wish: Wish, first: int, scenarios: Collection[Scenario]) -> Aims:
    """Check a wish against what is to be played. `first` is the number of replications.

    Raises UserError for the first mistake.
    """
    if twice := [each for each in wish.objectives if wish.objectives.count(each) > 1]:
        raise UserError(f"--objective {twice[0]}: it stands twice; name every objective once.")
    if len(wish.objectives) > 1 and wish.goal:
        raise UserError(
            "--goal is for one objective; of several, each must have a direction of its own "
            "(docs/measures.md says which have)."
        )
    _check_search(wish)
    goals = {each: goal_of(each, scenarios, wish.goal) for each in wish.objectives}
    limits = check_limits(wish.limits, scenarios)
    if not wish.sequential:
        if wish.certainty or wish.indifference or wish.most:
            raise UserError(
                "--procedure fixed plays --replications of every value and no more: leave out "
                "--certainty, --indifference and --max-replications, or take --procedure kn."
            )
        return Aims(goals, limits, "fixed", None)
    if len(goals) > 1:
        raise UserError(
            "--certainty selects by one objective; of several there is no best value, but a front: "
            "leave out --procedure, --certainty, --indifference and --max-replications."
        )
    objective, goal = next(iter(goals.items()))
    most = wish.most or MOST
    _check_counts(first, most)
    aim = Aim(
        objective=objective,
        goal=goal,
        certainty=_certainty(wish.certainty or CERTAINTY),
        indifference=_indifference(wish.indifference or INDIFFERENCE, objective),
        first=first,
        most=most,
        limits=limits,
    )
    return Aims(goals, limits, wish.procedure or "kn", aim)


def _check_search(wish: Wish) -> None:
    if wish.search and len(wish.objectives) > 1:
        raise UserError(
            "--search looks for the best by one objective; for the front of several, leave it "
            "out, and name a few values of each field."
        )
    if wish.search and wish.procedure not in (None, "kn"):
        raise UserError(
            f"--search ends with a selection among the best few by kn: leave out --procedure "
            f"{wish.procedure}."
        )


def _check_counts(first: int, most: int) -> None:
    if first < _LEAST_FIRST:
        raise UserError(
            f"--procedure kn and ocba need a first batch of {_LEAST_FIRST} replications or more "
            f"to see the spread, not {first}: --replications 10"
        )
    if most < first:
        raise UserError(
            f"--max-replications {most} is less than the first batch, --replications {first}."
        )


def _certainty(text: str) -> float:
    try:
        share = parse_share(text)
    except ValueError:
        share = 0.0
    if not 0.5 <= share < 1:
        raise UserError(
            f"--certainty {text!r}: write the probability of choosing right, from 50% to below "
            "100%, such as 95%."
        )
    return share


def _indifference(text: str, objective: str) -> Indifference:
    try:
        return Indifference(*parse_width(text, objective))
    except ValueError as error:
        raise UserError(
            f"--indifference {text!r}: the smallest difference in {objective} that matters is "
            f"{error}"
        ) from None
