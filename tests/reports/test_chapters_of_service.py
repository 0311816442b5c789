"""The chapters on support, payments, fulfilment, messages, the website and the forecast."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import full_shop
import pytest
from browsing import WIDER_THAN_THE_WINDOW, browser
from report_pages import text

from model.events import Kind, Reason
from reports.breakdowns import file
from reports.chapters import forecast, fulfilment, messages, payments, support, website
from reports.chapters.chapter import Chapter, Table
from reports.chapters.in_time import InTime
from reports.chapters.page import Page
from reports.estimates import Estimates
from reports.frames import Frames
from reports.html import write_report
from reports.run_folder import Run
from reports.words import LANGUAGES, Words, sentences

__all__ = ["browser"]  # a fixture

CHAPTERS = {
    "support": support.chapter,
    "payments": payments.chapter,
    "fulfilment": fulfilment.chapter,
    "messages": messages.chapter,
    "website": website.chapter,
    "forecast": forecast.chapter,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return full_shop.write_run(tmp_path_factory.mktemp("full") / "run")


def page_of(run: Run, language: str = "en") -> Page:
    estimates = Estimates(run)
    return Page(run, estimates, Words(language), Frames(run, estimates))


@pytest.fixture(scope="module")
def chapters(run: Run) -> dict[str, Chapter]:
    page = page_of(run)
    found = {name: chapter(page) for name, chapter in CHAPTERS.items()}
    return {name: chapter for name, chapter in found.items() if chapter is not None}


def column(table: Table, number: int) -> list[float]:
    return [row.cells[number].number for row in table.rows]


def test_a_shop_with_everything_has_every_chapter(chapters: dict[str, Chapter]) -> None:
    assert list(chapters) == list(CHAPTERS)
    for chapter in chapters.values():
        assert chapter.lead
        assert chapter.figures
        assert chapter.tables


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_have_names_of_their_own_and_no_word_is_missing(run: Run, language: str) -> None:
    page = page_of(run, language)
    labels, drawings = [], []
    for chapter in CHAPTERS.values():
        written = chapter(page)
        assert written is not None
        drawings += [figure.svg for figure in written.figures]
        labels += [row.label for table in written.tables for row in table.rows]
        labels += [key.label for figure in written.figures for key in figure.legend]
    assert len(set(drawings)) == len(drawings)
    assert not [label for label in labels if "<code>" in label]


def test_support_by_topic_and_by_channel_add_up_to_its_contacts(
    run: Run, chapters: dict[str, Chapter]
) -> None:
    asked = run.measures["support_contacts"].mean()
    by_channel, by_topic = chapters["support"].tables
    people = [row for row in by_channel.rows if text(row.label) != "chatbot"]
    assert sum(row.cells[0].number for row in people) == pytest.approx(asked)
    assert sum(column(by_topic, 0)) == pytest.approx(asked)
    titles = [text(figure.title) for figure in chapters["support"].figures]
    assert titles[:4] == [
        "Contacts by what became of them",
        "Contacts waiting",
        "Age of the backlog",
        "Occupancy of the agents",
    ]
    assert "Fatigue of the agents" in titles


def test_payments_by_outcome_and_by_day_add_up(run: Run, chapters: dict[str, Chapter]) -> None:
    outcomes, days = chapters["payments"].tables
    attempts = run.measures["payment_attempts"].mean()
    assert sum(column(outcomes, 1)) == pytest.approx(attempts)
    assert sum(column(days, 1)) == pytest.approx(sum(column(days, 3)))  # taken and credited
    assert sum(column(days, 2)) == pytest.approx(run.measures["fees_rial"].mean())


def test_closed_days_of_the_nowruz_calendar_say_why(run: Run) -> None:
    time = InTime(page_of(run))
    names = {time.day_of(day).isoformat(): text(time.occasion(day)) for day in range(12)}
    assert names["2027-03-12"] == "weekend"  # a Friday
    assert "Nowruz" in names["2027-03-21"]
    assert names["2027-03-13"] == ""
    assert not time.is_open(1)


def test_parcels_by_carrier_and_messages_by_topic_add_up(
    run: Run, chapters: dict[str, Chapter]
) -> None:
    carriers, topics = chapters["fulfilment"].tables[0], chapters["messages"].tables[0]
    shipped = run.measures["parcels_shipped"].mean()
    assert sum(column(carriers, 1)) == pytest.approx(shipped)
    assert sum(column(topics, 1)) == pytest.approx(run.measures["notices_sent"].mean())


def test_the_forecast_stands_beside_what_came(run: Run, chapters: dict[str, Chapter]) -> None:
    table = chapters["forecast"].tables[0]
    assert column(table, 0) == [1_500] * 3
    assert sum(column(table, 1)) == pytest.approx(run.measures["sessions"].mean())
    said = text(chapters["forecast"].lead[0])
    assert said.startswith("The scenario expected 4,500 sessions;")
    assert "One season taken by itself" in said
    assert "wrong by 10%" in said


def test_one_season_alone_has_no_interval_and_says_so(tmp_path: Path) -> None:
    page = page_of(full_shop.write_run(tmp_path / "one", 1))
    chapter = forecast.chapter(page)
    assert chapter is not None
    assert "One season taken by itself" not in text(chapter.lead[0])
    assert "cannot be told" in text(chapter.figures[0].caption)


def test_a_recommended_value_of_which_nothing_is_known_has_no_figures_of_it(tmp_path: Path) -> None:
    """Where things happen at the other values alone, chapters have what the measures give."""
    run = full_shop.write_run(tmp_path / "run", 1)
    elsewhere = [part._replace(value="other") for part in file.parts(run.folder)]
    file.write(elsewhere, run.folder)
    page = page_of(run)
    assert forecast.chapter(page) is None
    for name, chapter in CHAPTERS.items():
        written = chapter(page)
        assert written is None or not [each for each in written.figures if each.data], name


def test_a_run_that_never_saw_its_support_has_no_chapter_on_it(run: Run) -> None:
    blind = run.measures.assign(support_service_level=float("nan"))
    assert support.chapter(page_of(dataclasses.replace(run, measures=blind))) is None


def test_every_topic_and_reason_of_the_log_has_a_word() -> None:
    log = full_shop.log()
    known = sentences("en")
    for kind, name in ((Kind.CONTACTED, "topic"), (Kind.NOTICE_DUE, "message")):
        for code in set(log.rows(kind)["reason"].tolist()):
            assert f"{name}.{Reason(code).name.lower()}" in known


@pytest.mark.browser
def test_chapters_fit_the_window_of_a_desk_and_of_a_telephone(browser, run: Run) -> None:
    write_report(run.folder)
    for language in LANGUAGES:
        for width in (1280, 390):
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.get((run.folder / f"report.{language}.html").as_uri())
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width
            assert browser.execute_script(WIDER_THAN_THE_WINDOW) == []
