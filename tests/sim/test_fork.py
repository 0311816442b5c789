"""What if other rules held from a moment on: the same past, another future, balanced books."""

from __future__ import annotations

import datetime as dt
import shlex
from pathlib import Path

import pytest
from commands import HERE, SMALL, invoke, refused, without_pages
from stops import assert_same_run, stop_after

from model.events import Event, Kind
from model.lifecycle import Life
from model.replay import replay
from reports import books, run_folder
from reports.log import as_array
from reports.measures import measure
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from sim.common_numbers import meet_the_same
from sim.experiments.fork import RULES, moment_of
from sim.world import Played, play_shoppers

HOUR, MINUTE = 3600.0, 60.0
MOMENT = 2 * HOUR
AT = "at: '1405-12-20 02:00'"
BUSY = (
    "season.duration=4 h", "demand.sessions_per_day=60_000", "catalogue.goods.stock=4",
    "support.desks.chat.agents=12", "shoppers.finishes_checkout=90%",
    "shoppers.dawdle={law: exponential, mean: 1 min}",
)  # fmt: skip


def scenario(*settings: str) -> Scenario:
    return load("benchmark-w1", (*BUSY, *settings))


def played(scenario: Scenario) -> Played:
    plan = Plan.of(scenario)
    return play_shoppers(plan, draw(plan, 1405, 0))


def both(change: str, *settings: str) -> tuple[list[Event], Played, Scenario]:
    """The events without the change, and the world with it; `change` is `field: value`."""
    forked = scenario(*settings, f"reservation.later=[{{{AT}, {change}}}]")
    return list(played(scenario(*settings)).shop.log), played(forked), forked


def before(events: list[Event]) -> list[Event]:
    return [event for event in events if event.t < MOMENT]


CHANGES = {
    "hold_point": "order_placed",
    "timeout": "4 min",
    "guest_timeout": "90 min",
    "extend_on": "activity",
    "extension_cap": "1.5",
    "on_expiry": "suspend",
    "suspended_timeout": "10 min",
    "sweep_every": "5 min",
    "sweep_batch": "2",
    "late_payment": "manual",
    "unreserved_payment": "oversell",
}
POLICIES: dict[str, tuple[str, ...]] = {
    "plain": (),
    "extended": ("reservation.extend_on=activity", "reservation.timeout=6 min"),
    "suspended": ("reservation.on_expiry=suspend", "reservation.suspended_timeout=20 min"),
    "swept": ("reservation.released_by=sweeper", "reservation.sweep_every=20 min"),
    "lazy": ("reservation.released_by=lazy", "reservation.timeout=10 min"),
    "late": ("reservation.hold_point=payment_submitted", "reservation.late_payment=manual"),
}


def test_every_rule_that_may_change_is_tried_here() -> None:
    assert {f"reservation.{name}" for name in CHANGES} == set(RULES)


# past and future ----------------------------------------------------------------------------


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("field", CHANGES)
def test_the_past_is_the_same_and_the_books_balance(field: str, policy: str) -> None:
    whole, world, forked = both(f"{field}: {CHANGES[field]}", *POLICIES[policy])
    events = list(world.shop.log)
    assert before(events) == before(whole)
    first = events[len(before(whole))]
    assert (first.t, first.kind) == (MOMENT, Kind.POLICY_CHANGED)
    log = as_array(world.shop.log).copy()
    limits = Plan.of(forked).assortment.limit
    faults = books.audit(log, limits) + books.against_count(log, world.shop.stock.count())
    assert faults == []


@pytest.mark.parametrize("policy", ["plain", "extended", "suspended"])
@pytest.mark.parametrize("change", ["timeout: 4 min", "extend_on: never", "extend_on: activity"])
def test_no_reservation_outlives_its_time(policy: str, change: str) -> None:
    _, world, forked = both(change, *POLICIES[policy])
    standing = [
        line.expires_at
        for cart in world.shop.orders.carts.values()
        for line in cart.lines
        if line.life in (Life.LIVE, Life.SUSPENDED)
    ]
    assert min(standing) >= forked.season.end


def test_a_change_to_the_same_rules_changes_nothing() -> None:
    whole, world, _ = both("timeout: 30 min")
    events = list(world.shop.log)
    assert [event for event in events if event.kind != Kind.POLICY_CHANGED] == whole
    assert len(events) == len(whole) + 1


def test_reservations_that_stand_keep_the_time_they_were_made_with() -> None:
    _, world, _ = both("timeout: 10 min")
    made: dict[int, float] = {}
    lived: dict[bool, set[float]] = {True: set(), False: set()}
    for event in world.shop.log:
        if event.kind == Kind.RESERVED:
            made[event.session] = event.t
        elif event.kind == Kind.RELEASED:
            since = made[event.session]
            lived[since < MOMENT].add(round(event.t - since, 6))
    assert lived == {True: {30 * MINUTE}, False: {10 * MINUTE}}


def test_two_changes_come_one_after_the_other() -> None:
    later = "[{at: '1405-12-20 03:00', hold_point: paid}, {at: '1405-12-20 02:00', timeout: 5 min}]"
    forked = scenario(f"reservation.later={later}")
    events = list(played(forked).shop.log)
    assert [event.t for event in events if event.kind == Kind.POLICY_CHANGED] == [
        2 * HOUR,
        3 * HOUR,
    ]
    policies = [policy.reservation for _, policy in forked.later_policies()]
    assert [policy.timeout for policy in policies] == [300, 300]
    assert policies[0].hold_point < policies[1].hold_point


# who is at the desks ------------------------------------------------------------------------


def test_agents_change_at_the_moment_and_cost_what_they_work() -> None:
    forked = scenario(f"support.desks.chat.later=[{{{AT}, agents: 30}}]")
    plain = scenario()
    whole, events = (played(each).shop.log for each in (plain, forked))
    assert before(list(events)) == before(list(whole))
    assert (
        measure(as_array(events), forked)["support_wait_mean_s"]
        < (measure(as_array(whole), plain)["support_wait_mean_s"])
    )
    hours = [measure(as_array(events), each)["support_cost_rial"] for each in (plain, forked)]
    assert hours[1] / hours[0] == pytest.approx((12 * 2 + 30 * 2) / (12 * 4))


# what follows from the log ------------------------------------------------------------------


@pytest.mark.parametrize("change", ["timeout: 4 min", "on_expiry: suspend", "hold_point: paid"])
def test_a_replay_knows_the_change(change: str) -> None:
    _, world, forked = both(change)
    catalogue = Plan.of(forked).assortment.products
    events, later = list(world.shop.log), [policy for _, policy in forked.later_policies()]
    assert replay(catalogue, forked.policy(), events, later).state() == world.shop.state()
    with pytest.raises(KeyError, match="POLICY_CHANGED"):
        replay(catalogue, forked.policy(), events)


def test_all_forks_meet_the_same_shoppers() -> None:
    later = (f"reservation.later=[{{{AT}, timeout: 4 min}}]",
             f"support.desks.chat.later=[{{{AT}, agents: 30}}]")  # fmt: skip
    assert meet_the_same(scenario(), scenario(*later))


# the command --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "moment"),
    [
        ("20:00", "1405-12-01T20:00"),
        ("08:00", "1405-12-02T08:00"),
        ("۱۴۰۵-۱۲-۰۳ ۰۷:۳۰", "1405-12-03T07:30"),
        ("1405-12-03", "1405-12-03"),
        ("2027-02-22 07:30", "1405-12-03T07:30"),
        ("36 h", "1405-12-02T22:00"),
    ],
)
def test_a_moment_may_be_said_in_many_ways(until: str, moment: str) -> None:
    at = scenario("season.start=1405-12-01 10:00", "season.duration=5 d")
    assert moment_of(until, at) == moment_of(moment, at)
    assert isinstance(moment_of(until, at), dt.datetime)


@pytest.mark.parametrize("until", ["1405-12-25", "30 d", "0 s", "none", "dusk", "25:00"])
def test_a_moment_outside_of_the_season_is_a_mistake(until: str) -> None:
    with pytest.raises(UserError, match=f"--until {until}: "):
        moment_of(until, scenario())


def test_a_fork_is_compared_with_the_season_as_it_is(tmp_path: Path) -> None:
    fork = ("simulate", "benchmark-w1", *SMALL, *HERE, "--until", "1 h")
    then = ("--then", "reservation.timeout=5min", "--then", "support.desks.chat.agents=40")
    result = invoke(*fork, *then, "--language", "en", "--out", tmp_path / "run")
    assert result.exit_code == 0, result.output
    run = run_folder.read(tmp_path / "run")
    assert run.comparison is not None
    plain, forked = run.comparison.scenarios
    assert forked.label == (
        "benchmark-w1, from 1405-12-20 01:00: reservation.timeout=5min, "
        "support.desks.chat.agents=40"
    )
    assert forked.drawn_apart == ()
    assert load(str(tmp_path / "run" / plain.file)).reservation.later == ()
    assert load(str(tmp_path / "run" / forked.file)).reservation.later[0].timeout == 300
    again = shlex.split(run.manifest.command_line)[1:]
    with without_pages():
        invoke(*again, "--jobs", "1", "--quiet", "--out", tmp_path / "again")
    again_run = run_folder.read(tmp_path / "again")
    assert again_run.measures.equals(run.measures)
    assert again_run.comparison == run.comparison  # its labels, too


def test_a_stopped_fork_is_gone_on_with_as_the_comparison_that_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork = ("simulate", "benchmark-w1", *SMALL, *HERE, "--until", "1 h", "--then",
            "reservation.timeout=5min", "--out")  # fmt: skip
    with without_pages():
        invoke(*fork, tmp_path / "whole")
        with monkeypatch.context() as patch:
            stop_after(patch, 1)
            invoke(*fork, tmp_path / "run")
        assert invoke("compare", "--resume", tmp_path / "run", "--jobs", "1").exit_code == 0
    assert_same_run(tmp_path / "whole", tmp_path / "run")


@pytest.mark.parametrize("at", ["1405-12-19", "1405-12-20 04:00", "1406-01-01"])
@pytest.mark.parametrize(
    "later",
    ["reservation.later=[{at: 'AT', timeout: 5 min}]",
     "support.desks.chat.later=[{at: 'AT', agents: 3}]"],
)  # fmt: skip
def test_a_change_outside_of_the_season_is_refused(at: str, later: str) -> None:
    with pytest.raises(UserError, match=r"later: .* is not within the season, from 1405-12-20"):
        scenario(later.replace("AT", at))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--until", "1 h"), "say what changes then"),
        (("--then", "reservation.timeout=5min"), "A fork takes SCENARIO, --until and --then"),
        (("--until", "1 h", "--then", "reservation.released_by=lazy"), "These can:"),
        (("--until", "1 h", "--then", "demand.engaged=20%"), "cannot change in the middle"),
        (
            ("--until", "1 h", "--then", "reservation.timeout=5"),
            "reservation.timeout: a duration",
        ),
        (("--until", "1 h", "--then", "reservation.timeout"), "write field=value"),
        (
            ("--until", "1 h", *("--then", "reservation.timeout=5min") * 2),
            "reservation.timeout stands twice",
        ),
        (("--until", "9 d", "--then", "reservation.timeout=5min"), "is not within the season"),
        (("--until", "1 h", "--then", "support.desks.fax.agents=1"), "has no entry 'fax'"),
    ],
)
def test_a_fork_that_cannot_be_is_one_clear_mistake(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    assert message in refused(tmp_path, "simulate", "benchmark-w1", *arguments)
