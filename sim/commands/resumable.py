"""`--resume RUN` of commands but `simulate`: the stopped run's own command line, once more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from sim.experiments.experiment import Command

_BESIDE = ("before", "jobs", "quiet", "as_json")
"""What may be said once more: it makes no difference to the run."""

resume = click.option(
    "--resume",
    "before",
    metavar="RUN",
    help="Instead of all of this but --jobs, --quiet, --json: go on with a run that was stopped.",
)


class Resumable(click.Command):
    """A command with the option `resume`, whose function gets as `before` what the run left."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words of a stopped run stand for those that made it."""
        if not any(word.partition("=")[0] == "--resume" for word in args):
            return super().parse_args(ctx, args)
        said = self._beside(ctx, args)
        from sim.experiments.resume import stopped

        before = stopped(Path(said["before"]), cast("Command", self.name))
        rest = self.parse_args(ctx, list(before.head.words))
        ctx.params |= said | {"before": before}
        return rest

    def _beside(self, ctx: click.Context, args: list[str]) -> dict[str, Any]:
        """What stands beside `--resume`. Raises UsageError where it is too much."""
        params = [each for each in self.params if each.name in _BESIDE]
        small = click.Command(self.name, params=params, add_help_option=False)
        try:
            return small.make_context(ctx.info_name, list(args), parent=ctx.parent).params
        except (click.BadParameter, click.BadOptionUsage):
            raise
        except click.UsageError:
            raise click.UsageError(
                "--resume RUN has all that was asked for already: leave out everything but "
                "--jobs, --quiet and --json.",
                ctx,
            ) from None
