"""`esfand backtest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

import click

from reports.command_line import overrides, playing, seed, tell, warn, with_seed

if TYPE_CHECKING:
    from sim.experiments.experiment import How


@click.command("backtest")
@click.argument("scenario")
@click.option("--orders", type=click.Path(path_type=Path), help="An export, as for calibrate.")
@click.option("--calls", type=click.Path(path_type=Path), help="A call log.")
@click.option("--support", type=click.Path(path_type=Path), help="Tickets.")
@click.option("--payments", type=click.Path(path_type=Path), help="A gateway's report.")
@click.option(
    "--test-on",
    metavar="PART",
    multiple=True,
    help="Which hours and days count: even-hours, odd-hours, 'hours 7-24', even-days, odd-days, "
    "'weekdays saturday,sunday', 'before 1404-12-15', 'from 1404-12-15'; several leave what is in "
    "all of them. [all that both have]",
)
@click.option(
    "--fit-on",
    metavar="PART",
    multiple=True,
    help="What calibrate --fit-on was given, of the same export: the ranges then hold the chance "
    "of that fit too. [they leave it out]",
)
@click.option(
    "--column",
    "columns",
    metavar="ROLE=HEADER",
    multiple=True,
    help="As for calibrate, where the guess would be wrong.",
)
@click.option("--orders-format", metavar="NAME", help="As for calibrate. [guessed]")
@click.option(
    "--order-status",
    "order_statuses",
    metavar="WORD=MEANING",
    multiple=True,
    help="As for calibrate: what a status of the shop's own means.",
)
@click.option("--currency", type=click.Choice(["rial", "toman"]), help="Of the amounts.")
@click.option(
    "--max-broken", metavar="SHARE", help="Rows that may make no sense, such as 10%. [5%]"
)
@overrides()
@seed
@playing(replications=79, written="Folder of the run. [runs/SCENARIO-backtest]", least=39)
def backtest_scenario(
    scenario: str,
    orders: Path | None,
    calls: Path | None,
    support: Path | None,
    payments: Path | None,
    test_on: tuple[str, ...],
    fit_on: tuple[str, ...],
    columns: tuple[str, ...],
    orders_format: str | None,
    order_statuses: tuple[str, ...],
    currency: Literal["rial", "toman"] | None,
    max_broken: str | None,
    overrides: tuple[str, ...],
    seed: int | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Play SCENARIO and lay it beside what really happened.

    Ends with 1 where the real days of the export would be too unusual for a season of the scenario.
    """
    from sim.experiments.backtest import backtest
    from sim.experiments.happened import Exports

    how["quiet"] |= as_json
    exports = Exports(
        orders=orders,
        calls=calls,
        support=support,
        payments=payments,
        columns=columns,
        orders_format=orders_format,
        order_statuses=order_statuses,
        currency=currency,
        max_broken=max_broken,
        test_on=test_on,
        fit_on=fit_on,
    )
    folder, warnings = backtest(scenario, with_seed(overrides, seed), exports, how)
    for text in warnings:
        warn(text)
    tell(folder, how["quiet"], as_json)
