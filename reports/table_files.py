"""The data behind the report's tables, as tables for machines: plain numbers in their own units.

Shares are fractions, money is rial and time is in the unit that a measure's name says
(docs/measures.md). A cell without a number stays empty.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from reports.formats import in_order, unit_of
from reports.precision import reaches
from reports.thresholds import evaluate, parse

if TYPE_CHECKING:
    import pandas as pd

    from reports.estimates import Estimates
    from reports.run_folder import Run, TuneResult


class TableFiles:
    """Makes the tables of one run; a run of many values has rows for each of them."""

    def __init__(self, run: Run, estimates: Estimates) -> None:
        self._run = run
        self._estimates = estimates
        self._values = in_order(run.values)

    def thresholds(self) -> pd.DataFrame:
        """Every rule at every value: columns of `reports.thresholds.Verdict`."""
        import pandas as pd

        rules = [parse(text) for text in self._run.manifest.thresholds]
        return pd.DataFrame(
            {"scenario_value": value, **asdict(verdict)}
            for value in self._values
            for verdict in evaluate(rules, self._estimates.at(value))
        )

    def estimates(self) -> pd.DataFrame:
        """Every measure at every value: mean, interval and how many replications have it."""
        import pandas as pd

        return pd.DataFrame(
            {"value": value, "measure": name, "unit": unit_of(name).value, **found._asdict()}
            for value in self._values
            for name, found in self._estimates.at(value).items()
        )

    def precision(self) -> pd.DataFrame:
        """Every precision that was asked for, with what was reached."""
        import pandas as pd

        return pd.DataFrame(
            {
                "target": each.target.text,
                "measure": each.target.measure,
                **each.found._asdict(),
                "wanted": each.target.wanted(each.found.mean),
                "state": each.state,
            }
            for each in reaches(self._run)
        )

    def decision(self, result: TuneResult) -> pd.DataFrame:
        """Every value of a tune: its difference to the best one, and how it stands."""
        import pandas as pd

        differences = {each.value: each for each in result.differences}
        places = {each.value: each.state for each in result.front}
        rows = []
        for value in self._values:
            against = differences.get(value)
            found = self._estimates.at(value)[result.objective]
            rows.append(
                {
                    "value": value,
                    **{f"{result.objective}_{name}": number
                       for name, number in found._asdict().items()},
                    "difference": against.mean if against else None,
                    "low": against.low if against else None,
                    "high": against.high if against else None,
                    "best": value == result.best,
                    "current": value == result.current,
                    "told_apart": bool(against) and value not in result.indistinguishable,
                    "keeps_limits": not result.misses(value),
                    "front": places.get(value),
                }
            )  # fmt: skip
        return pd.DataFrame(rows)
