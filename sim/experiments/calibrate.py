"""`esfand calibrate`: fit a scenario to an order export, and let it show that it reproduces it."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.events import Log
from reports.console import table
from reports.log import as_array
from scenarios.calibration.check import compare, observed, simulated
from scenarios.calibration.fit import Fit, fit
from scenarios.calibration.orders import Currency, read_orders
from scenarios.calibration.text import write_scenario
from scenarios.errors import UserError
from sim.experiments.experiment import How
from sim.experiments.progress import progress
from sim.experiments.record import faults
from sim.replication import Replication, Task, cores, run

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 100


@dataclass(frozen=True)
class Calibration:
    """A scenario file, and how well what it plays agrees with the export that it came from."""

    file: Path
    fit: Fit
    account: pd.DataFrame
    """Columns figure, real, simulated, low, high, verdict: see `scenarios.calibration.check`."""
    faults: tuple[str, ...]
    """What the audit found in the replications."""

    def text(self) -> str:
        """The account for people: what was taken for granted, then the export beside the runs."""
        rows = [("", "figure", "export", "simulated", "95% of replications", "")]
        for figure, real, played, low, high, verdict in self.account.itertuples(index=False):
            places = _places((high - low) / 2)
            export, mean, least, most = (f"{n:,.{places}f}" for n in (real, played, low, high))
            mark = "" if verdict == "inside" else verdict
            rows.append(("", figure, export, mean, f"{least} to {most}", mark))
        inside = (self.account["verdict"] == "inside").sum()
        sentences = [line for text in self.fit.account for line in textwrap.wrap(text, _WIDTH)]
        agreement = f"{inside} of the export's {len(self.account)} figures lie inside."
        return "\n".join((*sentences, "", *table(rows), "", agreement, f"Scenario: {self.file}"))

    def as_object(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "scenario": str(self.file),
            "name": self.fit.scenario.name,
            "account": list(self.fit.account),
            "figures": self.account.to_dict("records"),
            "books": {"balanced": not self.faults, "faults": list(self.faults)},
        }


def calibrate(
    orders: Path, how: How, columns: Sequence[str], currency: Currency | None, name: str | None
) -> Calibration:
    """Write the scenario file (`how["out"]`), then play it a few times and compare.

    `columns` are `role=header` texts. `name` defaults to the export's, the file to `<name>.yaml`.
    It takes two replications or more. Raises UserError for an export that cannot be read or
    fitted, and for a file that cannot be written.
    """
    name = name or _name_after(orders)
    file = how["out"] or Path(f"{name}.yaml")
    if file.exists() and orders.exists() and file.samefile(orders):
        raise UserError(f"--out {file} is the export itself. Name another file.")
    export = read_orders(orders, _columns(columns), currency=currency)
    fitted = fit(export, name)
    write_scenario(fitted, file)
    scenario = fitted.scenario
    tasks = [
        Task(scenario.seed, number, (("", scenario),), keep_log=True)
        for number in range(how["replications"])
    ]
    with progress("replications", len(tasks), shown=not how["quiet"]) as advance:
        played = run(tasks, how["jobs"] or cores(), advance)
    figures = [simulated(_frame(each), scenario) for each in played]
    account = compare(observed(export, scenario), figures)
    return Calibration(file, fitted, account, faults(played))


def _columns(given: Sequence[str]) -> dict[str, str]:
    pairs = [(text, *text.partition("=")) for text in given]
    for text, role, equals, header in pairs:
        if not (role and equals and header):
            raise UserError(f"--column {text}: write role=header, for example order=OrderNumber.")
    return {role.strip(): header for _, role, _, header in pairs}


def _frame(replication: Replication) -> pd.DataFrame:
    import pandas as pd

    assert replication.log is not None  # the tasks keep it
    return pd.DataFrame(as_array(Log(replication.log)))


def _name_after(orders: Path) -> str:
    """What a scenario fitted to a file is called: `Orders 1405.csv.gz` gives `orders-1405`."""
    stem = orders.name.partition(".")[0].lower()
    return re.sub("[^a-z0-9]+", "-", stem).strip("-") or "fitted"


def _places(half_width: float) -> int:
    """Decimal places that give half the width of an interval two digits."""
    return max(0, 1 - math.floor(math.log10(half_width))) if half_width else 0
