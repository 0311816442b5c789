"""`esfand verify`."""

from __future__ import annotations

import sys

import click

from reports.command_line import VERIFICATION_FAILED, as_json, print_json


@click.command("verify")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=1405,
    show_default=True,
    help="Where all randomness comes from.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. [one per core]")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing; the exit code tells.")
@as_json
def verify_engine(seed: int, jobs: int | None, quiet: bool, as_json: bool) -> None:
    """Hold this engine against theory and a textbook simulation."""
    from sim.experiments.progress import progress
    from sim.replication import cores
    from sim.verification import told
    from sim.verification.run import replications, verify

    with progress("replications", shown=not quiet) as work:
        work.expect(replications())
        verification = verify(seed, jobs or cores(), on_done=work.advance)
    if as_json:
        print_json(told.as_object(verification))
    elif not quiet:
        click.echo(told.as_text(verification))
    sys.exit(0 if verification.passed else VERIFICATION_FAILED)
