"""`esfand simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from reports.command_line import overrides, playing, seed, tell, warn, with_seed

if TYPE_CHECKING:
    from sim.experiments.experiment import How

_NOT_FOR_A_FORK = {"resume", "precision", "most", "keep_logs"}


def _count_or_all(text: str) -> int:
    if text == "all":
        from sim.experiments.simulate import ALL_LOGS

        return ALL_LOGS
    if not text.isdecimal():
        raise click.BadParameter(f"{text!r} is neither a number nor 'all'.")
    return int(text)


@click.command("simulate")
@click.argument("scenario", required=False)
@overrides()
@seed
@playing(replications=10, written="Folder of the run. [runs/SCENARIO-simulate]")
@click.option(
    "--keep-logs",
    metavar="N|all",
    default="1",
    show_default=True,
    callback=lambda context, option, text: _count_or_all(text),
    help="Replications whose event logs are kept.",
)
@click.option(
    "--precision",
    metavar="MEASURE:WIDTH,...",
    help="Play on until these intervals have at most these half widths, such as "
    "'phantom_stockout_rate: 5%, support_wait_p95_s: 10 s'.",
)
@click.option(
    "--max-replications",
    "most",
    type=click.IntRange(min=1),
    metavar="N",
    default=200,
    show_default=True,
    help="Where --precision gives up.",
)
@click.option(
    "--until",
    metavar="MOMENT",
    help="Fork the season here: a time of day, a day and time, or a duration since its start.",
)
@click.option(
    "--then",
    "changes",
    metavar="FIELD=VALUE",
    multiple=True,
    help="From --until on, this holds; compared with the season as it is. May be repeated.",
)
@click.option(
    "--resume",
    metavar="RUN",
    type=click.Path(path_type=Path),
    help="Instead of SCENARIO: go on with a run that was stopped, or add to a whole one.",
)
@click.pass_context
def simulate_scenario(
    context: click.Context,
    scenario: str | None,
    overrides: tuple[str, ...],
    seed: int | None,
    keep_logs: int,
    precision: str | None,
    most: int,
    until: str | None,
    changes: tuple[str, ...],
    resume: Path | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Play SCENARIO several times over and report what comes of it."""
    how["quiet"] |= as_json
    given = {
        name
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if precision is None and "most" in given and resume is None:
        raise click.UsageError("--max-replications is for --precision.")
    if until is not None or changes:
        if scenario is None or until is None or given & _NOT_FOR_A_FORK:
            raise click.UsageError(
                "A fork takes SCENARIO, --until and --then, and neither --resume, --precision nor "
                "--keep-logs."
            )
        from sim.experiments.fork import fork

        folder = fork(scenario, with_seed(overrides, seed), until, changes, how)
    elif resume is None:
        if scenario is None:
            raise click.UsageError("Missing argument 'SCENARIO', or a run to go on with: --resume.")
        from sim.experiments.simulate import ALL_LOGS, simulate

        settings = with_seed(overrides, seed)
        folder = simulate(scenario, settings, how, keep_logs, precision, most)
        count = how["replications"]
        if precision is None and count < keep_logs < ALL_LOGS:
            warn(f"--keep-logs {keep_logs}: there are {count} logs, and all are kept.")
    else:
        if given & {"scenario", "overrides", "seed"}:
            raise click.UsageError(
                "--resume RUN has its scenario and seed already: leave them out."
            )
        from sim.experiments.resume import More
        from sim.experiments.resume import resume as go_on

        more = More(
            how["replications"] if "replications" in given else None,
            precision,
            most if "most" in given else None,
            keep_logs if "keep_logs" in given else None,
        )
        folder = go_on(resume, more, how)
    tell(folder, how["quiet"], as_json)
