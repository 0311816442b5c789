"""`esfand tune`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from reports.command_line import overrides, playing, seed, tell, with_seed
from sim.commands.resumable import Resumable, resume

if TYPE_CHECKING:
    from sim.experiments.experiment import How
    from sim.experiments.journal import Journal
    from sim.experiments.selection import Goal


@click.command("tune", cls=Resumable)
@click.argument("scenario")
@click.option(
    "--vary",
    required=True,
    metavar="FIELD=VALUE,VALUE,...",
    help="The field and its values, such as reservation.timeout=10min,20min,30min.",
)
@click.option(
    "--objective", default="profit_rial", show_default=True, help="The measure to choose by."
)
@click.option(
    "--goal", type=click.Choice(["max", "min"]), help="Which way is better. [as the measure says]"
)
@overrides()
@seed
@playing(replications=6, written="Folder of the run. [runs/SCENARIO-tune]")
@resume
def tune_scenario(
    scenario: str,
    vary: str,
    objective: str,
    goal: Goal | None,
    overrides: tuple[str, ...],
    seed: int | None,
    before: Journal | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Find the best value of one field of SCENARIO; all values meet the same shoppers."""
    from sim.experiments.tune import tune

    how["quiet"] |= as_json
    folder = tune(scenario, with_seed(overrides, seed), vary, how, objective, goal, before)
    tell(folder, how["quiet"], as_json)
