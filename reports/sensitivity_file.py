"""A sensitivity study for machines: sensitivity.csv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from reports.sensitivity_result import SensitiveInput, Sensitivity

NAME = "sensitivity.csv"


def write_sensitivity(folder: Path, study: Sensitivity) -> None:
    """Write the file into a run folder."""
    table(study).to_csv(folder / NAME, index=False, encoding="utf-8-sig", lineterminator="\n")


def table(study: Sensitivity) -> pd.DataFrame:
    """One row per input, those that move the margin most first; columns as in `SensitiveInput`."""
    import pandas as pd

    return pd.DataFrame(_row(each) for each in study.inputs)


def _row(each: SensitiveInput) -> dict[str, Any]:
    """The turns towards either end in columns of their own."""
    row = each.model_dump(exclude={"turns"})
    found = {turn.end: turn for turn in each.turns}
    for end in ("low", "high"):
        turn = found.get(end)
        row |= {
            f"flips_{end}_at": turn and turn.at,
            f"flips_{end}_not_before": turn and turn.holds_until,
            f"flips_{end}_surely_from": turn and turn.turned_from,
        }
    return row
