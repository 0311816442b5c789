"""`esfand tune`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from reports.command_line import overrides, playing, seed, tell, with_seed
from sim.commands.resumable import Resumable, resume

if TYPE_CHECKING:
    from sim.experiments.aims import Procedure
    from sim.experiments.experiment import How
    from sim.experiments.journal import RunJournal
    from sim.experiments.selection import Goal

FIRST_BATCH = 10
"""Replications with which a procedure begins that adds more of them."""


@click.command("tune", cls=Resumable)
@click.argument("scenario")
@click.option(
    "--vary",
    "varied",
    required=True,
    multiple=True,
    metavar="FIELD=VALUE,...",
    help="A field and its values, such as reservation.timeout=10min,20min,30min, or a range of "
    "them, such as reservation.timeout=5min..2h. Of several, every combination is tried.",
)
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    default=["profit_rial"],
    show_default=True,
    help="The measure to choose by. Of several, the front is told: what no value beats in all.",
)
@click.option(
    "--goal", type=click.Choice(["max", "min"]), help="Which way is better. [as the measure says]"
)
@click.option(
    "--subject-to",
    "limits",
    multiple=True,
    metavar="LIMIT",
    help="What the best must keep, such as 'support_service_level >= 80%'; may be repeated.",
)
@click.option(
    "--certainty",
    metavar="SHARE",
    help="Play on until the best is chosen with this probability. [95%, where asked for]",
)
@click.option(
    "--indifference",
    metavar="DIFFERENCE",
    help="The smallest difference that matters, such as '50_000_000 toman'. [1% of the mean]",
)
@click.option(
    "--procedure",
    type=click.Choice(["fixed", "kn", "ocba"]),
    help="fixed plays --replications of all; kn and ocba begin with them (10) and add more. "
    "[fixed, or kn with --certainty]",
)
@click.option(
    "--max-replications",
    "most",
    type=click.IntRange(min=1),
    metavar="N",
    help="Replications of a value at which kn and ocba give up. [100]",
)
@click.option(
    "--search",
    type=click.IntRange(min=10, max=1000),
    metavar="N",
    help="Try N designs within the ranges instead of all combinations, and select among the best.",
)
@overrides()
@seed
@playing(replications=6, written="Folder of the run. [runs/SCENARIO-tune]")
@resume
@click.pass_context
def tune_scenario(
    context: click.Context,
    scenario: str,
    varied: tuple[str, ...],
    objectives: tuple[str, ...],
    goal: Goal | None,
    limits: tuple[str, ...],
    certainty: str | None,
    indifference: str | None,
    procedure: Procedure | None,
    most: int | None,
    search: int | None,
    overrides: tuple[str, ...],
    seed: int | None,
    before: RunJournal | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Find the best values of fields of SCENARIO.

    All values meet the same shoppers.
    """
    from sim.experiments.aims import Wish
    from sim.experiments.tune import tune

    how["quiet"] |= as_json
    wish = Wish(objectives, goal, limits, procedure, certainty, indifference, most, search)
    if wish.sequential and context.get_parameter_source("replications") is ParameterSource.DEFAULT:
        how["replications"] = FIRST_BATCH
    folder = tune(scenario, with_seed(overrides, seed), varied, how, wish, before)
    tell(folder, how["quiet"], as_json)
