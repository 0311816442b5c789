"""The command line: which commands there are, and how a mistake or an interrupt ends.

A command's own file parses, calls and prints; it imports where used whatever takes time. Exit
codes: 0 ok, 1 threshold missed, 2 usage or bad input, 3 books do not balance, 4 invalid run,
5 verification failed, 130 interrupted.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from reports.command_line import BAD_INPUT, INTERRUPTED
from scenarios.errors import UserError
from scenarios.interrupts import stoppable

COMMANDS = {
    "scenarios": "sim.commands.scenarios:scenario_group",
    "calibrate": "sim.commands.calibrate:calibrate_scenario",
    "backtest": "sim.commands.backtest:backtest_scenario",
    "forecast": "sim.commands.forecast:forecast_scenario",
    "simulate": "sim.commands.simulate:simulate_scenario",
    "compare": "sim.commands.compare:compare_scenarios",
    "tune": "sim.commands.tune:tune_scenario",
    "staff": "sim.commands.staff:staff_scenario",
    "sensitivity": "sim.commands.sensitivity:study_sensitivity",
    "report": "sim.commands.report:rebuild_reports",
    "verify": "sim.commands.verify:verify_engine",
    "load": "loadtests.load_command:load_live_shop",
    "audit": "loadtests.audit_command:audit_run",
    "serve": "loadtests.serve_command:serve_store",
}
"""Where each command is, as module:name, in the order of `--help`."""


class Commands(click.Group):
    """The commands of `COMMANDS`, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        with stoppable(signal.SIGINT):
            return super().invoke(ctx)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="esfand", message="%(prog)s %(version)s")
def cli() -> None:
    """Load testing and peak-season simulation for online shops."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and end with its exit code; a user's mistake is never a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where `±` or Persian cannot be written
    try:
        cli.main(arguments, prog_name="esfand", standalone_mode=False)
    except UserError as error:
        click.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except click.Abort as error:
        how_to_go_on = str(error.__cause__ or "")
        click.echo("\n".join(["Interrupted.", *how_to_go_on.splitlines()]), err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # `esfand scenarios show nowruz | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


if __name__ == "__main__":
    main()
