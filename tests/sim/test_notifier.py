"""Messages in play: what is due when, whom it reaches, and who comes back for it.

Statistical tests have fixed seeds and a level of 0.1%.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from counter import Counter
from scipy import stats

from model.events import Channel, Event, Kind, Reason
from model.outcomes import Outcome
from model.policy import ExtendOn
from scenarios.intents import Away, Journey
from scenarios.notices import Notices
from scenarios.notices_draw import Reach
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from sim.absences import Absences
from sim.agenda import Agenda
from sim.notifier import Notifier
from sim.world import play

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
LEVEL = 0.001
SMS, MAIL = Channel.SMS, Channel.MAIL


class Post(Counter):
    """A counter whose shoppers are told: mobile numbers by session, all of them right, no mail."""

    def __init__(self, rules: dict[str, Any], mobiles: Sequence[bool], **counter: Any) -> None:
        super().__init__(**counter)
        given, none = list(mobiles), [False] * len(mobiles)
        reach = Reach(given, given, none, none)
        absences = Absences(self.environment.agenda, lambda player, now, outcome: None)
        rule = Notices.model_validate({"sms": {"rate": 1}} | rules)
        self.notifier = Notifier(
            self.environment, self.shop, rule, self.calendar, reach, None, absences
        )
        self.missed: list[tuple[int, Reason, float]] = []

    def tells_support(self) -> Post:
        """Support is told what shoppers miss."""

        def miss(order: Any, topic: Reason, now: float) -> None:
            self.missed.append((order.cart.session, topic, now))

        self.shop.notices.on_missing = miss
        return self


REMINDS = {"reminder": {"mode": "automatic", "before": "5 min"}, "confirmation": {"mode": "off"}}


# what is due, and when ----------------------------------------------------------------------


def test_a_paid_order_is_confirmed_at_once_at_the_pace_of_the_provider() -> None:
    post = Post({}, [True, True])
    for session in (0, 1):
        post.adds(session, 0).orders(session, 10).pays(session, 20, money=60)
    post.run(HOUR)
    assert post.of(Kind.NOTICE_DUE) == [(0, 60), (1, 60)]
    assert post.of(Kind.NOTICE_SENT) == [(0, 61), (1, 62)]
    assert post.reasons(Kind.NOTICE_SENT) == [Reason.CONFIRMATION] * 2


def test_a_shopper_without_an_address_cannot_be_reached() -> None:
    post = Post({}, [False]).adds(0, 0).orders(0, 10).pays(0, 20, money=60).run(HOUR)
    assert post.of(Kind.NOTICE_UNREACHABLE) == [(0, 60)]
    assert post.of(Kind.NOTICE_DUE) == []


@pytest.mark.parametrize(
    ("rules", "mobile", "missed"),
    [
        ({}, True, False),
        ({}, False, True),
        ({"confirmation": {"mode": "off"}}, True, True),
        ({"confirmation": {"mode": "manual"}}, True, True),
        ({"sms": {"rate": 0.001}}, True, True),
    ],
    ids=["it came", "no address", "off", "nobody is at work at midnight", "the panel is slow"],
)
def test_support_hears_of_a_message_that_has_not_come_in_time(
    rules: dict[str, Any], mobile: bool, missed: bool
) -> None:
    post = Post(rules | {"late_after": "10 min"}, [mobile]).tells_support()
    post.adds(0, 0).orders(0, 10).pays(0, 20, money=60).run(HOUR)
    assert post.missed == ([(0, Reason.CONFIRMATION, 660)] if missed else [])


@pytest.mark.parametrize("says_where", [True, False])
def test_a_parcel_is_reported_on_its_way_and_there_and_where_it_lies(says_where: bool) -> None:
    rules = {"confirmation": {"mode": "off"}, "delivered": {"says_where": says_where}}
    post = Post(rules, [True]).adds(0, 0).orders(0, 10).pays(0, 20, money=60)
    orders = post.shop.orders
    post.at(HOUR, lambda now: post.notifier.track(orders.of_session(0), now))
    post.at(2 * HOUR, lambda now: post.tells_support())
    post.at(2 * HOUR, lambda now: post.notifier.report_delivery(orders.of_session(0), now))
    post.run(DAY)
    assert post.reasons(Kind.NOTICE_SENT) == [Reason.TRACKING, Reason.DELIVERED]
    asked = [(0, Reason.DELIVERED, 2 * HOUR + 900)]
    assert post.missed == ([] if says_where else asked)


def test_a_reminder_goes_out_once_at_its_time_before_the_reservation_ends() -> None:
    post = Post(REMINDS, [True], timeout=20 * MINUTE)
    post.adds(0, 0, registered=True).adds(0, 2 * MINUTE, registered=True).run(HOUR)
    assert post.of(Kind.NOTICE_DUE) == [(0, 15 * MINUTE)]
    assert post.reasons(Kind.NOTICE_DUE) == [Reason.REMINDER]


def test_who_has_paid_is_not_reminded() -> None:
    post = Post(REMINDS, [True], timeout=20 * MINUTE)
    post.adds(0, 0, registered=True).orders(0, 60).pays(0, 70, money=80).run(HOUR)
    assert post.of(Kind.NOTICE_DUE) == []


def test_a_reservation_that_was_extended_is_reminded_of_later() -> None:
    post = Post(REMINDS, [True], timeout=20 * MINUTE, extend_on=ExtendOn.ACTIVITY)
    post.adds(0, 0, registered=True).adds(0, 10 * MINUTE, registered=True).run(HOUR)
    assert post.of(Kind.NOTICE_DUE) == [(0, 25 * MINUTE)]


def test_a_reservation_shorter_than_the_notice_is_not_reminded_of_nor_one_without_end() -> None:
    for timeout in (4 * MINUTE, float("inf")):
        post = Post(REMINDS, [True], timeout=timeout)
        post.adds(0, 0, registered=True).run(DAY)
        assert post.of(Kind.NOTICE_DUE) == []


def test_a_guest_can_be_reminded_of_her_order_but_not_of_her_cart() -> None:
    post = Post(REMINDS, [True, True], timeout=20 * MINUTE)
    post.adds(0, 0).adds(1, 0).orders(1, 60).run(HOUR)
    assert post.of(Kind.NOTICE_UNREACHABLE) == [(0, 15 * MINUTE)]
    assert post.of(Kind.NOTICE_DUE) == [(1, 15 * MINUTE)]


def test_all_who_signed_up_hear_once_that_a_product_is_there_again() -> None:
    post = Post({"back_in_stock": {"mode": "automatic", "by": "sms"}}, [True] * 3, stock=1)
    post.adds(0, 0)
    for session in (1, 2):
        post.at(10, lambda now, who=session: post.shop.notices.sign_up(who, 0, now))
    post.at(600, lambda now: post.shop.stock.receive(0, 1, now))
    post.at(700, lambda now: post.shop.stock.receive(0, 1, now))
    post.run(HOUR)
    assert post.of(Kind.NOTICE_SENT) == [(1, 601), (2, 602)]


# being called back --------------------------------------------------------------------------


def test_who_is_called_back_comes_once_and_her_old_appointment_is_dropped() -> None:
    heard: list[tuple[int, float, Outcome]] = []
    agenda = Agenda()
    absences = Absences(agenda, lambda player, now, what: heard.append((player[0], now, what)))
    nothing: Journey = iter(())  # type: ignore[assignment]
    for row in (0, 1):
        absences.begin((row, nothing), Away(100.0, Outcome.REMINDED), 0.0)
    assert absences.would_heed(0, Outcome.REMINDED)
    assert not absences.would_heed(0, Outcome.BACK_IN_STOCK)
    agenda.at(40.0, lambda row, now: absences.call_back(row, now), 0)
    agenda.run_until(50.0)
    assert not absences.would_heed(0, Outcome.REMINDED)
    agenda.run_until(1000.0)
    assert heard == [(0, 40.0, Outcome.REMINDED), (1, 100.0, Outcome.DONE)]


# a whole shop -------------------------------------------------------------------------------

SHOP: dict[str, Any] = {
    "name": "reminded",
    "season": {"start": "1405-12-05", "duration": "2 d", "holidays": "none"},
    "demand": {"sessions_per_day": 20_000, "engaged": "20%"},
    "catalogue": [
        {"name": "many", "products": 20, "share": "90%", "price": "1000 rial", "stock": 90_000},
        {"name": "none", "products": 5, "share": "10%", "price": "1000 rial", "stock": 0},
    ],
    "restocking": {"every": "1 d", "at": "12:00", "lead_time": "6 h", "cover": "5 d"},
    "shoppers": {"guests": "0%", "ready": "20%"},
    "reservation": {"timeout": "2 h", "hold_point": "cart_add"},
}


@cache
def seen(**rules: Any) -> tuple[Event, ...]:
    """The log of the shop with messages by these rules (as frozen pairs)."""
    sections = {name: dict(fields) for name, fields in rules.items()}
    notices = {"notices": sections} if sections else {}
    return tuple(play(Plan.of(Scenario.model_validate(SHOP | notices)), 11, 0).shop.log)


def by(way: str, **more: str) -> tuple[tuple[str, str], ...]:
    return tuple(({"mode": "automatic", "by": way} | more).items())


def sessions(events: Sequence[Event], kind: Kind, why: Reason = Reason.NONE) -> set[int]:
    return {e.session for e in events if e.kind == kind and why in (e.reason, Reason.NONE)}


@pytest.mark.parametrize(("way", "share"), [("sms", 0.90 * 0.067), ("email", 0.45 * 0.073)])
def test_reminders_win_back_the_share_that_their_channel_is_known_for(
    way: str, share: float
) -> None:
    """Of those who had left, or would come back only later: binomial, with its given share.

    Who was sent a reminder shortly before the end has not read it yet, and is left out.
    """
    events = seen(reminder=by(way))
    reach = draw(Plan.of(Scenario.model_validate(SHOP | {"notices": {}})), 11, 0).reach
    assert reach is not None
    channel = SMS if way == "sms" else MAIL
    sent = [
        e.session
        for e in events
        if e.kind == Kind.NOTICE_SENT and e.reason == Reason.REMINDER and e.t < DAY
    ]
    left = {e.session for e in events if e.kind == Kind.LEFT and e.reason == Reason.NOT_READY}
    asked = [row for row in sent if row in left and reach.works(row, channel)]
    back = sessions(events, Kind.CAME_BACK).intersection(asked)
    assert len(asked) > 1000
    assert stats.binomtest(len(back), len(asked), share).pvalue > LEVEL


def test_who_comes_back_for_a_reminder_may_still_buy_and_more_is_sold() -> None:
    without, reminded = seen(), seen(reminder=by("sms"))
    back = sessions(reminded, Kind.CAME_BACK)
    bought = sessions(reminded, Kind.PAID)
    assert back & bought
    assert len(bought) > len(sessions(without, Kind.PAID))
    left_first = sessions(reminded, Kind.LEFT) & back & bought
    assert left_first, "nobody who had left was won back"


def test_the_shoppers_are_the_same_with_and_without_messages() -> None:
    plain = draw(Plan.of(Scenario.model_validate(SHOP)), 11, 0)
    told = draw(Plan.of(Scenario.model_validate(SHOP | {"notices": {"reminder": {}}})), 11, 0)
    for name in (each.name for each in fields(plain)):
        if name not in ("reach", "news"):
            assert getattr(told, name) == getattr(plain, name), name


def test_more_who_come_back_are_the_same_ones_and_others() -> None:
    few, many = (
        sessions(seen(reminder=by("sms"), sms=(("comes_back", share),)), Kind.CAME_BACK)
        for share in ("5%", "30%")
    )
    assert few < many


def test_who_signed_up_comes_back_for_the_delivery_and_buys_what_she_had_missed() -> None:
    rule = by("sms", signs_up="80%", comes_back="50%")
    events = seen(back_in_stock=rule)
    back = [e for e in events if e.kind == Kind.CAME_BACK]
    assert {e.reason for e in back} == {Reason.BACK_IN_STOCK}
    for event in back[:50]:
        added = [e for e in events if e.kind == Kind.ADDED and e.session == event.session]
        assert added[0].t == event.t
        assert added[0].product == event.product
    assert sessions(events, Kind.PAID) & {e.session for e in back}


def test_messages_that_call_nobody_back_change_nothing_else_of_a_run() -> None:
    told = [e for e in seen(confirmation=by("sms")) if not 100 <= e.kind < 110]
    assert tuple(told) == seen()
