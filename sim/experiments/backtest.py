"""`esfand backtest`: simulate the days that really were, and lay them beside their exports."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict, get_args

import numpy as np
from numpy.typing import NDArray

from reports.backtest_result import Backtest
from scenarios.calibration.baskets import baskets
from scenarios.calibration.call_logs import read_call_log
from scenarios.calibration.orders import Currency, Export, read_orders
from scenarios.calibration.selection import Selection, select
from scenarios.calibration.tables import JSON, check_ending
from scenarios.calibration.tickets import read_tickets
from scenarios.errors import UserError
from scenarios.loader import load
from scenarios.schema import Scenario
from scenarios.units import format_day
from sim.experiments.calibrate_options import (
    broken_allowed,
    check_columns,
    columns_given,
    statuses_given,
)
from sim.experiments.experiment import Experiment, How, as_options
from sim.experiments.judging import LEVEL, judge, least_replications
from sim.experiments.laid_beside import (
    CHANNELS,
    Figures,
    Wanted,
    of_calls,
    of_orders,
    of_tickets,
    season_cells,
)
from sim.experiments.progress import progress
from sim.experiments.record import record
from sim.replication import Task, run

Flags = NDArray[np.bool_]
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


@dataclass(frozen=True)
class _Real:
    """The figures of the exports, and what is to be looked at in a replication."""

    figures: Figures
    wanted: Wanted
    days: Flags
    """Of the season's days, those that count; shape (days,)."""
    warnings: tuple[str, ...]


def backtest(
    name: str, settings: Sequence[str], exports: Exports, how: How
) -> tuple[Path, tuple[str, ...]]:
    """Play a scenario, judge it by the exports, and write the run folder.

    Returns the folder, and what a person should be warned of. Raises UserError for a scenario, an
    export or a part that cannot be read, for exports that share no day with the scenario's season,
    and for too few replications; before anything is played.
    """
    scenario = load(name, settings)
    if scenario.season.window is not None:
        raise UserError(
            f"{scenario.name} plays a window of its season only; a backtest takes whole days.\n"
            "Leave season.window out of the scenario."
        )
    if how["replications"] < least_replications():
        raise UserError(
            f"--replications {how['replications']}: where {LEVEL:.0%} of all seasons lie takes "
            f"{least_replications()} or more."
        )
    part = select(exports["test_on"], "--test-on")
    real = _read(exports, scenario, part)
    experiment = Experiment.of(
        "backtest", (name, *_as_words(exports), *as_options(settings)), scenario, how
    )
    began = time.perf_counter()
    tasks = [
        Task(scenario.seed, number, (("", scenario),), look=real.wanted)
        for number in range(experiment.replications)
    ]
    with progress("replications", shown=not experiment.quiet) as bar:
        bar.expect(len(tasks))
        played = run(tasks, experiment.jobs, bar.advance)
    simulated = [
        {**(each.seen or {}), **{name: float(each.measures[name]) for name in real.wanted.measures}}
        for each in played
    ]
    judged = judge(real.figures, simulated)
    first, last = (
        scenario.season.start.date() + dt.timedelta(days=int(n))
        for n in np.flatnonzero(real.days)[[0, -1]]
    )
    result = Backtest(
        level=LEVEL,
        covers=judged.covers,
        sources=tuple(path.name for path in _paths(exports).values()),
        part=part.words(),
        first=format_day(first),
        last=format_day(last),
        days=int(real.days.sum()),
        expected_misses=judged.expected_misses,
        usual_misses=judged.usual_misses,
        p=judged.p,
        figures=judged.figures,
        groups=judged.groups,
    )
    record(experiment, played, time.perf_counter() - began, thresholds=(), backtest=result)
    return experiment.folder, real.warnings


def _read(exports: Exports, scenario: Scenario, part: Selection) -> _Real:
    """Read every export, and count what the scenario's season shares with it.

    Moments with an offset from UTC are brought to the season's own time zone.
    """
    _check_options(exports)
    columns = columns_given(exports["columns"])
    max_broken, zone = broken_allowed(exports["max_broken"]), scenario.season.timezone
    start = scenario.season.start.date()
    season = season_cells(scenario.season)
    season &= part.cells(start, len(season))
    figures: Figures = {}
    cells: dict[str, Flags] = {}
    warnings: list[str] = []
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
        days = export.lines["at"].dt.date
        cells["orders"] = _shared(path, season, start, days.min(), days.max(), scenario)
        figures |= _of_export(export, scenario, cells["orders"], warnings)
    if path := exports["calls"]:
        log = read_call_log(path, _of("calls", columns), zone=zone, max_broken=max_broken)
        warnings.append(log.reading.warning())
        cells["phone"] = _of_channel("phone", path, log.calls.day, season, scenario)
        figures |= of_calls(log.calls, scenario, cells["phone"])
    if path := exports["support"]:
        tickets = read_tickets(path, _of("support", columns), zone=zone, max_broken=max_broken)
        warnings.append(tickets.reading.warning())
        cells["email"] = _of_channel("email", path, tickets.day, season, scenario)
        figures |= of_tickets(tickets, scenario, cells["email"])
    measures: Figures = {}
    if path := exports["payments"]:
        from scenarios.calibration.payment_part import fit_payments
        from scenarios.calibration.payments import read_payments

        if not part.whole:
            raise UserError("--test-on and --payments: a gateway's report is taken as a whole.")
        report = read_payments(path, _of("payments", columns), zone=zone, max_broken=max_broken)
        paid = fit_payments(report)
        measures = dict(paid.figures)
        warnings.append(paid.warning)
    counted = cells.values() or [season]
    return _Real(
        figures | measures,
        Wanted(
            cells.get("orders"),
            {channel: cells[channel] for channel in CHANNELS if channel in cells},
            tuple(measures),
        ),
        np.any([each.any(axis=1) for each in counted], axis=0),
        tuple(filter(None, warnings)),
    )


def _check_options(exports: Exports) -> None:
    """Raise UserError for nothing to lay beside, and for options that would do nothing."""
    if not _paths(exports):
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


def _of_channel(
    channel: str, path: Path, days: NDArray[np.int64], season: Flags, scenario: Scenario
) -> Flags:
    """The hours that count of an export of contacts on these days, ordinals in order."""
    if all(desk.channel != channel for desk in scenario.support.desks):
        raise UserError(f"{path}: {scenario.name} has no desk of the channel {channel}.")
    first, last = (dt.date.fromordinal(int(days[end])) for end in (0, -1))
    return _shared(path, season, scenario.season.start.date(), first, last, scenario)


def _shared(
    path: Path, season: Flags, start: dt.date, first: dt.date, last: dt.date, scenario: Scenario
) -> Flags:
    """The hours of the season that count, on the days of an export. Raises UserError for none."""
    cells = season.copy()
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


def _paths(exports: Exports) -> dict[str, Path]:
    return {name: path for name in EXPORTS if (path := exports[name])}


def _as_words(exports: Exports) -> list[str]:
    """Of the command line."""
    words = [word for name, path in _paths(exports).items() for word in (f"--{name}", str(path))]
    for option, texts in (
        ("--test-on", exports["test_on"]),
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
