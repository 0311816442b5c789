"""`esfand load`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

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

CLEARED: Final = "\r\x1b[K"
"""To the beginning of the terminal's line, and nothing is left in it."""
LINE_EVERY: Final = 30.0
"""Seconds, at least, between two lines where there is no terminal."""


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
    """Play a window of SCENARIO against a live shop.

    The shoppers are those of the simulation, and come when they come, however slowly others are
    served.
    """
    from loadtests import load
    from loadtests.rehearsal import Rehearsal

    settings = with_seed(overrides, seed)
    rehearsal = Rehearsal.of(scenario, settings, host, options)
    folder = out or Path("runs") / f"{rehearsal.resolved.name}-load"
    with how_far(not quiet and not as_json) as say:
        done = load.load_shop(
            rehearsal,
            processes,
            folder,
            load.command_line(sys.argv[2:]),
            say,
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


@contextmanager
def how_far(shown: bool = True) -> Iterator[Callable[[str], None]]:
    """Yield what hears how far the run is: a line that changes; elsewhere, one now and then."""
    if not shown:
        yield lambda text: None
    elif sys.stderr.isatty():
        try:
            yield lambda text: click.echo(f"{CLEARED}{text}", nl=False, err=True)
        finally:
            click.echo(CLEARED, nl=False, err=True)
    else:
        told = time.monotonic()

        def say(text: str) -> None:
            nonlocal told
            if time.monotonic() - told >= LINE_EVERY:
                told = time.monotonic()
                click.echo(text, err=True)

        yield say
