"""A run as tidy pandas frames: one row an observation, every column documented.

    from reports import tidy

    run = tidy.open("runs/demo")
    run.measures

`TABLES` says what the columns are; docs/frames.md is written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reports import run_folder
from reports.breakdowns import BREAKDOWNS, file
from reports.comparison import differences_of
from reports.estimates import Estimates
from reports.formats import split_channel, split_step
from reports.log import as_frame, read_parquet
from reports.measures import find
from reports.run_folder import HOUR_COLUMNS, MEASURE_KEYS, Run
from reports.tidy_columns import TABLES, TableOf
from reports.transactions import BY_DAY, TRANSACTIONS, totals_by_day, transactions
from scenarios.errors import UserError
from scenarios.loader import load_text
from scenarios.window import as_played

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLES", "Tidy", "open"]


def open(folder: Path | str) -> Tidy:
    """The run in a folder. Raises UserError for a folder that is no whole run."""
    return Tidy(run_folder.read(Path(folder)))


@dataclass(frozen=True)
class Tidy:
    """The tables of one run, each read when it is first asked for."""

    run: Run

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every measure of every replication at every value."""
        keys = list(MEASURE_KEYS)
        rows = self.run.measures.melt(keys, var_name="measure", value_name="number")
        return _columns(rows.join(self._known, on="measure"), TABLES["measures"])

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Every measure at every value, as a mean with its interval."""
        import pandas as pd

        found = Estimates(self.run)
        rows = pd.DataFrame(
            {"value": value, "measure": name, **found.at(value)[name]._asdict()}
            for name in self.run.measure_names
            for value in self.run.values
        )
        return _columns(rows.join(self._known, on="measure"), TABLES["estimates"])

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Of a compare: every measure against the first scenario's; else empty."""
        if self.run.comparison is None:
            return _empty(TABLES["differences"])
        return _columns(
            differences_of(self.run, self.run.comparison).table(), TABLES["differences"]
        )

    @cached_property
    def hours(self) -> pd.DataFrame:
        """Counts by local hour of day."""
        return self.run.hours[list(HOUR_COLUMNS)].copy()

    @cached_property
    def events(self) -> pd.DataFrame:
        """The log of the first replication; empty where none was kept."""
        return self.events_of(0)

    def events_of(self, replication: int) -> pd.DataFrame:
        """The log of a replication; empty where it was not kept."""
        path = self._log(replication)
        return as_frame(read_parquet(path)) if path else _empty(TABLES["events"])

    @cached_property
    def breakdowns(self) -> Mapping[str, pd.DataFrame]:
        """Every breakdown by its name: docs/breakdowns.md. Empty where the run has none of it."""
        return {name: file.read(self.run.folder, name) for name in BREAKDOWNS}

    @cached_property
    def transactions(self) -> pd.DataFrame:
        """Every attempt to pay of the first replication; empty where its log was not kept."""
        if (self.run.folder / TRANSACTIONS).exists():
            return self._csv(TRANSACTIONS)
        path = self._log(0)
        if path is None:
            return _empty(TABLES["transactions"])
        scenario = load_text(self.run.scenario, str(self.run.folder / run_folder.SCENARIO))
        return transactions(read_parquet(path), as_played(scenario))

    @cached_property
    def transactions_by_day(self) -> pd.DataFrame:
        """Their totals."""
        if (self.run.folder / BY_DAY).exists():
            return self._csv(BY_DAY)
        return totals_by_day(self.transactions)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All of them by name, breakdowns by theirs; those without rows are left out."""
        found = {name: getattr(self, name) for name in TABLES} | dict(self.breakdowns)
        return {name: table for name, table in found.items() if len(table)}

    @cached_property
    def _known(self) -> pd.DataFrame:
        """What is known of each measure, whatever its value: a row for each."""
        import pandas as pd

        names = self.run.measure_names
        return pd.DataFrame([_known_of(name) for name in names], index=pd.Index(names))

    def _log(self, replication: int) -> Path | None:
        name = f"{run_folder.EVENTS}/{replication}.parquet"
        return self.run.folder / name if name in self.run.logs else None

    def _csv(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_csv(self.run.folder / name, encoding="utf-8-sig", keep_default_na=False)


def _known_of(name: str) -> dict[str, str]:
    """Of a measure; of one that this version does not know, its name alone says the unit."""
    base, step = split_step(name)
    _, channel = split_channel(name)
    try:
        measure = find(base)
    except UserError:
        return {"unit": "", "better": "", "channel": channel, "step": step, "definition": ""}
    return {
        "unit": measure.unit,
        "better": measure.better,
        "channel": channel,
        "step": step,
        "definition": measure.definition,
    }


def _columns(rows: pd.DataFrame, table: TableOf) -> pd.DataFrame:
    return rows[list(table.columns)].reset_index(drop=True)


def _empty(table: TableOf) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(table.columns))
