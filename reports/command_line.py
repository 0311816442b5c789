"""What the commands share: their options, what they print at the end, and their exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from reports.notations import languages_in

T = TypeVar("T", bound=Callable[..., Any] | click.Command)

THRESHOLD_MISSED = 1
BAD_INPUT = 2
BROKEN_BOOKS = 3
INVALID = 4
VERIFICATION_FAILED = 5
INTERRUPTED = 130

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


def out(help_: str) -> Callable[[T], T]:
    """`--out`, and what is written there."""
    return click.option("--out", type=click.Path(path_type=Path), help=help_)


def playing(
    replications: int, written: str, least: int = 1, *, reports: bool = True
) -> Callable[[T], T]:
    """The options of every command that plays a scenario: its `How`, and `--json`.

    `--language` only where it writes `reports`.
    """
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
        *([languages("fa,en")] if reports else []),
        click.option("--quiet", "-q", is_flag=True, help="Print mistakes and warnings only."),
        as_json,
    ]

    def decorate(command: T) -> T:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def languages(otherwise: str) -> Callable[[T], T]:
    """`--language`, and what holds without it."""

    def read(context: click.Context, option: click.Parameter, text: str | None) -> Any:
        try:
            return languages_in(text) if text is not None else None
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return click.option(
        "--language",
        "languages",
        metavar="fa,en,ar,tr",
        callback=read,
        help=f"Languages of the reports: Persian, English, Arabic, Turkish. [{otherwise}]",
    )


def with_seed(overrides: tuple[str, ...], seed: int | None) -> tuple[str, ...]:
    return overrides if seed is None else (*overrides, f"seed={seed}")


def warn(text: str) -> None:
    """On standard error, where it disturbs no output and `--quiet` does not hide it."""
    click.echo(f"Warning: {text}", err=True)


def tell(folder: Path, quiet: bool, as_json: bool) -> NoReturn:
    """Print what a run came to, and end with its exit code."""
    from reports import console, outcome, run_folder
    from reports.terminal_colours import show
    from scenarios.loader import load_text
    from scenarios.unplayed import unplayed

    run = run_folder.read(folder)
    if outside := unplayed(load_text(run.scenario, run_folder.SCENARIO)):
        warn(outside)
    if as_json:
        print_json(outcome.as_object(run))
    elif not quiet:
        show(console.summary(run))
    end_with_books(run.manifest.books.faults)
    sys.exit(0 if outcome.keeps_its_thresholds(run) else THRESHOLD_MISSED)


def end_with_books(faults: Sequence[str]) -> None:
    """End here if the books do not balance."""
    if faults:
        click.echo("\n".join(["The books do not balance:", *faults]), err=True)
        sys.exit(BROKEN_BOOKS)


def print_json(value: Any) -> None:
    """One JSON value on standard output, with Persian left readable."""
    click.echo(json_text(value), nl=False)


def json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
