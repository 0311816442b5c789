"""What a run says in one sentence, and the warnings that belong beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.backtest import OfBacktest
from reports.comparison import OfComparison
from reports.formats import unit_of
from reports.sensitivity import with_sensitivity
from reports.speaker import Conclusion, Speaker, as_interval
from reports.staffing import OfStaffing
from reports.tuning import OfTune

if TYPE_CHECKING:
    from reports.estimates import Estimates
    from reports.run_folder import Run
    from reports.words import Words

__all__ = ["Conclusion", "as_interval", "conclude"]


def conclude(run: Run, estimates: Estimates, words: Words) -> Conclusion:
    """The conclusion of a run."""
    if run.backtest:
        return OfBacktest(run, run.backtest, estimates, words).conclusion()
    if run.staffing:
        return OfStaffing(run, run.staffing, estimates, words).conclusion()
    if run.comparison:
        return OfComparison(run, run.comparison, estimates, words).conclusion()
    if run.sensitivity:
        tuned = OfTune(run, run.sensitivity, estimates, words).conclusion()
        return with_sensitivity(tuned, run.sensitivity, words)
    if run.tuned:
        return OfTune(run, run.tuned, estimates, words).conclusion()
    return _OfSimulation(run, estimates, words).conclusion()


class _OfSimulation(Speaker):
    def conclusion(self) -> Conclusion:
        warnings = (*self._of_replications(),)
        sure = self._keeps_all("") and not warnings
        return Conclusion(self._headline(), (), warnings, sure)

    def _headline(self) -> Markup:
        """What happened: sales, then what went wrong, where that is known."""
        clauses = [
            self._words(
                "verdict.sales",
                sessions=self._told("sessions"),
                orders=self._told("orders_paid"),
                revenue=self._told("revenue_rial"),
            )
        ]
        for measure in ("cart_abandonment_rate", "phantom_stockout_rate"):
            if self._estimates.has(measure):
                clauses.append(self._words(f"verdict.{measure}", share=self._told(measure)))
        return self._sentence([*clauses, *self._breaks("")])

    def _told(self, measure: str) -> Markup:
        return self._formats.estimate(self._estimates.at("")[measure], unit_of(measure))
