"""`esfand report`: a run's pages anew, or several runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reports.command_line import as_json, out, overrides, print_json

if TYPE_CHECKING:
    from reports.run_folder import Run

SIDE_BY_SIDE = Path("runs/side-by-side")


@click.command("report")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@overrides("Judge or measure the run anew by one field: a threshold, cost, fee or support target")
@out(
    "Folder to write the run with its reports to; of several, the page of them. "
    f"[the run's own; {SIDE_BY_SIDE}]"
)
@as_json
def rebuild_reports(
    runs: tuple[Path, ...], overrides: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Write the reports of a run folder anew, or lay several runs side by side.

    Several runs stay as they are: a page of them all tells how the others differ from the first.
    With the same seed and shoppers the differences are taken pair by pair.
    """
    from sim.experiments.restate import restated

    told = [restated(folder, overrides) for folder in runs]
    if len(told) > 1:
        _side_by_side(told, out or SIDE_BY_SIDE, as_json)
    else:
        _rebuild(told[0], overrides, out, as_json)


def _rebuild(run: Run, overrides: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    from reports import console, outcome
    from sim.experiments.restate import rebuild

    written = rebuild(run, overrides, out)
    if as_json:
        print_json([outcome.as_object(written)])
    else:
        click.echo(console.reports_line(written.folder))


def _side_by_side(runs: list[Run], folder: Path, as_json: bool) -> None:
    from reports import side_by_side_page
    from reports.side_by_side_console import side_by_side_lines
    from sim.experiments.side_by_side import lay_side_by_side

    found = lay_side_by_side(runs)
    pages = side_by_side_page.write(found, folder)
    if as_json:
        print_json(found.as_object())
    else:
        click.echo("\n".join(side_by_side_lines(found, pages)))
