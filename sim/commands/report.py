"""`esfand report`: a run's pages anew, or several runs side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reports.command_line import as_json, languages, out, overrides, print_json
from reports.notations import Language

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
@languages("those that the run has; others join them")
@click.option("--excel", is_flag=True, help="Write a workbook beside each page of one RUN too.")
@click.option(
    "--pdf", is_flag=True, help="Write a PDF beside each page of one RUN too; needs WeasyPrint."
)
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
    """Write the reports of a run anew, or lay several side by side.

    Several runs stay as they are: a page of them all tells how the others differ from the first.
    With the same seed and shoppers the differences are taken pair by pair.
    """
    from sim.experiments.restate import restated, speaking

    if len(runs) > 1 and (excel or pdf or tables):
        raise click.UsageError("--excel, --pdf and --export take one run; name each by itself.")
    _check_extras(pdf, tables)
    told = [speaking(restated(folder, overrides), languages or ()) for folder in runs]
    if len(told) > 1:
        _side_by_side(told, out or SIDE_BY_SIDE, as_json)
        return
    written = _rebuild(told[0], overrides, out, as_json)
    extras = list(_extras(written, excel, pdf, tables))
    if extras and not as_json:
        click.echo(f"Written too: {', '.join(map(str, extras))}")


def _rebuild(run: Run, overrides: tuple[str, ...], out: Path | None, as_json: bool) -> Run:
    from reports import console, outcome
    from sim.experiments.restate import rebuild

    written = rebuild(run, overrides, out)
    if as_json:
        print_json([outcome.as_object(written)])
    else:
        click.echo(console.reports_line(written))
    return written


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
