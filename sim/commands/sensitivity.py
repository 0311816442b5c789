"""`esfand sensitivity`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from reports.command_line import overrides, playing, seed, tell, with_seed
from sim.commands.resumable import Resumable, resume

if TYPE_CHECKING:
    from sim.experiments.experiment import How
    from sim.experiments.journal import RunJournal
    from sim.experiments.selection import Goal


@click.command("sensitivity", cls=Resumable)
@click.argument("scenario")
@click.option(
    "--vary",
    required=True,
    metavar="FIELD=VALUE,VALUE,...",
    help="The decision: a field and its values, such as reservation.timeout=20min,60min.",
)
@click.option(
    "--objective", default="profit_rial", show_default=True, help="The measure to choose by."
)
@click.option(
    "--goal", type=click.Choice(["max", "min"]), help="Which way is better. [as the measure says]"
)
@click.option(
    "--only", metavar="FIELD", multiple=True, help="Ask for this input alone; may be repeated."
)
@click.option(
    "--trajectories",
    type=click.IntRange(min=0),
    metavar="N",
    default=4,
    show_default=True,
    help="Of Morris's screening; 0 for none.",
)
@click.option(
    "--sobol",
    "points",
    type=click.IntRange(min=0),
    metavar="N",
    default=16,
    show_default=True,
    help="Base points of Sobol's indices of the three inputs that matter most; 0 for none.",
)
@overrides()
@seed
@playing(replications=3, written="Folder of the run. [runs/SCENARIO-sensitivity]")
@resume
def study_sensitivity(
    scenario: str,
    vary: str,
    objective: str,
    goal: Goal | None,
    only: tuple[str, ...],
    trajectories: int,
    points: int,
    overrides: tuple[str, ...],
    seed: int | None,
    before: RunJournal | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Find on which poorly known inputs a decision hangs.

    And at which value of such an input of SCENARIO it turns over.
    """
    from sim.experiments.sensitivity import Study, sensitivity

    how["quiet"] |= as_json
    settings, study = with_seed(overrides, seed), Study(only, trajectories, points)
    folder = sensitivity(scenario, settings, vary, how, objective, goal, study, before)
    tell(folder, how["quiet"], as_json)
