"""The page of runs side by side in Chromium."""

import base64
from pathlib import Path

import pytest
from browsing import WIDER_THAN_THE_WINDOW, browser, is_quiet, opened
from test_side_by_side import beside, louder

from reports.run_folder import Run
from reports.side_by_side_page import write

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(simulation: Run, tune: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("side-by-side")
    write(beside(simulation, louder(simulation), tune), folder)
    return folder


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_runs_side_by_side_fit_the_window_and_ask_for_nothing(
    browser, folder: Path, language: str, width: int
) -> None:
    opened(browser, folder / f"side-by-side.{language}.html", width)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(WIDER_THAN_THE_WINDOW) == []
    assert is_quiet(browser)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_differences_are_sorted_by_their_numbers_and_can_be_downloaded(
    browser, folder: Path, language: str
) -> None:
    opened(browser, folder / f"side-by-side.{language}.html")
    found = browser.execute_script("""
        const table = document.querySelector('table.numbers');
        table.querySelectorAll('thead button')[4].click();
        return [...table.tBodies[0].rows].map(row => Number(row.cells[4].dataset.value));
    """)
    assert len(found) > 3
    assert found == sorted(found)
    link = browser.find_element("css selector", 'a[download="side-by-side.csv"]')
    content = base64.b64decode(link.get_attribute("href").partition("base64,")[2])
    assert content == (folder / "side-by-side.csv").read_bytes()
