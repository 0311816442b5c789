"""`esfand report --pdf`: a report's page as a PDF file, for which Esfand needs WeasyPrint."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scenarios.errors import UserError

NEEDS = "esfand report --pdf needs one more package: pip install '.[pdf]' in Esfand's folder"


def check_weasyprint() -> Any:
    """The module. Raises UserError that says what is missing."""
    try:
        import weasyprint
    except ImportError:
        raise UserError(NEEDS) from None
    except OSError as error:  # it is there, but not the library below it
        raise UserError(
            "esfand report --pdf draws with Pango, which this system does not have: "
            f"{str(error).splitlines()[0]}\nOn Debian: apt install libpango-1.0-0 libpangoft2-1.0-0"
        ) from None
    return weasyprint


def write_pdfs(pages: Sequence[Path]) -> list[Path]:
    """Write a PDF beside each page, under its name; returns their paths.

    Nothing is fetched: a page has all it needs inside. Raises UserError like `check_weasyprint`.
    """
    weasyprint = check_weasyprint()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it does not know all of CSS
    nothing = weasyprint.URLFetcher(allowed_protocols={"data"})
    paths = []
    for page in pages:
        path = page.with_suffix(".pdf")
        new = path.with_name(f".{path.name}.new")
        try:
            html = weasyprint.HTML(string=page.read_text(encoding="utf-8"), url_fetcher=nothing)
            html.write_pdf(new)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        paths.append(path)
    return paths
