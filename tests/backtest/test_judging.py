"""One real season against many simulated ones: the levels hold, and what is off is found."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.errors import UserError
from sim.experiments.fitted_on import widening
from sim.experiments.judging import group_of, judge, least_replications

N = 39
NAMES = [f"orders_{hour:02}h" for hour in range(20)]


def season(generator: np.random.Generator, shift: float = 0.0) -> dict[str, float]:
    """Twenty counts that hang together, for the days of a season differ as a whole."""
    level = generator.normal(0, 1)
    values = 100 + 5 * level + generator.gamma(2, 3, len(NAMES))
    values[3] += shift
    return dict(zip(NAMES, values.tolist(), strict=True))


def test_a_season_of_the_scenario_is_called_wrong_once_in_twenty() -> None:
    generator = np.random.default_rng(1)
    rejected, outside = 0, 0
    rounds = 400
    for _ in range(rounds):
        judged = judge(season(generator), [season(generator) for _ in range(N)])
        rejected += judged.p <= 0.05
        outside += sum(not figure.inside for figure in judged.figures)
    assert rejected / rounds == pytest.approx(0.05, abs=0.035)
    assert outside / rounds / len(NAMES) == pytest.approx(0.05, abs=0.02)


def test_a_single_figure_that_is_far_off_is_found_and_named() -> None:
    generator = np.random.default_rng(2)
    judged = judge(season(generator, shift=80), [season(generator) for _ in range(N)])
    assert judged.p <= 0.05
    off = judged.figures[3]
    assert not off.inside
    assert off.p_joint == pytest.approx(1 / (N + 1))
    assert off.rank == 1


def test_many_figures_that_are_a_little_off_are_found_together() -> None:
    generator = np.random.default_rng(3)
    plain = [
        dict(zip(NAMES, generator.normal(100, 5, len(NAMES)).tolist(), strict=True))
        for _ in range(N)
    ]
    judged = judge(dict.fromkeys(NAMES, 111.0), plain)
    assert judged.p <= 0.05


def test_the_interval_is_that_of_one_season_and_needs_no_law() -> None:
    replications = [{"a": float(n)} for n in range(N)]
    figure = judge({"a": 0.0}, replications).figures[0]
    assert (figure.low, figure.high) == (0, N - 1)
    assert figure.inside
    assert not judge({"a": -0.1}, replications).figures[0].inside
    assert judge({"a": 0.0}, replications).covers == pytest.approx(0.95)


def test_figures_that_never_vary_and_are_right_are_inside() -> None:
    judged = judge({"a": 1.0}, [{"a": 1.0}] * N)
    assert judged.figures[0].inside
    assert judged.p == 1


def test_fewer_replications_than_an_interval_takes_are_refused() -> None:
    assert least_replications() == N
    with pytest.raises(UserError, match="38 replications cannot say"):
        judge({"a": 1.0}, [{"a": 1.0}] * (N - 1))


def test_every_kind_of_figure_has_its_group() -> None:
    groups = {
        "orders_per_day": "volume", "revenue_per_day_rial": "volume", "orders_13h": "times",
        "orders_on 2026-03-01": "times", "orders_of_2_lines": "baskets",
        "lines_per_order": "baskets", "lines_of_2_units": "baskets", "units_per_line": "baskets",
        "share_of_lines tea": "products", "share_of_orders tea 10:00-11:00": "products",
        "calls_per_day": "support", "call_wait_mean_s": "support",
        "tickets_per_day": "tickets", "ticket_wait_mean_s": "tickets",
        "payment_success_rate": "payments",
    }  # fmt: skip
    assert {name: group_of(name) for name in groups} == groups


def test_a_range_with_the_chance_of_the_fit_holds_what_it_says() -> None:
    """A season as long as the one that was fitted: 83 % without the fit's own chance, 95 % with."""
    generator = np.random.default_rng(4)
    factor = widening(200, 200)
    inside = {1.0: 0, factor: 0}
    rounds = 600
    for _ in range(rounds):
        fitted, real = generator.normal(100, 1, 2)
        replications = [{"a": float(each)} for each in generator.normal(fitted, 1, N)]
        for each in inside:
            figure = judge({"a": float(real)}, replications, wider={"a": each}).figures[0]
            inside[each] += figure.inside
    assert inside[1.0] / rounds == pytest.approx(0.83, abs=0.04)
    assert inside[factor] / rounds == pytest.approx(0.95, abs=0.025)


def test_a_share_is_widened_to_all_and_none_at_most() -> None:
    replications = [{"calls_in_time_share": n / N, "calls_per_day": float(n)} for n in range(N)]
    wider = dict.fromkeys(replications[0], 3.0)
    for figure in judge(replications[0], replications, wider=wider).figures:
        assert figure.low == 0
        assert (figure.high == 1) == figure.figure.endswith("_share")
