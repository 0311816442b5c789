"""`esfand compare SIMULATED LIVE`: the run folder of a live run beside that of a simulated one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports import departures, run_folder
from reports.departures import Departures
from reports.run_folder import Run
from scenarios.changes import changes
from scenarios.errors import UserError
from scenarios.loader import load_text
from scenarios.schema import Scenario
from sim.common_numbers import drawn_apart
from sim.experiments.restate import TOLD


def are_runs(names: Sequence[str]) -> bool:
    """Whether these are run folders. Raises UserError where only some of them are."""
    found = [name for name in names if run_folder.is_run(Path(name))]
    if found and len(found) < len(names):
        raise UserError(
            f"{found[0]} is a run folder, and {next(n for n in names if n not in found)} is none: "
            "compare scenarios with scenarios, or a simulated run with a live one."
        )
    return bool(found)


def beside(names: Sequence[str], out: Path | None) -> tuple[Departures, Path]:
    """Write where the live run of the two departs, into its folder or `out`; returns both.

    Raises UserError for runs that are not one of each kind, or of other shoppers.
    """
    runs = [run_folder.read(Path(name)) for name in names]
    sources = [run.manifest.source for run in runs]
    if sorted(sources) != ["live", "simulated"] or any(run.result for run in runs):
        raise UserError(
            "Name one run of `esfand simulate` and one of `esfand load`; scenarios are compared "
            "by playing them: esfand compare SCENARIO SCENARIO."
        )
    simulated, live = sorted(runs, key=lambda run: run.manifest.source == "live")
    settings = _checked(simulated, live)
    found = departures.depart(simulated, live, settings)
    folder = out or live.folder
    departures.write(found, folder)
    return found, folder


def _checked(simulated: Run, live: Run) -> list[str]:
    """The fields of the shop in which the two differ. Raises UserError for other shoppers."""
    model, shop = _scenario(simulated), _scenario(live)
    apart = drawn_apart(model, shop)
    if apart or simulated.manifest.seed != live.manifest.seed:
        what = ", ".join(apart) or "seed"
        raise UserError(
            f"{simulated.folder} and {live.folder} have not met the same shoppers ({what}).\n"
            f"Simulate what was played live: esfand simulate {live.folder / 'scenario.yaml'}"
        )
    fields = [change.field for change in changes(model, shop)]
    return [field for field in fields if field.partition(".")[0] not in TOLD]


def _scenario(run: Run) -> Scenario:
    return load_text(run.scenario, str(run.folder / run_folder.SCENARIO))
