"""What a compare says, in both languages."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from report_pages import page, with_comparison

from reports.estimates import Estimates
from reports.html import render
from reports.run_folder import Comparison, Difference, Run
from reports.verdict import conclude
from reports.words import Words


def pair(run: Run, first: str, other: str, **changes: Any) -> Run:
    """Two of the compared scenarios; `changes` go to both."""
    comparison = run.comparison
    assert comparison is not None
    by_name = {each.name: each.model_copy(update=changes) for each in comparison.scenarios}
    fields = {
        "values": (first, other),
        "scenarios": (by_name[first], by_name[other]),
        "best": "B",
        "differences": tuple(
            Difference(value=name, mean=-1e9, low=-2e9, high=-5e8)
            for name in (first, other)
            if name != "B"
        ),
    }
    result = Comparison(**(comparison.model_dump() | fields))
    manifest = run.manifest.model_copy(update={"values": (first, other)})
    return dataclasses.replace(run, manifest=manifest, result=result)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def said(run: Run, language: str = "en") -> str:
    found = conclude(run, Estimates(run), Words(language))
    return plain(" ".join((found.headline, *found.details, *found.warnings)))


def test_two_scenarios_are_told_apart_in_one_sentence(compared: Run) -> None:
    headline = plain(conclude(pair(compared, "A", "B"), Estimates(compared), Words("en")).headline)
    assert re.fullmatch(
        r"B sells [\d.]+ ± [\d.]+% more than A; profit higher by [\d.]+ ± [\d.]+ million toman; "
        r"sales lost to phantom stockouts up from [\d.]+ to [\d.]+ million toman a day; "
        r"wait for support, 95th percentile down from [\d.]+ to [\d.]+ minutes\.",
        headline,
    )
    persian = said(pair(compared, "A", "B"), "fa")
    assert re.match(r"B [۰-۹٫]+ ± [۰-۹٫]+٪ بیشتر از A می‌فروشد؛ سود .* بیشتر؛ ", persian)
    assert "میلیون تومان در روز افزایش می‌یابد" in persian


def test_the_other_way_round_everything_turns(compared: Run) -> None:
    text = said(pair(compared, "B", "A"))
    assert re.match(r"A sells [\d.]+ ± [\d.]+% less than B; profit lower by ", text)
    assert "phantom stockouts down from" in text
    assert "95th percentile up from" in text


def test_of_more_than_two_the_best_comes_first(compared: Run) -> None:
    text = said(compared)
    assert text.startswith(
        "B comes out best of 3 scenarios for profit, with a certainty of about 98%."
    )
    assert text.index("B sells") < text.index("C sells")
    assert "These 9 comparisons hold jointly at the 95% level." in text
    doubtful = with_comparison(compared, indistinguishable=("A", "C"))
    told = said(doubtful)
    assert told.startswith("Which of the 3 scenarios is best for profit cannot be told: B has the ")
    assert "at the joint 95% level A and C cannot be told apart from it." in told
    assert "certainty" not in told  # that of one pair would contradict what holds jointly
    assert not conclude(doubtful, Estimates(compared), Words("en")).sure
    assert conclude(compared, Estimates(compared), Words("en")).sure


def test_a_verdict_names_the_limit_that_the_best_scenario_breaks(compared: Run) -> None:
    manifest = compared.manifest.model_copy(update={"thresholds": ("stockouts < 10",)})
    text = said(dataclasses.replace(compared, manifest=manifest))
    assert "yet this breaks your limit on stockouts" in text


def test_other_shoppers_and_other_seasons_are_owned_up_to(compared: Run) -> None:
    assert "all scenarios met the same shoppers" in said(compared)
    apart = said(pair(compared, "A", "B", drawn_apart=("shoppers.ready", "demand.engaged")))
    assert "B draws its shoppers otherwise than A (shoppers.ready, demand.engaged)" in apart
    assert "the same shoppers" not in apart
    comparison = compared.comparison
    assert comparison is not None
    first, *rest = comparison.scenarios
    longer = first.model_copy(update={"season_s": 31 * 86400.0})
    assert "not equally long" in said(with_comparison(compared, scenarios=(longer, *rest)))


def test_money_of_a_season_of_broken_days_is_not_told_by_the_day(compared: Run) -> None:
    assert "a day" not in said(pair(compared, "A", "B", season_s=5000.0))


def test_what_chance_may_have_made_is_not_told_as_a_difference(compared: Run) -> None:
    noisy = dataclasses.replace(compared, measures=_noisy(compared))
    assert said(pair(noisy, "A", "B")).startswith("No difference between B and A can be told in ")


def test_one_replication_claims_nothing(compared: Run) -> None:
    first = compared.measures["replication"] == 0
    manifest = compared.manifest.model_copy(update={"replications": 1})
    single = dataclasses.replace(compared, manifest=manifest, measures=compared.measures[first])
    text = said(pair(single, "A", "B"))
    assert "No difference between B and A can be told" in text
    assert "This is one replication" in text
    assert "jointly" not in text


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_page_shows_every_measure_of_every_pair(compared: Run, language: str) -> None:
    page = render(compared, Estimates(compared), Words(language))
    assert page.count('class="told apart"') > 20
    assert 'download="differences.csv"' in page
    assert "scenario-3.yaml" in page
    assert "made-up, reservation.timeout=20 min" in page


def _noisy(run: Run) -> Any:
    """Every other replication of the scenarios is exchanged: no direction is left."""
    measures = run.measures.set_index(["value", "replication"]).sort_index()
    odd = [number for number in range(12) if number % 2]
    names = run.measure_names
    for number in odd:
        one, other = measures.loc[("A", number), names], measures.loc[("B", number), names]
        measures.loc[("A", number), names], measures.loc[("B", number), names] = (
            other.to_numpy(),
            one.to_numpy(),
        )
    return measures.copy().reset_index()  # in one piece: pandas warns of more than a hundred


def test_a_scenario_with_a_title_is_called_by_it(compared: Run) -> None:
    assert compared.comparison is not None
    first, *others = compared.comparison.scenarios
    titled = first.model_copy(update={"title": {"en": "Nowruz sale", "fa": "فروش نوروز"}})
    run = with_comparison(compared, scenarios=(titled, *others))
    shown = page(run)
    assert "<bdi>Nowruz sale</bdi>" in shown
    assert first.label in shown  # how to name it on the command line
    assert "فروش نوروز" in page(run, "fa")
