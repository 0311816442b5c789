"""Sliders, sorting and downloads in Chromium, as a planner's hands find them."""

import base64
import csv
import io
import time
from pathlib import Path

import made_up_run
import pytest
from browsing import WIDER_THAN_THE_WINDOW, browser, is_quiet, opened
from report_pages import with_grid

from reports import run_folder
from reports.estimates import Estimates
from reports.html import render, write_report
from reports.words import Words

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("language", ["fa", "en"])
SENTENCE = "return document.querySelector('[data-slot=sentence]').textContent"
CARD = "return document.querySelector('[data-slot=card-profit_rial]').textContent"
MARKS = """
return [...document.querySelectorAll('.planner figure svg')].map(svg =>
  [...new Set([...svg.querySelectorAll('.at')]
    .filter(mark => getComputedStyle(mark).display !== 'none').map(mark => mark.dataset.at))]);
"""
COLUMN = """
return [...document.querySelectorAll('table.decision')[0].tBodies[0].rows]
  .map(row => row.cells[arguments[0]].textContent);
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """The made-up tune over one field, and over two: name -> language -> file."""
    folder = tmp_path_factory.mktemp("runs")
    run = run_folder.read(made_up_run.write_tune(folder / "tune", indistinguishable=("30 min",)))
    write_report(run.folder)
    grid = with_grid(run)
    found = {"tune": {}, "grid": {}}
    for language in ("fa", "en"):
        found["tune"][language] = run.folder / f"report.{language}.html"
        found["grid"][language] = folder / f"grid.{language}.html"
        said = render(grid, Estimates(grid), Words(language))
        found["grid"][language].write_text(said, encoding="utf-8")
    return found


def slider(browser, number: int = 1):
    return browser.find_element("id", f"slider-{number}")


@LANGUAGES
@pytest.mark.parametrize("width", [1280, 390])
def test_the_arrow_keys_move_the_sentence_the_figures_and_the_curves(
    browser, pages, language: str, width: int
) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, pages["tune"][language], width)
    assert slider(browser).is_displayed()
    before = browser.execute_script(SENTENCE), browser.execute_script(CARD)
    assert set(map(tuple, browser.execute_script(MARKS))) == {("2",)}

    slider(browser).send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)  # 20, 30, 60 minutes
    assert slider(browser).get_attribute("aria-valuetext") in ("60 minutes", "۶۰ دقیقه")
    after = browser.execute_script(SENTENCE), browser.execute_script(CARD)
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert set(map(tuple, browser.execute_script(MARKS))) == {("4",)}
    row = "return document.querySelector('.decision tr.on').dataset.at"
    assert browser.execute_script(row) == "4"

    slider(browser).send_keys(Keys.HOME)
    assert set(map(tuple, browser.execute_script(MARKS))) == {("0",)}
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(WIDER_THAN_THE_WINDOW) == []
    assert is_quiet(browser)


@LANGUAGES
def test_chapters_say_that_they_stay_where_they_are_when_the_slider_leaves(
    browser, pages, language: str
) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, pages["tune"][language])
    notes = browser.find_elements("css selector", ".chapter .stays")
    assert notes
    assert not any(note.is_displayed() for note in notes)
    slider(browser).send_keys(Keys.ARROW_RIGHT)
    assert all(note.is_displayed() for note in notes)
    assert "20" in notes[0].text or "۲۰" in notes[0].text
    slider(browser).send_keys(Keys.ARROW_LEFT)
    assert not any(note.is_displayed() for note in notes)


@LANGUAGES
def test_the_mouse_drags_a_slider_along_the_curves(browser, pages, language: str) -> None:
    """In Persian too the small values are on the left, as on the axes of the figures."""
    from selenium.webdriver import ActionChains

    opened(browser, pages["tune"][language])
    width = slider(browser).size["width"]
    mouse = ActionChains(browser)
    mouse.move_to_element_with_offset(slider(browser), -width // 10, 0).click_and_hold()
    mouse.move_by_offset(width * 4 // 10, 0).release().perform()
    assert slider(browser).get_attribute("value") == "4"
    assert set(map(tuple, browser.execute_script(MARKS))) == {("4",)}


@LANGUAGES
def test_two_sliders_choose_a_design_together(browser, pages, language: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, pages["grid"][language])
    slider(browser, 2).send_keys(Keys.ARROW_RIGHT)
    slider(browser, 1).send_keys(Keys.END)
    assert set(map(tuple, browser.execute_script(MARKS))) == {("11",)}
    (now,) = browser.find_elements("css selector", ".jumps button:nth-child(2)")
    now.click()  # 60 minutes and 2 agents
    assert [slider(browser, n).get_attribute("value") for n in (1, 2)] == ["4", "0"]
    assert set(map(tuple, browser.execute_script(MARKS))) == {("8",)}
    assert now.get_attribute("aria-pressed") == "true"
    assert is_quiet(browser)


@LANGUAGES
def test_a_head_sorts_its_table_up_down_and_back(browser, pages, language: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, pages["tune"][language])
    as_written = browser.execute_script(COLUMN, 0)
    profit = browser.execute_script(
        "return [...document.querySelectorAll('table.decision')[0].tBodies[0].rows]"
        ".map(row => Number(row.cells[2].dataset.value))"
    )
    head = browser.find_elements("css selector", "table.decision thead th")[2]
    (button,) = head.find_elements("css selector", "button")
    button.send_keys(Keys.ENTER)
    assert head.get_attribute("aria-sort") == "ascending"
    by_profit = [value for _, value in sorted(zip(profit, as_written, strict=True))]
    assert browser.execute_script(COLUMN, 0) == by_profit
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert browser.execute_script(COLUMN, 0) == by_profit[::-1]
    button.send_keys(Keys.SPACE)
    assert head.get_attribute("aria-sort") == "none"
    assert browser.execute_script(COLUMN, 0) == as_written


def test_a_table_in_groups_is_sorted_within_them(browser, pages) -> None:
    opened(browser, pages["tune"]["fa"])
    groups = """
    document.querySelectorAll('details').forEach(each => each.open = true);
    const table = [...document.querySelectorAll('table')].find(each => each.tBodies.length > 5);
    table.querySelectorAll('thead button')[arguments[0]].click();
    return [...table.tBodies].map(body => [body.rows[0].className,
      [...body.rows].slice(1).map(row => row.cells[1].dataset.value ?? null)]);
    """
    for heading, values in browser.execute_script(groups, 1):
        assert heading == "group"
        known = [float(value) for value in values if value is not None]
        assert known == sorted(known)
        assert None not in values[: len(known)]  # what has no number comes last


def saved(browser, link: str, file: Path) -> Path:
    """The file that a click on a link leaves on the disk."""
    where = {"behavior": "allow", "downloadPath": str(file.parent)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", where)
    element = browser.find_element("css selector", link)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()
    for _ in range(100):
        if file.exists():
            break
        time.sleep(0.1)
    return file


@LANGUAGES
def test_a_table_is_downloaded_and_read_back(browser, pages, tmp_path: Path, language: str) -> None:
    opened(browser, pages["tune"][language])
    file = saved(browser, 'a[download="decision.csv"]', tmp_path / "decision.csv")
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [row["value"] for row in rows] == list(made_up_run.VALUES)
    assert [row["value"] for row in rows if row["best"] == "True"] == ["20 min"]
    link = browser.find_element("css selector", 'a[download="decision.csv"]')
    content = link.get_attribute("href").partition("base64,")[2]
    assert file.read_bytes() == base64.b64decode(content)
    assert is_quiet(browser)


def test_a_link_to_a_file_that_stands_elsewhere_in_the_page_saves_it(
    browser, pages, tmp_path: Path
) -> None:
    opened(browser, pages["tune"]["fa"])
    file = saved(browser, '.chapter a[href="#data-hours.csv"]', tmp_path / "hours.csv")
    assert file.read_bytes() == (pages["tune"]["fa"].parent / "hours.csv").read_bytes()
    assert is_quiet(browser)


@LANGUAGES
def test_without_javascript_the_table_stands_there_and_no_slider(
    browser, pages, language: str
) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        opened(browser, pages["tune"][language], 390)
        assert not slider(browser).is_displayed()
        assert browser.find_elements("css selector", "button") == browser.find_elements(
            "css selector", ".jumps button"
        )
        assert browser.find_element("css selector", "table.decision").is_displayed()
        marks = browser.find_elements("css selector", ".planner figure svg .at")
        assert not any(mark.is_displayed() for mark in marks)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_script_that_is_not_the_pages_own_does_not_run(browser, pages, tmp_path: Path) -> None:
    said = pages["tune"]["en"].read_text(encoding="utf-8")
    meddled = said.replace("</main>", "<script>document.title = 'meddled'</script></main>")
    (tmp_path / "meddled.html").write_text(meddled, encoding="utf-8")
    opened(browser, tmp_path / "meddled.html")
    assert browser.title != "meddled"
    assert any("Content Security Policy" in line["message"] for line in browser.get_log("browser"))
