"""The report's chapters: what they say, what they leave out, and the data behind them."""

from __future__ import annotations

import base64
import io
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from played_run import play_run
from report_pages import text, with_manifest

from reports import html
from reports.breakdowns import file
from reports.breakdowns.file import Part
from reports.chapters import CHAPTERS, carts, chapters_of, orders, stockouts
from reports.chapters.chapter import Chapter
from reports.chapters.page import Page
from reports.estimates import Estimates
from reports.frames import Frames
from reports.run_folder import Run
from reports.words import LANGUAGES, Words

Told = dict[str, tuple[str, list[Chapter]]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small shop, three times, told as if its season were long enough for figures by day."""
    return play_run(tmp_path_factory.mktemp("played") / "run", days=4)


@pytest.fixture(scope="module")
def told(played: Run) -> Told:
    """In every language the whole page, and the chapters that went into it."""
    written: list[Chapter] = []

    def kept(run: Run, estimates: Estimates, words: Words) -> list[Chapter]:
        written[:] = chapters_of(run, estimates, words)
        return list(written)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "chapters_of", kept)
        return {
            language: (html.render(played, Estimates(played), Words(language)), list(written))
            for language in LANGUAGES
        }


def page_of(run: Run, language: str = "en") -> Page:
    estimates = Estimates(run)
    return Page(run, estimates, Words(language), Frames(run, estimates))


def chapters(run: Run, language: str = "en") -> dict[str, Chapter]:
    found = chapters_of(run, Estimates(run), Words(language))
    return {chapter.name: chapter for chapter in found}


def rows(chapter: Chapter, number: int) -> dict[str, list[float]]:
    """A table's plain numbers by what its rows are about."""
    table = chapter.tables[number]
    return {text(row.label): [cell.number for cell in row.cells] for row in table.rows}


def test_the_chapters_stand_in_the_order_of_the_contents(told: Told) -> None:
    page, _ = told["en"]
    order = re.findall(r'<section class="chapter" id="(\w+)"', page)
    assert order[:3] == ["carts", "stockouts", "orders"]
    assert re.findall(r'<li><a href="#(\w+)"', page) == [*order, "measures", "data", "again"]
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings.index("Orders and money") < headings.index("Abandoned carts")
    assert headings.index("Orders") < headings.index("All measures")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_and_table_says_what_it_shows(told: Told, language: str) -> None:
    names = set()
    for chapter in told[language][1]:
        assert chapter.title
        for figure in chapter.figures:
            assert len(figure.caption.striptags()) > 20
            assert str(figure.caption.striptags())[:20] in figure.svg  # the words for who hears it
        for table in chapter.tables:
            assert len(table.caption.striptags()) > 20
            assert all(len(row.cells) == len(table.head) - 1 for row in table.rows)
        names |= {chapter.name}
    assert {"carts", "stockouts", "orders"} <= names


def test_every_figure_has_its_data_and_files_of_one_name_are_the_same(told: Told) -> None:
    page, found = told["en"]
    files: dict[str, str] = {}
    for chapter in found:
        for figure in chapter.figures:
            assert figure.data or figure.kept in {"hours.csv", "estimates.csv"}, figure.title
        for data in (
            *(figure.data for figure in chapter.figures),
            *(t.data for t in chapter.tables),
        ):
            if data:
                assert files.setdefault(data.name, data.text) == data.text
    for linked in re.findall(r'href="#(data-[\w.-]+)"', page):
        assert page.count(f'id="{linked}"') == 1


def test_carts_by_reason_and_by_segment_add_up_to_the_carts_abandoned(played: Run) -> None:
    chapter = carts.chapter(page_of(played))
    left = played.measures["carts_abandoned"].mean()
    reasons, segments = rows(chapter, 0), rows(chapter, 1)
    assert sum(numbers[0] for numbers in reasons.values()) == pytest.approx(left)
    assert sum(numbers[1] for numbers in reasons.values()) == pytest.approx(1)
    assert sum(numbers[2] for numbers in segments.values()) == pytest.approx(left)
    assert sum(numbers[0] for numbers in segments.values()) == pytest.approx(
        played.measures["carts"].mean()
    )
    assert list(segments) == ["Guests", "New customers with an account", "Returning customers"]


def test_what_reminders_won_back_is_told(played: Run) -> None:
    chapter = carts.chapter(page_of(played))
    won = rows(chapter, 2)
    assert won["And paid"][0] == pytest.approx(played.measures["reminders_converted"].mean())
    assert won["Reminded"][0] >= won["Came back for it"][0] >= won["And paid"][0] > 0


def test_stockouts_by_why_and_by_product_add_up_to_all_and_to_what_they_lost(played: Run) -> None:
    chapter = stockouts.chapter(page_of(played))
    for number in (0, 1):
        found = rows(chapter, number).values()
        assert sum(row[0] for row in found) == pytest.approx(played.measures["stockouts"].mean())
        assert sum(row[2] for row in found) == pytest.approx(
            played.measures["lost_sales_rial"].mean()
        )
    phantom = sum(row[1] for row in rows(chapter, 1).values())
    assert phantom == pytest.approx(played.measures["phantom_stockouts"].mean())


def test_orders_by_age_and_by_cause_add_up_to_the_orders_placed(played: Run) -> None:
    chapter = orders.chapter(page_of(played))
    placed = played.measures["orders_placed"].mean()
    by_age = rows(chapter, 0).values()
    assert sum(row[4] for row in by_age) == pytest.approx(placed)
    assert sum(sum(row[:4]) for row in by_age) == pytest.approx(placed)
    by_cause = [row.cells[1].number for row in chapter.tables[1].rows]
    assert sum(by_cause) == pytest.approx(placed)


def test_the_data_behind_a_figure_can_be_saved(played: Run, told: Told) -> None:
    page, _ = told["fa"]
    files = re.findall(r'download="([\w-]+\.csv)" href="data:text/csv;charset=utf-8;base64,', page)
    assert {"carts-funnel.csv", "stockouts-by-product.csv", "orders-panel.csv"} <= set(files)
    chapter = carts.chapter(page_of(played))
    content = base64.b64decode(chapter.tables[0].data.href.partition("base64,")[2])
    assert content.startswith(b"\xef\xbb\xbf")  # spreadsheets need the mark
    frame = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert {"reason", "carts", "carts_low", "carts_high", "worth_rial"} <= set(frame)
    assert frame["carts"].sum() == pytest.approx(played.measures["carts_abandoned"].mean())
    assert (frame["carts_low"] <= frame["carts"]).all()


def test_a_cell_tells_a_machine_its_number_in_every_language(told: Told) -> None:
    first, *others = (re.findall(r'<td data-value="([^"]+)"', page) for page, _ in told.values())
    assert all(numbers == first for numbers in others)
    assert all(float(number) == float(number) for number in first)


def test_a_run_without_breakdowns_has_the_figures_that_its_measures_give(simulation: Run) -> None:
    found = chapters(simulation)
    assert [figure.title for figure in found["carts"].figures] == ["Abandoned carts by reason"]
    assert not found["carts"].tables
    assert len(found["stockouts"].figures) == 2
    assert "orders" not in found


def test_a_tune_shows_its_chapters_at_the_recommended_value(tune: Run, tmp_path: Path) -> None:
    lead = text(carts.chapter(page_of(tune)).lead[0])
    assert lead.startswith("At 20 minutes: Of ")
    legend = stockouts.chapter(page_of(tune)).figures[1].legend
    assert [text(key.label) for key in legend] == ["20 minutes", "5 minutes", "120 minutes"]


def test_days_are_drawn_of_a_season_that_has_some(played: Run) -> None:
    season = played.manifest.season
    short = with_manifest(played, season=season.model_copy(update={"seconds": 2 * 86400.0}))
    for chapter in (stockouts, orders):
        in_days = len(chapter.chapter(page_of(played)).figures)
        assert len(chapter.chapter(page_of(short)).figures) == in_days - 1


def test_one_replication_has_no_intervals_and_its_files_no_columns_for_them(
    tmp_path: Path,
) -> None:
    run = play_run(tmp_path / "run", replications=1)
    chapter = carts.chapter(page_of(run))
    assert "±" not in text(" ".join(row.cells[0].text for row in chapter.tables[0].rows))
    assert "carts_low" not in chapter.tables[0].data.text


def test_a_replication_without_a_row_counts_as_nothing(tmp_path: Path) -> None:
    run = play_run(tmp_path / "run", replications=2)
    rare = {"reason": ["no_answer"], "step": ["cart"], "segment": ["guest"]}
    once = [
        Part("", 0, {"carts_left": rare | {"carts": [8], "worth_rial": [80]}}),
        Part("", 1, {}),
    ]
    file.write(once, run.folder)
    frames = Frames(run, Estimates(run))
    assert frames.estimates("carts_left", "carts", "reason")["no_answer"].mean == 4
    assert frames.estimates("carts_left", "carts", "reason", where={"step": "order"}) == {}


def test_a_live_run_says_what_can_be_seen_from_outside_and_no_more(tmp_path: Path) -> None:
    run = play_run(tmp_path / "run", "suspended", 1, days=4, live=True)
    found = chapters(run)
    assert "orders" not in found
    lead = text(found["stockouts"].lead[0])
    assert "phantom" not in lead
    assert "cannot be seen from outside" in lead
    products = rows(found["stockouts"], 0)
    assert all(math.isnan(numbers[1]) for numbers in products.values())
    assert sum(numbers[0] for numbers in products.values()) == run.measures["stockouts"].sum()


def test_chapters_are_functions_of_a_page() -> None:
    assert len({chapter.__module__ for chapter in CHAPTERS}) == len(CHAPTERS)
