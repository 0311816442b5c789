"""`esfand forecast`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from reports.command_line import as_json, out, overrides, print_json, warn

if TYPE_CHECKING:
    from sim.experiments.forecast import Asked


@click.command("forecast")
@click.argument("scenario")
@click.option(
    "--to",
    metavar="YEAR|DAY",
    required=True,
    help="Jalali year in which the next season begins, such as 1405, or its first day.",
)
@click.option(
    "--growth",
    metavar="SHARE",
    help="Sessions beyond last season's, such as 15%, or 10%..20% where 95% lie. [0%]",
)
@click.option(
    "--forecast-error",
    metavar="SHARE",
    help="How wrong the whole forecast may be, as a coefficient of variation. [what the fit's days "
    "or weeks differ, and the interval of the growth]",
)
@click.option(
    "--campaign",
    "campaigns",
    metavar="CAMPAIGN=MOMENT",
    multiple=True,
    help="When a campaign begins, by its number or product, such as 1='1405-12-10 20:00', or none "
    "to leave it out; may be repeated. [its Jalali date]",
)
@click.option("--keep-stock", is_flag=True, help="Stock stays; else it grows with the sessions.")
@click.option("--name", help="Of the new scenario. [that of --out, or SCENARIO-YEAR]")
@click.option("--force", is_flag=True, help="Replace the scenario file if there is one already.")
@overrides("Change one field of last season's scenario first")
@out("The scenario file. [NAME.yaml]")
@click.option("--quiet", "-q", is_flag=True, help="Print mistakes and warnings only.")
@as_json
def forecast_scenario(
    scenario: str,
    overrides: tuple[str, ...],
    quiet: bool,
    as_json: bool,
    **asked: Unpack[Asked],
) -> None:
    """Carry SCENARIO, fitted to last season, to the next.

    With growth, by the calendar, campaigns and all.
    """
    from sim.experiments.forecast import write_forecast

    written = write_forecast(scenario, overrides, asked)
    if written.warning():
        warn(written.warning())
    if as_json:
        print_json(written.as_object())
    elif not quiet:
        click.echo(written.text())
