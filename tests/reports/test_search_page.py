"""What a report says of a search: how much was tried, and that best means best of that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from report_pages import DESIGNS, conclude_of, conclusion, page, text, with_search

from reports.run_folder import Run


def test_a_search_says_how_many_designs_it_tried_and_claims_no_more(
    tune: Run, tmp_path: Path
) -> None:
    said = conclusion(with_search(tune, tmp_path))
    assert said.startswith(
        "Set reservation timeout (reservation.timeout) to 20 minutes: of 60 designs that a search "
        "tried, it is among the 6 best, and with a probability of at least 95% none of these is "
        "better for profit by 50 million toman or more"
    )
    assert "tried 60 different designs in 64 proposals, each in the same 4 replications" in said
    assert "best means best of these" in said
    assert "smallest" not in said


def test_a_best_value_at_the_end_of_the_range_is_told(tune: Run, tmp_path: Path) -> None:
    said = conclusion(with_search(tune, tmp_path, ends=("20 min", "4 h")))
    assert "20 minutes is the smallest value tried" in said


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_page_shows_sixty_designs_and_compares_the_best(
    language: str, tune: Run, tmp_path: Path
) -> None:
    shown = page(with_search(tune, tmp_path), language)
    rows = re.findall(r"<details>.*?</details>", shown, flags=re.DOTALL)
    (search,) = [each for each in rows if each.count("<tr>") == DESIGNS + 1]
    assert "nan" not in text(search)
    assert "search.csv" in shown
    (compared,) = re.findall(
        r'<table class="numbers decision">(?:(?!</table>).)*class="best".*?</table>',
        shown.replace(search, ""), flags=re.DOTALL,
    )  # fmt: skip
    assert compared.count('<th scope="row"') == len(tune.values)


def test_a_search_that_gave_up_says_between_which(tune: Run, tmp_path: Path) -> None:
    run = with_search(tune, tmp_path, reached=False, undecided=("30 min",))
    assert conclusion(run).startswith("20 minutes leads the 6 best of 60 designs")
    assert not conclude_of(run).sure


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_search_that_gave_up_with_one_left_names_its_limit(
    language: str, tune: Run, tmp_path: Path
) -> None:
    said = conclusion(with_search(tune, tmp_path, reached=False), language)
    assert not re.search(r"\bnan\b|[{}]", said)
    if language == "en":
        assert "is what remains of the 6 best of 60 designs" in said
        assert "between it and" not in said
