"""A search for machines: search.csv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reports.designs import values_of

if TYPE_CHECKING:
    import pandas as pd

    from reports.run_folder import TuneResult
    from reports.tuned import Searched

NAME = "search.csv"


def write_search(folder: Path, result: TuneResult, searched: Searched) -> None:
    """Write the file into a run folder."""
    found = table(result, searched)
    found.to_csv(folder / NAME, index=False, encoding="utf-8-sig", lineterminator="\n")


def table(result: TuneResult, searched: Searched) -> pd.DataFrame:
    """One row per design tried, in the order proposed: its settings, its figures in the search."""
    import pandas as pd

    return pd.DataFrame(
        {
            "design": number,
            **dict(zip(result.parameters, values_of(each.value), strict=True)),
            result.objective: each.mean,
            "low": each.low,
            "high": each.high,
            **each.limits,
            "keeps_limits": each.keeps,
            "finalist": each.finalist,
        }
        for number, each in enumerate(searched.tried, start=1)
    )
