"""The planner's sliders: at every played value the page has its sentence and figures."""

import base64
import json
import re
from io import BytesIO

import pandas as pd
import pytest
from report_pages import page, text, with_front, with_grid, with_limits, with_result, with_search

from reports.estimates import Estimates
from reports.planner import Planner
from reports.run_folder import Run
from reports.words import Words


def planner(run: Run, language: str = "en") -> Planner:
    assert run.tuned is not None
    return Planner(run, run.tuned, Estimates(run), Words(language))


def sentences(run: Run) -> dict[str, str]:
    """What is said at every value."""
    found = planner(run)
    return dict(zip(found.designs, map(text, found.data()["slots"]["sentence"]), strict=True))


def data_in(said: str) -> dict[str, object]:
    """What the page's script reads."""
    (found,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', said, re.DOTALL)
    return json.loads(found)


def table(said: str, name: str) -> pd.DataFrame:
    """A table that the page carries as CSV."""
    (content,) = re.findall(rf'download="{name}" href="data:[^,]*,([^"]+)"', said)
    return pd.read_csv(BytesIO(base64.b64decode(content)), keep_default_na=False, na_values=[""])


def test_every_value_says_what_choosing_it_costs_and_which_limits_it_keeps(tune: Run) -> None:
    said = sentences(with_result(tune, indistinguishable=("30 min",)))
    assert said["20 min"].startswith("20 minutes is the recommended choice: profit 6.896")
    assert "It misses abandoned carts" in said["20 min"]
    assert said["30 min"].startswith("30 minutes cannot be told apart from 20 minutes: profit low")
    assert "It keeps every threshold (7)." in said["30 min"]
    assert re.search(
        r"^60 minutes instead of 20 minutes: profit lower by .* beyond chance", said["60 min"]
    )
    assert said["60 min"].endswith("This is what the scenario uses now.")


def test_a_value_outside_the_limits_of_the_choice_says_so(tune: Run) -> None:
    said = sentences(with_limits(tune, "5 min", doubt="10 min"))
    assert "It is outside what was allowed for the choice: contacts answered" in said["5 min"]
    assert "Whether it keeps the limit on contacts answered" in said["10 min"]
    states = planner(with_limits(tune, "5 min", doubt="10 min")).data()["states"]
    assert states[0] == "missed"


def test_of_several_objectives_a_value_says_what_beats_it(tune: Run) -> None:
    said = sentences(with_front(tune, "20 min", "5 min", doubt="10 min"))
    assert said["20 min"].startswith("Nothing that was played beats 20 minutes")
    assert said["60 min"].startswith("60 minutes is beaten by 20 minutes in all objectives")
    assert "may be chance" in said["10 min"]


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_slider_has_a_text_for_every_place_and_every_value(tune: Run, language: str) -> None:
    said = page(tune, language)
    data = data_in(said)
    places = set(re.findall(r'data-slot="([^"]+)"', said))
    assert places == set(data["slots"])
    assert {len(texts) for texts in data["slots"].values()} == {6}
    assert data["grid"] == [0, 1, 2, 3, 4, 5]
    assert len(data["states"]) == 6


def test_the_page_stands_at_the_recommended_value_without_javascript(tune: Run) -> None:
    said = page(tune)
    data = data_in(said)
    for name, texts in data["slots"].items():
        assert f'data-slot="{name}">{texts[2]}</' in said, name  # 20 minutes
    assert said.count('class="sliders" hidden') == said.count('class="choose" hidden') / 2 == 1


def test_two_fields_have_a_slider_each_and_every_pair_of_stops_a_design(tune: Run) -> None:
    found = planner(with_grid(tune))
    timeout, agents = found.sliders()
    assert [len(timeout.stops), len(agents.stops)] == [6, 2]
    assert [timeout.start, agents.start] == [2, 0]
    grid = found.data()["grid"]
    assert sorted(grid) == list(range(12))
    chosen = found.designs[grid[4 * 2 + 1]]
    assert chosen == "reservation.timeout=60 min, support.desks.chat.agents=4"


def test_the_designs_of_a_search_have_one_slider_in_the_order_of_their_table(
    tune: Run, tmp_path
) -> None:
    found = planner(with_search(tune, tmp_path))
    (slider,) = found.sliders()
    assert len(slider.stops) == len(found.designs)
    assert found.charts == []
    assert "goes through the designs of the search" in text(page(with_search(tune, tmp_path)))


def test_texts_cannot_end_the_script_they_stand_in(tune: Run) -> None:
    from reports.pages import in_script

    said = in_script({"slots": ["</script><script>alert(1)</script><!-- <b>"]})
    assert "</script" not in said
    assert "<!--" not in said
    assert json.loads(said)["slots"] == ["</script><script>alert(1)</script><!-- <b>"]


def test_numbers_in_tables_carry_what_they_are_sorted_by(tune: Run) -> None:
    said = page(tune, "fa")
    rows = re.findall(r'<tr data-at="\d"[^>]*>(.*?)</tr>', said, re.DOTALL)
    keys = [re.findall(r'data-value="([^"]+)"', row) for row in rows]
    assert [float(row[0]) for row in keys] == [300, 600, 1200, 1800, 3600, 7200]  # seconds
    profit = tune.measures.groupby("value")["profit_rial"].mean()
    assert float(keys[2][1]) == pytest.approx(profit["20 min"], rel=1e-8)


def test_the_tables_of_a_tune_can_be_downloaded_as_they_are_shown(
    tune: Run, tune_page: str
) -> None:
    decision = table(tune_page, "decision.csv")
    assert list(decision["value"]) == list(tune.values)
    assert decision.loc[decision["best"], "value"].tolist() == ["20 min"]
    assert decision["difference"].isna().tolist() == decision["best"].tolist()
    thresholds = table(tune_page, "thresholds.csv")
    assert len(thresholds) == len(tune.values) * len(tune.manifest.thresholds)
    estimates = table(tune_page, "estimates.csv").set_index(["value", "measure"])
    expected = tune.measures.groupby("value")["orders_paid"].mean()["5 min"]
    assert estimates.loc[("5 min", "orders_paid"), "mean"] == pytest.approx(expected)
