"""Finished runs side by side: how they are compared, and what the page says of it."""

import dataclasses
import json
import re
from pathlib import Path

import made_up_run
import numpy as np
import pandas as pd
import pytest
from made_up_load import write_load
from report_pages import text, with_manifest
from scipy import stats

from reports import run_folder
from reports.intervals import holm, unpaired_chance, unpaired_difference, unpaired_relative
from reports.run_folder import Run
from reports.side_by_side import Setting, Side, SideBySide
from reports.side_by_side_page import Told, page, write
from reports.words import Words

ONE = [3.1, 4.0, 2.2, 5.9, 4.4]
OTHER = [6.0, 6.3, 5.8, 9.1, 7.7, 6.6, 7.0]


def louder(run: Run, factor: float = 1.1, folder: str = "louder") -> Run:
    """The same run with more revenue in every replication."""
    more = run.measures.assign(revenue_rial=run.measures["revenue_rial"] * factor)
    return dataclasses.replace(run, measures=more, folder=run.folder.parent / folder)


def beside(*runs: Run, drawn_apart: tuple[str, ...] = (), **more: object) -> SideBySide:
    first, *others = runs
    sides = [Side("A", first)]
    sides += [Side(name, run, drawn_apart) for name, run in zip("BCDEF", others, strict=False)]
    return SideBySide(sides, **more)


def said(found: SideBySide, language: str = "en") -> str:
    return text(page(found, Words(language), Path("runs/side-by-side")))


def test_two_samples_are_compared_as_welch_does() -> None:
    expected = stats.ttest_ind(OTHER, ONE, equal_var=False)
    found = unpaired_difference(OTHER, ONE, 0.9)
    low, high = expected.confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert unpaired_chance(OTHER, ONE) == pytest.approx(expected.pvalue)


def test_a_single_season_is_held_against_where_one_more_would_lie() -> None:
    found = unpaired_difference([9.0], OTHER)
    spread = np.std(OTHER, ddof=1) * (1 + 1 / 7) ** 0.5
    assert found.half_width == pytest.approx(stats.t.ppf(0.975, 6) * spread)
    assert np.isnan(unpaired_difference([9.0], [8.0]).half_width)
    assert unpaired_chance([9.0], [8.0]) == 1


def test_numbers_without_spread_are_judged_by_how_many_they_are() -> None:
    assert unpaired_chance([2, 2], [1, 1]) == pytest.approx(2 / 6)
    assert unpaired_chance([2] * 6, [1] * 6) == pytest.approx(2 / 924)
    assert unpaired_chance([1, 1], [1, 1]) == 1


def test_a_share_of_the_first_has_the_interval_of_the_ratio() -> None:
    """Against many draws of both samples with replacement."""
    draw = np.random.default_rng(5)
    one, other = draw.normal(100, 8, 40), draw.normal(120, 15, 50)
    found = unpaired_relative(other, one)
    assert found.mean == pytest.approx(other.mean() / one.mean() - 1)
    again = [draw.choice(other, 50).mean() / draw.choice(one, 40).mean() - 1 for _ in range(4_000)]
    low, high = np.quantile(again, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)
    assert np.isnan(unpaired_relative([1.0, 2.0], [0.0, 0.0]).mean)


def test_holm_stops_at_the_first_that_chance_may_have_made() -> None:
    assert holm({"a": 0.01, "b": 0.02, "c": 0.9}, 0.95) == {"a", "b"}
    assert holm({"a": 0.03, "b": 0.03, "c": 0.03}, 0.95) == set()


def test_runs_of_the_same_shoppers_are_compared_pair_by_pair(simulation: Run) -> None:
    found = beside(simulation, louder(simulation))
    (other,) = found.others
    assert found.method(other) == "paired"
    revenue = found.contrast(other, "revenue_rial")
    assert revenue.apart
    assert revenue.relative.mean == pytest.approx(0.1)
    assert found.contrast(other, "orders_paid").same
    apart = beside(simulation, louder(simulation), drawn_apart=("seed",))
    assert apart.method(apart.others[0]) == "unpaired"
    wider = apart.contrast(apart.others[0], "revenue_rial")
    assert wider.change.mean == pytest.approx(revenue.change.mean)
    assert wider.change.half_width > 2 * revenue.change.half_width


def test_pairs_are_replications_of_the_same_number(simulation: Run) -> None:
    longer = simulation.measures["replication"] < 5
    shorter = dataclasses.replace(louder(simulation), measures=louder(simulation).measures[longer])
    found = beside(simulation, shorter)
    assert found.pairs(found.others[0]) == 5
    assert found.contrast(found.others[0], "revenue_rial").change.n == 5
    moved = shorter.measures.assign(replication=shorter.measures["replication"] + 100)
    found = beside(simulation, dataclasses.replace(shorter, measures=moved))
    assert found.method(found.others[0]) == "unpaired"


@pytest.mark.parametrize(
    ("drawn_apart", "sentence"),
    [
        ((), "B and A met the same shoppers in 8 replications"),
        (("seed",), "B and A did not meet the same shoppers (seed)"),
    ],
)
def test_the_page_says_how_the_runs_were_compared(
    simulation: Run, drawn_apart: tuple[str, ...], sentence: str
) -> None:
    assert sentence in said(beside(simulation, louder(simulation), drawn_apart=drawn_apart))


def test_the_first_sentence_names_what_differs_and_what_may_be_chance(simulation: Run) -> None:
    told = Told(beside(simulation, louder(simulation)), Words("en"))
    (sentence,) = map(text, told.sentences())
    assert sentence.startswith("B against A: revenue higher by")
    assert "(+10" in sentence
    assert "no difference can be told in profit, cart abandonment" in sentence
    same = Told(beside(simulation, louder(simulation, 1.0)), Words("en"))
    assert text(same.sentences()[0]).startswith("B does exactly what A does")


def test_a_live_run_beside_a_simulated_one_is_a_single_season(
    simulation: Run, tmp_path: Path
) -> None:
    live = write_load(tmp_path / "live", {"carts": 100})
    found = beside(simulation, live)
    assert found.method(found.others[0]) == "single"
    assert found.contrast(found.others[0], "revenue_rial") is None or live.measure_names
    assert "is a single season" in said(found)
    one = beside(live, dataclasses.replace(live, folder=tmp_path / "other"))
    assert "single season each" in said(one)


def test_each_limit_of_any_run_is_held_against_all(simulation: Run) -> None:
    strict = with_manifest(louder(simulation), thresholds=("orders_paid > 1_000_000_000",))
    found = beside(simulation, strict)
    rules = found.rules()
    assert len(rules) == len(simulation.manifest.thresholds) + 1
    verdicts = [found.verdict(side, rules[-1]) for side in found.sides]
    assert [each.passed for each in verdicts] == [False, False]
    limits = found.limits()
    assert limits["rule"].tolist() == [rule.text for rule in rules for _ in found.sides]


def test_a_tune_is_shown_at_its_best_value(tune: Run, simulation: Run) -> None:
    found = beside(simulation, tune)
    assert found.others[0].value == "20 min"
    shown = said(found)
    assert "Shown at" in shown
    assert "20 minutes" in shown


def test_the_table_for_machines_has_every_run_and_measure(simulation: Run, tmp_path: Path) -> None:
    found = beside(simulation, louder(simulation), louder(simulation, 0.9, "quieter"))
    written = write(found, tmp_path / "out")
    assert [path.name for path in written] == ["side-by-side.fa.html", "side-by-side.en.html"]
    table = pd.read_csv(tmp_path / "out" / "side-by-side.csv")
    assert set(table["run"]) == {"A", "B", "C"}
    revenue = table[table["measure"] == "revenue_rial"].set_index("run")
    assert revenue.loc["C", "relative"] == pytest.approx(-0.1)
    assert revenue.loc["B", "method"] == "paired"
    machines = json.loads(json.dumps(found.as_object()))
    assert machines["comparisons"]["B"]["differences"]["revenue_rial"]["told_apart"]


def test_every_table_and_figure_of_the_page_can_be_saved(simulation: Run) -> None:
    settings = [Setting("reservation.timeout", ("20 min", "5 min"))]
    found = beside(simulation, louder(simulation), settings=settings)
    html = page(found, Words("en"), Path("runs/side-by-side"))
    files = set(re.findall(r'download="([\w-]+\.csv)"', html))
    assert files >= {"side-by-side.csv", "hours.csv", "fields.csv"}
    assert found.fields().to_dict("records") == [
        {"field": "reservation.timeout", "A": "20 min", "B": "5 min"}
    ]
    hours = found.hours(["stockouts"])
    assert hours.groupby("run")["hour"].count().to_dict() == {"A": 24, "B": 24}
    for side in found.sides:
        drawn = [each.mean for each in side.estimates.by_hour("stockouts", side.value)]
        assert hours.loc[hours["run"] == side.name, "stockouts"].tolist() == pytest.approx(drawn)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_page_shows_no_number_that_is_none(simulation: Run, language: str) -> None:
    settings = [Setting("reservation.timeout", ("20 min", "5 min")), Setting("payment", ("", ""))]
    shown = said(beside(simulation, louder(simulation), settings=settings), language)
    assert not re.search(r"\bnan\b|None", shown)
    assert shown.count("…") >= 2


def of_all_kinds(simulation: Run, tune: Run, folder: Path) -> list[SideBySide]:
    """Comparisons that say everything that one can say; for the test of the locales."""
    live = write_load(folder / "a-live-one", {"carts": 100})
    few = made_up_run.write_simulation(folder / "few", 3)
    broken = with_manifest(
        louder(simulation),
        books=run_folder.Books(balanced=False, faults=("one",)),
        versions={"esfand": "9"},
        season=simulation.manifest.season.model_copy(update={"seconds": 60.0}),
    )
    invalid = live.manifest.load.model_copy(update={"invalid": ("late",)})
    return [
        beside(
            simulation, broken, tune, settings=[Setting("reservation.timeout", ("1 s", "", "2 s"))]
        ),
        beside(simulation, louder(simulation, 1.0), run_folder.read(few), drawn_apart=("seed",)),
        beside(simulation, with_manifest(live, load=invalid)),
        beside(live, live),
        beside(simulation, louder(simulation, 1.0)),
    ]
