"""`esfand simulate --until MOMENT --then FIELD=VALUE`: what if other rules held from a moment on.

The fork is a comparison: the scenario as it is, and the same with the change written into it as
the `later` of a section. Both meet the same shoppers and are the same up to the moment.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

from scenarios.calendar import Calendar
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.reservation import LaterReservation
from scenarios.schema import Scenario
from scenarios.units import (
    did_you_mean,
    ended,
    format_moment,
    latin,
    parse_clock,
    parse_duration,
    parse_moment,
)
from sim.experiments.compare import Side, compare
from sim.experiments.experiment import RUNS, How

RULES = tuple(f"reservation.{name}" for name in LaterReservation.model_fields if name != "at")
AGENTS = re.compile(r"support\.desks\.([^.]+)\.agents")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_DAY = re.compile(r"\d{4}-")


def fork(name: str, settings: Sequence[str], until: str, changes: Sequence[str], how: How) -> Path:
    """Play a scenario as it is, and with `field=value` changes from a moment on; compare them.

    Returns the run folder. Raises UserError for a moment outside of the season, and for a field
    that cannot change in the middle of one.
    """
    scenario = load(name, settings)
    if not changes:
        raise UserError(
            "--until says when; say what changes then, such as --then reservation.timeout=10min"
        )
    moment = moment_of(until, scenario)
    later = _later(scenario, moment, changes)
    try:
        load(name, (*settings, *later))
    except UserError as error:
        raise UserError(_as_written(str(error), later)) from None
    label = f"{scenario.name}, from {format_moment(moment)}: {', '.join(changes)}"
    so = How(
        replications=how["replications"],
        jobs=how["jobs"],
        out=how["out"] or RUNS / f"{scenario.name}-fork",
        quiet=how["quiet"],
        languages=how.get("languages"),
    )
    sides = [Side(name), Side(name, later, label)]
    return compare(sides, tuple(settings), so)


def moment_of(until: str, scenario: Scenario) -> dt.datetime:
    """The local moment that is meant by a time of day, a day with or without one, or a duration.

    A time of day is the first one after the season's start; a duration counts from there. Raises
    UserError for nonsense, and for a moment that is not within the season.
    """
    season, text = scenario.season, latin(until)
    try:
        if _CLOCK.fullmatch(text):
            moment = dt.datetime.combine(season.start.date(), parse_clock(text))
            moment += dt.timedelta(days=moment <= season.start)
        elif _DAY.match(text):
            moment = parse_moment(text)
        else:
            moment = season.start + dt.timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError) as error:
        raise UserError(
            f"--until {until}: {ended(error)} Write a time of day (20:00), a day and a time "
            "('1405-12-20 20:00'), or a duration since the start (36h)."
        ) from None
    if not 0 < Calendar(season).seconds(moment) < season.duration:
        end = season.start + dt.timedelta(seconds=season.duration)
        raise UserError(
            f"--until {until}: {format_moment(moment)} is not within the season, from "
            f"{format_moment(season.start)} to {format_moment(end)}."
        )
    return moment


def _later(scenario: Scenario, moment: dt.datetime, changes: Sequence[str]) -> tuple[str, ...]:
    """The settings that write the changes into the scenario."""
    at = f"at: '{format_moment(moment)}'"
    rules: list[str] = []
    staff: dict[str, str] = {}
    seen: set[str] = set()
    for change in changes:
        field, equals, value = (part.strip() for part in change.partition("="))
        if field in seen:
            raise UserError(f"--then {change}: {field} stands twice; write it once")
        seen.add(field)
        if not equals or not value or re.search(r"[,{}\[\]#]", value):
            raise UserError(
                f"--then {change}: write field=value, such as reservation.timeout=10min"
            )
        if field in RULES:
            rules.append(f"{field.removeprefix('reservation.')}: {value}")
        elif desk := AGENTS.fullmatch(field):
            staff[desk[1]] = value
        else:
            raise UserError(f"--then {change}: {_refusal(field)}")
    if (rules and scenario.reservation.later) or (
        staff and any(desk.later for desk in scenario.support.desks)
    ):
        raise UserError(
            "--then: the scenario has changes of its own (`later`); write this one beside them."
        )
    settings = [f"reservation.later=[{{{', '.join((at, *rules))}}}]"] if rules else []
    settings += [
        f"support.desks.{desk}.later=[{{{at}, agents: {agents}}}]" for desk, agents in staff.items()
    ]
    return tuple(settings)


def _refusal(field: str) -> str:
    near = did_you_mean(field, RULES, ".")
    return (
        f"{field or 'nothing'} cannot change in the middle of a season{near} These can:\n"
        + "\n".join(f"  {each}" for each in (*RULES, "support.desks.CHANNEL.agents"))
    )


def _as_written(message: str, later: Sequence[str]) -> str:
    """A mistake in a setting, told of the `--then` that it came from."""
    for setting in later:
        section = setting.partition(".later=")[0]
        message = message.replace(f"--set {setting}: {section}.later.0.", f"--then {section}.")
        message = message.replace(f"--set {setting}", f"--then for {section}")
    return message
