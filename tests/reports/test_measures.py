import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import slow_measures
from small_shop import POLICIES, as_events, log, played, scenario

from model.events import Channel, Kind, Reason
from model.settlement import Tariff
from reports.formats import unit_of
from reports.log import as_array
from reports.measures import MEASURES, document, find, measure
from reports.settling import fees
from reports.sorted_log import SortedLog
from scenarios.errors import UserError
from scenarios.schema import Fee

ROOT = Path(__file__).parents[2]
MINUTE = 60.0


@pytest.mark.parametrize("policy", POLICIES)
def test_measures_are_what_a_patient_reader_of_the_log_finds(policy: str) -> None:
    plan, shop = played(policy)
    fast = measure(as_array(shop.log), plan.scenario)
    slow = slow_measures.measures(as_events(as_array(shop.log)), plan.scenario)
    before_support = slow.pop("profit_before_support")
    assert fast["profit_rial"] == pytest.approx(before_support - fast["support_cost_rial"])
    for channel, places in (("chat", 2 * (30 * 1 + 4 * 2 + 4 * 2)), ("email", 8)):
        busy = slow.pop(f"busy_seconds_{channel}")
        occupancy = fast[f"support_occupancy_{channel}"]
        assert occupancy * places * 3600 == pytest.approx(busy)
    assert {name: fast[name] for name in slow} == pytest.approx(slow, rel=1e-9, nan_ok=True)


def test_the_small_shop_has_something_of_everything() -> None:
    total = dict.fromkeys(MEASURES, 0.0)
    for policy in POLICIES:
        plan, shop = played(policy)
        for name, value in measure(as_array(shop.log), plan.scenario).items():
            if name in total:
                total[name] += value
    never_by_this_model = {
        "carts_abandoned_delivery_promise",
        "carts_abandoned_no_answer",
        "support_unreached",
        "self_service_solved",
        "canned_endings",
        "agents_missing",
        "back_office_hours",
        "duplicate_callbacks_ignored",  # a plain gateway calls back once
        "orders_accepted",
        "orders_not_fetched",
        "parcels_shipped",
        "parcels_unshipped",
        "parcels_under_way",
        "returns",
        "refused_on_delivery",
        "fulfilment_cost_rial",
    }
    assert {name for name, value in total.items() if not value} == never_by_this_model


@pytest.mark.parametrize("policy", POLICIES)
def test_a_reservation_is_converted_released_or_open(policy: str) -> None:
    plan, shop = played(policy)
    measures = measure(as_array(shop.log), plan.scenario)
    opened = sum(shelf.reserved > 0 or shelf.suspended > 0 for shelf in shop.stock.shelves)
    over = measures["reservations_converted"] + measures["reservations_released"]
    assert measures["reservations_made"] >= over
    assert (measures["reservations_made"] == over) == (opened == 0)


@pytest.mark.parametrize("policy", POLICIES)
def test_parts_add_up_to_the_whole(policy: str) -> None:
    plan, shop = played(policy)
    measures = measure(as_array(shop.log), plan.scenario)
    for whole in ("carts_abandoned", "stockouts"):
        parts = [value for name, value in measures.items() if name.startswith(f"{whole}_")]
        assert sum(parts) == measures[whole]
    for whole in ("support_contacts", "support_served", "support_cost_rial"):
        assert measures[f"{whole}_chat"] + measures[f"{whole}_email"] == measures[whole]
    ends = ("support_served", "support_abandoned", "support_unanswered")
    assert sum(measures[name] for name in ends) == measures["support_contacts"]


def test_all_measures_are_there_and_in_the_order_of_their_definitions() -> None:
    plan, shop = played("released by a timer")
    measures = measure(as_array(shop.log), plan.scenario)
    assert [name for name in measures if name in MEASURES] == list(MEASURES)
    by_channel = [name for name in measures if name not in MEASURES]
    assert {find(name).unit for name in by_channel} == {"count", "s", "share", "rial"}


def test_a_sorted_log_gives_the_same_measures() -> None:
    plan, shop = played("suspended")
    events = as_array(shop.log)
    np.testing.assert_equal(
        measure(SortedLog(events), plan.scenario), measure(events, plan.scenario)
    )


def test_an_empty_log_has_counts_of_zero_and_rates_of_nothing() -> None:
    measures = measure(log(), scenario())
    assert measures["stockouts"] == measures["orders_paid"] == 0
    assert np.isnan(measures["conversion_rate"])
    assert np.isnan(measures["support_wait_p95_s_chat"])
    products = 1 + 5 + 1 + 1 + 1
    assert measures["out_of_stock_hours"] == products * 30


def test_who_pays_at_the_door_is_a_buyer_like_any_other() -> None:
    measures = measure(
        log(
            (0, Kind.RECOGNISED, 1, -1, -1, 0, 7),
            (0, Kind.RECOGNISED, 2, -1, -1, 0, 8),
            (1, Kind.CAME_BACK, 1, -1, -1, 0, 0, Channel.SMS, Reason.REMINDER),
            (2, Kind.ACCEPTED, 1, 0, -1, 0, 900),
            (3, Kind.ACCEPTED, 2, 1, -1, 0, 500, 0, Reason.LATE),
            (9, Kind.COD_COLLECTED, 1, 0, -1, 0, 900, Channel.COD),
        ),
        scenario(),
    )
    assert (measures["orders_accepted"], measures["orders_paid"]) == (2, 1)
    assert measures["returning_orders"] == 2
    assert measures["late_paid"] == 1
    assert measures["reminders_converted"] == 1


# phantom stockouts ----------------------------------------------------------------------------


def reserved(t: float, session: int, product: int = 0) -> tuple:
    return (t, Kind.RESERVED, session, -1, product, 1)


def ended(t: float, kind: Kind, session: int, product: int = 0) -> tuple:
    return (t, kind, session, -1, product, 1, 0, 0, Reason.TIMEOUT)


def refused(t: float, session: int, product: int = 0) -> tuple:
    return (t, Kind.REFUSED, session, -1, product, 1, 500_000, 0, Reason.IN_CARTS)


def phantom_stockouts(*events: tuple) -> float:
    return measure(log(*events), scenario())["phantom_stockouts"]


def test_a_unit_that_came_back_unsold_makes_the_refusal_a_phantom() -> None:
    assert phantom_stockouts(reserved(1, 1), refused(2, 2), ended(3, Kind.RELEASED, 1)) == 1


def test_a_unit_that_was_sold_explains_no_refusal() -> None:
    assert phantom_stockouts(reserved(1, 1), refused(2, 2), ended(3, Kind.ALLOCATED, 1)) == 0


def test_a_unit_of_another_product_explains_no_refusal() -> None:
    assert phantom_stockouts(reserved(1, 1), refused(2, 2, 1), ended(3, Kind.RELEASED, 1)) == 0


def test_a_reservation_explains_one_refusal_only() -> None:
    assert (
        phantom_stockouts(reserved(1, 1), refused(2, 2), refused(2, 3), ended(3, Kind.RELEASED, 1))
        == 1
    )


def test_a_reservation_that_is_live_at_the_end_is_not_judged() -> None:
    assert phantom_stockouts(reserved(1, 1), refused(2, 2)) == 0


def test_suspended_goods_explain_a_refusal_unless_their_shopper_buys_them() -> None:
    begins = (reserved(1, 1), ended(2, Kind.SUSPENDED, 1), refused(3, 2))
    assert phantom_stockouts(*begins) == 1
    assert phantom_stockouts(*begins, ended(4, Kind.RESTORED, 1)) == 1
    resumed = (*begins, ended(4, Kind.RESUMED, 1))
    assert phantom_stockouts(*resumed, ended(5, Kind.ALLOCATED, 1)) == 0


def test_the_reservation_that_ends_first_is_matched_first() -> None:
    assert (
        phantom_stockouts(
            reserved(1, 1),
            reserved(1, 2),
            refused(2, 3),
            ended(3, Kind.RELEASED, 2),
            refused(4, 4),
            ended(5, Kind.RELEASED, 1),
        )
        == 2
    )


# lost sales -----------------------------------------------------------------------------------


def added(t: float, session: int, product: int = 1) -> tuple:
    return (t, Kind.ADDED, session, -1, product, 1, 80_000)


def lost_units(*events: tuple) -> float:
    return measure(log(*events), scenario())["lost_units"]


def test_a_refusal_loses_what_was_asked_for() -> None:
    measures = measure(log(refused(1, 1)), scenario())
    assert (measures["lost_units"], measures["lost_sales_rial"]) == (1, 500_000)


def test_a_substitute_makes_a_refusal_good() -> None:
    assert lost_units(refused(1, 1), added(1, 1)) == 0
    assert lost_units(refused(1, 1), added(1, 2)) == 1
    assert lost_units(refused(1, 1), added(2, 1)) == 1
    assert lost_units(refused(1, 1), refused(1, 2), added(1, 2), added(1, 1)) == 0


def test_one_wish_is_lost_once_if_the_substitute_is_refused_too() -> None:
    assert lost_units(refused(1, 1), refused(1, 1, 2)) == 1


def test_a_substitute_may_be_taken_after_a_question_about_the_stock() -> None:
    asked = [
        refused(1, 1),
        (1, Kind.CONTACTED, 1, -1, -1, 0, 0, Channel.CHAT, Reason.STOCK_QUESTION),
        (5, Kind.ANSWERED, 1, -1, -1, 0, 0, Channel.CHAT, Reason.STOCK_QUESTION),
        (9, Kind.CLOSED, 1, -1, -1, 0, 0, Channel.CHAT, Reason.STOCK_QUESTION),
    ]
    assert lost_units(*asked, added(9, 1)) == 0
    assert lost_units(*asked, added(10, 1)) == 1


# support and money ----------------------------------------------------------------------------


def test_who_is_answered_at_once_never_stood_in_the_backlog() -> None:
    def chat(t: float, kind: Kind, session: int) -> tuple:
        return (t, kind, session, -1, -1, 0, 0, Channel.CHAT, Reason.GENERAL)

    at_once = [chat(1, Kind.CONTACTED, 1), chat(1, Kind.ANSWERED, 1)]
    assert measure(log(*at_once), scenario())["support_backlog_peak"] == 0
    later = [*at_once, chat(2, Kind.CONTACTED, 2), chat(3, Kind.ANSWERED, 2)]
    assert measure(log(*later), scenario())["support_backlog_peak"] == 1


def test_fees_are_capped_and_rounded_to_a_rial() -> None:
    fee = Fee(rate=0.015, fixed=1_200, cap=80_000).tariff()
    assert fees(np.array([0, 33, 100, 1_000_000, 10**9]), fee).tolist() == [
        1_200, 1_200, 1_202, 16_200, 80_000,
    ]  # fmt: skip
    uncapped = Tariff(0.015, 0, None)
    assert fees(np.array([10**9]), uncapped).tolist() == [15_000_000]


def test_an_order_without_goods_brings_no_profit_but_costs_its_fee() -> None:
    paid = [
        (1, Kind.PAYMENT_CAPTURED, 1, 0, -1, 0, 1_000_000),
        (1, Kind.PAID, 1, 0, -1, 0, 1_000_000),
    ]
    filled = measure(log(*paid), scenario())
    oversold = measure(log(*paid, (1, Kind.OVERSOLD, 1, 0, 0, 1)), scenario())
    assert filled["revenue_rial"] == oversold["revenue_rial"] == 1_000_000
    assert filled["fees_rial"] == oversold["fees_rial"] == 16_200
    assert filled["profit_rial"] - oversold["profit_rial"] == 250_000 - 50_000


# the registry ---------------------------------------------------------------------------------


def test_every_measure_has_the_unit_that_its_name_promises() -> None:
    units = {name: unit_of(name).value for name in MEASURES}
    assert units == {name: each.unit for name, each in MEASURES.items()}


def test_definitions_are_sentences() -> None:
    for each in MEASURES.values():
        assert each.definition[0].isupper() or each.definition[0].isdigit(), each.name
        assert each.definition.endswith("."), each.name


def test_a_measure_is_found_by_name_and_by_channel() -> None:
    assert find("stockouts") is MEASURES["stockouts"]
    assert find("support_wait_p95_s_email").unit == "s"


@pytest.mark.parametrize("name", ["stockout", "stockouts_chat", "phantom_stockout"])
def test_an_unknown_measure_is_a_mistake_that_names_the_nearest(name: str) -> None:
    with pytest.raises(UserError, match=f"no measure '{name}'; did you mean '.*stockouts"):
        find(name)


def test_the_page_on_measures_says_what_the_code_says() -> None:
    page = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    assert page == document(), "run `python -m reports.measures > docs/measures.md`"


def test_measuring_needs_no_pandas() -> None:
    rooms = "reports.measures, reports.books, reports.hours"
    code = f"import sys, {rooms}; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
