"""What a report says of a live run's load, and the measures of its requests."""

from pathlib import Path

import pytest
from made_up_load import load, traffic, write_load

from reports import requests
from reports.estimates import Estimates
from reports.html import render
from reports.measures import LOAD_MEASURES, MEASURES, find
from reports.measures.load import BY_STEP, known_from_outside, values
from reports.thresholds import evaluate, parse, sort_out
from reports.words import Words
from scenarios.errors import UserError


def test_from_intended_time_counts_what_the_generator_made_a_shopper_wait() -> None:
    found = values(traffic())
    assert found["service_time_p99_s"] == pytest.approx(0.1)
    assert found["from_intended_p50_s"] == pytest.approx(0.5)
    assert found["scheduler_lag_p99_s"] == pytest.approx(0.4)


def test_what_never_began_and_what_got_no_good_answer_is_counted() -> None:
    found = values(traffic())
    assert found["dropped_sessions"] == 1
    assert found["http_errors"] == pytest.approx(1 / 9)


def test_requests_are_measured_by_step_too() -> None:
    found = values(traffic())
    assert found["http_errors_add_to_cart"] == 0
    assert found["http_errors_view_product"] == pytest.approx(1 / 5)
    assert set(found) == set(LOAD_MEASURES) | {
        f"{name}_{step}" for name in BY_STEP for step in ("view_product", "add_to_cart")
    }


def test_a_witness_knows_no_shelves_and_no_queues() -> None:
    known = known_from_outside(dict.fromkeys(MEASURES, 0.0) | {"support_contacts_chat": 0.0})
    assert {"carts", "stockouts", "orders_paid", "support_contacts_chat"} <= set(known)
    assert not {"phantom_stockouts", "support_wait_p95_s", "profit_rial"} & set(known)


def test_requests_come_back_from_their_files_as_they_were(tmp_path: Path) -> None:
    requests.write(traffic(), tmp_path)
    again = requests.read(tmp_path, 10)
    assert values(again) == pytest.approx(values(traffic()), nan_ok=True)


def test_a_threshold_may_name_a_step(tmp_path: Path) -> None:
    run = write_load(tmp_path / "live")
    rules = [
        parse("add to cart from_intended_p95 < 2 s"),
        parse("view product http_errors < 10%"),
        parse("service_time_p99_s < 250 ms"),
    ]
    assert rules[0].measure == "from_intended_p95_s_add_to_cart"
    verdicts = evaluate(rules, Estimates(run).at(""))
    assert [each.passed for each in verdicts] == [True, False, True]
    assert all(each.sure for each in verdicts)


def test_only_requests_are_measured_by_step() -> None:
    with pytest.raises(UserError, match="is not measured for each step of a load test"):
        parse("checkout orders_paid > 3", MEASURES | LOAD_MEASURES)


def test_rules_that_a_run_cannot_measure_are_set_apart() -> None:
    rules = ("http_errors < 1%", "orders_paid > 3", "add to cart service_time_p50 < 1 s")
    assert sort_out(rules, MEASURES) == (rules[1:2], (rules[0], rules[2]))


def test_measures_of_requests_have_definitions_like_all_others() -> None:
    assert find("http_errors").better == "down"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_page_says_why_a_load_is_invalid(tmp_path: Path, language: str) -> None:
    run = write_load(tmp_path / "live")
    words = Words(language)
    page = render(run, Estimates(run), words)
    assert words("load.invalid") in page
    assert page.index(words("load.invalid")) < page.index('class="verdict')


def test_a_page_of_a_valid_load_has_every_step_the_slowest_first(tmp_path: Path) -> None:
    valid = load(most_lag_s=1.0, most_dropped=0.2)
    run = write_load(tmp_path / "live", load=valid, unmeasured=("support_wait_p95_s < 10 s",))
    words = Words("en")
    page = render(run, Estimates(run), words)
    assert words("load.invalid") not in page
    assert "support_wait_p95_s &lt; 10 s" in page
    assert 'href="requests.parquet"' in page
    section = page[page.index("The load and the answers") :]
    assert section.index("All requests") < section.index("add to cart")
