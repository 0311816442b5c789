"""Who ends reservations, and when: a timer, a sweeper, the next shopper, a person with hours."""

from __future__ import annotations

from typing import Any

import pytest
from counter import Counter
from hypothesis import given, settings
from hypothesis import strategies as st

from model.events import Kind, Reason
from model.outcomes import Outcome
from model.policy import ExtendOn, HoldPoint, LatePayment, OnExpiry, ReleasedBy
from scenarios.calendar import Calendar
from scenarios.schema import Season

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
NEVER = float("inf")


# a timer ------------------------------------------------------------------------------------


def test_a_timer_releases_at_the_very_instant() -> None:
    counter = Counter(stock=1, timeout=20 * MINUTE)
    counter.adds(0, 100).adds(1, 1299.9).adds(2, 1300).run(HOUR)
    assert [outcome for _, outcome in counter.heard] == [
        Outcome.ADDED,
        Outcome.OUT_OF_STOCK,
        Outcome.ADDED,
    ]
    assert counter.of(Kind.RELEASED) == [(0, 1300), (2, 2500)]
    assert counter.reasons(Kind.RELEASED) == [Reason.TIMEOUT] * 2


def test_a_timer_ends_the_unpaid_order_and_leaves_the_paid_one() -> None:
    counter = Counter(timeout=20 * MINUTE)
    counter.adds(0, 0).adds(1, 0).orders(0, 60).orders(1, 60).pays(1, 120, money=180).run(HOUR)
    assert counter.of(Kind.EXPIRED) == counter.of(Kind.RELEASED) == [(0, 1200)]
    assert counter.of(Kind.PAID) == [(1, 180)]
    assert counter.available == 99


def test_guests_have_a_timeout_of_their_own() -> None:
    counter = Counter(timeout=20 * MINUTE, guest_timeout=5 * MINUTE)
    counter.adds(0, 0, registered=True).adds(1, 0).adds(2, 60, registered=True).run(HOUR)
    assert counter.of(Kind.RELEASED) == [(1, 300), (0, 1200), (2, 1260)]


def test_only_guests_may_have_a_timeout() -> None:
    counter = Counter(timeout=NEVER, guest_timeout=5 * MINUTE)
    counter.adds(0, 0, registered=True).adds(1, 0).run(DAY)
    assert counter.of(Kind.RELEASED) == [(1, 300)]


@pytest.mark.parametrize("who", ReleasedBy)
def test_without_a_timeout_nobody_ever_releases(who: ReleasedBy) -> None:
    counter = Counter(timeout=NEVER, released_by=who).adds(0, 0)
    counter.run(20 * DAY)
    assert counter.of(Kind.RELEASED) == []
    assert counter.available == 99


def test_activity_starts_the_clock_again_for_the_whole_cart() -> None:
    counter = Counter(timeout=20 * MINUTE, extend_on=ExtendOn.ACTIVITY)
    counter.adds(0, 0).adds(0, 600).adds(0, 1000).run(HOUR)
    assert counter.of(Kind.RELEASED) == [(0, 2200)] * 3


def test_however_active_a_reservation_lives_no_longer_than_the_cap() -> None:
    counter = Counter(timeout=20 * MINUTE, extend_on=ExtendOn.ACTIVITY, extension_cap=1.5)
    for time in (0, 600, 1200):
        counter.adds(0, time)
    counter.run(HOUR)
    # 1.5 timeouts are 1800 s: of the first line from 0, of the second from 600
    assert counter.of(Kind.RELEASED) == [(0, 1800), (0, 2400), (0, 2400)]


def test_a_hold_that_was_extended_long_ago_is_not_released_at_its_old_time() -> None:
    counter = Counter(timeout=20 * MINUTE, extend_on=ExtendOn.CHECKOUT)
    counter.adds(0, 0).at(1100, lambda now: counter.shop.orders.check_out(0, now)).run(1201)
    assert counter.of(Kind.RELEASED) == []
    counter.run(HOUR)
    assert counter.of(Kind.RELEASED) == [(0, 2300)]


def test_who_takes_a_dead_reservation_again_has_a_new_clock() -> None:
    counter = Counter(timeout=20 * MINUTE)
    counter.adds(0, 0).at(1500, lambda now: counter.shop.orders.take_again(0, now)).run(HOUR)
    assert counter.of(Kind.RELEASED) == [(0, 1200), (0, 2700)]


# suspended goods ----------------------------------------------------------------------------


def test_suspended_goods_go_back_after_a_second_timeout() -> None:
    counter = Counter(timeout=20 * MINUTE, on_expiry=OnExpiry.SUSPEND, suspended_timeout=HOUR)
    counter.adds(0, 0).orders(0, 60).run(1201)
    assert counter.of(Kind.SUSPENDED) == counter.of(Kind.ON_HOLD) == [(0, 1200)]
    assert counter.available == 99
    counter.run(DAY)
    assert counter.of(Kind.RESTORED) == counter.of(Kind.EXPIRED) == [(0, 4800)]
    assert counter.reasons(Kind.RESTORED) == [Reason.SECOND_TIMEOUT]
    assert counter.available == 100


def test_suspended_goods_without_a_second_timeout_stay_apart() -> None:
    counter = Counter(timeout=20 * MINUTE, on_expiry=OnExpiry.SUSPEND).adds(0, 0)
    counter.run(20 * DAY)
    assert counter.of(Kind.RESTORED) == []
    assert counter.available == 99


def test_who_comes_back_to_suspended_goods_has_a_new_clock_and_the_old_ones_are_dead() -> None:
    counter = Counter(timeout=20 * MINUTE, on_expiry=OnExpiry.SUSPEND, suspended_timeout=HOUR)
    counter.adds(0, 0).orders(0, 4700).run(2 * DAY)
    assert counter.of(Kind.RESUMED) == [(0, 4700)]
    assert counter.of(Kind.SUSPENDED) == [(0, 1200), (0, 5900)]
    assert counter.of(Kind.RESTORED) == [(0, 9500)]


# the next shopper ---------------------------------------------------------------------------


def test_lazily_a_dead_reservation_counts_no_more_for_whoever_asks() -> None:
    counter = Counter(stock=1, released_by=ReleasedBy.LAZY, timeout=600, sweep_every=HOUR)
    counter.adds(0, 0).adds(1, 599).adds(2, 1000).run(HOUR)
    assert [outcome for _, outcome in counter.heard] == [
        Outcome.ADDED,
        Outcome.OUT_OF_STOCK,
        Outcome.ADDED,
    ]
    assert counter.of(Kind.RELEASED) == [(0, 1000)]


def test_lazily_rows_that_nobody_asked_for_are_swept_later() -> None:
    counter = Counter(released_by=ReleasedBy.LAZY, timeout=600, sweep_every=HOUR).adds(0, 0)
    counter.run(2 * HOUR)
    assert counter.of(Kind.RELEASED) == [(0, HOUR)]


def test_lazily_a_shopper_finds_her_own_reservation_dead() -> None:
    counter = Counter(released_by=ReleasedBy.LAZY, timeout=600, sweep_every=HOUR)
    counter.adds(0, 0).orders(0, 700).run(HOUR)
    assert counter.heard[-1] == (700, Outcome.EXPIRED)


# a sweeper ----------------------------------------------------------------------------------


@settings(max_examples=50)
@given(st.lists(st.floats(0, 3 * HOUR), min_size=1, max_size=20))
def test_swept_every_timeout_a_reservation_dies_between_one_and_two_timeouts(
    times: list[float],
) -> None:
    timeout = 1000.0
    counter = Counter(released_by=ReleasedBy.SWEEPER, timeout=timeout, sweep_every=timeout)
    for session, time in enumerate(sorted(times)):
        counter.adds(session, time)
    counter.run(DAY)
    made, released = dict(counter.of(Kind.RESERVED)), dict(counter.of(Kind.RELEASED))
    assert released.keys() == made.keys()
    for session, time in released.items():
        assert timeout - 1e-9 <= time - made[session] < 2 * timeout
        assert time % timeout == 0


def test_a_sweeper_with_a_limit_has_a_backlog_the_oldest_first() -> None:
    counter = Counter(released_by=ReleasedBy.SWEEPER, timeout=600, sweep_every=300, sweep_batch=3)
    for session in range(8):
        counter.adds(session, session)
    counter.run(HOUR)
    # due at 600 to 607: the sweep at 600 finds one, those after it three each
    expected = [
        (0, 600),
        *((n, 900) for n in (1, 2, 3)),
        *((n, 1200) for n in (4, 5, 6)),
        (7, 1500),
    ]
    assert counter.of(Kind.RELEASED) == expected


def test_a_batch_counts_orders_not_lines() -> None:
    counter = Counter(released_by=ReleasedBy.SWEEPER, timeout=600, sweep_every=700, sweep_batch=1)
    counter.adds(0, 0).adds(0, 1).adds(0, 2).orders(0, 3).adds(1, 4).run(701)
    assert counter.of(Kind.RELEASED) == [(0, 700)] * 3


def test_a_dead_reservation_that_was_not_swept_yet_still_hides_its_unit() -> None:
    counter = Counter(stock=1, released_by=ReleasedBy.SWEEPER, timeout=600, sweep_every=HOUR)
    counter.adds(0, 0).adds(1, 3000).run(HOUR)
    assert counter.heard[-1] == (3000, Outcome.OUT_OF_STOCK)


# an operator --------------------------------------------------------------------------------


def by_hand(**policy: Any) -> Counter:
    return Counter(released_by=ReleasedBy.OPERATOR, timeout=HOUR, operator_seconds=60.0, **policy)


def test_an_operator_deletes_overdue_carts_one_after_the_other() -> None:
    counter = by_hand()
    for session in range(3):
        counter.adds(session, 6 * HOUR)
    counter.run(DAY)
    nine = 9 * HOUR
    assert counter.of(Kind.RELEASED) == [(0, nine + 60), (1, nine + 120), (2, nine + 180)]
    assert counter.reasons(Kind.RELEASED) == [Reason.BY_OPERATOR] * 3
    worked = [event for event in counter.shop.log if event.kind == Kind.OPERATOR_WORKED]
    assert [event.quantity for event in worked] == [60] * 3


def test_an_operator_deletes_a_cart_as_a_whole_but_for_what_has_time_left() -> None:
    counter = by_hand().adds(0, 6 * HOUR).adds(0, 7 * HOUR).adds(1, 7.5 * HOUR).adds(0, 8.5 * HOUR)
    counter.run(9.4 * HOUR)
    nine = 9 * HOUR
    assert counter.of(Kind.RELEASED) == [(0, nine + 60), (0, nine + 60), (1, nine + 120)]
    assert len(counter.of(Kind.OPERATOR_WORKED)) == 2
    counter.run(DAY)
    assert len(counter.of(Kind.RELEASED)) == 4


def test_an_operator_leaves_what_has_time_left() -> None:
    counter = by_hand().adds(0, 10 * HOUR)
    counter.run(11 * HOUR)
    assert counter.of(Kind.RELEASED) == []
    counter.run(12 * HOUR)
    ((_, released),) = counter.of(Kind.RELEASED)
    assert 11 * HOUR <= released <= 11 * HOUR + 5 * MINUTE + 60  # she looks every five minutes


def test_what_an_operator_did_not_manage_today_waits_for_tomorrow() -> None:
    counter = by_hand(operator_opens=9 * HOUR, operator_closes=9 * HOUR + 150)
    for session in range(5):
        counter.adds(session, 6 * HOUR)
    counter.run(2 * DAY)
    days = [int(time // DAY) for _, time in counter.of(Kind.RELEASED)]
    # at 9:02 she begins a third one, and finishes it after closing time
    assert days == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("start", "season", "worked_on"),
    [
        ("1405-12-05 18:00", {}, "1405-12-06 09:01"),
        ("1405-12-06 18:00", {}, "1405-12-08 09:01"),
        ("1405-12-07 10:00", {}, "1405-12-08 09:01"),
        ("1405-12-06 18:00", {"weekend": ["thursday"]}, "1405-12-07 09:01"),
        ("1405-12-05 18:00", {"closures": ["1405-12-06"]}, "1405-12-08 09:01"),
        ("1405-12-27 18:00", {"holidays": "official"}, "1406-01-05 09:01"),
        ("1405-12-27 18:00", {"holidays": "none"}, "1405-12-29 09:01"),
    ],
    ids=[
        "next morning",
        "after Friday",
        "not on Friday",
        "another weekend",
        "closed",
        "Nowruz",
        "no holidays",
    ],
)
def test_an_operator_keeps_office_hours_and_holidays(
    start: str, season: dict[str, Any], worked_on: str
) -> None:
    counter = by_hand(start=start, season=season).adds(0, 0)
    counter.run(15 * DAY)
    ((_, released),) = counter.of(Kind.RELEASED)
    fields = {"start": start, "duration": "30 d", **season}
    calendar = Calendar(Season.model_validate(fields))
    moment = calendar.moment(released)
    assert f"{calendar.jalali(moment.date())} {moment:%H:%M}" == worked_on


# money that comes late ----------------------------------------------------------------------


def late_money(policy: LatePayment, others: int, **more: Any) -> Counter:
    """An order for the one unit of a product; its money comes ten minutes after it expired.

    Meanwhile so many other shoppers ask for the unit.
    """
    counter = Counter(stock=1, timeout=20 * MINUTE, late_payment=policy, **more)
    counter.adds(0, 9 * HOUR).orders(0, 9 * HOUR + 1).pays(0, 9 * HOUR + 2, money=9.5 * HOUR)
    for other in range(others):
        counter.adds(1 + other, 9.4 * HOUR)
    return counter.run(9.5 * HOUR + 1)


@pytest.mark.parametrize("policy", [LatePayment.OVERSELL, LatePayment.HOLD_AGAIN_ELSE_REVERSE])
def test_late_money_buys_a_unit_that_is_still_there(policy: LatePayment) -> None:
    counter = late_money(policy, others=0)
    assert counter.of(Kind.PAID) == [(0, 9.5 * HOUR)]
    assert counter.reasons(Kind.PAID) == [Reason.LATE]
    assert counter.of(Kind.OVERSOLD) == counter.of(Kind.PAYMENT_REVERSED) == []


def test_late_money_for_a_unit_that_is_gone_may_oversell_it() -> None:
    counter = late_money(LatePayment.OVERSELL, others=1)
    assert counter.of(Kind.OVERSOLD) == counter.of(Kind.PAID) == [(0, 9.5 * HOUR)]
    assert counter.available == -1


def test_late_money_for_a_unit_that_is_gone_may_go_back() -> None:
    counter = late_money(LatePayment.HOLD_AGAIN_ELSE_REVERSE, others=1)
    assert counter.of(Kind.PAYMENT_REVERSED) == [(0, 9.5 * HOUR)]
    assert counter.of(Kind.PAID) == []


def test_late_money_may_always_go_back() -> None:
    counter = late_money(LatePayment.REVERSE, others=0)
    assert counter.of(Kind.PAYMENT_REVERSED) == [(0, 9.5 * HOUR)]
    assert counter.available == 1


@pytest.mark.parametrize(("others", "decided"), [(0, Kind.PAID), (1, Kind.CANCELLED)])
def test_late_money_may_wait_for_a_person_who_fills_what_she_can(
    others: int, decided: Kind
) -> None:
    counter = late_money(LatePayment.MANUAL, others=others)
    assert counter.of(Kind.AWAITING_STAFF) == [(0, 9.5 * HOUR)]
    assert counter.of(decided) == []
    counter.run(9.7 * HOUR)  # within five minutes and the minute of work; the other's unit is held
    ((session, time),) = counter.of(decided)
    assert session == 0
    assert time <= 9.5 * HOUR + 6 * MINUTE
    assert len(counter.of(Kind.PAYMENT_REVERSED)) == others
    assert len(counter.of(Kind.OPERATOR_WORKED)) == 1


def test_late_money_of_the_night_waits_for_the_morning() -> None:
    counter = Counter(timeout=20 * MINUTE, late_payment=LatePayment.MANUAL)
    evening = 20 * HOUR
    counter.adds(0, evening).orders(0, evening + 1).pays(0, evening + 2, money=evening + HOUR)
    counter.run(2 * DAY)
    assert counter.of(Kind.PAID) == [(0, DAY + 9 * HOUR + 60)]


@pytest.mark.parametrize("point", HoldPoint)
@pytest.mark.parametrize("who", ReleasedBy)
def test_a_prompt_buyer_has_her_order_wherever_the_shop_reserves(
    point: HoldPoint, who: ReleasedBy
) -> None:
    counter = Counter(stock=1, hold_point=point, released_by=who, timeout=20 * MINUTE)
    counter.adds(0, 0).orders(0, 60).pays(0, 120, money=180).run(DAY)
    assert counter.of(Kind.PAID) == [(0, 180)]
    assert counter.of(Kind.RELEASED) == []
    assert counter.available == 0
