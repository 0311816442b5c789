"""`esfand report RUN RUN ...`: finished runs beside each other; are their shoppers the same?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from reports import run_folder
from reports.designs import settings_of
from reports.run_folder import Run
from reports.side_by_side import Setting, Side, SideBySide
from scenarios.changes import changes
from scenarios.errors import UserError
from scenarios.loader import load_text
from scenarios.schema import Scenario
from scenarios.writer import dump
from sim.common_numbers import drawn_apart
from sim.experiments.restate import TOLD

MOST = 6
"""Runs on one page: more columns nobody reads."""


def lay_side_by_side(runs: Sequence[Run]) -> SideBySide:
    """The runs beside the first one. Raises UserError for too many, or for one named twice."""
    if len(runs) > MOST:
        raise UserError(f"{len(runs)} runs are too many for one page: name at most {MOST}.")
    folders = [run.folder.resolve() for run in runs]
    twice = [run.folder for run in runs if folders.count(run.folder.resolve()) > 1]
    if twice:
        raise UserError(
            f"{twice[0]} is named twice, and does not differ from itself.\n"
            "Name runs of different folders: esfand report runs/last-week runs/this-week"
        )
    scenarios = [_scenario(run) for run in runs]
    first = runs[0]
    sides = [
        Side(name, run, _drawn_apart(first, scenarios[0], run, scenario))
        for name, run, scenario in zip(ascii_uppercase, runs, scenarios, strict=False)
    ]
    return SideBySide(sides, _settings(scenarios))


def _scenario(run: Run) -> Scenario:
    """The scenario as it is shown: of a tune at its best value, of a compare the best one."""
    if run.tuned:
        best = run.tuned.best
        settings = settings_of(best) or ((run.tuned.parameter, best),)
        words = [f"{field}={value}" for field, value in settings]
        return load_text(run.scenario, str(run.folder / run_folder.SCENARIO), words)
    if run.comparison:
        file = next(
            each.file for each in run.comparison.scenarios if each.name == run.comparison.best
        )
        path = run.folder / file
        return load_text(_text(path), str(path))
    return load_text(run.scenario, str(run.folder / run_folder.SCENARIO))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path} is missing: the run is not whole. Play it again.") from None


def _drawn_apart(first: Run, of_first: Scenario, other: Run, of_other: Scenario) -> tuple[str, ...]:
    """Why two runs did not meet the same shoppers; empty where they did."""
    seeds = () if first.manifest.seed == other.manifest.seed else ("seed",)
    return (*seeds, *drawn_apart(of_first, of_other))


def _settings(scenarios: Sequence[Scenario]) -> list[Setting]:
    """Every field of the shop in which one of the others differs from the first."""
    first, *others = scenarios
    fields = dict.fromkeys(
        change.field
        for other in others
        for change in changes(first, other)
        if change.field.partition(".")[0] not in TOLD
    )
    written = [_nested(scenario) for scenario in scenarios]
    return [Setting(field, tuple(_at(each, field) for each in written)) for field in fields]


def _nested(scenario: Scenario) -> Any:
    import yaml

    return yaml.safe_load(dump(scenario))


def _at(node: Any, field: str) -> str:
    """A field as people write it; empty for a whole section, and for what is not set."""
    for name in field.split("."):
        if isinstance(node, list) and name.isdecimal():
            node = node[int(name)] if int(name) < len(node) else None
        elif isinstance(node, list):
            node = next((each for each in node if name in _names(each)), None)
        elif isinstance(node, dict):
            node = node.get(name)
        else:
            return ""
    return "" if node is None or isinstance(node, dict | list) else str(node)


def _names(entry: Any) -> tuple[str, ...]:
    """What `--set` may call an entry of a list."""
    if not isinstance(entry, dict):
        return ()
    return tuple(str(entry[key]) for key in ("name", "channel") if key in entry)
