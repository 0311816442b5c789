"""What a calibration came to: the scenario's file, and how well it plays what it came from."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.console import table
from scenarios.calibration.fit import Fit

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 100


@dataclass(frozen=True)
class Calibration:
    """A scenario file, and how well what it plays agrees with the data that it came from."""

    file: Path
    fit: Fit
    source: str
    """What the figures are of: `export` or `log`."""
    left_out: str
    """Rows and lines that were left out, and the first of them, masked; empty for none."""
    examples: tuple[str, ...]
    """The first rows that were left out, masked."""
    account: pd.DataFrame
    """Columns figure, real, simulated, low, high, verdict: see `sim.experiments.reproduction`."""
    faults: tuple[str, ...]
    """What the audit found in the replications."""

    def text(self) -> str:
        """The account for people: what was taken for granted, then the data beside the runs."""
        rows = [("", "figure", self.source, "simulated", "95% of replications", "")]
        for figure, real, played, low, high, verdict in self.account.itertuples(index=False):
            places = _places((high - low) / 2)
            export, mean, least, most = (f"{n:,.{places}f}" for n in (real, played, low, high))
            mark = "" if verdict == "inside" else verdict
            rows.append(("", figure, export, mean, f"{least} to {most}", mark))
        inside = (self.account["verdict"] == "inside").sum()
        sentences = [line for text in self.fit.account for line in textwrap.wrap(text, _WIDTH)]
        agreement = f"{inside} of the {self.source}'s {len(self.account)} figures lie inside."
        return "\n".join((*sentences, "", *table(rows), "", agreement, f"Scenario: {self.file}"))

    def as_object(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "scenario": str(self.file),
            "name": self.fit.scenario.name,
            "account": list(self.fit.account),
            "broken_examples": list(self.examples),
            "figures": self.account.to_dict("records"),
            "books": {"balanced": not self.faults, "faults": list(self.faults)},
        }


def _places(half_width: float) -> int:
    """Decimal places that give half the width of an interval two digits."""
    return max(0, 1 - math.floor(math.log10(half_width))) if half_width else 0
