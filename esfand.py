"""The command line: parse, call, print. Whatever takes time to import is imported where used.

Exit codes: 0 ok, 1 threshold missed, 2 usage or bad input, 3 books do not balance, 130 interrupted.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, Unpack

import click
from click.core import ParameterSource

from scenarios.errors import UserError

if TYPE_CHECKING:
    from sim.experiments.calibrate import Given
    from sim.experiments.experiment import How
    from sim.experiments.selection import Goal

T = TypeVar("T", bound=Callable[..., Any] | click.Command)

THRESHOLD_MISSED = 1
BAD_INPUT = 2
BROKEN_BOOKS = 3
INTERRUPTED = 130
_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="Where all randomness comes from. [scenario's own]",
)


def overrides(does: str = "Change one field, such as reservation.timeout=5min") -> Callable[[T], T]:
    """`--set`, and what it does in a command."""
    help_ = f"{does}; may be repeated."
    return click.option("--set", "overrides", metavar="FIELD=VALUE", multiple=True, help=help_)


fitting = overrides("List only scenarios that have this field and may have this value")


def out(help_: str) -> Callable[[T], T]:
    """`--out`, and what is written there."""
    return click.option("--out", type=click.Path(path_type=Path), help=help_)


def playing(replications: int, written: str, least: int = 1) -> Callable[[T], T]:
    """The options of every command that plays a scenario: its `How`, and `--json`."""
    options: list[Callable[[T], T]] = [
        click.option(
            "--replications",
            type=click.IntRange(min=least),
            metavar="N",
            default=replications,
            show_default=True,
            help="How often the season is played, each time with other shoppers.",
        ),
        click.option(
            "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. [one per core]"
        ),
        out(written),
        click.option("--quiet", "-q", is_flag=True, help="Print mistakes and warnings only."),
        as_json,
    ]

    def decorate(command: T) -> T:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="esfand", message="%(prog)s %(version)s")
def cli() -> None:
    """Load testing and peak-season simulation for online shops."""


@cli.group("scenarios", invoke_without_command=True)
@fitting
@as_json
@click.pass_context
def scenario_group(context: click.Context, overrides: tuple[str, ...], as_json: bool) -> None:
    """List, show and check scenarios. Without a command: list."""
    command = context.invoked_subcommand
    if command is None:
        context.invoke(list_scenarios, overrides=overrides, as_json=as_json)
    elif overrides or as_json:
        raise click.UsageError(f"Write options behind the command: esfand scenarios {command} ...")


@scenario_group.command("list")
@fitting
@as_json
def list_scenarios(overrides: tuple[str, ...], as_json: bool) -> None:
    """List the scenarios that come with Esfand."""
    from scenarios.loader import load_library

    summaries = {name: each.summary for name, each in load_library(overrides).items()}
    if as_json:
        print_json([{"name": name, "summary": text} for name, text in summaries.items()])
        return
    width = max(map(len, summaries))
    for name, text in summaries.items():
        click.echo(f"{name:<{width}}  {text}")


@scenario_group.command("show")
@click.argument("scenario")
@overrides()
@seed
@out("Write a new scenario file instead of printing.")
@as_json
def show_scenario(
    scenario: str, overrides: tuple[str, ...], seed: int | None, out: Path | None, as_json: bool
) -> None:
    """Print SCENARIO with every field resolved, ready to be saved and changed."""
    from scenarios.loader import load
    from scenarios.writer import dump, write_new

    resolved = load(scenario, _with_seed(overrides, seed))
    text = _json(resolved.model_dump(mode="json")) if as_json else dump(resolved)
    if out:
        write_new(text, out)
    else:
        click.echo(text, nl=False)


@scenario_group.command("check")
@click.argument("file")
@overrides()
@as_json
def check_scenario(file: str, overrides: tuple[str, ...], as_json: bool) -> None:
    """Explain every mistake in a scenario FILE, each with its line."""
    from scenarios.loader import check, load
    from sim.experiments.rules import check_rules

    mistakes = check(file, overrides)
    if not mistakes:
        try:
            check_rules([load(file, overrides)])
        except UserError as mistake:
            mistakes = [f"{file}: thresholds: {mistake}"]
    if as_json:
        print_json({"file": file, "mistakes": mistakes})
    elif not mistakes:
        click.echo(f"{file}: no mistakes")
    else:
        raise UserError("\n".join(mistakes))
    sys.exit(BAD_INPUT if mistakes else 0)


@cli.command("simulate")
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
    resume: Path | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Play SCENARIO several times over and report what comes of it."""
    given = {name for name in context.params if context.get_parameter_source(name) in _GIVEN}
    if precision is None and "most" in given and resume is None:
        raise click.UsageError("--max-replications is for --precision.")
    if resume is None:
        if scenario is None:
            raise click.UsageError("Missing argument 'SCENARIO', or a run to go on with: --resume.")
        from sim.experiments.simulate import ALL_LOGS, simulate

        settings = _with_seed(overrides, seed)
        folder = simulate(scenario, settings, how, keep_logs, precision, most)
        count = how["replications"]
        if precision is None and count < keep_logs < ALL_LOGS:
            _warn(f"--keep-logs {keep_logs}: there are {count} logs, and all are kept.")
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
    _tell(folder, how["quiet"], as_json)


@cli.command("tune")
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
def tune_scenario(
    scenario: str,
    vary: str,
    objective: str,
    goal: Goal | None,
    overrides: tuple[str, ...],
    seed: int | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Find the best value of one field of SCENARIO; all values meet the same shoppers."""
    from sim.experiments.tune import tune

    folder = tune(scenario, _with_seed(overrides, seed), vary, how, objective, goal)
    _tell(folder, how["quiet"], as_json)


class SettingsByPlace(click.Command):
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


@cli.command("compare", cls=SettingsByPlace)
@click.argument("scenarios", metavar="SCENARIO SCENARIO...", nargs=-1, required=True)
@click.option(
    "--objective", default="profit_rial", show_default=True, help="The measure to choose by."
)
@click.option(
    "--goal", type=click.Choice(["max", "min"]), help="Which way is better. [as the measure says]"
)
@overrides("Change one field of the SCENARIO before it, or of all if it stands before the first")
@seed
@playing(replications=10, written="Folder of the run. [runs/SCENARIO-compare]")
@click.pass_context
def compare_scenarios(
    context: click.Context,
    scenarios: tuple[str, ...],
    objective: str,
    goal: Goal | None,
    overrides: tuple[str, ...],
    seed: int | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Compare every SCENARIO with the first one; all meet the same shoppers where they can.

    To try one change: esfand compare nowruz nowruz --set reservation.timeout=5min
    """
    from sim.experiments.compare import Side, compare

    common, *of_each = map(tuple, context.meta["settings"])
    sides = [Side(*each) for each in zip(scenarios, of_each, strict=True)]
    folder = compare(sides, _with_seed(common, seed), how, objective, goal)
    _tell(folder, how["quiet"], as_json)


@cli.command("report")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@overrides("Judge or measure the run anew by one field: a threshold, cost, fee or support target")
@out("Folder to write the run with its reports to; for one RUN. [the run's own]")
@as_json
def rebuild_reports(
    runs: tuple[Path, ...], overrides: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Write the reports of run folders anew."""
    from reports import console, outcome
    from sim.experiments.restate import rebuild, restated

    if out and len(runs) > 1:
        raise click.UsageError("--out takes one run: the reports of several have no room there.")
    told = [restated(folder, overrides) for folder in runs]  # every one can be, or none is touched
    written = [rebuild(run, overrides, out) for run in told]
    if as_json:
        print_json([outcome.as_object(run) for run in written])
        return
    for run in written:
        click.echo(console.reports_line(run.folder))


@cli.command("calibrate")
@click.option(
    "--orders", required=True, type=click.Path(path_type=Path), help="An export, CSV or Excel."
)
@click.option(
    "--column",
    "columns",
    metavar="ROLE=HEADER",
    multiple=True,
    help="Which column is the order, product, quantity, unit_price, line_total, date or customer, "
    "where the guess would be wrong.",
)
@click.option("--currency", type=click.Choice(["rial", "toman"]), help="Of the amounts.")
@click.option("--name", help="Of the scenario. [that of --out, or the export's]")
@click.option("--force", is_flag=True, help="Replace the scenario file if there is one already.")
@click.option(
    "--engaged", metavar="SHARE", help="Sessions that put something in a cart, such as 11%. [7%]"
)
@click.option(
    "--stock-margin",
    metavar="SHARE",
    help="Stock beyond what was sold and held meanwhile, such as 30%. [10%]",
)
@click.option(
    "--stock-cover", metavar="DURATION", help="Instead: every product has stock for so long."
)
@click.option(
    "--max-broken", metavar="SHARE", help="Rows that may be no order lines, such as 10%. [5%]"
)
@overrides("Change one field after the fit, such as reservation.timeout=5min")
@seed
@playing(replications=5, written="The scenario file. [NAME.yaml]", least=2)
def calibrate_scenario(
    orders: Path,
    overrides: tuple[str, ...],
    seed: int | None,
    as_json: bool,
    **given: Unpack[Given],
) -> None:
    """Fit a scenario to an export of order lines, and check that it reproduces them."""
    from sim.experiments.calibrate import calibrate

    found = calibrate(orders, _with_seed(overrides, seed), given)
    if found.warning():
        _warn(found.warning())
    if as_json:
        print_json(found.as_object())
    elif not given["quiet"]:
        click.echo(found.text())
    _end_with_books(found.faults)


@cli.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--database",
    metavar="URL",
    envvar="ESFAND_DATABASE",
    show_envvar=True,
    default="sqlite:///esfand.db",
    show_default=True,
    help="Where the journal is: sqlite:///FILE or postgresql://USER@HOST/DATABASE.",
)
@click.option("--scenario", metavar="NAME", help="Of a store that opens first. [nowruz]")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--fault",
    "faults",
    metavar="NAME[:VALUE]",
    multiple=True,
    help="Something to be wrong with the store, such as 5xx-after-commit:1%; may be repeated.",
)
@overrides()
@seed
def serve_store(
    port: int,
    database: str,
    scenario: str | None,
    host: str,
    faults: tuple[str, ...],
    overrides: tuple[str, ...],
    seed: int | None,
) -> None:
    """Serve the reference store over HTTP, its journal in SQLite or PostgreSQL."""
    from loadtests.reference_store.serve import serve

    settings = _with_seed(overrides, seed)
    serve(database, host, port, scenario, settings, faults, say=click.echo)


def _with_seed(overrides: tuple[str, ...], seed: int | None) -> tuple[str, ...]:
    return overrides if seed is None else (*overrides, f"seed={seed}")


def _warn(text: str) -> None:
    """On standard error, where it disturbs no output and `--quiet` does not hide it."""
    click.echo(f"Warning: {text}", err=True)


def _count_or_all(text: str) -> int:
    if text == "all":
        from sim.experiments.simulate import ALL_LOGS

        return ALL_LOGS
    if not text.isdecimal():
        raise click.BadParameter(f"{text!r} is neither a number nor 'all'.")
    return int(text)


def _tell(folder: Path, quiet: bool, as_json: bool) -> NoReturn:
    """Print what a run came to, and end with its exit code."""
    from reports import console, outcome, run_folder

    run = run_folder.read(folder)
    if as_json:
        print_json(outcome.as_object(run))
    elif not quiet:
        click.echo(console.summary(run))
    _end_with_books(run.manifest.books.faults)
    sys.exit(0 if outcome.keeps_its_thresholds(run) else THRESHOLD_MISSED)


def _end_with_books(faults: Sequence[str]) -> None:
    """End here if the books do not balance."""
    if faults:
        click.echo("\n".join(["The books do not balance:", *faults]), err=True)
        sys.exit(BROKEN_BOOKS)


def print_json(value: Any) -> None:
    """One JSON value on standard output, with Persian left readable."""
    click.echo(_json(value), nl=False)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end with its exit code; a user's mistake is never a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where `±` or Persian cannot be written
    try:
        cli.main(arguments, prog_name="esfand", standalone_mode=False)
    except UserError as error:
        click.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except click.Abort as error:
        how_to_go_on = str(error.__cause__ or "")
        click.echo("\n".join(["Interrupted.", *how_to_go_on.splitlines()]), err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # `esfand scenarios show nowruz | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


if __name__ == "__main__":
    main()
