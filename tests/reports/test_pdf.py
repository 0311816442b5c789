"""A report's page as PDF, where WeasyPrint is there."""

import re
import sys
from pathlib import Path

import made_up_run
import pytest

from reports.html import write_report
from reports.pdf import NEEDS, write_pdfs
from scenarios.errors import UserError


@pytest.fixture
def pages(tmp_path: Path) -> list[Path]:
    return write_report(made_up_run.write_simulation(tmp_path / "run"))


def test_every_page_becomes_a_pdf_with_its_font(pages: list[Path]) -> None:
    pytest.importorskip("weasyprint")
    for path in write_pdfs(pages):
        written = path.read_bytes()
        assert written.startswith(b"%PDF-")
        assert re.search(rb"/FontName */\w+\+Vazirmatn", written) or b"/ObjStm" in written


def test_without_weasyprint_a_message_says_how_to_get_it(
    pages: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UserError, match=re.escape(NEEDS)):
        write_pdfs(pages)
    assert not list(pages[0].parent.glob("*.pdf"))
