"""The reception: open channels, cases that come back, and agents who are people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from model.catalogue import Product
from model.events import Channel, Event, Kind, Reason
from model.outcomes import Outcome
from model.policy import Policy
from model.shop import Shop
from model.tickets import TicketState
from scenarios.calendar import Calendar
from scenarios.columns import Shoppers
from scenarios.schema import Season, Support
from scenarios.staffing import agents_over_time, chore_times
from scenarios.support_draw import ABUSIVE, ANGRY, CALM, HURRIED, CauseDraw, SupportDraw
from sim.environment import Environment
from sim.reception import Reception

HOUR, DAY = 3600.0, 86400.0
TEN = 10 * HOUR
GENERAL, LATE_PARCEL = Reason.GENERAL, Reason.LATE_PARCEL
OFFICE = [{"begins": "09:00", "ends": "17:00", "agents": 1}]
CHAT, PHONE = {"channel": "chat", "agents": 1}, {"channel": "phone", "shifts": OFFICE}
EMAIL = {"channel": "email", "shifts": OFFICE}


def shares(*doors: dict[str, Any]) -> list[dict[str, Any]]:
    """The same channels, liked alike."""
    return [door | {"share": 1 / len(doors)} for door in doors]


class House:
    """A reception over two days that begin on a Saturday, asked by shoppers of one's making.

    Every one of them has a minute of patience, takes ten minutes of an agent, and tries again or
    comes back an hour later where she would at all.
    """

    def __init__(self, n: int = 1, support: dict[str, Any] | None = None, **draw: Any) -> None:
        self.settings = Support.model_validate(support or {"desks": [CHAT]})
        doors = range(len(self.settings.doors))
        columns: dict[str, Any] = {
            "door": [0] * n,
            "elsewhere": [0.0] * n,
            "patience": [[60.0] * n for _ in doors],
            "handling": [[600.0] * n for _ in doors],
            "temper": [CALM] * n,
            "bot_luck": [0.99] * n,
            "tries_again": [],
            "before_trying": [HOUR] * n,
            "unsolved": [],
            "before_return": [HOUR] * n,
            "asks_first": [0] * n,
            "leaves_unanswered": [True] * n,
            "persuaded": [False] * n,
            "causes": {},
        }
        lists: Any = [[] for _ in range(22)]
        shoppers = Shoppers(*lists, {}, support=SupportDraw(**(columns | draw)))
        season = Season(start="1405-12-01 00:00", duration="2 d", holidays="none")
        self.calendar = Calendar(season)
        self.environment = Environment()
        product = Product("it", price=1, opening_stock=1)
        self.shop = Shop([product], Policy())
        self.reception = Reception(
            self.environment, self.shop, self.settings, self.calendar, shoppers
        )
        self.heard: list[tuple[int, float, Outcome]] = []
        self.reception.tell = lambda who, now, outcome: self.heard.append((who[0], now, outcome))
        self.at_once: list[Outcome | None] = []

    def asks(self, row: int, when: float, topic: Reason = GENERAL) -> House:
        """A shopper's journey will ask then."""
        self.environment.at(
            when,
            lambda _, now: self.at_once.append(self.reception.ask(row, topic, (row, None), now)),
            None,
        )
        return self

    def happens(self, row: int, when: float, topic: Reason) -> House:
        """An event of the shop will happen to a shopper then."""
        self.environment.at(when, lambda _, now: self.reception.because(topic, row, now), None)
        return self

    def run(self, until: float = 2 * DAY) -> House:
        self.environment.run_until(until)
        return self

    def of(self, *kinds: Kind) -> list[Event]:
        return [event for event in self.shop.log if event.kind in kinds]

    def times(self, kind: Kind) -> list[float]:
        return [event.t for event in self.of(kind)]

    def channels(self) -> list[Channel]:
        return [Channel(event.channel) for event in self.of(Kind.CONTACTED)]


# open channels ------------------------------------------------------------------------------


def test_who_finds_the_phone_closed_takes_another_channel_that_is_open() -> None:
    house = House(support={"desks": shares(PHONE, CHAT)})
    assert house.asks(0, 8 * HOUR).run().channels() == [Channel.CHAT]
    assert house.heard == [(0, 8 * HOUR + 600, Outcome.ANSWERED)]


def test_an_open_phone_is_taken_by_who_prefers_it() -> None:
    house = House(support={"desks": shares(PHONE, CHAT)})
    assert house.asks(0, TEN).run().channels() == [Channel.PHONE]


def test_who_reaches_nobody_is_on_record_and_hears_no_answer() -> None:
    house = House(support={"desks": [PHONE]}).asks(0, 20 * HOUR).run()
    assert house.channels() == []
    (event,) = house.of(Kind.UNREACHED)
    assert (event.t, event.channel, event.reason) == (20 * HOUR, Channel.PHONE, GENERAL)
    assert house.at_once == [Outcome.NO_ANSWER]


def test_where_callers_wait_in_vain_nobody_is_brought_elsewhere() -> None:
    house = House(support={"desks": shares(PHONE, CHAT), "if_closed": "waits"})
    house.asks(0, 8 * HOUR).run()
    assert house.channels() == [Channel.PHONE]
    assert house.heard == [(0, 8 * HOUR + 60, Outcome.NO_ANSWER)]


def test_closed_channels_are_replaced_by_the_shares_of_the_open_ones() -> None:
    desks = [PHONE | {"share": 0.5}, CHAT | {"share": 0.3}, EMAIL | {"share": 0.2}]
    luck = [0.0, 0.59, 0.61, 0.99]
    house = House(4, {"desks": desks}, elsewhere=luck)
    for row in range(4):
        house.asks(row, 8 * HOUR + row)
    assert house.run().channels() == [Channel.CHAT, Channel.CHAT, Channel.EMAIL, Channel.EMAIL]


def test_a_phone_for_business_days_is_closed_on_fridays() -> None:
    season = Season(start="1405-12-07 00:00", duration="2 d", holidays="none")  # a Friday
    settings = Support.model_validate({"desks": [PHONE | {"business_days": True}]})
    hours = [(t / HOUR, n) for t, n in agents_over_time(settings.desks[0], Calendar(season))]
    assert [t for t, n in hours if n and t < 48] == [33]


# messages and tickets -----------------------------------------------------------------------


def test_who_writes_goes_on_at_once_and_is_answered_in_the_morning() -> None:
    house = House(support={"desks": [EMAIL]}, patience=[[DAY]]).asks(0, 20 * HOUR).run()
    assert house.at_once == [Outcome.DONE]
    assert house.times(Kind.ANSWERED) == [33 * HOUR]
    assert house.heard == []


def test_every_case_by_email_leaves_a_ticket_with_its_trail() -> None:
    house = House(support={"desks": [EMAIL]}).asks(0, TEN).run()
    (ticket,) = house.shop.support.tickets.all
    assert ticket.state is TicketState.SOLVED
    assert ticket.trail == [
        (TEN, Kind.TICKET_OPENED),
        (TEN, Kind.TICKET_ANSWERED),
        (TEN + 600, Kind.TICKET_SOLVED),
    ]
    assert ticket.first_answer_at == TEN
    assert ticket.age(2 * DAY) == 600


def test_a_case_that_an_email_did_not_solve_reopens_its_ticket() -> None:
    house = House(support={"desks": [EMAIL]}, unsolved=[[True]]).asks(0, TEN).run()
    (ticket,) = house.shop.support.tickets.all
    kinds = [kind.name.removeprefix("TICKET_") for _, kind in ticket.trail]
    assert kinds == ["OPENED", "ANSWERED", "REOPENED", "ANSWERED", "SOLVED"]
    assert ticket.trail[2][0] == TEN + 600 + HOUR


def test_who_is_in_touch_already_adds_her_question_to_the_same_contact() -> None:
    house = House(support={"desks": [EMAIL]}, patience=[[DAY]])
    house.asks(0, 20 * HOUR).asks(0, 21 * HOUR, Reason.PAYMENT_TROUBLE).run()
    assert len(house.of(Kind.CONTACTED)) == 1
    assert [event.reason for event in house.of(Kind.WROTE_AGAIN)] == [Reason.PAYMENT_TROUBLE]
    assert house.at_once == [Outcome.DONE, Outcome.DONE]


# cases that are not over --------------------------------------------------------------------


def test_who_gives_up_tries_again_until_she_has_had_enough() -> None:
    house = House(tries_again=[[True], [True], [False]], support={"desks": [CHAT | {"agents": 0}],
                  "if_closed": "waits"})  # fmt: skip
    house.asks(0, TEN).run()
    assert house.times(Kind.GAVE_UP) == [TEN + 60, TEN + 120 + HOUR, TEN + 180 + 2 * HOUR]
    assert house.heard == [(0, TEN + 60, Outcome.NO_ANSWER)]


def test_who_reached_nobody_tries_again_when_the_phone_is_open() -> None:
    house = House(support={"desks": [PHONE]}, tries_again=[[True]]).asks(0, 8.5 * HOUR).run()
    assert house.times(Kind.UNREACHED) == [8.5 * HOUR]
    assert house.times(Kind.ANSWERED) == [9.5 * HOUR]


def test_a_case_that_was_not_solved_comes_back_and_the_journey_does_not_wait_for_it() -> None:
    house = House(unsolved=[[True], [False]]).asks(0, TEN).run()
    assert house.times(Kind.CONTACTED) == [TEN, TEN + 600 + HOUR]
    assert house.heard == [(0, TEN + 600, Outcome.ANSWERED)]


def test_a_sale_that_hangs_on_the_answer_waits_for_the_last_try() -> None:
    house = House(support={"desks": [PHONE]}, tries_again=[[True]])
    house.asks(0, 8.5 * HOUR, Reason.IS_IT_SAFE).run()
    assert house.at_once == [None]
    assert house.heard == [(0, 9.5 * HOUR + 600, Outcome.ANSWERED)]


def test_a_sale_without_an_answer_is_lost_after_the_last_try() -> None:
    house = House(support={"desks": [PHONE]}, tries_again=[[True]])
    house.asks(0, 20 * HOUR, Reason.IS_IT_SAFE).run()
    assert house.heard == [(0, 21 * HOUR, Outcome.NO_ANSWER)]


def test_a_buyer_who_writes_waits_for_the_answer_too() -> None:
    house = House(support={"desks": [EMAIL]}, patience=[[DAY]])
    house.asks(0, 20 * HOUR, Reason.PAYMENT_OPTIONS).run()
    assert house.at_once == [None]
    assert house.heard == [(0, 33 * HOUR + 600, Outcome.ANSWERED)]


def test_an_event_of_the_shop_makes_those_ask_who_would() -> None:
    cause = CauseDraw([True, False], [2 * HOUR, 2 * HOUR])
    house = House(2, causes={LATE_PARCEL: cause})
    house.happens(0, TEN, LATE_PARCEL).happens(1, TEN, LATE_PARCEL)
    house.happens(1, TEN, Reason.RETURN_QUESTION).run()
    assert [(e.session, e.t, e.reason) for e in house.of(Kind.CONTACTED)] == [
        (0, TEN + 2 * HOUR, LATE_PARCEL)
    ]


# a chatbot ----------------------------------------------------------------------------------


def with_bot(after_hours: bool, luck: float, **draw: Any) -> House:
    bot = {"channel": "chatbot", "share": 0.0, "after_hours": after_hours}
    desk = {"desks": [PHONE], "self_service": [bot]}
    return House(support=desk, bot_luck=[luck], **draw)


def test_after_hours_a_chatbot_answers_and_solves_its_share() -> None:
    house = with_bot(True, luck=0.24).asks(0, 20 * HOUR).run()
    assert house.channels() == [Channel.CHATBOT]
    assert house.heard == [(0, 20 * HOUR + 600, Outcome.ANSWERED)]
    assert house.of(Kind.UNREACHED, Kind.HANDED_ON) == []


def test_whom_a_chatbot_cannot_help_at_night_reaches_nobody() -> None:
    house = with_bot(True, luck=0.26).asks(0, 20 * HOUR).run()
    assert house.times(Kind.HANDED_ON) == house.times(Kind.UNREACHED) == [20 * HOUR + 600]
    assert house.heard == [(0, 20 * HOUR + 600, Outcome.NO_ANSWER)]


def test_whom_a_chatbot_cannot_help_by_day_it_passes_on_to_a_person() -> None:
    house = with_bot(False, luck=0.26, door=[1]).asks(0, TEN).run()
    assert house.channels() == [Channel.CHATBOT, Channel.PHONE]
    assert house.heard == [(0, TEN + 1200, Outcome.ANSWERED)]


def test_a_chatbot_for_the_night_is_silent_while_somebody_is_there() -> None:
    house = with_bot(True, luck=0.0, door=[1]).asks(0, TEN).run()
    assert house.channels() == [Channel.PHONE]


# people -------------------------------------------------------------------------------------


def test_the_hurried_wait_half_as_long_and_the_angry_take_a_third_longer() -> None:
    house = House(3, temper=[CALM, HURRIED, ANGRY], patience=[[300.0] * 3])
    house.asks(2, TEN).asks(0, TEN + 1).asks(1, TEN + 2).run()
    assert house.times(Kind.GAVE_UP) == [TEN + 152, TEN + 301]
    assert house.times(Kind.CLOSED) == [TEN + 800]


def test_beyond_the_limit_of_anger_a_canned_reply_ends_the_contact() -> None:
    support = {"desks": [CHAT], "tempers": {"endures": "2 min"}}
    house = House(support=support, temper=[ABUSIVE], unsolved=[[True]]).asks(0, TEN).run()
    assert house.times(Kind.CANNED_ENDING) == [TEN + 120]
    assert house.heard == [(0, TEN + 120, Outcome.NO_ANSWER)]
    assert len(house.of(Kind.CONTACTED)) == 1


def test_an_agent_without_a_limit_hears_the_abusive_out() -> None:
    house = House(support={"desks": [CHAT], "tempers": {"limit": 2}}, temper=[ABUSIVE])
    assert house.asks(0, TEN).run().times(Kind.CLOSED) == [TEN + 800]


def test_the_angry_are_sent_away_once_they_were_kept_waiting_in_vain() -> None:
    support = {"desks": [PHONE | {"target": "10 s"}], "tempers": {}}
    draw = {"temper": [CALM, ANGRY], "tries_again": [[True, True]], "patience": [[700.0] * 2]}
    house = House(2, support, **draw).asks(1, 8.7 * HOUR).asks(0, 9.7 * HOUR - 60).run()
    assert [event.session for event in house.of(Kind.CANNED_ENDING)] == [1]


def test_agents_without_a_pause_tire_slow_down_and_rest_at_night() -> None:
    support = {"desks": [PHONE], "strain": {"tires_in": "8 h", "slows": 1.0}}
    house = House(60, support, patience=[[DAY] * 60])
    for row in range(60):
        house.asks(row, 9 * HOUR + row)
    house.run()
    tired = {event.t: event.quantity / 1000 for event in house.of(Kind.TIRED)}
    assert tired[17 * HOUR] == pytest.approx(1.0, abs=0.04)
    assert tired[25 * HOUR] == pytest.approx(tired[17 * HOUR] / 2.718, abs=0.05)
    took = np.diff([t for t in house.times(Kind.ANSWERED) if t < 17 * HOUR])
    assert took[0] == 600
    assert 1100 < took[-1] < 1200


def test_worn_out_agents_stay_away_from_the_next_shift() -> None:
    shifts = [{"begins": "09:00", "ends": "17:00", "agents": 5},
              {"begins": "17:00", "ends": "09:00", "agents": 5}]  # fmt: skip
    support = {"desks": [{"channel": "phone", "shifts": shifts}],
               "strain": {"loses": 0.2, "tires_in": "4 h"}}  # fmt: skip
    house = House(400, support, patience=[[DAY] * 400])
    for row in range(400):
        house.asks(row, 9 * HOUR + row)
    house.run(18 * HOUR)
    (missing,) = house.of(Kind.AGENTS_MISSING)
    assert (missing.t, missing.quantity) == (17 * HOUR, 1)
    assert house.reception.desks[0].places == 4


def test_a_chore_takes_an_agent_from_the_desk_once_she_is_free() -> None:
    chore = {"task": "site_check", "desk": "chat", "at": "10:00", "takes": "30 min"}
    house = House(2, {"desks": [CHAT], "back_office": [chore]}, patience=[[HOUR] * 2])
    house.asks(0, TEN - 300).asks(1, TEN + 60).run()
    assert house.times(Kind.ANSWERED) == [TEN - 300, TEN + 1800]
    done = house.of(Kind.CHORE_DONE)
    assert [(e.t, e.quantity, e.reason) for e in done] == [
        (TEN + 1800 + day * DAY, 1800, Reason.SITE_CHECK) for day in (0, 1)
    ]


def test_a_chore_that_falls_into_the_night_waits_for_the_next_morning() -> None:
    chore = {"task": "site_check", "desk": "phone", "every": "12 h", "at": "10:00"}
    house = House(support={"desks": [PHONE], "back_office": [chore]})
    times = chore_times(house.settings.back_office[0], house.settings.desks[0], house.calendar)
    assert times == [TEN, 33 * HOUR, 34 * HOUR]
