"""`esfand compare`: scenarios against the first one, over the same shoppers where they allow it."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.comparison import beside
from reports.run_folder import SCENARIO, Compared, Comparison
from reports.versions import fingerprint
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.window import as_played
from sim.common_numbers import drawn_apart
from sim.experiments.decide import decision_of
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.journal import RunJournal
from sim.experiments.playing import Stage
from sim.experiments.record import record
from sim.experiments.remembering import remembering
from sim.experiments.rules import check_rules, goal_of
from sim.experiments.selection import Goal

LETTERS = string.ascii_uppercase
"""What the scenarios are called, in the order given."""


@dataclass(frozen=True)
class Side:
    """A scenario by name or file, and the `field=value` settings for it alone."""

    name: str
    settings: tuple[str, ...] = ()
    label: str | None = None
    """What reports call it; None: its name and settings."""


def sides_of(
    names: Sequence[str], settings: Sequence[tuple[str, ...]], labels: Sequence[str]
) -> list[Side]:
    """Every scenario with the settings for it alone; labels are `LETTER=TEXT`.

    Raises UserError for a label of a letter that none of the scenarios has.
    """
    letters = LETTERS[: len(names)]
    called: dict[str, str | None] = {}
    for text in labels:
        letter, equals, label = (part.strip() for part in text.partition("="))
        if not equals or not label or letter not in tuple(letters):
            raise UserError(
                f"--label {text}: write LETTER=TEXT; the scenarios are, in their order, "
                f"{', '.join(letters)}."
            )
        called[letter] = label
    return [
        Side(name, own, called.get(LETTERS[place]) if place < len(LETTERS) else None)
        for place, (name, own) in enumerate(zip(names, settings, strict=True))
    ]


def compare(
    sides: Sequence[Side],
    common: Sequence[str],
    how: How,
    objective: str = "profit_rial",
    goal: Goal | None = None,
    before: RunJournal | None = None,
) -> Path:
    """Play all sides with one seed, that of the first, and write the run folder.

    `common` settings are for all sides; `before` is what the same comparison left when it was
    stopped. Returns the folder. Raises UserError for fewer than two sides, for mistakes in the
    scenarios, the objective, the thresholds and the folder, before anything is played; and for an
    objective without a number. Raises Interrupted if it is stopped.
    """
    if len(sides) < 2:
        raise UserError(
            "One scenario is nothing to compare: name two or more, such as\n"
            "esfand compare nowruz nowruz --set reservation.timeout=5min"
        )
    if len(sides) > len(LETTERS):
        raise UserError(f"{len(sides)} scenarios are too many: name at most {len(LETTERS)}.")
    scenarios = _load(sides, common) if before is None else before.designs
    goal = goal_of(objective, scenarios.values(), goal)
    experiment = _experiment(
        sides, common, scenarios, how, ("--objective", objective, "--goal", goal), before
    )
    check_rules(scenarios.values())
    with remembering(experiment, scenarios, before) as played:
        stage = Stage(experiment, scenarios, (objective,), played)
        seen = stage.play(dict.fromkeys(scenarios, experiment.replications))
        decision = decision_of(seen, objective, goal, claims=beside(objective, len(scenarios)))
        result = Comparison(**decision.model_dump(), scenarios=_compared(sides, scenarios))
        files = {each.file: scenarios[each.name] for each in result.scenarios}
        del files[SCENARIO]
        record(
            experiment,
            stage.replications,
            played.seconds,
            result,
            files,
            thresholds=scenarios[result.best].thresholds,
        )
    return experiment.folder


def _load(sides: Sequence[Side], common: Sequence[str]) -> Mapping[str, Scenario]:
    """Every side's scenario by its letter; all have the seed of the first.

    Raises UserError with every mistake of all sides.
    """
    scenarios: list[Scenario] = []
    mistakes: dict[str, None] = {}
    for side in sides:
        seed = (f"seed={scenarios[0].seed}",) if scenarios else ()
        try:
            scenarios.append(load(side.name, (*common, *side.settings, *seed)))
        except UserError as error:
            mistakes |= dict.fromkeys(str(error).splitlines())
    if mistakes:
        raise UserError("\n".join(mistakes))
    return dict(zip(LETTERS, scenarios, strict=False))


def _experiment(
    sides: Sequence[Side],
    common: Sequence[str],
    scenarios: Mapping[str, Scenario],
    how: How,
    chosen: Sequence[str],
    before: RunJournal | None,
) -> Experiment:
    """The first scenario is the experiment's own; `--set` before the sides is for all of them."""
    words = as_options(common)
    for side in sides:
        words += [side.name, *as_options(side.settings)]
    for letter, side in zip(LETTERS, sides, strict=False):
        words += ["--label", f"{letter}={side.label}"] if side.label else []
    first = next(iter(scenarios.values()))
    return Experiment.of("compare", (*words, *chosen), first, how, before.run if before else None)


def _compared(sides: Sequence[Side], scenarios: Mapping[str, Scenario]) -> tuple[Compared, ...]:
    """What the run folder says of each; the files are scenario.yaml, scenario-2.yaml, ..."""
    first = next(iter(scenarios.values()))
    return tuple(
        Compared(
            name=name,
            label=side.label or ", ".join((scenario.name, *side.settings)),
            title={str(language): title for language, title in scenario.title.items()},
            file=SCENARIO if number == 1 else f"scenario-{number}.yaml",
            scenario_hash=fingerprint(scenario),
            season_s=as_played(scenario).season.duration,
            drawn_apart=drawn_apart(first, scenario),
        )
        for number, (side, (name, scenario)) in enumerate(
            zip(sides, scenarios.items(), strict=True), start=1
        )
    )
