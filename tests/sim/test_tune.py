"""Tuning, played: the best value where it is known beforehand, within limits, by several aims."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

import pytest

from reports.run_folder import TuneResult
from scenarios.errors import UserError
from scenarios.schema import Scenario
from sim.experiments.aims import Wish, understand
from sim.experiments.decide import decide
from sim.experiments.experiment import Experiment, How
from sim.experiments.playing import Stage
from sim.experiments.remembering import Check
from sim.experiments.rules import check_rules, goal_of
from sim.experiments.tune import select
from sim.experiments.vary import variants
from sim.replication import Replication, Task, run

SMALL = ("season.duration=2 h", "demand.sessions_per_day=60_000")


def tuned(
    settings: tuple[str, ...], vary: str, *objectives: str
) -> tuple[TuneResult, list[Replication]]:
    return wished(settings, (vary,), Wish(objectives or ("profit_rial",)))


def wished(
    settings: tuple[str, ...], vary: tuple[str, ...], wish: Wish, first: int = 4, jobs: int = 1
) -> tuple[TuneResult, list[Replication]]:
    """What a tune of a small season comes to, with what was played for it."""
    varied = variants("benchmark-w1", (*SMALL, *settings), *vary)
    aims = understand(wish, first, varied.at.values())
    how = How(replications=first, jobs=jobs, out=None, quiet=True)
    experiment = Experiment.of("tune", (), varied.scenario, how)

    def played(tasks: Iterable[Task], check: Check) -> list[Replication]:
        found = run(list(tasks), jobs)
        for each in found:
            check(each)
        return found

    stage = Stage(experiment, varied.at, tuple(aims.goals), played, aims.limits)
    selection = select(tuple(varied.at), stage, aims, first)
    return decide(stage.seen(), varied, aims, selection), stage.replications


# ---- the choice, where the answer is known beforehand


def test_with_endless_stock_a_longer_timeout_never_loses() -> None:
    settings = ("catalogue.goods.stock=100_000", "shoppers.tries_again=50%")
    result, played = tuned(settings, "reservation.timeout=2min,5min,15min,none")
    assert result.best == "none"
    assert result.confidence > 0.99
    assert result.indistinguishable == ()
    for number in range(4):
        orders = [each.measures["orders_paid"] for each in played if each.number == number]
        assert all(shorter <= longer for shorter, longer in pairwise(orders))


def test_where_nobody_pays_late_scarce_goods_want_the_shortest_timeout() -> None:
    settings = (
        "catalogue.goods.stock=1",
        "shoppers.decide={law: constant, value: 1 min}",
        "costs.goods=10%",
    )
    result, _ = tuned(settings, "reservation.timeout=30min,2min,none")
    assert result.best == "2min"
    assert result.current == "30min"
    assert result.confidence > 0.99
    assert {each.value for each in result.differences} == {"30min", "none"}
    assert all(each.high < 0 for each in result.differences)


def test_a_measure_that_is_better_small_is_minimised() -> None:
    result, _ = tuned((), "support.desks.chat.agents=1,2,4", "support_abandoned")
    assert (result.goal, result.best) == ("min", "4")
    assert all(each.low > 0 for each in result.differences)


def test_values_that_make_no_difference_cannot_be_told_apart() -> None:
    settings = ("catalogue.goods.stock=100_000", "shoppers.tries_again=100%")
    result, _ = tuned(settings, "reservation.timeout=2min,15min,none", "orders_paid")
    assert result.indistinguishable == ("15min", "none")
    assert result.confidence == pytest.approx(1 / 3)
    assert all(each.low == each.high == 0 for each in result.differences)


def test_an_objective_without_a_number_is_refused() -> None:
    with pytest.raises(UserError, match="support_wait_mean_s: it has no value in replication 0"):
        tuned(("demand.support_only=0%",), "reservation.timeout=2min,9min", "support_wait_mean_s")


# ---- what is wished for


VARY = "reservation.timeout=5min,9min"


def two_timeouts() -> Collection[Scenario]:
    return variants("nowruz", (), VARY).at.values()


@pytest.mark.parametrize(
    ("wish", "mistake"),
    [
        (Wish(certainty="95"), "--certainty '95': write the probability"),
        (Wish(certainty="40%"), "from 50% to below 100%"),
        (Wish(indifference="5 min"), "--indifference '5 min': the smallest difference in profit"),
        (Wish(most=3), "--max-replications 3 is less than the first batch"),
        (Wish(procedure="fixed", certainty="95%"), "--procedure fixed plays --replications"),
        (Wish(("profit_rial", "stockouts"), certainty="95%"), "of several there is no best"),
        (Wish(("profit_rial", "stockouts"), goal="max"), "--goal is for one objective"),
        (Wish(("profit_rial", "profit_rial")), "it stands twice"),
        (Wish(limits=("stockouts = few",)), "--subject-to `stockouts = few`"),
        (Wish(limits=("bogus < 2%",)), "--subject-to `bogus < 2%`"),
        (Wish(limits=("support_wait_p95_s_email < 1 min",)), "no email desk"),
    ],
)
def test_a_mistake_in_a_wish_is_told_before_anything_is_played(wish: Wish, mistake: str) -> None:
    with pytest.raises(UserError) as error:
        understand(wish, 10, two_timeouts())
    assert mistake in str(error.value)


def test_a_certainty_asks_for_a_procedure_and_nothing_for_equal_replications() -> None:
    at = two_timeouts()
    assert understand(Wish(), 6, at).aim is None
    aims = understand(Wish(indifference="50_000_000 toman"), 10, at)
    assert aims.aim is not None
    assert (aims.procedure, aims.aim.certainty) == ("kn", 0.95)
    assert aims.aim.indifference.of([1e12], "max") == 5e8
    plain = understand(Wish(certainty="۹۰٪"), 10, at).aim
    assert plain is not None
    assert (plain.certainty, plain.indifference.of([-200.0, 100.0], "max")) == (0.9, 1.0)


# ---- sequential, limited and of several objectives, played


def test_a_selection_is_the_same_on_any_number_of_cores() -> None:
    vary = ("reservation.timeout=2min,30min,2h",)
    wish = Wish(certainty="90%", indifference="2%", most=20)
    (one, played), (two, again) = (
        wished(("catalogue.goods.stock=3",), vary, wish, first=5, jobs=jobs) for jobs in (1, 3)
    )
    assert one == two
    assert [(each.value, each.number, each.measures["profit_rial"]) for each in played] == [
        (each.value, each.number, each.measures["profit_rial"]) for each in again
    ]
    assert one.selected is not None
    assert one.selected.eliminated
    for each in one.selected.eliminated:
        assert one.replications[each.value] < 20


def test_the_best_keeps_the_limits_and_what_does_not_is_named() -> None:
    vary = ("support.desks.chat.agents=1,6,30",)
    wish = Wish(limits=("support_service_level >= 80%",))
    result, _ = wished((), vary, wish)
    assert result.best == "30"
    states = {each.value: each.state for each in result.standings}
    assert (states["1"], states["30"]) == ("missed", "kept")
    assert result.misses("1")
    assert not result.misses("30")
    best = next(each for each in result.standings if each.value == "30")
    assert best.certainty > 0.95
    assert "1" not in result.indistinguishable
    assert wished((), vary, Wish())[0].best == "1"  # agents cost


def test_of_several_objectives_the_front_is_told() -> None:
    wish = Wish(("profit_rial", "support_service_level"))
    result, _ = wished((), ("support.desks.chat.agents=1,8,30,60",), wish, first=10)
    states = {each.value: each.state for each in result.front}
    assert (states["1"], states["60"]) == ("front", "dominated")  # 60 serve no better than 30
    assert result.objectives == ("profit_rial", "support_service_level")
    assert result.best == "1"  # by the first


def test_care_for_shoppers_and_agents_weighs_the_same() -> None:
    result, played = wished(
        ("support.strain={}",), ("support.desks.chat.agents=2,30",), Wish(("balanced_wellbeing",))
    )
    assert result.best == "30"
    for each in played:
        both = each.measures["shopper_satisfaction"] + each.measures["agent_wellbeing"]
        assert each.measures["balanced_wellbeing"] == both / 2


# ---- what it is judged by


def test_what_is_judged_by_is_checked_before_anything_is_played() -> None:
    at = two_timeouts()
    assert goal_of("profit_rial", at) == "max"
    assert goal_of("profit_rial", at, "min") == "min"
    assert goal_of("support_wait_p95_s_phone", at) == "min"
    for objective, mistake in (
        ("profit", "did you mean 'profit_rial'"),
        ("support_contacts_email", "the scenario has no email desk"),
        ("support_occupancy", "say which with --goal"),
    ):
        with pytest.raises(UserError, match=mistake):
            goal_of(objective, at)
    for rule in ("bogus < 2%", "support_wait_p95_s_email < 2 min", "stockouts = few"):
        judged = variants("nowruz", (f"thresholds=['{rule}']",), VARY).at.values()
        with pytest.raises(UserError, match=f"The threshold `{rule}`"):
            check_rules(judged)
