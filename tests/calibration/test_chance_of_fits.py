"""Does a range that holds the chance of the fit hold the days that were not fitted?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from known_shop import known_scenario, write_export

from scenarios.calibration.baskets import baskets
from scenarios.calibration.fit import fit
from scenarios.calibration.orders import read_orders
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.selection import select
from sim.experiments.fitted_on import widening
from sim.experiments.judging import judge
from sim.experiments.laid_beside import Figures, Wanted, of_orders, season_cells
from sim.replication import Task, run

EXPORTS, REPLICATIONS = 12, 39


@pytest.mark.statistical
def test_unseen_days_lie_in_ranges_that_hold_the_chance_of_the_fit(tmp_path: Path) -> None:
    """Shops whose every law the fit knows, eight days each: odd ones fitted, even ones tested."""
    inside: dict[str, list[bool]] = {"alone": [], "with the fit": []}
    wrong = dict.fromkeys(inside, 0)
    for seed in range(100, 100 + EXPORTS):
        real, simulated, factor = _tested(seed, tmp_path)
        for how, each in (("alone", 1.0), ("with the fit", factor)):
            judged = judge(real, simulated, wider=dict.fromkeys(real, each))
            inside[how] += [figure.inside for figure in judged.figures]
            wrong[how] += judged.p <= 0.05
    held = {how: float(np.mean(each)) for how, each in inside.items()}
    assert held["with the fit"] == pytest.approx(0.95, abs=0.025)
    assert held["alone"] < 0.92
    assert wrong["with the fit"] <= min(2, wrong["alone"])  # 2: passed in 2% of dozens at 5%


def _tested(seed: int, folder: Path) -> tuple[Figures, list[Figures], float]:
    """Figures of the even days, of replications fitted to the odd ones, and the widening."""
    days = {"start": "1404-10-06", "duration": "8 d", "holidays": "none"}
    hours = (1,) * 6 + (4,) * 18
    demand = {"sessions_per_day": 3_000, "hours": hours, "day_cv": "12%"}
    shop = known_scenario(season=days, demand=demand, seed=seed)
    export = read_orders(write_export(shop, folder / "orders.csv"), {})
    odd, even = select(["odd-days"]), select(["even-days"])
    fitted = fit(export, "fitted", Assumptions(fit_on=odd)).scenario
    cells = season_cells(fitted.season)
    start, count = fitted.season.start.date(), len(cells)
    tested = cells & even.cells(start, count)
    rows = baskets(export.lines)
    at = rows.groupby("order")["at"].first()
    number = np.array([moment.toordinal() for moment in at]) - start.toordinal()
    is_even = even.cells(start, count)[number, at.dt.hour.to_numpy()]
    tasks = [
        Task(fitted.seed, n, (("", fitted),), look=Wanted(tested)) for n in range(REPLICATIONS)
    ]
    simulated = [each.seen for each in run(tasks, 1) if each.seen is not None]
    factor = widening(int(is_even.sum()), int((~is_even).sum()))
    return of_orders(rows, fitted, tested), simulated, factor
