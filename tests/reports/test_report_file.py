"""The report as a file: whole, offline, the same for the same run, and legible."""

import re
from html.parser import HTMLParser
from pathlib import Path

import made_up_run
import pytest
from report_pages import page, text

from reports import pages, run_folder
from reports.html import write_report
from reports.run_folder import Run
from reports.words import LANGUAGES
from scenarios.errors import UserError

CSS = Path(run_folder.__file__).parent / "templates" / "report.css"
VOID = {"meta", "link", "br", "img", "input", "col"}


def test_equal_runs_give_equal_pages(tmp_path: Path) -> None:
    pages = [write_report(made_up_run.write_tune(tmp_path / name)) for name in ("a", "b")]
    for one, other in zip(*pages, strict=True):
        assert one.name == other.name
        assert one.read_bytes() == other.read_bytes()


def test_both_languages_are_written_and_link_to_each_other(tmp_path: Path) -> None:
    folder = made_up_run.write_simulation(tmp_path / "run")
    paths = write_report(folder)
    assert [path.name for path in paths] == ["report.fa.html", "report.en.html"]
    persian, english = (path.read_text(encoding="utf-8") for path in paths)
    assert '<html lang="fa" dir="rtl">' in persian
    assert 'href="report.en.html"' in persian
    assert '<html lang="en" dir="ltr">' in english
    assert 'href="report.fa.html"' in english


def test_one_language_alone_links_to_no_other(tmp_path: Path) -> None:
    folder = made_up_run.write_simulation(tmp_path / "run")
    run = run_folder.read(folder)
    run_folder.write_manifest(folder, run.manifest.model_copy(update={"languages": ("fa",)}))
    (path,) = write_report(folder)
    assert "report.en.html" not in path.read_text(encoding="utf-8")


def test_a_broken_folder_gets_no_report(tmp_path: Path) -> None:
    folder = made_up_run.write_tune(tmp_path / "run")
    (folder / "hours.csv").unlink()
    with pytest.raises(UserError, match=r"hours\.csv is missing"):
        write_report(folder)
    assert not list(folder.glob("report*"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_from_outside(tune: Run, language: str) -> None:
    said = page(tune, language)
    assert "default-src 'none'" in said
    (policy,) = re.findall(r"script-src ([^;]*);", said)
    assert policy == f"'{pages.script_hash()}'"  # one script, and no `unsafe-inline`
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", said, flags=re.DOTALL)
    assert [text for kind, text in scripts if not kind] == [pages.script()]
    assert [kind for kind, _ in scripts if kind] == [' type="application/json" id="planner-data"']
    assert not re.search(
        r"<[^>]*\bon\w+=", re.sub(r"<script.*?</script>", "", said, flags=re.DOTALL)
    )
    targets = re.findall(r'(?:src|href|action)="([^"]*)"', said)
    for target in targets:
        assert target.startswith(("#", "data:", "report.", "events/")) or target in (
            "scenario.yaml",
            "manifest.json",
            "result.json",
        )
    assert not re.search(r"url\((?!#|data:)", said)
    assert "@import" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_well_formed(tune: Run, language: str) -> None:
    class Nesting(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in VOID:
                self.open.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag, self.getpos()

    nesting = Nesting()
    nesting.feed(page(tune, language))
    assert nesting.open == []


def test_the_data_travel_inside_the_page(tune: Run, tune_page: str) -> None:
    import base64

    found = re.search(r'download="measures.csv" href="data:[^,]*,([^"]+)"', tune_page)
    assert found
    assert base64.b64decode(found[1]) == (tune.folder / "measures.csv").read_bytes()


def test_persian_pages_show_no_latin_digits_outside_code(tune: Run) -> None:
    body = re.sub(r"<(code|svg|pre)\b.*?</\1>", "", page(tune, "fa"), flags=re.DOTALL)
    assert not re.search(r"[0-9]", text(body))
