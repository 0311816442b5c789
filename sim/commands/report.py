"""`esfand report`."""

from __future__ import annotations

from pathlib import Path

import click

from reports.command_line import as_json, languages, out, overrides, print_json
from reports.notations import Language


@click.command("report")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@overrides("Judge or measure the run anew by one field: a threshold, cost, fee or support target")
@out("Folder to write the run with its reports to; for one RUN. [the run's own]")
@languages("those that the run has; others join them")
@as_json
def rebuild_reports(
    runs: tuple[Path, ...],
    overrides: tuple[str, ...],
    out: Path | None,
    languages: tuple[Language, ...] | None,
    as_json: bool,
) -> None:
    """Write the reports of run folders anew."""
    from reports import console, outcome
    from sim.experiments.restate import rebuild, restated, speaking

    if out and len(runs) > 1:
        raise click.UsageError("--out takes one run: the reports of several have no room there.")
    told = [restated(folder, overrides) for folder in runs]  # every one can be, or none is touched
    written = [rebuild(speaking(run, languages or ()), overrides, out) for run in told]
    if as_json:
        print_json([outcome.as_object(run) for run in written])
        return
    for run in written:
        click.echo(console.reports_line(run))
