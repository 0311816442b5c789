"""The report in Chromium: no errors, no requests, nothing wider than the window."""

import json
from pathlib import Path

import made_up_run
import pytest
from browsing import WIDER_THAN_THE_WINDOW, browser
from played_run import play_run

from reports import run_folder
from reports.html import write_report
from reports.words import LANGUAGES

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    made = {
        "tune": made_up_run.write_tune(folder / "tune"),
        "compare": made_up_run.write_comparison(folder / "compare"),
        "simulate": made_up_run.write_simulation(folder / "simulate"),
        "played": play_run(folder / "played", days=4).folder,
    }
    for run in made.values():
        manifest = run_folder.read(run).manifest
        run_folder.write_manifest(run, manifest.model_copy(update={"languages": LANGUAGES}))
        write_report(run)
    return made


def _open(browser, path: Path, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(path.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    browser.execute_async_script("document.fonts.ready.then(arguments[arguments.length - 1])")


@pytest.mark.parametrize("command", ["tune", "compare", "simulate", "played"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_opens_offline_and_fits_the_window(
    browser, runs: dict[str, Path], command: str, language: str, width: int
) -> None:
    browser.get_log("performance")
    _open(browser, runs[command] / f"report.{language}.html", width)

    assert browser.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        m["params"]["request"]["url"]
        for m in messages
        if m["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(WIDER_THAN_THE_WINDOW) == []
    assert browser.execute_script("return document.fonts.check('1rem Vazirmatn')")


@pytest.mark.parametrize(
    ("language", "direction"), [("fa", "rtl"), ("en", "ltr"), ("ar", "rtl"), ("tr", "ltr")]
)
def test_a_report_runs_in_the_direction_of_its_language(
    browser, runs: dict[str, Path], language: str, direction: str
) -> None:
    _open(browser, runs["tune"] / f"report.{language}.html", 1280)
    style = "return getComputedStyle(document.querySelector('.headline')).direction"
    assert browser.execute_script(style) == direction
    head, first = browser.execute_script(
        "return [...document.querySelector('.thresholds tr').children].slice(0, 2)"
        ".map(cell => cell.getBoundingClientRect().left)"
    )
    assert (head > first) == (direction == "rtl")


def test_the_contents_lead_to_the_chapters_and_figures_carry_their_data(
    browser, runs: dict[str, Path]
) -> None:
    _open(browser, runs["played"] / "report.fa.html", 1280)
    browser.execute_script("document.querySelector('.contents a[href=\"#stockouts\"]').click()")
    top = "return document.getElementById('stockouts').getBoundingClientRect().top"
    assert abs(browser.execute_script(top)) < 60
    saved = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "const link = document.querySelector('a[download=\"orders-panel.csv\"]');"
        "done(decodeURIComponent(escape(atob(link.href.split(',')[1]))))"
    )
    assert saved.splitlines()[0].lstrip("\ufeff").startswith("value,state,age,cause,orders")


def test_figures_have_letters_that_can_be_seen(browser, runs: dict[str, Path]) -> None:
    """The letters of an axis are glyphs: shapes that are used, of more than no size."""
    _open(browser, runs["tune"] / "report.fa.html", 1280)
    letters = browser.execute_script(
        "return [...document.querySelectorAll('figure svg')].map(svg => [...svg.querySelectorAll("
        "'[id*=text_] use')].filter(use => use.getBoundingClientRect().width > 1).length)"
    )
    assert len(letters) == 11
    assert min(letters) > 20


@pytest.mark.parametrize("language", ["fa", "en"])
def test_badges_stand_on_the_line_of_their_value(
    browser, runs: dict[str, Path], language: str
) -> None:
    _open(browser, runs["tune"] / f"report.{language}.html", 1280)
    rows = browser.execute_script(
        "return [...document.querySelectorAll('.decision tbody tr')]"
        ".map(row => [row.offsetHeight, row.querySelectorAll('.mark').length])"
    )
    assert {badges for _, badges in rows} >= {0, 1}
    heights = [height for height, _ in rows]
    assert max(heights) - min(heights) <= 2  # a second line would be twenty
