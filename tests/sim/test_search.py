"""A search: what it proposes, that it finds a known optimum, and what is selected from."""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Iterable

import numpy as np
import pytest

from scenarios.errors import UserError
from scenarios.loader import load
from sim.experiments import ranges
from sim.experiments.aims import Aims, Wish, understand
from sim.experiments.experiment import Experiment, How
from sim.experiments.playing import Stage
from sim.experiments.remembering import Check
from sim.experiments.searching import BATCH, FEW, FINALISTS, Found, check_space, final, search
from sim.experiments.space import Axis, Space
from sim.replication import Replication, Task

TIMEOUTS, AGENTS = "reservation.timeout=5min..2h", "support.desks.chat.agents=1..20"
BEST_TIMEOUT, BEST_AGENTS = 20 * 60, 9


def known(tasks: Iterable[Task], check: Check) -> list[Replication]:
    """A shop of which the best is known: profit falls away from 20 minutes and 9 agents.

    The season's luck is common to all designs of a replication, and larger than what they differ
    by; half an agent's worth of luck is each design's own. Service is a matter of agents alone.
    """
    played = []
    for task in tasks:
        season = np.random.default_rng([task.seed, task.number]).normal(0, 10)
        for value, scenario in task.variants:
            agents = scenario.support.desks[0].agents
            own = np.random.default_rng([task.number, *value.encode()]).normal(0, 0.1)
            ratio = math.log2(scenario.reservation.timeout / BEST_TIMEOUT)
            profit = 100 - 4 * ratio**2 - 0.2 * (agents - BEST_AGENTS) ** 2 + season + own
            measures = {"profit_rial": profit, "support_service_level": min(1.0, agents / 16)}
            played.append(Replication(value, task.number, measures, {}, ()))
    return played


def searched(
    wish: Wish, designs: int, *settings: str, vary: tuple[str, ...] = (TIMEOUTS, AGENTS)
) -> tuple[Found, Stage, Aims]:
    """A search of the known shop."""
    space = Space.of("benchmark-w1", settings, vary, None)
    aims = understand(wish, 10, space.corners)
    how = How(replications=10, jobs=1, out=None, quiet=True)
    experiment = Experiment.of("tune", (), space.scenario, how)
    stage = Stage(experiment, {}, tuple(aims.goals), known)
    return search(space, stage, aims, designs), stage, aims


def off(stage: Stage, value: str) -> float:
    """What a design loses against the true optimum, without luck."""
    scenario = stage.at[value]
    ratio = math.log2(scenario.reservation.timeout / BEST_TIMEOUT)
    return 4 * ratio**2 + 0.2 * (scenario.support.desks[0].agents - BEST_AGENTS) ** 2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_search_finds_what_is_nearly_the_best_and_the_selection_settles_on_it(seed: int) -> None:
    wish = Wish(search=60, indifference="0.5%")
    found, stage, aims = searched(wish, 60, f"seed={seed}")
    selection, seen = final(stage, found.finalists, aims)
    assert selection.reached
    assert off(stage, selection.best) < 1  # of 36 at the far corner
    assert len(found.searched.tried) <= found.searched.proposals == 60
    late = [off(stage, each.value) for each in found.searched.tried[-20:]]
    first = [off(stage, each.value) for each in found.searched.tried[:10]]
    assert np.median(late) < np.median(first) / 2  # it goes where the good ones are
    assert set(seen) == set(found.finalists)


def test_the_finalists_are_selected_by_replications_that_no_proposal_rests_on() -> None:
    found, stage, aims = searched(Wish(search=20), 20)
    before = stage.seen()
    assert {len(before[value]["profit_rial"]) for value in before} == {FEW}
    assert len(found.finalists) == FINALISTS
    _, seen = final(stage, found.finalists, aims)
    best = found.finalists[0]
    numbers = [each.number for each in stage.replications if each.value == best]
    assert numbers[: FEW + 10] == list(range(FEW + 10))
    anew = stage.seen()[best]["profit_rial"][FEW:]
    assert list(seen[best]["profit_rial"]) == list(anew)


def test_within_limits_it_searches_where_they_are_kept() -> None:
    wish = Wish(search=60, limits=("support_service_level >= 80%",), indifference="0.5%")
    found, stage, aims = searched(wish, 60)
    selection, _ = final(stage, found.finalists, aims)
    assert stage.at[selection.best].support.desks[0].agents == 13  # 12.8 of 16, and not 9
    late = found.searched.tried[-20:]
    assert sum(each.keeps for each in late) > 10
    assert {each.keeps for each in found.searched.tried} == {True, False}


def test_where_no_design_keeps_a_limit_those_that_miss_it_by_least_are_selected_from() -> None:
    wish = Wish(search=20, limits=("support_service_level >= 99%",))
    few = "support.desks.chat.agents=1..12"  # it takes 16
    found, stage, _ = searched(wish, 20, vary=(TIMEOUTS, few))
    assert not any(each.keeps for each in found.searched.tried)
    agents: dict[bool, list[int]] = {True: [], False: []}
    for each in found.searched.tried:
        agents[each.finalist].append(stage.at[each.value].support.desks[0].agents)
    assert min(agents[True]) >= max(agents[False])


def test_equal_seeds_propose_equal_designs_and_another_seed_others() -> None:
    names = [
        [each.value for each in searched(Wish(search=20), 20, f"seed={seed}")[0].searched.tried]
        for seed in (1, 1, 2)
    ]
    assert names[0] == names[1] != names[2]


def test_how_many_cores_there_are_makes_no_difference_to_the_proposals() -> None:
    """A batch is proposed at once; what is proposed next waits for all of it."""
    one, two = (searched(Wish(search=n), n)[0].searched.tried for n in (3 * BATCH, 4 * BATCH))
    assert one == tuple(
        each.model_copy(update={"finalist": past.finalist})
        for each, past in zip(two[: len(one)], one, strict=True)
    )


# ---- the space


def test_ranges_are_searched_between_their_ends_and_lists_as_they_are() -> None:
    space = Space.of(
        "benchmark-w1", (), (TIMEOUTS, AGENTS, "reservation.hold_point=cart_add,order_placed"), None
    )
    timeout, agents, point = space.axes
    assert (timeout.size, agents.size, point.size, space.size) == (math.inf, 20, 2, math.inf)
    assert [timeout.at(place) for place in (0.0, 0.5, 1.0)] == ["5min", "24min", "120min"]
    assert (agents.at(7), point.at("cart_add")) == ("7", "cart_add")
    name, scenario = space.design(
        {timeout.field: 0.5, agents.field: 7, point.field: "order_placed"}
    )
    assert name == (
        "reservation.timeout=24min, support.desks.chat.agents=7, "
        "reservation.hold_point=order_placed"
    )
    assert (scenario.reservation.timeout, scenario.support.desks[0].agents) == (1440, 7)


def test_a_platform_of_a_design_brings_its_own_rules_as_it_does_in_a_grid() -> None:
    vary = (TIMEOUTS, "platform=medusa,magento")
    space = Space.of("nowruz", (), vary, None)
    name, scenario = space.design({"reservation.timeout": 0.0, "platform": "magento"})
    assert name == "reservation.timeout=5min, platform=magento"
    assert scenario == load("nowruz", ["reservation.timeout=5min", "platform=magento"])


def test_a_range_with_a_count_is_a_list() -> None:
    space = Space.of("benchmark-w1", (), (f"{TIMEOUTS}:3", AGENTS), None)
    assert space.axes[0].values == ("5min", "24min", "120min")
    assert space.size == 60
    assert Axis("x", ("1", "9"), ranges.parse("1..9")).size == 9


@pytest.mark.parametrize(
    ("vary", "designs", "mistake"),
    [
        (("reservation.timeout=5min,9min",), 20, "--search looks within ranges, and --vary has"),
        ((f"{TIMEOUTS}:9",), 20, "--search looks within ranges, and --vary has none"),
        ((AGENTS,), 20, "there are only 20 combinations; leave --search out"),
        (("reservation.timeout=soon..later",), 20, "a range is LOW..HIGH"),
        ((TIMEOUTS, TIMEOUTS), 20, "it stands twice"),
        (("nonsense=1..9",), 20, "nonsense: unknown field"),
    ],
)
def test_a_space_that_cannot_be_searched_is_one_clear_message(
    vary: tuple[str, ...], designs: int, mistake: str
) -> None:
    with pytest.raises(UserError) as error:
        check_space(Space.of("benchmark-w1", (), vary, None), designs)
    assert mistake in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("wish", "mistake"),
    [
        (Wish(("profit_rial", "stockouts"), search=20), "--search looks for the best by one"),
        (Wish(search=20, procedure="ocba"), "by kn: leave out --procedure ocba"),
        (Wish(search=20, procedure="fixed"), "by kn: leave out --procedure fixed"),
    ],
)
def test_a_wish_that_a_search_cannot_grant_is_refused(wish: Wish, mistake: str) -> None:
    with pytest.raises(UserError, match=mistake):
        understand(wish, 10, Space.of("benchmark-w1", (), (TIMEOUTS,), None).corners)


def test_without_optuna_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UserError) as error:
        check_space(Space.of("benchmark-w1", (), (TIMEOUTS,), None), 20)
    assert str(error.value) == "--search needs optuna: pip install '.[search]' in Esfand's folder"


def test_a_combination_that_cannot_be_is_named() -> None:
    space = Space.of("benchmark-w1", (), (TIMEOUTS, AGENTS), None)
    broken = dataclasses.replace(space, axes=(*space.axes, Axis("season.duration", ("-1 h",))))
    with pytest.raises(UserError, match="came upon a combination that cannot be: ") as error:
        broken.design(
            {"reservation.timeout": 0.5, "support.desks.chat.agents": 7, "season.duration": "-1 h"}
        )
    assert "Narrow the ranges" in str(error.value)
