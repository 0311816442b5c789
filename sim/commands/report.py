"""`esfand report`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reports.command_line import as_json, languages, out, overrides, print_json
from reports.notations import Language

if TYPE_CHECKING:
    from reports.run_folder import Run


@click.command("report")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@overrides("Judge or measure the run anew by one field: a threshold, cost, fee or support target")
@out("Folder to write the run with its reports to; for one RUN. [the run's own]")
@languages("those that the run has; others join them")
@click.option("--excel", is_flag=True, help="Write a workbook beside each page too.")
@click.option("--pdf", is_flag=True, help="Write a PDF beside each page too; needs esfand[pdf].")
@click.option(
    "--export",
    "tables",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the tables of one RUN as CSV and Parquet into a new folder.",
)
@as_json
def rebuild_reports(
    runs: tuple[Path, ...],
    overrides: tuple[str, ...],
    out: Path | None,
    languages: tuple[Language, ...] | None,
    excel: bool,
    pdf: bool,
    tables: Path | None,
    as_json: bool,
) -> None:
    """Write the reports of run folders anew."""
    from reports import console, outcome
    from sim.experiments.restate import rebuild, restated, speaking

    if out and len(runs) > 1:
        raise click.UsageError("--out takes one run: the reports of several have no room there.")
    if tables and len(runs) > 1:
        raise click.UsageError("--export takes one run: the tables of several have one name.")
    _check_extras(pdf, tables)
    told = [restated(folder, overrides) for folder in runs]  # every one can be, or none is touched
    written = [rebuild(speaking(run, languages or ()), overrides, out) for run in told]
    extras = [path for run in written for path in _extras(run, excel, pdf, tables)]
    if as_json:
        print_json([outcome.as_object(run) for run in written])
        return
    for run in written:
        click.echo(console.reports_line(run))
    if extras:
        click.echo(f"Written too: {', '.join(map(str, extras))}")


def _check_extras(pdf: bool, tables: Path | None) -> None:
    """Raise UserError for what cannot be written, before anything is."""
    if pdf:
        from reports.pdf import check_weasyprint

        check_weasyprint()
    if tables:
        from reports.export import check_target

        check_target(tables)


def _extras(run: Run, excel: bool, pdf: bool, tables: Path | None) -> Iterator[Path]:
    """Write what is wanted besides the pages of a run."""
    if excel:
        from reports.words import Words
        from reports.workbook import write_workbook

        yield from (write_workbook(run, Words(each)) for each in run.manifest.languages)
    if pdf:
        from reports.pdf import write_pdfs

        yield from write_pdfs([run.folder / f"report.{e}.html" for e in run.manifest.languages])
    if tables:
        from reports.export import export
        from reports.tidy import Tidy

        export(Tidy(run), tables)
        yield tables
