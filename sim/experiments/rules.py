"""What a run will be judged by, checked before it is played: its thresholds and its objective."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from reports import thresholds
from reports.formats import split_channel
from reports.measures import LOAD_MEASURES, MEASURES, find
from reports.measures.needs import missing
from reports.precision import Target
from scenarios.errors import UserError
from scenarios.schema import Scenario
from sim.experiments.selection import Goal


def check_rules(scenarios: Iterable[Scenario]) -> None:
    """Raise UserError for the first threshold that cannot be read, or that nothing measures."""
    for scenario in scenarios:
        for text in scenario.thresholds:
            _check_threshold(text, scenario)


def wrong_thresholds(scenario: Scenario) -> Iterator[tuple[tuple[str, int], str]]:
    """Where in a scenario a threshold stands for which `check_rules` would raise, and why."""
    for number, text in enumerate(scenario.thresholds):
        try:
            _check_threshold(text, scenario)
        except UserError as error:
            yield ("thresholds", number), str(error)


def _check_threshold(text: str, scenario: Scenario) -> None:
    rule = thresholds.parse(text, MEASURES | LOAD_MEASURES)
    _check_desk(f"The threshold `{text}`", rule.measure, _channels(scenario))


def check_precision(targets: Iterable[Target], scenario: Scenario) -> None:
    """Raise UserError for the first measure that has no value in the scenario."""
    for target in targets:
        _check_measured(f"--precision {target.text!r}", target.measure, scenario)


def goal_of(objective: str, scenarios: Iterable[Scenario], goal: Goal | None = None) -> Goal:
    """Which way the objective should go: as asked for, or as its definition says.

    Raises UserError for an objective that has no value in some of the scenarios, and where neither
    says which way is better.
    """
    try:
        measure = find(objective)
    except UserError as error:
        raise UserError(f"--objective {objective}: {error}") from None
    for scenario in scenarios:
        _check_measured(f"--objective {objective}", objective, scenario)
    if goal is None and measure.better == "neither":
        raise UserError(
            f"--objective {objective}: more of it is neither better nor worse in itself; "
            "say which with --goal max or --goal min."
        )
    return goal or ("max" if measure.better == "up" else "min")


def check_limits(
    texts: Iterable[str], scenarios: Iterable[Scenario]
) -> tuple[thresholds.Rule, ...]:
    """The limits that the best value must keep. Raises UserError for the first that is wrong."""
    rules = []
    for text in texts:
        try:
            rule = thresholds.parse(text, MEASURES)
        except UserError as error:
            told = str(error).replace("The threshold ", "", 1)
            raise UserError(f"--subject-to {told}") from None
        for scenario in scenarios:
            _check_measured(f"--subject-to `{text}`", rule.measure, scenario)
        rules.append(rule)
    return tuple(rules)


def _channels(scenario: Scenario) -> list[str]:
    return [door.channel for door in scenario.support.doors]


def _check_measured(where: str, measure: str, scenario: Scenario) -> None:
    """Raise UserError for a desk that is not there, and for what is switched off."""
    _check_desk(where, measure, _channels(scenario))
    need = missing(measure, scenario)
    if need is not None:
        raise UserError(
            f"{where}: {measure} has no value in {scenario.name}, where `{need.field}` is missing: "
            f"it takes {need.what}. Switch that on, or name another measure."
        )


def _check_desk(where: str, measure: str, channels: Collection[str]) -> None:
    _, channel = split_channel(measure)
    if channel and channel not in channels:
        there = f"it has {', '.join(channels)}" if channels else "it has none"
        raise UserError(f"{where}: the scenario has no {channel} desk; {there}.")
