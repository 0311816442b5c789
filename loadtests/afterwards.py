"""`python -m loadtests.afterwards SPOOL`: what plain Locust runs when its test has ended."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from loadtests.auditing import Auditor
from loadtests.conclude import conclude, gather
from loadtests.load_command import tell_load
from loadtests.rehearsal import Rehearsal
from loadtests.spool import REHEARSAL, read_state
from reports.command_line import BAD_INPUT
from scenarios.errors import UserError


@click.command()
@click.argument("spool", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--command-line", default="")
def finish(spool: Path, out: Path | None, command_line: str) -> None:
    """Audit the shop, write the run folder, print what it came to, end with its exit code."""
    try:
        rehearsal = Rehearsal.from_json((spool / REHEARSAL).read_text(encoding="utf-8"))
        state = read_state(spool)
        if not state.began:
            raise UserError("The run ended before it began; nothing is written.")
        folder = out or Path("runs") / f"{rehearsal.resolved.name}-load"
        gathered = gather(spool)
        findings, audited = Auditor.again(rehearsal, state.events_before).after(gathered.receipts)
        conclude(spool, folder, command_line, findings, audited, gathered)
        shutil.rmtree(spool, ignore_errors=True)
    except UserError as error:
        click.echo(str(error), err=True)
        raise SystemExit(BAD_INPUT) from None
    tell_load(folder, quiet=False, as_json=False, interrupted=state.interrupted)


if __name__ == "__main__":
    finish()
