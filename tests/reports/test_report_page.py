"""The report page: what it says, in both languages."""

import dataclasses
import re
from pathlib import Path

import made_up_run
from report_pages import conclude_of, conclusion, page, text, with_manifest, with_result

from reports import run_folder
from reports.estimates import Estimates
from reports.run_folder import Books, Run
from reports.tables import Tables
from reports.words import Words


def test_a_tune_says_first_which_value_to_set_and_how_sure_that_is(tune: Run) -> None:
    assert conclusion(tune).startswith(
        "Set reservation timeout (reservation.timeout) to 20 minutes: with a certainty of "
        "about 97% it is the best of 6 values for profit;"
    )
    assert conclusion(tune, "fa").startswith(
        "مهلت رزرو (reservation.timeout) را ۲۰ دقیقه بگذارید: به احتمال حدود ۹۷٪ از میان ۶ "
        "مقدار برای سود بهترین است؛"
    )


def test_a_tune_says_what_the_present_and_the_worst_value_cost(tune: Run) -> None:
    said = conclusion(tune)
    assert re.search(
        r"The most expensive choice is 120 minutes: profit lower by 1\.\d+ ± [\d.]+ billion toman",
        said,
    )
    assert re.search(
        r"The scenario now uses 60 minutes: profit lower by [\d.]+ ± [\d.]+ million toman than at "
        "20 minutes",
        said,
    )


def test_an_unsure_tune_does_not_say_set(tune: Run) -> None:
    doubtful = with_result(tune, indistinguishable=("30 min", "10 min"), confidence=0.48)
    said = conclusion(doubtful)
    assert "Set reservation timeout" not in said
    assert "but with a certainty of only 48%" in said
    assert "10 minutes and 30 minutes cannot be told apart from it" in said


def test_a_best_value_at_the_edge_asks_for_more_values(tune: Run) -> None:
    assert "120 minutes is the largest value tried" in conclusion(with_result(tune, best="120 min"))
    assert "5 minutes is the smallest value tried" in conclusion(with_result(tune, best="5 min"))
    assert "value tried" not in conclusion(tune)


def test_a_measure_to_be_small_is_worse_where_it_is_higher(tune: Run) -> None:
    differences = [{"value": "5 min", "mean": 900.0, "low": 850.0, "high": 950.0}]
    smaller = with_manifest(
        with_result(tune, objective="stockouts", goal="min", differences=differences, current=None),
        thresholds=(),
    )
    assert "The most expensive choice is 5 minutes: stockouts higher by 900 ± 50" in conclusion(
        smaller
    )


def test_a_simulation_says_what_happened(simulation: Run) -> None:
    said = conclusion(simulation)
    assert re.search(r"1,3\d\d,000 ± [\d,]+ sessions brought 34,\d+ ± \d+ paid orders", said)
    assert re.search(r"a revenue of 32\.\d+ ± 0\.\d+ billion toman; 63\.\d+ ± 0\.\d+% of the", said)


def test_missed_thresholds_come_first_and_then_those_in_doubt(tune_page: str) -> None:
    states = re.findall(r'<td class="state"[^>]*><span class="(\w+)"', tune_page)
    assert states == ["missed", "unsure", *["kept"] * 5]
    assert "less than 500 million toman" in text(tune_page)


def test_where_the_best_value_misses_a_threshold_the_best_that_misses_none_is_named(
    tune: Run,
) -> None:
    limit = "carts_abandoned_reservation_expired < 500"
    headline = text(conclude_of(with_manifest(tune, thresholds=(limit, "stockouts > 10"))).headline)
    assert re.search(
        r"yet this breaks your limit on abandoned carts – reservation expired \([\d,]+ ± \d+ "
        r"against less than 500\); of the values that keep every limit, 30 minutes is best: "
        r"profit lower by [\d.]+ ± [\d.]+ million toman than at 20 minutes\.",
        headline,
    )
    strict = with_manifest(tune, thresholds=("stockouts < 10",))
    assert "; none of the values keeps every limit." in conclusion(strict)
    assert "limit" not in conclusion(with_manifest(tune, thresholds=("stockouts > 10",)))


def test_a_limit_missed_within_the_noise_may_be_broken(simulation: Run) -> None:
    mean = Estimates(simulation).at("")["orders_paid"].mean
    close = with_manifest(simulation, thresholds=(f"orders_paid < {mean - 0.1}",))
    assert "yet this may break your limit on orders paid" in conclusion(close)


def test_a_verdict_is_green_only_where_nothing_is_in_doubt(tune: Run, simulation: Run) -> None:
    kept = with_manifest(tune, thresholds=("stockouts > 10",))

    def is_green(**changes: object) -> bool:
        return conclude_of(with_result(kept, **changes)).sure

    assert is_green()
    assert not conclude_of(tune).sure  # a threshold is missed
    assert not is_green(confidence=0.94)
    assert not is_green(best="120 min")
    assert not is_green(indistinguishable=("30 min",))
    mean = Estimates(simulation).at("")["orders_paid"].mean
    doubtful = with_manifest(simulation, thresholds=(f"orders_paid > {mean - 0.1}",))
    assert not conclude_of(doubtful).sure


def test_the_page_says_that_its_certainty_counts_chance_alone(
    tune_page: str, simulation: Run
) -> None:
    assert "count chance alone: they hold under the scenario's assumptions" in text(tune_page)
    assert "count chance alone" not in text(page(with_manifest(simulation, replications=1)))


def test_waits_for_support_say_whom_they_leave_out(tune_page: str) -> None:
    said = text(tune_page)
    assert re.search(r"answered contacts only: [\d.,± ]+ of [\d.,± ]+ contacts gave up", said)
    assert re.search(r"By channel: [^.]*chat: 8\d.* answered in time, .*phone: ", said)


def test_where_hardly_anybody_waits_for_support_the_mean_wait_is_shown(simulation: Run) -> None:
    quick = dataclasses.replace(
        simulation, measures=simulation.measures.assign(support_wait_p95_s=0.0)
    )
    (*_, card) = Tables(quick, Estimates(quick), Words("en")).cards()
    assert card.label == "Mean wait for support"
    (*_, card) = Tables(simulation, Estimates(simulation), Words("en")).cards()
    assert card.label == "Wait for support, 95th percentile"


def test_one_replication_is_shown_without_intervals_and_says_so(tmp_path: Path) -> None:
    folder = made_up_run.write_simulation(tmp_path / "run", replications=1)
    said = text(page(run_folder.read(folder)))
    assert "This is one replication" in said
    before_notes = said[: said.index("How to repeat")]
    assert "±" not in before_notes
    assert not re.search(r"\bnan\b", before_notes)


def test_broken_books_are_said_before_anything_else(simulation: Run) -> None:
    books = Books(balanced=False, faults=("product 3: 2 units <lost>",))
    said = page(with_manifest(simulation, books=books))
    assert said.index("The books do not balance") < said.index('class="verdict')
    assert "2 units &lt;lost&gt;" in said


def test_what_a_scenario_says_is_escaped(tune: Run) -> None:
    nasty = with_manifest(
        tune,
        title={"en": "<script>alert(1)</script>"},
        command_line="esfand tune '<img src=x onerror=alert(1)>'",
        versions={"<b>": "</code>"},
    )
    said = page(nasty)
    assert "<script>alert" not in said
    assert "<img" not in said
    assert "Made up &lt;b&gt;&amp;&lt;/b&gt;" in said  # the scenario's own text


def test_measures_that_nobody_told_the_report_about_are_shown_by_their_names(tune: Run) -> None:
    more = dataclasses.replace(
        tune,
        measures=tune.measures.assign(
            weather_index=3.0, support_contacts_whatsapp=5, carts_abandoned_bad_luck=70
        ),
    )
    said = page(more)
    assert "<code>weather_index</code>" in said
    assert "Support contacts, WhatsApp" in said
    assert "<code>carts_abandoned_bad_luck</code>" in said


def test_a_parameter_of_words_keeps_its_order_and_needs_no_edge_warning(tune: Run) -> None:
    names = dict(zip(made_up_run.VALUES, ("timer", "lazy", "a", "b", "c", "d"), strict=True))
    differences = [
        {"value": names[d.value], "mean": d.mean, "low": d.low, "high": d.high}
        for d in made_up_run.result().differences
    ]
    words = dataclasses.replace(
        with_manifest(tune, values=tuple(names.values()), parameter="reservation.released_by"),
        measures=tune.measures.replace({"value": names}),
        hours=tune.hours.replace({"value": names}),
        result=made_up_run.result(
            parameter="reservation.released_by",
            values=tuple(names.values()),
            best="timer",
            current="lazy",
            differences=differences,
        ),
    )
    said = page(words)
    assert "to <code>timer</code>" in said
    assert "value tried" not in said


def test_a_season_without_stockouts_or_support_shows_no_empty_figures(simulation: Run) -> None:
    nothing = [n for n in simulation.measure_names if n.startswith(("stockouts", "support"))]
    quiet = dataclasses.replace(
        simulation,
        measures=simulation.measures.assign(**dict.fromkeys(nothing, 0.0)),
        hours=simulation.hours.assign(stockouts=0, support_contacts=0, support_backlog_mean=0.0),
    )
    said = page(quiet)
    assert said.count("<figure>") == 1  # abandoned carts
    assert "hour by hour" not in said


def test_a_short_run_has_hours_without_days(simulation: Run) -> None:
    evening = simulation.hours["hour"] >= 20
    counts = list(simulation.hours.columns[3:])
    hours = simulation.hours.copy()
    hours.loc[~evening, counts] = 0
    hours.loc[~evening, "support_backlog_mean"] = float("nan")
    said = text(page(dataclasses.replace(simulation, hours=hours)))
    assert not re.search(r"\bnan\b", said)
    assert "Highest in the hour from 20:00" in said
