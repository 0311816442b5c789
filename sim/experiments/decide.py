"""From what was played to a decision: which value is best, what it keeps, and what stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.decisions import Decision, Difference, TuneResult
from reports.tuned import Eliminated, Selected, Standing
from sim.experiments.aims import Aims
from sim.experiments.feasibility import standings
from sim.experiments.pareto import front
from sim.experiments.ranking import Observations, Selection
from sim.experiments.selection import Choice, Goal, choose
from sim.experiments.vary import Variants

LEVEL = 0.95
"""At which intervals hold jointly, where no other certainty is asked for."""


def decision_of(seen: Observations, objective: str, goal: Goal, claims: int = 0) -> Decision:
    """Which of the values is best.

    `claims` are the other comparisons that are told beside it, at the same joint level.
    """
    choice = choose(_samples(seen, objective), goal, LEVEL, claims=claims)
    return Decision(**_of_choice(choice, tuple(seen), objective, goal))


def decide(
    seen: Observations, variants: Variants, aims: Aims, selection: Selection | None = None
) -> TuneResult:
    """What a tune comes to; `selection` is what a procedure chose, where one did."""
    samples = _samples(seen, aims.objective)
    level = aims.aim.certainty if aims.aim else LEVEL
    held = standings(aims.limits, seen, level)
    if len(aims.goals) > 1:
        return _of_several(seen, variants, aims, held)
    best = selection.best if selection else _best_within(samples, held, aims.goal)
    choice = choose(samples, aims.goal, level, best)
    fields = _of_choice(choice, tuple(seen), aims.objective, aims.goal)
    surely_missed = {each.value for each in held if each.state == "missed"}
    keep = _certainties(held, seen)
    better = sum(rival.better * keep[rival.value] for rival in choice.rivals)
    fields |= {
        "level": level,
        "confidence": max(1 - better, 1 / len(seen)),
        "indistinguishable": tuple(
            value for value in choice.indistinguishable if value not in surely_missed
        ),
    }
    return TuneResult(
        **fields,
        **_of_tune(seen, variants, aims),
        selected=_selected(aims, selection),
        standings=held,
    )


def _of_several(
    seen: Observations, variants: Variants, aims: Aims, held: Sequence[Standing]
) -> TuneResult:
    """No best, but a front, of the values that keep the limits if there are any."""
    missed = {each.value for each in held if not each.holds}
    within = {value: measures for value, measures in seen.items() if value not in missed} or seen
    places = front(within, aims.goals, LEVEL)
    on_front = {place.value for place in places if place.state == "front"}
    samples = _samples(seen, aims.objective)
    best = _best({value: samples[value] for value in samples if value in on_front}, aims.goal)
    choice = choose(samples, aims.goal, LEVEL, best)
    return TuneResult(
        **_of_choice(choice, tuple(seen), aims.objective, aims.goal),
        **_of_tune(seen, variants, aims),
        standings=tuple(held),
        objectives=tuple(aims.goals),
        front=places,
    )


def _samples(seen: Observations, objective: str) -> dict[str, Sequence[float]]:
    return {value: list(measures[objective]) for value, measures in seen.items()}


def _of_choice(
    choice: Choice, values: tuple[str, ...], objective: str, goal: Goal
) -> dict[str, object]:
    return {
        "values": values,
        "objective": objective,
        "goal": goal,
        "best": choice.best,
        "confidence": choice.confidence,
        "indistinguishable": choice.indistinguishable,
        "differences": tuple(
            Difference(value=rival.value, mean=rival.mean, low=rival.low, high=rival.high)
            for rival in choice.rivals
        ),
    }


def _of_tune(seen: Observations, variants: Variants, aims: Aims) -> dict[str, object]:
    return {
        "parameter": ", ".join(variants.fields),
        "current": variants.current,
        "replications": {value: len(measures[aims.objective]) for value, measures in seen.items()},
    }


def _selected(aims: Aims, selection: Selection | None) -> Selected | None:
    if not selection or not aims.aim:
        return None
    return Selected(
        procedure="ocba" if aims.procedure == "ocba" else "kn",
        certainty=aims.aim.certainty,
        indifference=selection.indifference,
        first=aims.aim.first,
        most=aims.aim.most,
        reached=selection.reached,
        eliminated=tuple(
            Eliminated(value=each.value, after=each.after, by=each.by) for each in selection.out
        ),
        undecided=selection.left,
    )


def _best_within(
    samples: Mapping[str, Sequence[float]], held: Sequence[Standing], goal: Goal
) -> str:
    """The best mean of the values that keep every limit by the mean; of all, if none does."""
    missed = {each.value for each in held if not each.holds}
    within = {value: sample for value, sample in samples.items() if value not in missed}
    return _best(within or samples, goal)


def _best(samples: Mapping[str, Sequence[float]], goal: Goal) -> str:
    means = {value: sum(sample) / len(sample) for value, sample in samples.items()}
    return (max if goal == "max" else min)(means, key=lambda value: means[value])


def _certainties(held: Sequence[Standing], values: Mapping[str, object]) -> dict[str, float]:
    """About how probable it is that a value keeps every limit: at most that of its worst one."""
    return {
        value: min((each.certainty for each in held if each.value == value), default=1.0)
        for value in values
    }
