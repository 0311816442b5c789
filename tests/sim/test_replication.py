"""Replications: on one core or several, together or apart, equal to the last bit."""

from __future__ import annotations

import pandas as pd
import pytest

from model.events import Kind
from scenarios.columns import Shoppers
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from sim import replication
from sim.common_numbers import meet_the_same
from sim.experiments.record import faults, hours_table, measures_table
from sim.replication import Replication, Task, plan_of, replicate, run
from sim.world import Played, play_shoppers

SMALL = (
    "season.duration=2 h",
    "demand.sessions_per_day=60_000",
    "catalogue.goods.stock=3",
    "support.desks.chat.agents=10",
)
"""500 carts and 250 contacts, scarce goods and a busy desk."""
TIMEOUTS = ("5 min", "30 min", "none")


def small(*settings: str) -> Scenario:
    return load("benchmark-w1", (*SMALL, *settings))


def variants() -> tuple[tuple[str, Scenario], ...]:
    return tuple((value, small(f"reservation.timeout={value}")) for value in TIMEOUTS)


def assert_equal(one: list[Replication], other: list[Replication]) -> None:
    """To the last bit: figures, hours, logs and their order."""
    for table in (measures_table, hours_table):
        pd.testing.assert_frame_equal(table(one), table(other), check_exact=True)
    assert [each.log for each in one] == [each.log for each in other]


def test_equal_seeds_give_equal_logs_byte_for_byte() -> None:
    plan = plan_of(small())
    first, again = (replicate(plan, 7, 0, keep_log=True).log for _ in range(2))
    assert first
    assert first == again
    assert first != replicate(plan, 8, 0, keep_log=True).log
    assert first != replicate(plan, 7, 1, keep_log=True).log


def test_several_cores_give_what_one_core_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = [Task(1405, number, variants(), keep_log=True) for number in range(4)]
    serial = run(tasks, jobs=1)
    monkeypatch.setattr(replication, "WORTH_A_WORKER", 0)
    advances: list[int] = []
    assert_equal(run(tasks, jobs=2, on_done=advances.append), serial)
    assert advances == [3, 3, 3, 3]


def test_the_result_is_ordered_by_value_and_number() -> None:
    tasks = [Task(1405, number, variants()) for number in (2, 0, 1)]
    assert [(each.value, each.number) for each in run(tasks, jobs=1)] == [
        (value, number) for value in TIMEOUTS for number in range(3)
    ]


def test_values_played_together_give_what_they_give_apart() -> None:
    together = run([Task(3, 0, variants(), keep_log=True)], jobs=1)
    apart = run([Task(3, 0, (variant,), keep_log=True) for variant in variants()], jobs=1)
    assert_equal(together, apart)


def test_values_that_change_the_shoppers_are_each_drawn_for() -> None:
    crowds = tuple((text, small(f"shoppers.ready={text}")) for text in ("20%", "90%", "20.0%"))
    few, many, again = run([Task(3, 0, crowds, keep_log=True)], jobs=1)
    assert few.log == again.log != many.log
    assert many.measures["orders_paid"] > 2 * few.measures["orders_paid"]


SHOP_SIDE = (
    "reservation.timeout=7 min",
    "reservation={hold_point: order_placed, extend_on: checkout, released_by: sweeper}",
    "restocking={every: 1 h}",
    "catalogue.goods.stock=9",
    "catalogue.goods.price=5 rial",
    "catalogue.goods.price_sigma=0.4",
    "catalogue.goods.restocked=false",
    "payment.fee={rate: 3%}",
    "support.desks.chat.agents=1",
    "support.desks.chat.at_once=3",
    "support.desks.chat.shifts=[{begins: 00:00, ends: 01:00, agents: 2}]",
    "support.desks.chat.target=1 min",
    "costs.goods=10%",
    "thresholds=[orders_paid > 3]",
    "summary=another",
    "seed=1",
)
SHOPPER_SIDE = (
    "season.duration=1 h",
    "demand.engaged=11%",
    "demand.hours=[2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
    "catalogue.goods.zipf=0.5",
    "catalogue.goods.limit=1",
    "catalogue.goods.products=201",
    "shoppers.quantity={1: 50%, 2: 50%}",
    "shoppers.come_back=[{share: 10%, after: {law: constant, value: 1 h}}]",
    "payment.succeeds=50%",
    "payment.attempts=2",
    "support.desks.chat.patience={law: exponential, mean: 5 min}",
    "support.contacts.after_expiry=50%",
    "notices.reminder.mode=automatic",
    "website.lost_per_second=1%",
)


def shoppers_of(scenario: Scenario) -> Shoppers:
    return draw(Plan.of(scenario), 1405, 0)


@pytest.mark.parametrize("setting", SHOP_SIDE)
def test_what_the_shop_does_changes_no_shopper(setting: str) -> None:
    assert meet_the_same(small(), small(setting))
    assert shoppers_of(small()) == shoppers_of(small(setting))


@pytest.mark.parametrize(
    "setting",
    [
        "notices.reminder.before=2 min",
        "notices.clerk.people=3",
        "notices.late_after=1 h",
        "website.workers=3",
        "website.room=9",
        "website.breakdowns=[{start: 1405-12-20 01:00}]",
    ],
)
def test_what_a_site_serves_and_when_messages_go_changes_no_shopper(setting: str) -> None:
    both = ("notices.reminder.mode=automatic", "website.pages=4")
    before, after = small(*both), small(*both, setting)
    assert meet_the_same(before, after)
    assert shoppers_of(before) == shoppers_of(after)


@pytest.mark.parametrize("setting", SHOPPER_SIDE)
def test_who_comes_and_how_they_behave_changes_shoppers(setting: str) -> None:
    assert not meet_the_same(small(), small(setting))


def test_a_scenario_survives_the_way_to_a_worker() -> None:
    for name in ("benchmark-w1", "flash-sale", "nowruz"):
        scenario = load(name, ["reservation.timeout=none"])
        assert plan_of(scenario).scenario == scenario
        assert plan_of(scenario) is plan_of(scenario.model_copy())


def test_every_fault_names_its_value_and_replication(monkeypatch: pytest.MonkeyPatch) -> None:
    def play_badly(plan: Plan, shoppers: Shoppers) -> Played:
        """A season after which two units vanish."""
        played = play_shoppers(plan, shoppers)
        played.shop.log.add(plan.scenario.season.duration, Kind.RELEASED, product=0, quantity=2)
        return played

    assert faults(run([Task(1, 0, variants())], jobs=1)) == ()
    monkeypatch.setattr(replication, "play_shoppers", play_badly)
    found = faults(run([Task(1, 4, variants()[:2])], jobs=1))
    assert {fault.partition(":")[0] for fault in found} == {
        "5 min, replication 4",
        "30 min, replication 4",
    }
