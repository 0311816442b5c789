"""What a report says of a tune that was selected, limited, of several objectives or a grid."""

from __future__ import annotations

import dataclasses
import re

import pytest
from report_pages import (
    PLAYED,
    SAME,
    all_the_same,
    conclude_of,
    conclusion,
    page,
    selected,
    text,
    tunes,
    with_front,
    with_grid,
    with_limits,
    with_manifest,
    with_result,
)

from reports.console_tune import Curve
from reports.estimates import Estimates
from reports.formats import Formats
from reports.run_folder import Run
from reports.words import Words


def rows(run: Run) -> list[tuple[str, ...]]:
    assert run.tuned is not None
    curve = Curve(run.tuned, Estimates(run), Formats(Words("en")))
    return [tuple(row) for row in curve.rows()]


def marks(run: Run) -> dict[str, str]:
    return {row[1]: row[0] for row in rows(run)[2:]}


def test_a_selection_says_its_probability_and_the_difference_that_matters(tune: Run) -> None:
    chosen = with_result(tune, selected=selected(), replications=PLAYED)
    assert conclusion(chosen).startswith(
        "Set reservation timeout (reservation.timeout) to 20 minutes: with a probability of at "
        "least 95%, none of the 6 values is better for profit by 50 million toman or more"
    )
    assert "from 10 to 15 replications of a value, 75 in all" in conclusion(chosen)
    head, *_ = rows(chosen)
    assert "played" not in head  # in the second row, over the numbers
    assert "played" in rows(chosen)[1]


def test_an_estimate_is_not_told_as_a_promise(tune: Run) -> None:
    said = conclusion(with_result(tune, selected=selected(procedure="ocba"), replications=PLAYED))
    assert "by estimate, with a probability of 95%" in said
    assert "at least 95%" not in said


def test_a_selection_that_gave_up_says_so_and_is_not_green(tune: Run) -> None:
    open_ = selected(reached=False, undecided=("30 min",))
    gave_up = with_result(tune, selected=open_, replications=PLAYED)
    said = conclusion(gave_up)
    assert "Set reservation" not in said
    assert "after 100 replications it is not chosen with a probability of 95%" in said
    assert "between it and 30 minutes a difference of 50 million toman could not be settled" in said
    assert not conclude_of(with_manifest(gave_up, thresholds=())).sure


def test_a_selection_that_gave_up_with_one_value_left_names_no_rival(tune: Run) -> None:
    alone = with_result(tune, selected=selected(reached=False), replications=PLAYED)
    said = conclusion(alone)
    assert said.startswith("Of 6 values of reservation timeout (reservation.timeout) only 20 ")
    assert "it is still in doubt whether it keeps every limit" in said
    assert "between it and" not in said
    assert not conclude_of(alone).sure


def test_limits_are_told_with_their_certainty_and_what_they_rule_out(tune: Run) -> None:
    said = conclusion(with_limits(tune, "5 min", "10 min", doubt="60 min"))
    assert "It keeps contacts answered in time, at least 80% (certainty about 99.1%)." in said
    assert "Ruled out by a limit: 5 minutes and 10 minutes." in said
    assert "Whether a limit is kept is in doubt for 60 minutes." in said
    found = marks(with_limits(tune, "5 min", doubt="60 min"))
    assert (found["5 min"], found["20 min"], found["60 min"]) == ("✗", ">", "?")


def test_where_no_value_keeps_the_limits_nothing_is_recommended(tune: Run) -> None:
    none = with_limits(tune, *tune.values)
    assert conclusion(none).startswith("None of the 6 values keeps every limit that was set; ")
    assert "Ruled out" not in conclusion(none)  # all of them are
    assert not conclude_of(none).sure


def test_the_price_of_a_limit_is_told(tune: Run) -> None:
    (priced,) = [run for run in tunes(tune) if "Without the limits" in conclusion(run)]
    assert re.search(
        r"Without the limits, 20 minutes would be better: profit higher by [\d.]+ ± [\d.]+ \w+ "
        r"toman than at 5 minutes",
        conclusion(priced),
    )


def test_of_several_objectives_no_value_is_called_the_best(tune: Run) -> None:
    several = with_front(tune, "20 min", "5 min", doubt="10 min")
    said = conclusion(several)
    assert said.startswith(
        "No value is best by profit and contacts answered in time at once: of 6 values, no other "
        "beats 5 minutes and 20 minutes in all of them"
    )
    assert "better figures than 10 minutes, but at the joint 95% level this may be chance" in said
    assert marks(several)["5 min"] == "*"
    assert "difference" not in rows(several)[0]
    shown = text(page(several))
    assert "Contacts answered in time against Profit" in shown
    assert "dominated by 20 minutes" in shown
    assert "recommended" not in shown


def test_of_two_fields_the_table_has_a_column_each_and_the_charts_are_maps(tune: Run) -> None:
    grid = with_grid(tune)
    head, units, *values = rows(grid)
    assert head[1:3] == ("reservation.", "support.desks.chat.")
    assert units[1:3] == ("timeout", "agents")
    assert values[0][1:3] == ("5 min", "2")
    assert len(values) == 12
    shown = page(grid)
    assert "to 20 minutes / 2: " in text(shown)
    assert shown.count('aria-label="Profit: ') == 1
    assert "۲۰ دقیقه / ۲" in text(page(grid, "fa"))


def test_the_edge_of_each_field_is_told(tune: Run) -> None:
    said = conclusion(with_grid(tune, best="120 min", agents="4"))
    assert "Of reservation timeout (reservation.timeout), 120 minutes is the largest value" in said
    assert "Of support.desks.chat.agents, 4 is the largest value tried" in said
    assert "smallest" in conclusion(with_grid(tune))  # of the agents


@pytest.mark.parametrize("language", ["en", "fa"])
def test_no_kind_of_tune_says_what_is_no_word(tune: Run, language: str) -> None:
    for run in tunes(tune):
        said = conclusion(run, language)
        assert not re.search(r"\bnan\b|\bNone\b(?! of)|[{}]", said)


def test_a_difference_that_is_exactly_nothing_is_marked_as_the_same(tune: Run) -> None:
    same = {"value": "5 min", "mean": 0.0, "low": 0.0, "high": 0.0}
    run = with_result(tune, indistinguishable=("5 min",), differences=(same,), current=None)
    assert marks(run)["5 min"] == "="
    seasons = tune.manifest.replications
    assert f"In every one of {seasons} seasons 5 minutes did exactly as well; " in conclusion(run)
    assert "fewer than about one season in 4 cannot be excluded" in conclusion(run)


def test_a_probability_says_nothing_of_differences_too_rare_to_have_shown(tune: Run) -> None:
    others = tune.tuned.differences[1:] if tune.tuned else ()
    run = with_result(
        tune,
        selected=selected(),
        replications=dict.fromkeys(PLAYED, 29),
        indistinguishable=("5 min",),
        differences=({"value": "5 min"} | SAME, *others),
    )
    assert re.search(
        r"by 50 million toman or more; yet 5 minutes did exactly as well in every one of 29 "
        r"seasons, and that probability says nothing of a difference that shows in fewer than "
        r"about one season in 10\b",
        conclusion(run),
    )


def test_where_all_values_do_the_same_none_is_called_the_best_or_the_dearest(tune: Run) -> None:
    equal = all_the_same(tune)
    said = conclusion(equal)
    assert said.startswith(
        "All 6 values of reservation timeout (reservation.timeout) do the same for profit in each "
        "of 29 seasons; a difference that shows in fewer than about one season in 10 cannot be "
    )
    for wrong in ("Set ", "most expensive", "probability", "the smallest", "the largest"):
        assert wrong not in said
    assert not conclude_of(equal).sure
    assert set(marks(equal).values()) == {">", "="}


def test_of_an_indifference_of_nothing_no_amount_is_named(tune: Run) -> None:
    for how in ({}, {"reached": False, "undecided": ("30 min",)}):
        chosen = selected(indifference=0.0, **how)
        said = conclusion(with_result(tune, selected=chosen, replications=PLAYED))
        assert "by 0" not in said
        assert "difference of 0" not in said


def test_differences_of_shares_are_points(tune: Run) -> None:
    fall = {"value": "5 min", "mean": -0.031, "low": -0.04, "high": -0.022}
    run = with_result(tune, objective="fill_rate", differences=(fall,), current=None)
    assert "fill rate lower by 3.10 ± 0.90 points" in conclusion(run)
    assert "points" in rows(run)[1]


def test_few_replications_are_warned_of(tune: Run) -> None:
    few = with_manifest(tune, replications=2)
    assert "These are only 2 replications: intervals from so few are wide" in conclusion(few)
    assert "These are only" not in conclusion(with_manifest(tune, replications=5))
    assert not conclude_of(dataclasses.replace(few)).sure


def test_every_sentence_begins_with_a_capital(tune: Run, compared: Run, simulation: Run) -> None:
    for run in (*tunes(tune), compared, simulation):
        said = conclude_of(run)
        for sentence in (said.headline, *said.details, *said.warnings):
            first = text(sentence)[0]
            assert first.isupper() or first.isdigit(), text(sentence)
