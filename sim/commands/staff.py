"""`esfand staff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from reports.command_line import overrides, playing, seed, tell, with_seed
from sim.commands.resumable import Resumable, resume

if TYPE_CHECKING:
    from sim.experiments.experiment import How
    from sim.experiments.journal import RunJournal
    from sim.staffing.fitting import Hours


@click.command("staff", cls=Resumable)
@click.argument("scenario")
@click.option(
    "--target",
    "targets",
    metavar="MEASURE.CHANNEL>=SHARE",
    multiple=True,
    help="Such as 'support_service_level.chat >= 85%' or 'support_abandonment_rate <= 5%'; may be "
    "repeated. [service level 80%, e-mail 95%]",
)
@click.option(
    "--hours",
    type=click.Choice(["keep", "as-now", "free"]),
    default="keep",
    show_default=True,
    help="keep: who is open stays open; as-now: and opens at no other hour; free: neither.",
)
@click.option(
    "--day-classes",
    type=click.IntRange(1, 3),
    metavar="N",
    default=3,
    show_default=True,
    help="Kinds of days that are staffed apart, by how many contacts they bring.",
)
@click.option(
    "--shortest-shift",
    type=click.IntRange(1, 24),
    metavar="HOURS",
    default=1,
    show_default=True,
    help="No shift is shorter.",
)
@click.option(
    "--most-agents",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of one desk at the same time. [no limit]",
)
@click.option(
    "--write-scenario",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the recommended scenario to a new file too.",
)
@overrides()
@seed
@playing(replications=8, written="Folder of the run. [runs/SCENARIO-staff]", least=4)
@resume
def staff_scenario(
    scenario: str,
    targets: tuple[str, ...],
    hours: Hours,
    day_classes: int,
    shortest_shift: int,
    most_agents: int | None,
    write_scenario: Path | None,
    overrides: tuple[str, ...],
    seed: int | None,
    before: RunJournal | None,
    as_json: bool,
    **how: Unpack[How],
) -> None:
    """Find how many agents sit at which desk, hour by hour.

    Those of SCENARIO that keep its targets at least cost. The targets hold for a desk over the
    whole season, all of them together with 95% confidence.
    """
    from sim.experiments.staff import staff
    from sim.staffing.fitting import PLENTY, Wishes

    wishes = Wishes(hours, day_classes, shortest_shift, most_agents or PLENTY)
    how["quiet"] |= as_json
    settings = with_seed(overrides, seed)
    folder = staff(scenario, settings, how, targets, wishes, write_scenario, before)
    tell(folder, how["quiet"], as_json)
