"""`esfand calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from click.core import ParameterSource

from reports.command_line import (
    end_with_books,
    overrides,
    playing,
    print_json,
    seed,
    warn,
    with_seed,
)

if TYPE_CHECKING:
    from sim.experiments.calibrate_options import Given


@click.command("calibrate")
@click.option(
    "--orders",
    type=click.Path(path_type=Path),
    help="An export of orders: WooCommerce, PrestaShop, OpenCart or a list; CSV, Excel, Parquet, "
    "JSON.",
)
@click.option(
    "--load-run",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Instead of exports: fit the website's capacity to a live run; takes --out and --json.",
)
@click.option(
    "--support", type=click.Path(path_type=Path), help="Tickets of Zendesk, Freshdesk or others."
)
@click.option("--calls", type=click.Path(path_type=Path), help="A call log.")
@click.option("--payments", type=click.Path(path_type=Path), help="A gateway's report.")
@click.option(
    "--stock", type=click.Path(path_type=Path), help="What is on the shelves, by product."
)
@click.option(
    "--daily",
    type=click.Path(path_type=Path),
    help="Totals of days, for the shape of a season; instead of orders.",
)
@click.option(
    "--access-log",
    "access_logs",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A log of the web server, combined format, plain or gzipped; as often as there are files.",
)
@click.option(
    "--platform",
    metavar="NAME",
    help="Whose addresses the log has: woocommerce, opencart, prestashop or generic. [guessed]",
)
@click.option(
    "--page",
    "pages",
    metavar="STEP=PATTERN",
    multiple=True,
    help="Which addresses are product, cart, add, checkout, received or background, where the "
    "platform's own are not used: a regular expression from the first / on.",
)
@click.option(
    "--column",
    "columns",
    metavar="ROLE=HEADER",
    multiple=True,
    help="Which column is the order, product, quantity, unit_price, line_total, order_total, date, "
    "paid, status or customer, where the guess would be wrong; of other exports calls.at, "
    "support.created, payments.outcome, stock.on_hand, daily.amount.",
)
@click.option(
    "--orders-format",
    metavar="NAME",
    help="What the orders were exported by: woocommerce-analytics, woocommerce-rest, prestashop, "
    "opencart or generic. [guessed]",
)
@click.option(
    "--order-status",
    "order_statuses",
    metavar="WORD=MEANING",
    multiple=True,
    help="What a status of the shop's own means: stands, refunded, open, failed, cancelled or "
    "deleted.",
)
@click.option(
    "--timezone", metavar="ZONE", help="Of times without an offset from UTC. [Asia/Tehran]"
)
@click.option("--currency", type=click.Choice(["rial", "toman"]), help="Of the amounts.")
@click.option("--name", help="Of the scenario. [that of --out, or the export's]")
@click.option("--force", is_flag=True, help="Replace the scenario file if there is one already.")
@click.option(
    "--engaged", metavar="SHARE", help="Sessions that put something in a cart, such as 11%. [7%]"
)
@click.option(
    "--stock-margin",
    metavar="SHARE",
    help="Stock beyond what was sold and held meanwhile, such as 30%. [10%]",
)
@click.option(
    "--stock-cover", metavar="DURATION", help="Instead: every product has stock for so long."
)
@click.option(
    "--stock-at",
    type=click.Choice(["start", "end"]),
    help="Of the orders' days: when the list of stock was made. [start]",
)
@click.option(
    "--max-broken",
    metavar="SHARE",
    help="Lines of a log that may be malformed, rows that may be no order lines, such as 10%. [5%]",
)
@click.option(
    "--fit-on",
    metavar="PART",
    multiple=True,
    help="Fit to a part of the orders, calls and tickets, and test on the rest (esfand backtest "
    "--test-on): even-hours, odd-hours, 'hours 7-24', even-days, odd-days, 'weekdays "
    "saturday,sunday', 'before 1404-12-15' or 'from 1404-12-15'. [all of it]",
)
@overrides("Change one field after the fit, such as reservation.timeout=5min")
@seed
@playing(replications=5, written="The scenario file. [NAME.yaml]", least=2, reports=False)
@click.pass_context
def calibrate_scenario(
    context: click.Context,
    load_run: Path | None,
    overrides: tuple[str, ...],
    seed: int | None,
    as_json: bool,
    **given: Unpack[Given],
) -> None:
    """Fit a scenario to a shop's exports and logs.

    It is then played a few times, to say how well it reproduces them.
    """
    if load_run is not None:
        _calibrate_site(context, load_run, given["out"], given["quiet"], as_json)
        return
    from sim.experiments.calibrate import calibrate

    given["quiet"] |= as_json
    found = calibrate(with_seed(overrides, seed), given)
    if found.left_out:
        warn(found.left_out)
    if as_json:
        print_json(found.as_object())
    elif not given["quiet"]:
        click.echo(found.text())
    end_with_books(found.faults)


def _calibrate_site(
    context: click.Context, run: Path, out: Path | None, quiet: bool, as_json: bool
) -> None:
    """Fit a site to a live run."""
    from sim.experiments.calibrate_site import calibrate_site

    of_no_use = [
        name
        for name in context.params
        if name not in ("load_run", "out", "quiet", "as_json")
        and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if of_no_use:
        raise click.UsageError("--load-run takes --out, --quiet and --json, and nothing else.")
    found = calibrate_site(run, out)
    if as_json:
        print_json(found.as_object())
    elif not quiet:
        click.echo(found.text())
