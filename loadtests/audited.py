"""A live run that is audited afterwards, when its shop's database has been asked for its books."""

from __future__ import annotations

from pathlib import Path

from loadtests.audit import audit
from loadtests.books_file import read_books
from loadtests.receipts import RECEIPTS, read_receipts
from loadtests.rehearsal import read_products
from reports import run_folder
from reports.html import write_report
from reports.run_folder import Books
from scenarios.assortment import assort
from scenarios.errors import UserError
from scenarios.loader import load_text


def audit_folder(folder: Path, books: Path, products: str | None) -> bool:
    """Audit a run and write its manifest and reports anew; whether the run was interrupted.

    Raises UserError for a run that is not live, and for books that cannot be read.
    """
    run = run_folder.read(folder)
    load = run.manifest.load
    if load is None:
        raise UserError(f"{folder} is no live run: the books of a simulation are always audited.")
    names = read_products(products)
    if not names:
        count = len(assort(load_text(run.scenario, run_folder.SCENARIO)).products)
        names = tuple(map(str, range(count)))
    findings = audit(read_receipts(folder / RECEIPTS), read_books(books, names))
    faults = tuple(finding.sentence for finding in findings if finding.breaks)
    withstood = tuple(finding.sentence for finding in findings if not finding.breaks)
    manifest = run.manifest.model_copy(
        update={
            "books": Books(balanced=not faults, faults=faults),
            "load": load.model_copy(update={"audited": "tables", "withstood": withstood}),
        }
    )
    run_folder.write_manifest(folder, manifest)
    write_report(folder)
    return load.interrupted
