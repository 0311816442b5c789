"""`esfand compare`, and its `--set` that belongs to one scenario."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from reports.command_line import (
    THRESHOLD_MISSED,
    overrides,
    playing,
    print_json,
    seed,
    tell,
    with_seed,
)
from sim.commands.resumable import Resumable, resume

if TYPE_CHECKING:
    from sim.experiments.experiment import How
    from sim.experiments.journal import RunJournal
    from sim.experiments.selection import Goal


class SettingsByPlace(Resumable):
    """A command whose `--set` is for the argument that it follows; before the first, for all."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leaves in `ctx.meta` a list of settings for all, then one for each argument."""
        with_value = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in (*option.opts, *option.secondary_opts)
        }
        by_place: list[list[str]] = [[]]
        rest: list[str] = []
        words = iter(args)
        for word in words:
            if word.startswith("--set="):
                by_place[-1].append(word.removeprefix("--set="))
            elif word in with_value:
                values = list(islice(words, 1))  # none at the end: click says so
                if word == "--set" and values:
                    by_place[-1] += values
                else:
                    rest += [word, *values]
            else:
                rest.append(word)
                by_place += [[]] * (not word.startswith("-"))
        ctx.meta["settings"] = by_place
        return super().parse_args(ctx, rest)


_FOR_PLAYING = (
    "objective", "goal", "labels", "overrides", "seed", "replications", "jobs", "languages",
)  # fmt: skip


def _lay_beside(
    context: click.Context, names: tuple[str, ...], out: Path | None, quiet: bool, as_json: bool
) -> None:
    """A simulated run and a live one; ends with 1 where the deployment departs from the model."""
    from reports.console import beside_lines
    from sim.experiments.beside import beside

    of_no_use = [
        option
        for option in _FOR_PLAYING
        if context.get_parameter_source(option) is ParameterSource.COMMANDLINE
    ]
    if of_no_use or any(context.meta["settings"]):
        raise click.UsageError("Run folders are compared as they are: leave out all but --out.")
    found, folder = beside(names, out)
    if as_json:
        print_json(found.as_object())
    elif not quiet:
        click.echo("\n".join(beside_lines(found, folder)))
    sys.exit(THRESHOLD_MISSED if found.found else 0)


@click.command("compare", cls=SettingsByPlace)
@click.argument("scenarios", metavar="SCENARIO SCENARIO...", nargs=-1, required=True)
@click.option(
    "--objective", default="profit_rial", show_default=True, help="The measure to choose by."
)
@click.option(
    "--goal", type=click.Choice(["max", "min"]), help="Which way is better. [as the measure says]"
)
@click.option(
    "--label",
    "labels",
    metavar="LETTER=TEXT",
    multiple=True,
    help="What reports call a SCENARIO, such as 'B=Nowruz with a second gateway'. [its name]",
)
@overrides("Change one field of the SCENARIO before it, or of all if it stands before the first")
@seed
@playing(replications=10, written="Folder of the run. [runs/SCENARIO-compare]")
@resume
@click.pass_context
def compare_scenarios(
    context: click.Context,
    scenarios: tuple[str, ...],
    objective: str,
    goal: Goal | None,
    labels: tuple[str, ...],
    overrides: tuple[str, ...],
    seed: int | None,
    before: RunJournal | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Compare every SCENARIO with the first one.

    All meet the same shoppers where they can.

    To try one change: esfand compare nowruz nowruz --set reservation.timeout=5min

    Two run folders, one of `simulate` and one of `load`, are laid side by side: does the live shop
    do what the model does?
    """
    from sim.experiments.beside import are_runs
    from sim.experiments.compare import compare, sides_of

    if are_runs(scenarios):
        _lay_beside(context, scenarios, how["out"], how["quiet"], as_json)
        return
    common, *of_each = map(tuple, context.meta["settings"])
    sides = sides_of(scenarios, of_each, labels)
    how["quiet"] |= as_json
    folder = compare(sides, with_seed(common, seed), how, objective, goal, before)
    tell(folder, how["quiet"], as_json)
