"""A backtest for machines: backtest.csv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from reports.backtest_result import Backtest

NAME = "backtest.csv"


def write_backtest(folder: Path, backtest: Backtest) -> None:
    """Write the file into a run folder."""
    table(backtest).to_csv(folder / NAME, index=False, encoding="utf-8-sig", lineterminator="\n")


def table(backtest: Backtest) -> pd.DataFrame:
    """One row per figure; the columns are the fields of `BacktestFigure`."""
    import pandas as pd

    return pd.DataFrame(figure.model_dump() for figure in backtest.figures)
