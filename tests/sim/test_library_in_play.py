"""The scenarios of the library at their full size: the books balance, and each shows what its
sentence says. Pairs of scenarios meet the same shoppers, so that one replication tells much."""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.loader import library, load
from scenarios.shoppers import Plan
from sim.replication import replicate

pytestmark = pytest.mark.statistical


@cache
def figures(name: str, *changes: str) -> dict[str, float]:
    """The measures of the first replication of a scenario."""
    scenario = load(name, changes)
    played = replicate(Plan.of(scenario), scenario.seed, 0)
    assert played.faults == ()
    return played.measures


@pytest.mark.parametrize("name", [name for name, _ in library()])
def test_every_scenario_plays_and_its_books_balance(name: str) -> None:
    assert figures(name)["orders_paid"] > 0


def test_yalda_is_three_sharp_days() -> None:
    quiet = "demand.shape={1405-09-24: 100%}"
    assert figures("yalda")["fill_rate"] < figures("yalda", quiet)["fill_rate"] - 0.02


def test_in_ramadan_the_phone_is_closed_when_people_call() -> None:
    """Fewer of those who shop at night reach the phone than of those who shop by day."""
    by_day = "demand.periods=[]"
    on_the_phone = []
    for changes in ((), (by_day,)):
        found = figures("ramadan", *changes)
        on_the_phone.append(found["support_contacts_phone"] / found["support_contacts"])
    assert on_the_phone[0] < 0.9 * on_the_phone[1]


def test_a_late_supplier_empties_the_shelves_of_the_best_sellers() -> None:
    late, punctual = figures("late-supplier"), figures("nowruz")
    assert late["stockouts"] > 1.3 * punctual["stockouts"]
    assert late["orders_paid"] < punctual["orders_paid"]


def test_forced_registration_loses_a_quarter_of_the_strangers() -> None:
    forced, guest = figures("forced-registration"), figures("guest-checkout")
    assert guest["carts_abandoned_forced_registration"] == 0
    assert forced["carts_abandoned_forced_registration"] > 3_000
    assert forced["orders_paid"] < guest["orders_paid"]


def test_reminders_by_sms_win_back_more_than_by_email_which_win_back_more_than_none() -> None:
    sms = figures("sms-reminders")
    email = figures("sms-reminders", "notices.reminder.by=email")
    none = figures("sms-reminders", "notices.reminder.mode=off")
    assert none["reminders_converted"] == 0
    assert sms["reminders_converted"] > 2 * email["reminders_converted"] > 0
    assert sms["orders_paid"] > email["orders_paid"] > none["orders_paid"]
    assert sms["profit_rial"] > email["profit_rial"] > none["profit_rial"]
    unreached = sms["notices_unreachable"] - none["notices_unreachable"]
    assert unreached > sms["reminders_converted"]


def test_a_site_too_small_for_the_sale_loses_shoppers_then_and_when_half_of_it_hangs() -> None:
    slow = figures("slow-site")
    whole = figures("slow-site", "website.breakdowns=[]")
    ample = figures("slow-site", "website.workers=32", "website.breakdowns=[]")
    assert ample["overloaded_minutes"] == 0
    assert 30 < whole["overloaded_minutes"] <= 120
    assert slow["overloaded_minutes"] > whole["overloaded_minutes"] + 60
    assert slow["orders_paid"] < whole["orders_paid"] < ample["orders_paid"]
    assert slow["sessions_lost_to_slowness"] > 100 * ample["sessions_lost_to_slowness"]
    assert slow["page_time_p95_s"] > 10 * ample["page_time_p95_s"]


def test_bots_make_people_find_the_flash_item_gone_that_comes_back_later() -> None:
    bots, people = figures("bots"), figures("flash-sale")
    assert bots["phantom_stockouts"] > 2 * people["phantom_stockouts"]
    assert bots["orders_paid"] < people["orders_paid"]


def test_strangers_do_not_get_what_is_for_customers_only() -> None:
    offer = figures("customers-only-offer")
    everybody = figures("customers-only-offer", "catalogue.thank-you-set.customers_only=false")
    assert offer["turned_away"] > 1_000
    assert everybody["turned_away"] == 0
    assert offer["returning_orders"] > 0


def test_too_few_people_at_support_make_their_own_work() -> None:
    """With enough of them, more are answered and yet fewer ask; it costs more than it brings."""
    few = figures("support-understaffed")
    enough = figures(
        "support-understaffed", "support.desks.chat.agents=5", "support.desks.phone.agents=1"
    )
    assert few["support_contacts"] > enough["support_contacts"]
    assert few["support_served"] < 0.7 * enough["support_served"]
    assert few["carts_abandoned_no_answer"] > 3 * enough["carts_abandoned_no_answer"]
    assert few["agents_missing"] > 10 > enough["agents_missing"]
    assert few["balanced_wellbeing"] < enough["balanced_wellbeing"] - 0.3


def test_a_phone_alone_is_closed_when_most_shoppers_come() -> None:
    phone = figures("phone-only-support")
    with_bot = figures("phone-only-support", "support.self_service=[{channel: chatbot}]")
    assert phone["support_unreached"] > 2 * phone["support_contacts"]
    assert phone["carts_abandoned_no_answer"] > 500
    assert with_bot["support_unreached"] < 0.85 * phone["support_unreached"]
    assert with_bot["carts_abandoned_no_answer"] < phone["carts_abandoned_no_answer"]


def test_a_third_party_costs_more_and_keeps_the_promises_that_the_own_warehouse_breaks() -> None:
    third_party = figures("threepl")
    own = figures("threepl", "fulfilment.by=warehouse")
    assert third_party["delivered_late_share"] < 0.01 < 0.1 < own["delivered_late_share"]
    assert third_party["paid_to_shipped_p95_h"] < 96 < own["paid_to_shipped_p95_h"]
    assert third_party["fulfilment_cost_rial"] > own["fulfilment_cost_rial"]
    for measures in (third_party, own):
        assert measures["parcels_unshipped"] == measures["parcels_under_way"] == 0
        assert measures["returns"] > 1_000
        assert measures["carts_abandoned_delivery_promise"] > 1_000
