"""The report's tables: thresholds, the decision, and every measure with its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.formats import Formats, Scale, Unit, in_order, unit_of
from reports.intervals import Interval
from reports.precision import Reach, Target, reaches
from reports.thresholds import Verdict, evaluate, parse

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run
    from reports.words import Words

# Beginnings of names, in the order in which the groups stand in the report.
GROUPS = {
    "traffic": ("sessions", "engaged_", "conversion_", "returning_", "stayed_", "turned_"),
    "carts": ("carts", "cart_"),
    "reservations": ("reserv",),
    "stock": ("stockout", "phantom_", "lost_", "fill_", "oversold_", "out_of_stock_"),
    "orders": ("order", "late_", "revenue_", "refund", "stale_", "profit_"),
    "payments": ("payment", "fee", "duplicate_", "cash_", "days_to_"),
    "fulfilment": ("parcels_", "paid_to_", "delivered_", "returns", "refused_on_", "fulfilment_"),
    "messages": ("notices_", "reminders_"),
    "website": ("page_", "overloaded_"),
    "load": ("from_intended_", "service_time_", "http_errors", "dropped_", "scheduler_"),
    "work": ("operator_", "back_office_"),
    "support": (
        "support_",
        "shopper_satisfaction",
        "agent",
        "balanced_",
        "canned_",
        "ticket",
        "self_service",
    ),
    "other": ("",),
}
MONEY = (
    "orders_placed", "orders_paid", "late_paid", "late_lost", "orders_cancelled", "revenue_rial",
    "refunds_rial", "fees_rial", "support_cost_rial", "fulfilment_cost_rial", "profit_rial",
    "lost_sales_rial", "phantom_lost_sales_rial",
)  # fmt: skip
CARDS = (
    "orders_paid", "profit_rial", "cart_abandonment_rate", "phantom_stockout_rate",
    "phantom_lost_sales_rial",
)  # fmt: skip
"""And support's wait."""
DECISION = ("stockouts", "phantom_stockouts", "carts_abandoned_reservation_expired")
"""What stands beside a tune's objective; and support's wait."""

_WORST_FIRST = ("missed", "unsure", "kept")


@dataclass(frozen=True)
class Card:
    """One figure in large type."""

    label: Markup
    estimate: Markup


@dataclass(frozen=True)
class ThresholdRow:
    """A rule beside what the run says; `state` is kept, missed or unsure."""

    measure: Markup
    limit: Markup
    estimate: Markup
    state: str

    @property
    def place(self) -> int:
        """By which a table sorts the states: missed ones first."""
        return _WORST_FIRST.index(self.state)


@dataclass(frozen=True)
class PrecisionRow:
    """A half width that was asked for beside the estimate; `state` is kept or missed."""

    measure: Markup
    estimate: Markup
    wanted: Markup
    note: Markup
    state: str


@dataclass(frozen=True)
class MeasureRow:
    """One measure at every value."""

    label: Markup
    unit: str
    """Of all cells; empty where they carry their own or need none."""
    cells: tuple[Markup, ...]


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    label: Markup
    unit: str = ""
    best: bool = False


class Tables:
    """Fills the tables of one run in one language."""

    def __init__(self, run: Run, estimates: Estimates, words: Words) -> None:
        self._run = run
        self._estimates = estimates
        self._words = words
        self._formats = Formats(words)
        self._values = in_order(run.values)
        self._chosen = run.result.best if run.result else ""

    def cards(self) -> list[Card]:
        """The measures that a planner asks for first, at the recommended value."""
        at = self._estimates.at(self._chosen)
        return [
            Card(self._words.measure(name), self._formats.estimate(at[name], unit_of(name)))
            for name in (*CARDS, self._estimates.wait)
            if self._estimates.has(name)
        ]

    # ---- thresholds

    def thresholds(self) -> list[ThresholdRow]:
        """Every rule at the recommended value: missed ones first, then those in doubt."""
        rules = [parse(text) for text in self._run.manifest.thresholds]
        verdicts = evaluate(rules, self._estimates.at(self._chosen))
        rows = [threshold_row(verdict, self._words, self._formats) for verdict in verdicts]
        return sorted(rows, key=lambda row: row.place)

    # ---- the precision

    def precision(self) -> list[PrecisionRow]:
        """Every precision that was asked for, with what was reached."""
        return [
            PrecisionRow(
                measure=self._words.measure(each.target.measure),
                estimate=self._formats.estimate(each.found, unit_of(each.target.measure)),
                wanted=self._wanted(each.target),
                note=precision_note(each, self._words, self._formats),
                state="kept" if each.done else "missed",
            )
            for each in reaches(self._run)
        ]

    def _wanted(self, target: Target) -> Markup:
        unit = Unit.SHARE if target.relative else unit_of(target.measure)
        key = "precision.relative" if target.relative else "precision.absolute"
        return self._words(key, width=self._formats.value(target.size, unit))

    # ---- all measures

    def columns(self) -> list[Column]:
        """The values as heads of columns; none for `simulate`."""
        if not self._run.result:
            return []
        best = self._run.result.best
        return [Column(self._formats.written(v), best=v == best) for v in self._values]

    def money(self) -> list[MeasureRow]:
        """Orders and money."""
        return [self._row(name) for name in MONEY if self._estimates.has(name)]

    def measures(self) -> list[tuple[Markup, list[MeasureRow]]]:
        """All measures in groups, each with its heading."""
        groups: dict[str, list[MeasureRow]] = {key: [] for key in GROUPS}
        for name in self._run.measure_names:
            groups[group_of(name)].append(self._row(name))
        return [(self._words(f"group.{key}"), rows) for key, rows in groups.items() if rows]

    def _row(self, name: str) -> MeasureRow:
        unit = unit_of(name)
        intervals = self._along(name)
        scale = shared_scale(self._formats, unit, intervals)
        cells = tuple(
            self._formats.estimate(i, unit, scale, with_word=unit is Unit.SHARE) for i in intervals
        )
        return MeasureRow(self._words.measure(name), self._unit(unit, intervals), cells)

    def _along(self, name: str) -> list[Interval]:
        """A measure at every value."""
        return [self._estimates.at(value)[name] for value in self._values]

    def _unit(self, unit: Unit, intervals: Iterable[Interval]) -> str:
        return "" if unit is Unit.SHARE else shared_scale(self._formats, unit, intervals).word


def threshold_row(verdict: Verdict, words: Words, formats: Formats) -> ThresholdRow:
    """A rule beside what was found."""
    unit = unit_of(verdict.measure)
    half_width = (verdict.high - verdict.low) / 2
    found = Interval(verdict.value, verdict.low, verdict.high, half_width, 0)
    return ThresholdRow(
        measure=words.measure(verdict.measure),
        limit=formats.limit(verdict.comparison, verdict.limit, unit),
        estimate=formats.estimate(found, unit),
        state="unsure" if not verdict.sure else "kept" if verdict.passed else "missed",
    )


def shared_scale(formats: Formats, unit: Unit, intervals: Iterable[Interval]) -> Scale:
    """One scale for numbers that stand together, so that they compare at a glance."""
    means = sorted(abs(i.mean) for i in intervals if math.isfinite(i.mean))
    # Waits differ a hundredfold between values: their middle picks the unit.
    return formats.scale(unit, [median(means)] if means else [])


def precision_note(reach: Reach, words: Words, formats: Formats) -> Markup:
    """In words, how far a measure is from its precision; of one without spread, what is known."""
    without = reach.state == "rare" and math.isnan(reach.found.mean)
    return words(
        "precision.rare_undefined" if without else f"precision.{reach.state}",
        count=formats.count(reach.replications),
        share=formats.value(math.ceil(reach.exceptions * 1000) / 1000, Unit.SHARE),
    )


def group_of(name: str) -> str:
    """The group of `GROUPS` in which a measure stands."""
    return next(key for key, starts in GROUPS.items() if name.startswith(starts))
