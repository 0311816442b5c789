"""What sets each platform apart, on the virtual clock (ORD-14)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from counter import Counter
from hypothesis import given, settings
from hypothesis import strategies as st
from test_policies_in_play import BUSY

from model.events import Channel, Kind, Reason
from model.outcomes import Outcome
from model.platforms import PLATFORMS
from model.replay import replay
from reports import books
from reports.log import as_array
from reports.measures import measure
from scenarios.loader import load
from scenarios.shoppers import Plan
from sim.world import play

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def counter(platform: str, stock: int = 1, **other: Any) -> Counter:
    """A counter that reserves as the platform does."""
    return Counter(stock=stock, **(asdict(PLATFORMS[platform].reservation) | other))


def buys(shop: Counter, session: int, at: float, money: float) -> None:
    """A shopper adds at a time, orders a second later, and her money comes when it comes."""
    shop.adds(session, at).orders(session, at + 1).pays(session, at + 2, money)


@settings(max_examples=30)
@given(st.floats(0, 3 * HOUR))
def test_woocommerce_classic_an_unpaid_order_dies_between_one_and_two_hours(at: float) -> None:
    shop = counter("woocommerce-classic").adds(0, at).orders(0, at)
    shop.run(DAY)
    ((_, died),) = shop.of(Kind.EXPIRED)
    assert HOUR - 1e-9 <= died - at < 2 * HOUR


def test_woocommerce_classic_a_late_payment_oversells_and_a_delivery_makes_up_for_it() -> None:
    shop = counter("woocommerce-classic")
    buys(shop, 0, 0, money=3 * HOUR)
    buys(shop, 1, 2.5 * HOUR, money=2.6 * HOUR)
    shop.run(4 * HOUR)
    assert shop.of(Kind.OVERSOLD) == [(0, 3 * HOUR)]
    assert shop.available == -1
    shop.shop.stock.receive(0, 1, 4 * HOUR)
    assert shop.of(Kind.FILLED) == [(0, 4 * HOUR)]


def test_woocommerce_blocks_holds_from_the_checkout_for_ten_minutes() -> None:
    shop = counter("woocommerce-blocks")
    shop.adds(0, 0).adds(1, 1)  # a cart holds nothing
    for session, time in ((0, 60), (1, 120), (1, 60 + 10 * MINUTE)):
        shop.at(time, lambda now, who=session: shop.shop.orders.check_out(who, now))
    shop.run(HOUR)
    assert [outcome for _, outcome in shop.heard[2:]] == [
        Outcome.READY,
        Outcome.OUT_OF_STOCK,
        Outcome.READY,
    ]


@pytest.mark.parametrize("platform", ["opencart", "vendure"])
def test_opencart_and_vendure_sell_a_unit_twice_to_who_pay_at_once(platform: str) -> None:
    shop = counter(platform)
    buys(shop, 0, 0, money=100)
    buys(shop, 1, 10, money=101)
    shop.run(HOUR)
    assert shop.of(Kind.PAID) == [(0, 100), (1, 101)]
    assert shop.of(Kind.OVERSOLD) == [(1, 101)]


def test_medusa_sells_it_once_and_gives_the_other_her_money_back() -> None:
    shop = counter("medusa")
    buys(shop, 0, 0, money=100)
    buys(shop, 1, 10, money=101)
    shop.run(HOUR)
    assert shop.of(Kind.PAID) == [(0, 100)]
    assert shop.of(Kind.PAYMENT_REVERSED) == [(1, 101)]
    assert shop.of(Kind.RESERVED) == [(0, 100)]  # no cart ever held anything


def test_prestashop_an_unpaid_order_hides_its_unit_until_a_person_acts() -> None:
    shop = counter("prestashop").adds(0, 0).adds(1, 1).orders(0, 2).orders(1, 20 * DAY)
    shop.run(21 * DAY)
    assert shop.heard[-1] == (20 * DAY, Outcome.OUT_OF_STOCK)
    shop.shop.management.cancel(shop.shop.orders.of_session(0), 21 * DAY)
    assert shop.available == 1


@settings(max_examples=30)
@given(st.floats(0, 3 * HOUR))
def test_magento_an_unpaid_order_dies_between_eight_and_nine_hours_unless_paid_offline(
    at: float,
) -> None:
    shop = counter("magento", stock=2).adds(0, at).orders(0, at).adds(1, at)
    shop.at(at, lambda now: shop.shop.orders.place(1, now, Channel.CARD_TRANSFER)).run(DAY)
    ((session, died),) = shop.of(Kind.EXPIRED)
    assert session == 0
    assert 8 * HOUR - 1e-9 <= died - at < 9 * HOUR


def test_magento_every_reservation_has_its_compensation() -> None:
    shop = counter("magento", stock=9)
    for session in range(3):
        buys(shop, session, session, money=100 + session)
    shop.run(HOUR)
    shop.shop.management.refund(shop.shop.orders.of_session(0), HOUR)
    assert len(shop.of(Kind.RESERVED)) == len(shop.of(Kind.ALLOCATED)) == 3
    assert len(shop.of(Kind.DEALLOCATED)) == 1
    assert shop.available == 7


def test_saleor_sweeps_a_hundred_every_five_minutes_and_what_ran_out_counts_no_more() -> None:
    shop = counter("saleor", stock=250)
    for session in range(250):
        shop.adds(session, session / 10)
    shop.adds(250, 20 * MINUTE + 30)  # asks before any sweep
    shop.run(36 * MINUTE)
    assert shop.heard[-1][1] is Outcome.ADDED
    swept = [time for _, time in shop.of(Kind.RELEASED) if time % (5 * MINUTE) == 0]
    assert [swept.count(minute * MINUTE) for minute in (25, 30, 35)] == [100, 100, 49]


def test_spree_every_step_starts_the_ten_minutes_again() -> None:
    shop = counter("spree").adds(0, 0)
    for step in range(1, 30):
        shop.at(step * 9 * MINUTE, lambda now: shop.shop.orders.check_out(0, now))
    shop.run(5 * HOUR)
    assert {outcome for _, outcome in shop.heard} == {Outcome.ADDED, Outcome.READY}
    assert len(shop.of(Kind.RESERVED)) == 1


def test_pretix_a_cart_lives_eleven_times_its_half_hour_at_most() -> None:
    shop = counter("pretix", stock=99)
    for step in range(20):
        shop.adds(0, step * 20 * MINUTE)
    shop.run(DAY)
    first = shop.shop.orders.carts[0].lines[0]
    assert first.expires_at - first.made_at == 11 * 30 * MINUTE


def test_pretix_the_first_of_the_waiting_list_has_two_days() -> None:
    shop = counter("pretix").adds(0, 0)
    waiting = shop.shop.orders.waiting_list
    for session in (11, 12):
        shop.at(60 + session, lambda now, who=session: waiting.sign_up(who, 0, 1, now))
    shop.at(31 * MINUTE, lambda now: shop.shop.orders.sweep(now))
    shop.at(31 * MINUTE, lambda now: waiting.serve(0, now))
    shop.at(31 * MINUTE + 47 * HOUR, lambda now: waiting.serve(0, now))
    shop.at(31 * MINUTE + 49 * HOUR, lambda now: shop.shop.orders.sweep(now))
    shop.at(31 * MINUTE + 49 * HOUR, lambda now: waiting.serve(0, now))
    shop.run(4 * DAY)
    assert [session for session, _ in shop.of(Kind.VOUCHER)] == [11, 12]


def test_shopify_holds_only_from_the_payment_on() -> None:
    shop = counter("shopify").adds(0, 0).adds(1, 1).orders(0, 2).orders(1, 3)
    shop.pays(0, 10, money=60).run(HOUR)
    assert shop.of(Kind.RESERVED) == [(0, 10)]


def test_foroush_gostar_leaves_a_cart_two_hours_and_cash_on_delivery_alone() -> None:
    shop = counter("foroush-gostar", stock=9).adds(0, 0).adds(1, 0).adds(2, 0)
    cash = Channel.COD
    shop.orders(1, 60).at(61, lambda now: shop.shop.orders.place(2, now, cash)).run(DAY)
    assert shop.of(Kind.RELEASED) == [(0, 2 * HOUR), (1, 2 * HOUR)]
    assert shop.available == 8


# a whole season on every platform -----------------------------------------------------------


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_books_balance_and_the_log_rebuilds_the_shop_on_every_platform(platform: str) -> None:
    # `BUSY` names timeouts that suit no platform; what is left is demand, stock and behaviour.
    demand = [each for each in BUSY if not each.startswith("reservation.")]
    change = "catalogue.goods.price_changes=[{at: 1405-12-05 10:00, factor: 120%}]"
    back = "restocking={every: 1 h, at: 09:30, lead_time: 10 min, cover: 30 min}"
    plan = Plan.of(load("benchmark-w1", (*demand, change, back, f"platform={platform}")))
    shop = play(plan, 1, 0).shop
    log = as_array(shop.log).copy()
    exempt = books.Exempt(frozenset(), frozenset({21, 22}))
    assert books.audit(log, plan.assortment.limit, exempt) == []
    assert books.against_count(log, shop.stock.count()) == []
    measured = measure(log, plan.scenario)
    assert measured["orders_paid"] > 20
    assert measured["sales_placed_rial"] >= measured["revenue_rial"]
    again = replay(shop.catalogue, shop.policy, shop.log)
    assert again.state() == shop.state()


def test_foroush_gostar_wins_shoppers_back_by_sms_before_their_goods_go_back() -> None:
    demand = [each for each in BUSY if not each.startswith("reservation.")]
    plan = Plan.of(load("benchmark-w1", (*demand, "platform=foroush-gostar")))
    measured = measure(as_array(play(plan, 1, 0).shop.log), plan.scenario)
    assert measured["reminders_converted"] > 0
    silent = Plan.of(load("benchmark-w1", (*demand, "platform=foroush-gostar", "notices=null")))
    assert measure(as_array(play(silent, 1, 0).shop.log), silent.scenario)["notices_sent"] == 0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_who_is_asked_to_agree_to_a_new_price_may_leave(share: float) -> None:
    sets = (
        *(each for each in BUSY if not each.startswith("reservation.")),
        "reservation.price=confirm_if_changed",
        "catalogue.goods.price_changes=[{at: 1405-12-05 10:00, factor: 120%}]",
        f"shoppers.leaves_on_new_price={share:.0%}",
    )
    plan = Plan.of(load("benchmark-w1", sets))
    log = as_array(play(plan, 1, 0).shop.log)
    left = int((log["reason"][log["kind"] == Kind.LEFT] == Reason.PRICE_CHANGED).sum())
    repriced = int((log["kind"] == Kind.LINE_REPRICED).sum())
    assert repriced > 0
    assert (left > 0) is (share == 1.0)


def test_who_waits_may_come_back_and_buy_with_her_voucher() -> None:
    sets = (
        *(each for each in BUSY if not each.startswith("reservation.")),
        "platform=pretix",
        "shoppers.substitutes=0%",
        "shoppers.joins_waiting_list=100%",
        "shoppers.returns_for_voucher=80%",
        "shoppers.voucher_delay={law: constant, value: 5 min}",
        "restocking={every: 1 h, at: 09:30, lead_time: 10 min, cover: 30 min}",
    )
    plan = Plan.of(load("benchmark-w1", sets))
    shop = play(plan, 1, 0).shop
    measured = measure(as_array(shop.log), plan.scenario)
    assert measured["waiting_list_joined"] > measured["vouchers_given"] > 0
    assert measured["vouchers_used"] > 0


LISTED = (
    *(each for each in BUSY if not each.startswith("reservation.")),
    "platform=pretix",
    "shoppers.substitutes=0%",
    "shoppers.joins_waiting_list=50%",
    "shoppers.returns_for_voucher=80%",
    "shoppers.voucher_delay={law: constant, value: 5 min}",
    "restocking={every: 1 h, at: 09:30, lead_time: 10 min, cover: 3 h}",
    "season.duration=6 h",
    "demand.sessions_per_day=60_000",
)
TOLD = (
    "notices={back_in_stock: {mode: automatic, by: sms, signs_up: 80%, comes_back: 60%}, "
    "confirmation: {mode: off}, reach: {complete: 50%, partial: 0%, stale: 10%}}"
)


def test_a_voucher_goes_by_message_and_brings_back_only_whom_it_reaches() -> None:
    played = play(Plan.of(load("benchmark-w1", (*LISTED, TOLD))), 1, 0)
    log, reach = as_array(played.shop.log).copy(), played.shoppers.reach
    assert reach is not None
    offered = set(log["session"][log["kind"] == Kind.VOUCHER].tolist())
    about = log["reason"] == Reason.VOUCHER
    told = set(log["session"][about & (log["kind"] == Kind.NOTICE_SENT)].tolist())
    missed = set(log["session"][about & (log["kind"] == Kind.NOTICE_UNREACHABLE)].tolist())
    ordered = offered & set(log["session"][log["kind"] == Kind.PLACED].tolist())
    assert min(len(told), len(missed), len(ordered)) > 5
    assert ordered <= {each for each in told if reach.works(each, Channel.SMS)}
    assert not ordered & missed
    assert replay(played.shop.catalogue, played.shop.policy, played.shop.log).state() == (
        played.shop.state()
    )


def test_the_waiting_list_is_served_before_those_who_only_want_to_be_told() -> None:
    """At the instant of a message that goods are there, some are: vouchers were given before."""
    plan = Plan.of(load("benchmark-w1", (*LISTED, TOLD)))
    events = list(play(plan, 1, 0).shop.log)
    called = [e for e in events if e.kind == Kind.CAME_BACK and e.reason == Reason.BACK_IN_STOCK]
    due = [e for e in events if e.kind == Kind.NOTICE_DUE and e.reason == Reason.BACK_IN_STOCK]
    vouchers = {(e.t, e.product) for e in events if e.kind == Kind.VOUCHER}
    assert min(len(called), len(due)) > 5
    shared = [e for e in due if (e.t, e.product) in vouchers]
    assert shared
    for told in shared:
        last = max(
            at for at, e in enumerate(events)
            if e.kind == Kind.VOUCHER and (e.t, e.product) == (told.t, told.product)
        )  # fmt: skip
        assert last < events.index(told)
    silent = Plan.of(load("benchmark-w1", LISTED))
    assert not [e for e in play(silent, 1, 0).shop.log if e.kind == Kind.SIGNED_UP]


def test_who_comes_back_with_her_voucher_is_known_to_every_department() -> None:
    sets = (
        "season.duration=3 d",
        "demand.sessions_per_day=10000",
        "catalogue.pistachio-gift-box.cover=3 h",
        "catalogue.everything-else.cover=3 h",
        "reservation.waiting_list=true",
        "shoppers.joins_waiting_list=100%",
        "shoppers.returns_for_voucher=100%",
        "shoppers.voucher_delay={law: constant, value: 5 min}",
        "payment.methods=[{method: online, share: 50%}, {method: cod, share: 50%}]",
        "notices={confirmation: {mode: automatic}}",
        "website={workers: 4, page_time: 0.2 s}",
    )
    plan = Plan.of(load("threepl", sets))
    played = play(plan, 1, 0)
    log = as_array(played.shop.log).copy()
    assert books.audit(log, plan.assortment.limit) == []
    later = log["kind"][log["session"] >= len(played.shoppers)]
    for kind in (
        Kind.PAYMENT_TAKEN, Kind.ACCEPTED, Kind.DELIVERED, Kind.CONTACTED, Kind.NOTICE_SENT,
        Kind.PAGE_TIME,
    ):  # fmt: skip
        assert kind in later, kind.name
