"""The figures of a report: drawings that can be read, captions that tell no chance as a fact."""

import dataclasses
import re

import pytest
from report_pages import (
    page,
    text,
    with_flat_hours,
    with_manifest,
    with_quiet_best,
    with_result,
    with_same_crowds,
)

from reports.charts import Chart, Charts
from reports.estimates import Estimates
from reports.run_folder import Run
from reports.trade_off import TradeOff
from reports.words import Words


def trade_off(run: Run) -> list[Chart]:
    assert run.tuned is not None
    return TradeOff(run, run.tuned, Estimates(run), Words("en")).charts()


def test_every_figure_says_in_a_sentence_what_it_shows(tune_page: str) -> None:
    figures = re.findall(r"<figure>.*?</figure>", tune_page, flags=re.DOTALL)
    assert len(figures) == 11
    for figure in figures:
        caption = re.search(r"<figcaption>(.+)</figcaption>", figure)
        assert caption
        assert re.search(r"\d", caption[1])
        label = re.search(r'role="img" aria-label="([^"]+)"', figure)
        assert label
        assert len(label[1]) > 20


def test_a_measure_that_no_value_moves_is_told_in_a_word(tune: Run) -> None:
    still = dataclasses.replace(tune, measures=tune.measures.assign(support_backlog_peak=11))
    captions = [chart.caption for chart in trade_off(still)]
    assert text(captions[-1]) == "Longest support queue: 11 at every value."


def test_captions_tell_where_the_extremes_are(tune_page: str) -> None:
    said = text(tune_page)
    assert "Abandoned carts – reservation expired: lowest at 120 minutes (" in said
    assert "Longest support queue: no clear difference between the values" in said
    assert re.search(r"At 20 minutes: Highest in the hour from 14:00 \(9\.\d+ ± 0\.\d+\)", said)


def test_captions_do_not_tell_chance_as_a_fact(tune: Run, simulation: Run) -> None:
    def first_caption(run: Run) -> str:
        return text(Charts(run, Estimates(run), Words("en")).by_hour("stockouts")[0].caption)

    flat = first_caption(with_flat_hours(simulation))
    assert flat.startswith("No clear difference between the hours, from ")
    quiet = first_caption(with_quiet_best(tune))
    assert quiet.startswith("At 20 minutes: None at any hour. At 5 minutes: ")
    single = first_caption(with_manifest(simulation, replications=1))
    assert "how much of this is chance cannot be told." in single


def test_a_difference_that_only_the_same_shoppers_show_is_told_with_its_size(tune: Run) -> None:
    crowded = with_same_crowds(tune)
    captions = trade_off(crowded)
    assert re.search(
        r"lowest at 5 minutes .* the intervals overlap, but over the same shoppers the difference "
        r"is 115\.",
        text(captions[-1].caption),
    )


@pytest.mark.parametrize("objective", ["profit_rial", "stockouts", "phantom_stockouts"])
def test_ids_and_references_of_the_drawings_belong_together(tune: Run, objective: str) -> None:
    said = page(with_result(tune, objective=objective))
    ids = re.findall(r'\bid="([^"]+)"', said)
    assert len(ids) == len(set(ids))
    references = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', said))
    assert {one or other for one, other in references} <= set(ids)
