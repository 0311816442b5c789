"""Thresholds: what they accept, what they say, and when they are sure."""

import math

import pytest

from reports.intervals import Interval
from reports.thresholds import evaluate, parse
from scenarios.errors import UserError


def estimate(mean: float, half_width: float) -> Interval:
    return Interval(mean, mean - half_width, mean + half_width, half_width, 10)


@pytest.mark.parametrize(
    ("text", "measure", "comparison", "limit"),
    [
        ("phantom_stockout_rate < 2%", "phantom_stockout_rate", "<", 0.02),
        ("phantom_stockout_rate<0.02", "phantom_stockout_rate", "<", 0.02),
        ("phantom_stockout_rate ≤ ۲٪", "phantom_stockout_rate", "<=", 0.02),
        ("support_wait_p95_s <= 5 min", "support_wait_p95_s", "<=", 300.0),
        ("support_wait_p95_s_chat < 10", "support_wait_p95_s_chat", "<", 10.0),
        ("operator_hours < 90 min", "operator_hours", "<", 1.5),
        ("profit_rial > 1_000_000 rial", "profit_rial", ">", 1e6),
        ("profit_rial > -5 toman", "profit_rial", ">", -50.0),
        ("orders_paid >= 30,000", "orders_paid", ">=", 30_000.0),
        ("oversold_units = 0", "oversold_units", "=", 0.0),
    ],
)
def test_a_rule_is_read_in_the_measures_own_unit(
    text: str, measure: str, comparison: str, limit: float
) -> None:
    rule = parse(text)
    assert (rule.measure, rule.comparison, rule.limit) == (measure, comparison, limit)
    assert rule.text == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("phantom_stockout_rate", "Write `measure < limit`"),
        ("stockouts == 3", "a plain number, such as"),
        ("phantom_stockout_rate < 2", "a share, such as `2%`"),
        ("support_wait_p95_s < 2%", "a duration, such as"),
        ("profit_rial > 1000", "money, such as"),
        ("stockouts < 5 min", "a plain number, such as"),
        ("stockouts < nan", "a plain number, such as"),
        ("", "Write `measure < limit`"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_mend(text: str, told: str) -> None:
    with pytest.raises(UserError, match="threshold") as refusal:
        parse(text)
    assert told in str(refusal.value)
    assert f"`{text}`" in str(refusal.value)


def test_an_unknown_measure_names_its_neighbours() -> None:
    with pytest.raises(UserError, match="Did you mean phantom_stockout_rate"):
        parse("phantom_stockouts_rate < 2%", {"phantom_stockout_rate", "orders_paid"})
    with pytest.raises(UserError, match="no measure 'xyz'"):
        evaluate([parse("xyz < 2")], {"orders_paid": estimate(1, 0)})


def test_a_support_measure_may_name_its_channel() -> None:
    assert parse("support_wait_p95_s_chat < 1 min", {"support_wait_p95_s"}).limit == 60


@pytest.mark.parametrize(
    ("rule", "interval", "passed", "sure"),
    [
        ("stockouts < 100", estimate(90, 5), True, True),
        ("stockouts < 100", estimate(98, 5), True, False),
        ("stockouts < 100", estimate(102, 5), False, False),
        ("stockouts < 100", estimate(110, 5), False, True),
        ("stockouts < 100", estimate(95, 5), True, False),
        ("stockouts <= 100", estimate(95, 5), True, True),
        ("stockouts > 100", estimate(110, 5), True, True),
        ("stockouts >= 100", estimate(105, 5), True, True),
        ("stockouts = 0", estimate(0, 0), True, True),
        ("stockouts = 0", estimate(3, 1), False, True),
        ("stockouts = 0", estimate(0.2, 0.4), False, False),
    ],
)
def test_a_verdict_is_sure_where_the_whole_interval_is_on_one_side(
    rule: str, interval: Interval, passed: bool, sure: bool
) -> None:
    (verdict,) = evaluate([parse(rule)], {"stockouts": interval})
    assert (verdict.passed, verdict.sure) == (passed, sure)
    assert (verdict.value, verdict.low, verdict.high) == (
        interval.mean,
        interval.low,
        interval.high,
    )


def test_one_replication_is_never_sure() -> None:
    single = Interval(5, math.nan, math.nan, math.nan, 1)
    (verdict,) = evaluate([parse("stockouts < 100")], {"stockouts": single})
    assert verdict.passed
    assert not verdict.sure


def test_a_measure_without_value_does_not_pass() -> None:
    undefined = Interval(math.nan, math.nan, math.nan, math.nan, 0)
    (verdict,) = evaluate([parse("fill_rate > 90%")], {"fill_rate": undefined})
    assert not verdict.passed
    assert not verdict.sure
