"""`esfand audit`."""

from __future__ import annotations

from pathlib import Path

import click

from reports.command_line import as_json


@click.command("audit")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--books",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="stock.csv and orders.csv, as the shop's own database gives them.",
)
@click.option(
    "--products",
    metavar="FILE",
    help="The shop's own name of each product, one a line, as for `load`. [their numbers]",
)
@as_json
def audit_run(run: Path, books: Path, products: str | None, as_json: bool) -> None:
    """Lay what shoppers of a live RUN were told beside the books."""
    from loadtests.audited import audit_folder
    from loadtests.load_command import tell_load

    interrupted = audit_folder(run, books, products)
    tell_load(run, quiet=False, as_json=as_json, interrupted=interrupted)
