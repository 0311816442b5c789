"""`esfand load`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from loadtests.options import OPTIONS
from reports.command_line import (
    INTERRUPTED,
    INVALID,
    as_json,
    languages,
    out,
    overrides,
    seed,
    tell,
    with_seed,
)
from reports.notations import USUAL, Language


def _rehearsal_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        command = click.option(
            option.name,
            metavar=option.metavar,
            default=option.default,
            show_default=option.default is not None,
            required=option.name == "--target",
            help=option.help,
        )(command)
    return command


@click.command("load")
@click.argument("scenario")
@click.option(
    "--host", required=True, metavar="URL", help="The shop, such as http://127.0.0.1:8000."
)
@_rehearsal_options
@click.option(
    "--processes",
    type=click.IntRange(min=1, max=64),
    default=1,
    show_default=True,
    help="Load generators on this machine.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the verdicts as JUnit XML.",
)
@overrides()
@seed
@out("Folder of the run. [runs/SCENARIO-load]")
@languages("fa,en")
@click.option("--quiet", "-q", is_flag=True, help="Print mistakes and warnings only.")
@as_json
def load_live_shop(
    scenario: str,
    host: str,
    processes: int,
    junit: Path | None,
    overrides: tuple[str, ...],
    seed: int | None,
    out: Path | None,
    languages: tuple[Language, ...] | None,
    quiet: bool,
    as_json: bool,
    **options: str | None,
) -> None:
    """Play a window of SCENARIO against a live shop, with the shoppers of the simulation.

    They come when they come, however slowly others are served.
    """
    from loadtests import load
    from loadtests.rehearsal import Rehearsal

    settings = with_seed(overrides, seed)
    rehearsal = Rehearsal.of(scenario, settings, host, options)
    folder = out or Path("runs") / f"{rehearsal.resolved.name}-load"
    done = load.load_shop(
        rehearsal,
        processes,
        folder,
        load.command_line(sys.argv[2:]),
        _nothing if quiet or not sys.stderr.isatty() else _progress,
        languages or USUAL,
    )
    if junit:
        from loadtests.junit import write_junit

        write_junit(done.folder, junit)
    if done.interrupted:
        click.echo("Interrupted: the report is of what had been played by then.", err=True)
    tell_load(done.folder, quiet, as_json, done.interrupted)


def tell_load(folder: Path, quiet: bool, as_json: bool, interrupted: bool) -> None:
    """The exit code: broken books, then an invalid load, then an interrupt, then a missed rule."""
    from reports import run_folder

    run = run_folder.read(folder)
    try:
        tell(folder, quiet, as_json)
    except SystemExit as end:
        assert run.manifest.load is not None
        if end.code in (0, 1) and interrupted:
            sys.exit(INTERRUPTED)
        if end.code in (0, 1) and run.manifest.load.invalid:
            sys.exit(INVALID)
        raise


def _progress(text: str) -> None:
    click.echo(f"\r{text}", nl=False, err=True)


def _nothing(text: str) -> None:
    """Nobody looks."""
