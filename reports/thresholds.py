"""Thresholds: rules such as `phantom_stockout_rate < 2%` that a run must keep."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.formats import Unit, split_channel, split_step, unit_of
from reports.measures.load import BY_STEP, slug
from scenarios.errors import UserError
from scenarios.units import (
    PERSIAN_DIGITS,
    parse_duration,
    parse_money,
    parse_response_time,
    parse_share,
)

if TYPE_CHECKING:
    from reports.intervals import Interval

_RULE = re.compile(r"\s*(?:(\w[\w -]*?)\s+)?(\w+)\s*(<=|>=|<|>|=)\s*(\S.*?)\s*")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
    "=": lambda value, limit: math.isclose(value, limit),
}
_PAST_WHOLE = "support_occupancy"
"""The one share that may be more than the whole: see its definition."""
_HOW_TO = "Write `measure < limit`, for example `phantom_stockout_rate < 2%`; " + (
    "the comparison is one of < <= > >= =."
)
_EXAMPLE = {
    Unit.SHARE: "a share, such as `2%`",
    Unit.RIAL: "money, such as `1_000_000 rial` or `100_000 toman`",
    Unit.SECONDS: "a duration, such as `10 s` or `250 ms`",
    Unit.HOURS: "a duration, such as `90 min` or `12 h`",
    Unit.DAYS: "a duration, such as `36 h` or `2 d`",
    Unit.COUNT: "a plain number, such as `1_000`",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A measure compared with a limit, in the measure's own unit (share, rial, seconds, hours)."""

    text: str
    """As it was written."""
    measure: str
    comparison: str
    limit: float

    def holds(self, value: float) -> bool:
        """Whether one number keeps the rule; NaN never does."""
        return _HOLDS[self.comparison](value, self.limit)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run says about a rule; `value`, `low` and `high` in the measure's unit."""

    rule: str
    measure: str
    comparison: str
    limit: float
    value: float
    low: float
    high: float
    passed: bool
    """The mean keeps the rule."""
    sure: bool
    """The whole interval is on one side; never with one replication or without a value."""


def parse(text: str, measures: Collection[str] | None = None) -> Rule:
    """Read one rule; with `measures`, its measure must be one of them.

    The limit is a share (`2%`), a duration (`10 s`), money (`1_000_000 rial`) or a plain number;
    which of them, the measure's name says. A measure of support may name a channel
    (`support_wait_p95_s_chat`); before one of a load test's requests a step of the shopper's may
    stand (`check out from_intended_p95 < 2 s`). Raises UserError.
    """
    match = _RULE.fullmatch(text.translate(PERSIAN_DIGITS).replace("≤", "<=").replace("≥", ">="))
    if not match:
        raise UserError(f"The threshold `{text}` cannot be read.\n{_HOW_TO}")
    step, measure, comparison, limit = match.groups()
    measure = _spelt_out(measure)
    if (
        measures is not None
        and measure not in measures
        and split_channel(measure)[0] not in measures
        and split_step(measure)[0] not in measures
    ):
        raise UserError(f"The threshold `{text}`: {_unknown(measure, measures)}")
    if step is not None:
        if measure not in BY_STEP:
            raise UserError(
                f"The threshold `{text}`: {measure} is not measured for each step of a load test; "
                f"{', '.join(BY_STEP)} are."
            )
        measure = f"{measure}_{slug(step)}"
    rule = Rule(text.strip(), measure, comparison, _limit(text, measure, limit))
    _check_possible(rule)
    return rule


def sort_out(
    texts: Iterable[str], measures: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules whose measure a run has, and the others.

    A simulation sends no requests, and a live shop does not show its shelves.
    """
    known = {text: parse(text).measure in measures for text in texts}
    return (
        tuple(text for text, found in known.items() if found),
        tuple(text for text, found in known.items() if not found),
    )


def _spelt_out(measure: str) -> str:
    """`from_intended_p95` is in seconds without saying so."""
    return f"{measure}_s" if f"{measure}_s" in BY_STEP else measure


def evaluate(rules: Iterable[Rule], estimates: Mapping[str, Interval]) -> list[Verdict]:
    """Hold every rule against the estimate of its measure, in the order of the rules.

    Raises UserError for a measure that `estimates` lacks.
    """
    return [_verdict(rule, estimates) for rule in rules]


def _verdict(rule: Rule, estimates: Mapping[str, Interval]) -> Verdict:
    if rule.measure not in estimates:
        raise UserError(f"The threshold `{rule.text}`: {_unknown(rule.measure, estimates)}")
    estimate = estimates[rule.measure]
    return Verdict(
        rule=rule.text,
        measure=rule.measure,
        comparison=rule.comparison,
        limit=rule.limit,
        value=estimate.mean,
        low=estimate.low,
        high=estimate.high,
        passed=rule.holds(estimate.mean),
        sure=_sure(rule, estimate),
    )


def _sure(rule: Rule, estimate: Interval) -> bool:
    """Whether every number of the interval gives the rule the same verdict."""
    if not math.isfinite(estimate.half_width) or not math.isfinite(estimate.mean):
        return False
    if rule.comparison == "=" and estimate.low < rule.limit < estimate.high:
        return False
    return rule.holds(estimate.low) == rule.holds(estimate.high)


def _limit(text: str, measure: str, limit: str) -> float:
    unit = unit_of(measure)
    plain = _plain(limit)
    try:
        if unit is Unit.SHARE:
            share = parse_share(limit) if plain is None else plain
            if 0 <= share <= 1:
                return share
        elif unit is Unit.RIAL:
            return parse_money(limit)
        elif unit is Unit.SECONDS:
            return parse_response_time(limit) if plain is None else plain
        elif unit is Unit.HOURS:
            return parse_duration(limit) / 3600 if plain is None else plain
        elif unit is Unit.DAYS:
            return parse_duration(limit) / 86400 if plain is None else plain
        elif plain is not None:
            return plain
    except ValueError:
        pass
    raise UserError(
        f"The threshold `{text}`: {measure} is compared with {_EXAMPLE[unit]}, not with `{limit}`."
    )


def _check_possible(rule: Rule) -> None:
    """Raise UserError for a limit beyond all values: below zero, or above the whole of a share."""
    unit = unit_of(rule.measure)
    if unit is Unit.RIAL:  # a loss is a profit below zero
        return
    below = rule.limit < 0 or (rule.limit == 0 and rule.comparison == "<")
    full = unit is Unit.SHARE and not rule.measure.startswith(_PAST_WHOLE)
    if below or (full and rule.limit == 1 and rule.comparison == ">"):
        span = "between 0% and 100%" if unit is Unit.SHARE else "0 or more"
        raise UserError(
            f"The threshold `{rule.text}` cannot be: {rule.measure} is always {span}.\n"
            "Write a limit that a run can keep and can miss."
        )


def _plain(text: str) -> float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _unknown(measure: str, measures: Iterable[str]) -> str:
    near = difflib.get_close_matches(measure, list(measures), 3, 0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else "docs/measures.md lists them all."
    return f"there is no measure {measure!r}.\n{hint}"
