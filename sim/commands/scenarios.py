"""`esfand scenarios`: list, show and check."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reports.command_line import (
    BAD_INPUT,
    as_json,
    json_text,
    out,
    overrides,
    print_json,
    seed,
    warn,
    with_seed,
)
from scenarios.errors import UserError

fitting = overrides("List only scenarios that have this field and may have this value")


@click.group("scenarios", invoke_without_command=True)
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
    """Print SCENARIO with every field, to be saved and changed."""
    from scenarios.loader import load
    from scenarios.writer import dump, write_new

    resolved = load(scenario, with_seed(overrides, seed))
    text = json_text(resolved.model_dump(mode="json")) if as_json else dump(resolved)
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
    from scenarios.unplayed import unplayed
    from sim.experiments.rules import wrong_thresholds

    mistakes = check(file, overrides, wrong_thresholds)
    if not mistakes and (outside := unplayed(load(file, overrides))):
        warn(outside)
    if as_json:
        print_json({"file": file, "mistakes": mistakes})
    elif not mistakes:
        click.echo(f"{file}: no mistakes")
    else:
        raise UserError("\n".join(mistakes))
    sys.exit(BAD_INPUT if mistakes else 0)
