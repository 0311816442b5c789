"""A sensitivity study for machines: sensitivity.csv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from reports.sensitivity_result import Sensitivity

NAME = "sensitivity.csv"


def write_sensitivity(folder: Path, study: Sensitivity) -> None:
    """Write the file into a run folder."""
    table(study).to_csv(folder / NAME, index=False, encoding="utf-8-sig", lineterminator="\n")


def table(study: Sensitivity) -> pd.DataFrame:
    """One row per input, those that move the margin most first; columns as in `SensitiveInput`."""
    import pandas as pd

    rows = (each.model_dump() for each in study.inputs)
    return pd.DataFrame(row | {"flips_at": " ".join(row["flips_at"])} for row in rows)
