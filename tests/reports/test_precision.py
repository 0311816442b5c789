"""Precision: how it is asked for, when it is reached, and what stopping then is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from reports.precision import judge, next_look, parse
from scenarios.errors import UserError

FIRST, MOST = 10, 400


def test_a_width_is_percent_of_the_mean_or_in_the_measures_own_unit() -> None:
    text = (
        "phantom_stockout_rate: 5%, support_wait_p95_s:10 s، revenue_rial: ۱۰۰٬۰۰۰ toman,"
        "fill_rate: 0.2 points, sessions: 1,000, out_of_stock_hours: 30 min"
    )
    read = [(each.measure, each.size, each.relative) for each in parse(text)]
    assert read == [
        ("phantom_stockout_rate", 0.05, True),
        ("support_wait_p95_s", 10, False),
        ("revenue_rial", 1_000_000, False),
        ("fill_rate", 0.002, False),
        ("sessions", 1000, False),
        ("out_of_stock_hours", 0.5, False),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "cannot be read"),
        ("stockouts", "cannot be read"),
        ("stockouts: ", "cannot be read"),
        ("stockots: 5%", "did you mean 'stockouts'"),
        ("stockouts: 5%, stockouts: 9", "stockouts stands twice"),
        ("stockouts: 0", "or a plain number, such as `50`, not `0`"),
        ("stockouts: nan", "not `nan`"),
        ("stockouts: inf", "not `inf`"),
        ("stockouts: -5%", "not `-5%`"),
        ("fill_rate: 0.2", "percentage points, such as `0.2 points`, not `0.2`"),
        ("support_wait_p95_s: 10", "a duration, such as `10 s`, not `10`"),
        ("support_wait_p95_s: none", "not `none`"),
        ("revenue_rial: 10", "money, such as `100_000 toman`, not `10`"),
    ],
)
def test_a_mistake_says_what_was_expected(text: str, words: str) -> None:
    with pytest.raises(UserError) as error:
        parse(text)
    assert words in str(error.value)


def test_a_target_is_reached_when_the_half_width_is_small_enough() -> None:
    numbers = [98.0, 100.0, 102.0, 100.0]
    half = stats.t.ppf(0.975, 3) * np.std(numbers, ddof=1) / 2
    (wide, narrow) = parse(f"stockouts: {half * 1.001}, carts: {half * 0.999}")
    assert judge(wide, numbers).state == "reached"
    assert judge(narrow, numbers).state == "open"
    (percent,) = parse("stockouts: 1%")
    assert judge(percent, numbers).needed == math.ceil(4 * half**2)


def test_a_measure_without_spread_is_settled_by_the_rule_of_three() -> None:
    """After 29 equal seasons, one in ten or fewer are otherwise: 0.9^29 < 5% < 0.9^28."""
    (target,) = parse("oversold_units: 5%")
    few = judge(target, [0] * 10)
    assert (few.state, few.done, few.needed) == ("rare", False, 29)
    assert judge(target, [0] * 28).state == "rare"
    for number, state in ((0.0, "constant"), (7.0, "constant"), (math.nan, "undefined")):
        settled = judge(target, [number] * 29)
        assert (settled.state, settled.done) == (state, True)
        assert settled.exceptions == pytest.approx(1 - 0.05 ** (1 / 29))
        assert settled.exceptions < 0.1
    assert judge(target, [0] * 300).exceptions == pytest.approx(3 / 300, rel=0.01)


def test_with_a_value_in_one_replication_only_there_is_nothing_to_rely_on() -> None:
    (target,) = parse("support_wait_mean_s: 5%")
    lonely = judge(target, [3.0, *[math.nan] * 40])
    assert (lonely.state, lonely.done) == ("open", False)


def test_looks_are_few_and_never_beyond_the_most() -> None:
    (target,) = parse("stockouts: 1%")
    far = judge(target, np.random.default_rng(1).normal(100, 50, 10))
    near, nearer = (judge(target, np.tile([100 - by, 100 + by], 5)) for by in (1.6, 1.35))
    assert (far.needed > 20, near.needed, nearer.needed) == (True, 15, 11)
    assert next_look(10, [nearer], 200) == 13
    assert next_look(10, [nearer, near], 200) == 15
    assert next_look(10, [near, far], 200) == 20
    assert next_look(160, [judge(target, np.tile([1.0, 200.0], 80))], 200) == 200


def stopped(draw: np.ndarray, size: float) -> tuple[bool, int]:
    """Whether the interval at which the rule stops holds the true mean, 1; and how many it took."""
    (target,) = parse(f"stockouts: {size}")
    played = FIRST
    while True:
        held = judge(target, draw[:played])
        if held.done or played >= MOST:
            return held.found.low <= 1 <= held.found.high, played
        played = next_look(played, [held], MOST)


@pytest.mark.statistical
@pytest.mark.parametrize("size", [0.8, 0.5, 0.3, 0.15])
def test_stopping_when_it_looks_tight_enough_costs_little_coverage(size: float) -> None:
    """Normal numbers with a spread of one: docs/experiments.md claims 93% or more for the 95%."""
    draws = np.random.default_rng(2).normal(1, 1, (4000, MOST))
    covered = sum(stopped(draw, size)[0] for draw in draws)
    assert stats.binom.cdf(covered, 4000, 0.93) > 0.001


def test_stopping_takes_about_as_many_as_needed() -> None:
    draws = np.random.default_rng(3).normal(1, 1, (200, MOST))
    count = np.mean([stopped(draw, 0.2)[1] for draw in draws])
    needed = (1.96 / 0.2) ** 2
    assert needed < count < 1.25 * needed
