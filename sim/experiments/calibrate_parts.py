"""`esfand calibrate` without orders: a scenario of what the other exports show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.calibration.assemble import alone
from scenarios.calibration.fit import Fit, changed_by_hand
from scenarios.calibration.text import write_scenario
from scenarios.errors import UserError
from sim.experiments.calibrate import (
    Given,
    broken_allowed,
    check_target,
    columns_given,
    name_after,
    part_to_fit,
    told,
)
from sim.experiments.exports import EXPORTS, Parts, read_parts
from sim.experiments.progress import progress
from sim.experiments.record import faults
from sim.experiments.reproduction import compare
from sim.replication import Task, at_once, run

if TYPE_CHECKING:
    import pandas as pd

_OF_ORDERS = {
    "currency": "--currency",
    "engaged": "--engaged",
    "stock_margin": "--stock-margin",
    "stock_cover": "--stock-cover",
}


@dataclass(frozen=True)
class PartsCalibration:
    """A scenario file, and how well what it plays agrees with the exports."""

    file: Path
    fit: Fit
    parts: Parts
    account: pd.DataFrame
    """Columns figure, real, simulated, low, high, verdict."""
    faults: tuple[str, ...]

    def text(self) -> str:
        """The account for people."""
        return told(self.fit, self.account, self.file)

    def warning(self) -> str:
        """Broken rows, masked; empty if there are none."""
        return self.parts.warning()

    def as_object(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "scenario": str(self.file),
            "name": self.fit.scenario.name,
            "account": list(self.fit.account),
            "broken_examples": [row.strip() for row in self.parts.warning().splitlines()],
            "figures": self.account.to_dict("records"),
            "books": {"balanced": not self.faults, "faults": list(self.faults)},
        }


def calibrate_parts(settings: Sequence[str], given: Given) -> PartsCalibration:
    """Fit, play a few times, compare, and write the scenario's file, as `calibrate` does.

    Raises UserError like it, and where there is no export at all.
    """
    paths = [path for name in EXPORTS if (path := given[name])]  # type: ignore[literal-required]
    if not paths:
        raise UserError(
            "Nothing to fit: give --orders, --access-log, --support, --calls or --payments."
        )
    for option, text in _OF_ORDERS.items():
        if given[option]:  # type: ignore[literal-required]
            raise UserError(f"{text} is about an order export; give --orders too.")
    name = given["name"] or name_after(paths[0], given["out"])
    file = given["out"] or Path(f"{name}.yaml")
    for path in paths:
        check_target(file, path, given["force"])
    columns = columns_given(given["columns"])
    for role, header in columns.items():
        if "." not in role:
            raise UserError(
                f"--column {role}={header}: there is no --orders; for another export write "
                f"calls.{role}, support.{role} or payments.{role}."
            )
    parts = read_parts(given, columns, broken_allowed(given), part_to_fit(given))
    fitted = changed_by_hand(alone(name, parts.every), settings)
    scenario = fitted.scenario
    tasks = [Task(scenario.seed, n, (("", scenario),)) for n in range(given["replications"])]
    with progress("replications", shown=not given["quiet"]) as bar:
        bar.expect(len(tasks))
        played = run(tasks, at_once(given["jobs"]), bar.advance)
    account = compare(parts.figures, [parts.measured(each) for each in played])
    write_scenario(fitted, file)
    return PartsCalibration(file, fitted, parts, account, faults(played))
