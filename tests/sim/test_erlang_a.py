"""Erlang-A in closed form: published figures, an independent chain, and a plain simulation."""

import math

import numpy as np
import pytest

from scenarios.erlang_a import ErlangA, least_agents
from sim.verification.closed_forms import Queue


def test_the_published_example_of_garnett_mandelbaum_and_reiman() -> None:
    """48 calls a minute of a minute each, 50 agents, patience of 2 minutes: 3.1% give up."""
    desk = ErlangA(arrivals=48 / 60, handling=60, patience=120, places=50)
    assert round(desk.giving_up, 3) == 0.031
    assert round(desk.occupancy, 2) == 0.93


@pytest.mark.parametrize(("arrivals", "places"), [(0.01, 2), (0.02, 6), (0.05, 20)])
def test_it_agrees_with_the_chain_of_the_textbook_tests(arrivals: float, places: int) -> None:
    desk = ErlangA(arrivals, handling=360, patience=180, places=places)
    chain = Queue(arrivals, 1 / 360, places, 1 / 180)
    assert desk.giving_up == pytest.approx(chain.share_giving_up, rel=1e-9)
    assert desk.answered_within(0) == pytest.approx(1 - chain.share_waiting, rel=1e-9)
    assert desk.answered_within(1e7) == pytest.approx(1 - chain.share_giving_up, rel=1e-9)


def test_with_endless_patience_it_is_erlang_c() -> None:
    chain = Queue(0.02, 1 / 360, 9)
    desk = ErlangA(0.02, 360, math.inf, 9)
    assert desk.answered_within(20) == pytest.approx(1 - chain.share_waiting_longer(20), rel=1e-5)


def test_answered_within_is_the_integral_over_the_stages() -> None:
    """The share by the Beta law against drawing the stages one by one."""
    desk = ErlangA(0.02, 360, 180, 6)
    generator, n = np.random.default_rng(1), 400_000
    found = generator.choice(len(desk._states), n, p=desk._states)
    wait = np.zeros(n)
    for stage in range(found.max() - 6 + 1):
        here = found - 6 >= stage
        wait[here] += generator.exponential(1 / (6 / 360 + stage / 180), here.sum())
    answered = (wait <= 20) & (wait < generator.exponential(180, n))
    error = 4 * 0.5 / n**0.5
    assert abs(answered.mean() - desk.answered_within(20)) < error


def test_the_least_number_of_agents_keeps_the_target_and_one_less_does_not() -> None:
    agents = least_agents(0.02, 360, 180, 1, 20, 0.8)
    assert ErlangA(0.02, 360, 180, agents).answered_within(20) >= 0.8
    assert ErlangA(0.02, 360, 180, agents - 1).answered_within(20) < 0.8


def test_two_chats_at_once_need_half_the_agents_rounded_up() -> None:
    one = least_agents(0.02, 360, 180, 1, 20, 0.8)
    assert least_agents(0.02, 360, 180, 2, 20, 0.8) == math.ceil(one / 2)


def test_a_limit_on_giving_up_may_need_more_agents_than_the_service_level() -> None:
    assert least_agents(0.02, 360, 60, 1, 600, 0.5, giving_up=0.01) > least_agents(
        0.02, 360, 60, 1, 600, 0.5
    )


def test_nobody_asks_nobody_is_needed() -> None:
    assert least_agents(0.0, 360, 180, 1, 20, 0.8) == 0


def test_where_no_number_of_agents_will_do_it_is_the_most() -> None:
    assert least_agents(1.0, 360, 180, 1, 20, 0.8, most=12) == 12
