"""Support with all its switches, in play: the engine agrees with what the switches say.

Statistical statements are joint, at level 0.1% and with fixed seeds.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from scipy import stats

from model.events import Kind, Reason
from model.policy import Policy
from model.replay import replay
from model.shop import Shop
from reports.books import audit
from reports.log import as_array
from reports.measures import measure
from scenarios.columns import Shoppers
from scenarios.loader import load
from scenarios.schema import Desk, Scenario
from scenarios.shoppers import Plan, draw
from sim.common_numbers import meet_the_same
from sim.verification.closed_forms import zero_mean_p
from sim.world import play

LEVEL = 0.001
PATIENT = "support.desks.chat.patience={law: exponential, mean: 10 d}"
SMALL = ("season.duration=4 h",)
CALM = "support.tempers={hurried: 0%, angry: 0%, abusive: 0%}"
EVERYTHING = (
    "support.persistence={}", "support.tempers={abusive: 5%}", "support.strain={}",
    "support.before_buying={asks: 20%}", "support.desks.chat.agents=60",
    "support.back_office=[{task: site_check, desk: chat, at: 01:00}]",
    "support.self_service=[{channel: chatbot, share: 30%, after_hours: false}]",
    "support.desks.chat.share=50%",
)  # fmt: skip
EMAIL = """support.desks=[{channel: chat, share: 50%, agents: 40},
    {channel: email, share: 20%, agents: 10}]"""


def shop_of(*settings: str, replication: int = 0) -> Shop:
    return play(Plan.of(load("benchmark-w1", (*SMALL, *settings))), 31, replication).shop


def shoppers_of(*settings: str) -> Shoppers:
    return draw(Plan.of(load("benchmark-w1", (*SMALL, *settings))), 31, 0)


def count(shop: Shop, *kinds: Kind) -> int:
    return sum(event.kind in kinds for event in shop.log)


def test_where_nothing_happens_that_could_the_reception_changes_no_byte() -> None:
    """So the closed forms of the plain desk hold for desks of people too."""
    for busy in ((), ("support.desks.chat.agents=40",)):
        assert shop_of(CALM, *busy).log.buffer == shop_of(*busy).log.buffer


def test_everything_at_once_balances_its_books_and_replays() -> None:
    settings = (*SMALL, EMAIL, *(each for each in EVERYTHING if "desks" not in each))
    plan = Plan.of(load("benchmark-w1", settings))
    shop = play(plan, 31, 0).shop
    seen = {event.kind for event in shop.log}
    assert {
        Kind.CANNED_ENDING, Kind.TICKET_REOPENED, Kind.TICKET_SOLVED, Kind.HANDED_ON, Kind.TIRED,
        Kind.CHORE_DONE,
    } <= seen  # fmt: skip
    again = replay(plan.assortment.products, plan.scenario.policy(), shop.log)
    assert again.state() == shop.state()
    assert audit(as_array(shop.log).copy()) == []
    measures = measure(as_array(shop.log).copy(), plan.scenario)
    both = (measures["shopper_satisfaction"] + measures["agent_wellbeing"]) / 2
    assert measures["balanced_wellbeing"] == both
    assert measures["tickets"] == len(shop.support.tickets.all)
    solved = sum(ticket.state.name == "SOLVED" for ticket in shop.support.tickets.all)
    assert measures["tickets_unsolved"] == measures["tickets"] - solved


def test_a_desk_without_a_queue_has_as_many_contacts_as_cases_that_come_back() -> None:
    """A quarter of the answers solve nothing, twice at most: 1 + 1/4 + 1/16 contacts a case."""
    quick = "support.persistence={comes_back_after: {law: constant, value: 1 min}}"
    settings = (quick, "support.desks.chat.agents=1000", "season.duration=3 h",
                "support.desks.chat.handling={law: constant, value: 1 min}")  # fmt: skip
    rows = []
    for replication in range(20):
        events = list(shop_of(*settings, replication=replication).log)
        cases = {e.session for e in events if e.kind == Kind.CONTACTED and e.t < 2 * 3600}
        asked = [e.session for e in events if e.kind == Kind.CONTACTED and e.session in cases]
        turns = np.bincount(list(np.unique(asked, return_counts=True)[1]), minlength=4)
        n = len(cases)
        rows.append((turns[2] - n * 3 / 16, turns[3] - n / 16))
        assert len(turns) == 4
    assert zero_mean_p(np.array(rows)) > LEVEL


def test_a_chatbot_solves_its_share_of_the_first_questions() -> None:
    bot = "support.self_service=[{channel: chatbot, share: 40%, after_hours: false}]"
    shop = shop_of(bot, "support.desks.chat.share=60%", "demand.engaged=0%")
    asked = len({e.session for e in shop.log if e.kind == Kind.CONTACTED})
    ended = sum(e.kind == Kind.CLOSED and e.channel == 4 for e in shop.log)
    handed_on = count(shop, Kind.HANDED_ON)
    assert stats.binomtest(ended - handed_on, ended, 0.25).pvalue > LEVEL
    assert ended / asked == pytest.approx(0.4, abs=0.02)


def test_an_answer_before_buying_makes_a_few_more_of_them_ready() -> None:
    shoppers = shoppers_of("support.before_buying={asks: 100%, lifts: 10%}")
    assert shoppers.support is not None
    flips = sum(
        persuaded and not ready
        for persuaded, ready in zip(shoppers.support.persuaded, shoppers.ready, strict=True)
    )
    n = len(shoppers)
    assert stats.binomtest(flips, n, 0.06).pvalue > LEVEL  # a tenth of the 60% who are ready


def test_an_unanswered_question_before_buying_loses_the_sale() -> None:
    ask = "support.before_buying={asks: 50%}"
    answered = shop_of(ask, PATIENT, "support.desks.chat.agents=1000")
    alone = shop_of(ask, "support.desks.chat.agents=0")
    lost = [event for event in alone.log if event.kind == Kind.LEFT]
    assert sum(event.reason == Reason.NO_ANSWER for event in lost) > 1000
    assert all(e.reason != Reason.NO_ANSWER for e in answered.log if e.kind == Kind.LEFT)
    assert count(alone, Kind.PAID) < 0.6 * count(answered, Kind.PAID)


@pytest.mark.parametrize(
    "setting",
    [
        "support.strain={}",
        "support.back_office=[{task: site_check, desk: chat}]",
        "support.desks.chat.tool={}",
        "support.desks.chat.agents=9",
    ],
)
def test_how_the_shop_treats_its_agents_changes_no_shopper(setting: str) -> None:
    base = load("benchmark-w1", (*SMALL, CALM))
    other = load("benchmark-w1", (*SMALL, CALM, setting))
    assert meet_the_same(base, other)
    assert draw(Plan.of(base), 1, 0) == draw(Plan.of(other), 1, 0)


def test_switching_support_s_extras_on_moves_no_column_that_was_there() -> None:
    plain, full = shoppers_of(), shoppers_of(*EVERYTHING[:6])
    for field in fields(plain):
        if field.name != "support":
            assert getattr(plain, field.name) == getattr(full, field.name), field.name
    assert plain.support is None


def with_tool(**tool: Any) -> Scenario:
    base = load("benchmark-w1", ("season.duration=44 d",))
    (desk,) = base.support.desks
    changed = type(desk).model_validate(desk.model_dump() | {"tool": tool})
    return base.model_copy(
        update={"support": base.support.model_copy(update={"desks": (changed,)})}
    )


def test_a_tool_costs_by_agent_and_month_once_its_trial_is_over() -> None:
    log = as_array(Shop([], Policy()).log)
    costs = [
        measure(log, scenario)["support_cost_rial"]
        for scenario in (
            with_tool(per_agent_month=1000),
            load("benchmark-w1", ("season.duration=44 d",)),
        )
    ]
    assert costs[0] - costs[1] == pytest.approx(75 * 1000)  # 44 days less 14 are a month


def test_a_desk_for_messages_has_the_patience_and_the_target_of_its_channel() -> None:
    desks = {name: Desk.model_validate({"channel": name}) for name in ("email", "whatsapp", "chat")}
    assert [desk.target for desk in desks.values()] == [4 * 3600, 20 * 60, 20]
    assert [desk.patience.mean_seconds for desk in desks.values()] == [2 * 86400, 2 * 86400, 180]
    own = Desk.model_validate({"channel": "email", "target": "1 h"})
    assert (own.target, own.handling.mean_seconds) == (3600, 300)
