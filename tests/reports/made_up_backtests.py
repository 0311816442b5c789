"""Backtests with numbers from nowhere: every verdict, and every kind of figure."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from reports.backtest_file import write_backtest
from reports.backtest_result import Backtest, BacktestFigure, BacktestGroup
from reports.run_folder import Run

NAMES = (
    "orders_per_day", "units_per_day", "revenue_per_day_rial", "orders_01h", "orders_02h",
    "orders_on 2027-03-01", "orders_in_week_of 2027-03-01", "lines_per_order",
    "orders_of_2_lines", "orders_of_6_lines_or_more", "units_per_line", "lines_of_2_units",
    "lines_of_4_units_or_more", "share_of_lines tea", "share_of_orders tea 20:00-22:00",
    "calls_per_day", "call_wait_mean_s", "calls_abandoned_share", "calls_in_time_share",
    "calls_01h", "calls_02h", "calls_on 2027-03-01", "calls_in_week_of 2027-03-01",
    "tickets_per_day", "ticket_wait_mean_s", "tickets_in_time_share",
    "tickets_01h", "tickets_02h", "tickets_on 2027-03-01", "tickets_in_week_of 2027-03-01",
    "payment_success_rate",
)  # fmt: skip
_KINDS = ("volume", "times", "baskets", "products", "support", "tickets", "payments")


def backtests(simulation: Run, folder: Path) -> list[Run]:
    """One that agrees, one that does with a miss, one that misses, and one that misses together.

    The second's ranges hold the chance of the fit, and the third's scenario draws it.
    """
    return [
        with_backtest(simulation, folder / str(number), outside, p, part, wider)
        for number, (outside, p, part, wider) in enumerate(
            (
                ((), 0.6, "", 0.0),
                (("orders_01h",), 0.3, "odd-hours", 1.41),
                (
                    ("orders_01h", "call_wait_mean_s", "share_of_lines tea", "units_per_line"),
                    0.01,
                    "odd-hours",
                    1.0,
                ),
                ((), 0.04, "", 0.0),
            )
        )
    ]


def with_backtest(
    simulation: Run, folder: Path, outside: tuple[str, ...], p: float, part: str, wider: float = 0.0
) -> Run:
    """The run, copied to a folder, as a backtest in which these figures lie outside, the first of
    them far; `wider` for the chance of the fit, 0 where the ranges do not hold it."""
    shutil.copytree(simulation.folder, folder)
    figures = tuple(
        BacktestFigure(
            figure=name,
            real=0.9 if name in outside else 0.5,
            simulated=0.5,
            low=0.4,
            high=0.6,
            rank=1.0 if name in outside else 0.5,
            inside=name not in outside,
            p_joint=0.01 if name in outside[:1] else 0.2,
        )
        for name in NAMES
    )
    found = Backtest(
        level=0.95,
        covers=0.95,
        sources=("orders.csv", "calls.csv"),
        part=part,
        fitted_on="even-hours" if wider else "",
        wider=max(1.0, wider),
        first="1405-12-01",
        last="1405-12-14",
        days=14,
        expected_misses=1.2,
        usual_misses=4,
        p=p,
        figures=figures,
        groups=tuple(BacktestGroup(name=kind, figures=4, inside=3, p=0.2) for kind in _KINDS),
    )
    write_backtest(folder, found)  # the page keeps it inside
    manifest = simulation.manifest.model_copy(update={"command": "backtest"})
    return dataclasses.replace(simulation, folder=folder, manifest=manifest, backtest=found)
