"""What really happened in a scenario's season, by the exports that `esfand backtest` was given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypedDict, get_args

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.baskets import baskets
from scenarios.calibration.call_logs import read_call_log
from scenarios.calibration.orders import Currency, Export, read_orders
from scenarios.calibration.selection import Selection, select
from scenarios.calibration.tables import JSON, check_ending
from scenarios.calibration.tickets import read_tickets
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.units import format_day
from sim.experiments.calibrate_options import (
    broken_allowed,
    check_columns,
    columns_given,
    statuses_given,
)
from sim.experiments.fitted_on import is_varied, widening
from sim.experiments.laid_beside import (
    CHANNELS,
    Figures,
    Wanted,
    of_calls,
    of_orders,
    of_tickets,
    season_cells,
)

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
_Export = Literal["orders", "calls", "support", "payments"]
EXPORTS: tuple[_Export, ...] = get_args(_Export)
_PRODUCTS = ("share_of_lines ", "share_of_orders ")


class Exports(TypedDict):
    """What really happened, and how it is to be read."""

    orders: Path | None
    calls: Path | None
    support: Path | None
    payments: Path | None
    columns: Sequence[str]
    """`role=header` texts; of another export than the orders `calls.role=header`."""
    orders_format: str | None
    order_statuses: Sequence[str]
    """`word=fate` texts."""
    currency: Currency | None
    max_broken: str | None
    test_on: Sequence[str]
    """The parts that count (`scenarios.calibration.selection`); none for all."""
    fit_on: Sequence[str]
    """The parts that the scenario was fitted to, so that the ranges hold the chance of that fit;
    none to leave it out."""


@dataclass(frozen=True)
class Happened:
    """The figures of the exports, and what is to be looked at in a replication."""

    figures: Figures
    wanted: Wanted
    wider: Mapping[str, float]
    """Figure -> how many times as wide its range is for the chance in the scenario's fit."""
    days: Flags
    """Of the season's days, those that count; shape (days,)."""
    warnings: tuple[str, ...]


def what_happened(exports: Exports, scenario: Scenario, part: Selection) -> Happened:
    """Read every export, and count what the scenario's season shares with it.

    Moments with an offset from UTC are brought to the season's own time zone. Raises UserError for
    an export that cannot be read, that shares no hour with the season, or of which the hours that
    count were fitted.
    """
    _check_options(exports)
    columns = columns_given(exports["columns"])
    max_broken, zone = broken_allowed(exports["max_broken"]), scenario.season.timezone
    found = _Shared(scenario, part, select(exports["fit_on"]))
    if path := exports["orders"]:
        named = {role: header for role, header in columns.items() if "." not in role}
        export = read_orders(
            path,
            named,
            currency=exports["currency"],
            zone=zone,
            max_broken=max_broken,
            orders_format=exports["orders_format"],
            statuses=statuses_given(exports["order_statuses"]),
        )
        at = export.lines.groupby("order")["at"].first()
        days = np.array([moment.toordinal() for moment in at], np.int64)
        found.add("orders", path, days, at.dt.hour.to_numpy(np.int64))
        found.took(_of_export(export, scenario, found.cells["orders"], found.warnings), "orders")
    if path := exports["calls"]:
        log = read_call_log(path, _of("calls", columns), zone=zone, max_broken=max_broken)
        found.warnings.append(log.reading.warning())
        _check_desk("phone", path, scenario)
        found.add("phone", path, log.calls.day, (log.calls.at // 3600).astype(np.int64))
        found.took(of_calls(log.calls, scenario, found.cells["phone"]), "phone")
    if path := exports["support"]:
        tickets = read_tickets(path, _of("support", columns), zone=zone, max_broken=max_broken)
        found.warnings.append(tickets.reading.warning())
        _check_desk("email", path, scenario)
        found.add("email", path, tickets.day, (tickets.at // 3600).astype(np.int64))
        found.took(of_tickets(tickets, scenario, found.cells["email"]), "email")
    measures: Figures = {}
    if path := exports["payments"]:
        from scenarios.calibration.payment_part import fit_payments
        from scenarios.calibration.payments import read_payments

        for option in ("test_on", "fit_on"):
            if exports[option]:
                raise UserError(
                    f"--{option.replace('_', '-')} and --payments: a gateway's report is taken as "
                    f"a whole."
                )
        report = read_payments(path, _of("payments", columns), zone=zone, max_broken=max_broken)
        paid = fit_payments(report)
        measures = dict(paid.figures)
        found.warnings.append(paid.warning)
    return found.happened(measures)


@dataclass
class _Shared:
    """What season and exports share, export by export."""

    scenario: Scenario
    part: Selection
    fit_on: Selection
    figures: Figures = field(default_factory=dict)
    cells: dict[str, Flags] = field(default_factory=dict)
    """`orders` or a channel -> hours that count, shape (days, 24)."""
    wider: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _factors: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = self.scenario.season.start.date()
        self._season = season_cells(self.scenario.season)
        self._season &= self.part.cells(first, len(self._season))

    def add(self, what: str, path: Path, days: Ints, hours: Ints) -> None:
        """An export of those who came on these days (ordinals) and hours, shape (count,) each."""
        first, last = (dt.date.fromordinal(int(end)) for end in (days.min(), days.max()))
        self.cells[what] = _shared(path, self._season, first, last, self.scenario)
        if self.fit_on.whole:
            return
        fitted = self.fit_on.cells(first, (last - first).days + 1)[days - days.min(), hours]
        number = days - self.scenario.season.start.date().toordinal()
        tested = (number >= 0) & (number < len(self._season))
        tested[tested] = self.cells[what][number[tested], hours[tested]]
        if (tested & fitted).any() or not fitted.any():
            why = (
                f"what is tested of {path} was fitted too"
                if fitted.any()
                else f"none of {path} was fitted"
            )
            raise UserError(
                f"--fit-on {self.fit_on.words()}: {why}.\nSay which part esfand calibrate --fit-on "
                f"was given, and test on another (--test-on)."
            )
        self._factors[what] = widening(int(tested.sum()), int(fitted.sum()))

    def took(self, figures: Figures, what: str) -> None:
        """The figures of an export that was added."""
        self.figures |= figures
        if what in self._factors:
            self.wider |= {
                name: self._factors[what] for name in figures if not is_varied(name, self.scenario)
            }

    def happened(self, measures: Figures) -> Happened:
        """All of it, and what the whole season measures."""
        counted = self.cells.values() or [self._season]
        return Happened(
            self.figures | measures,
            Wanted(
                self.cells.get("orders"),
                {channel: self.cells[channel] for channel in CHANNELS if channel in self.cells},
                tuple(measures),
            ),
            self.wider,
            np.any([each.any(axis=1) for each in counted], axis=0),
            tuple(filter(None, self.warnings)),
        )


def _check_options(exports: Exports) -> None:
    """Raise UserError for nothing to lay beside, and for options that would do nothing."""
    if not paths_of(exports):
        raise UserError("Nothing to lay beside: give --orders, --calls, --support or --payments.")
    check_columns(
        columns_given(exports["columns"]),
        {name: exports[name] for name in EXPORTS},
    )
    statuses_given(exports["order_statuses"])
    if exports["orders"] is not None:
        check_ending(exports["orders"], also=JSON)
        return
    for option, value in (
        ("--currency", exports["currency"]),
        ("--orders-format", exports["orders_format"]),
        ("--order-status", exports["order_statuses"]),
    ):
        if value:
            raise UserError(f"{option} is about an order export; give --orders too.")


def _of_export(export: Export, scenario: Scenario, cells: Flags, warnings: list[str]) -> Figures:
    """The orders' figures; without those of products where the export knows none of them."""
    if export.broken:
        warnings.append(
            f"{len(export.broken):,} of {export.rows:,} rows "
            f"({len(export.broken) / export.rows:.2%}) are no order lines and were left out. "
            "The first (masked: x is a letter, # a digit):\n"
            f"{export.broken_examples()}"
        )
    rows = baskets(export.lines)
    figures = of_orders(rows, scenario, cells)
    if any(name.startswith(_PRODUCTS) for name in figures):
        named = {entry.name for entry in scenario.catalogue if entry.products == 1}
        if not named & set(rows["product"].unique()):
            warnings.append(
                f"{export.source} has none of the products that {scenario.name} names, so no "
                "shares of products are compared."
            )
            return {n: value for n, value in figures.items() if not n.startswith(_PRODUCTS)}
    return figures


def _check_desk(channel: str, path: Path, scenario: Scenario) -> None:
    if all(desk.channel != channel for desk in scenario.support.desks):
        raise UserError(f"{path}: {scenario.name} has no desk of the channel {channel}.")


def _shared(path: Path, season: Flags, first: dt.date, last: dt.date, scenario: Scenario) -> Flags:
    """The hours of the season that count, on the days of an export. Raises UserError for none."""
    cells, start = season.copy(), scenario.season.start.date()
    number = np.arange(len(cells))
    cells[(number < (first - start).days) | (number > (last - start).days)] = False
    if not cells.any():
        end = start + dt.timedelta(days=len(cells) - 1)
        raise UserError(
            f"{path} has no hour that counts on the days of {scenario.name}: it goes from "
            f"{format_day(first)} to {format_day(last)}, the season from {format_day(start)} to "
            f"{format_day(end)}.\nMove the season (--set season.start={format_day(first)}, `esfand "
            f"forecast`), or leave another part (--test-on)."
        )
    return cells


def _of(name: str, columns: dict[str, str]) -> dict[str, str]:
    return {
        role.removeprefix(f"{name}."): header
        for role, header in columns.items()
        if role.startswith(f"{name}.")
    }


def paths_of(exports: Exports) -> dict[str, Path]:
    """The exports that were given, by their options' names."""
    return {name: path for name in EXPORTS if (path := exports[name])}


def as_words(exports: Exports) -> list[str]:
    """The options of the command line that make these."""
    words = [word for name, path in paths_of(exports).items() for word in (f"--{name}", str(path))]
    for option, texts in (
        ("--test-on", exports["test_on"]),
        ("--fit-on", exports["fit_on"]),
        ("--column", exports["columns"]),
        ("--order-status", exports["order_statuses"]),
    ):
        words += [word for text in texts for word in (option, text)]
    for option, value in (
        ("--orders-format", exports["orders_format"]),
        ("--currency", exports["currency"]),
        ("--max-broken", exports["max_broken"]),
    ):
        if value:
            words += [option, value]
    return words
