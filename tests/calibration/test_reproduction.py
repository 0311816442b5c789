"""The figures of an export and of a simulated log, and the verdict on each."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from model.events import Kind, Log
from reports.hours import by_hour
from reports.log import as_array
from reports.measures import measure
from scenarios.calibration.orders import Export
from scenarios.schema import Scenario
from sim.experiments.reproduction import compare, observed, simulated
from sim.replication import Replication, plan_of

SCENARIO = Scenario.model_validate(
    {
        "name": "tiny",
        "season": {"start": "1404-10-06", "duration": "1 d", "holidays": "none"},
        "demand": {
            "sessions_per_day": 100,
            "bursts": [{"start": "1404-10-06 10:00", "duration": "1 h", "product": "tea"}],
        },
        "catalogue": [
            {"name": "tea", "share": 0.5, "price": 1000, "stock": 9},
            {"name": "rest", "products": 2, "share": 0.5, "price": 500, "stock": 9},
        ],
    }
)
HOUR = 3600.0


def played(*events: tuple[float, Kind, dict[str, int]]) -> Replication:
    """A replication whose log holds these events: hour, kind, and what else it tells."""
    log = Log()
    for hour, kind, told in events:
        log.add(hour * HOUR, kind, **told)
    rows = as_array(log)
    measured = measure(rows, SCENARIO)
    hours = by_hour(rows, plan_of(SCENARIO))
    return Replication("", 0, measured, hours, (), log=bytes(log.buffer))


SEASON = played(
    (10.5, Kind.ALLOCATED, {"order": 0, "product": 0, "quantity": 2}),
    (10.5, Kind.ALLOCATED, {"order": 0, "product": 2, "quantity": 1}),
    (10.5, Kind.PAID, {"order": 0, "amount": 2500}),
    (10.9, Kind.OVERSOLD, {"order": 1, "product": 1, "quantity": 5}),
    (10.9, Kind.PAID, {"order": 1, "amount": 2500}),
    (20.0, Kind.ALLOCATED, {"order": 2, "product": 0, "quantity": 1}),
    (20.0, Kind.PAID, {"order": 2, "amount": 1000}),
    (21.0, Kind.PLACED, {"order": 3, "amount": 1000}),  # never paid
)
EXPORT = Export(
    source="tiny.csv",
    columns={},
    rows=4,
    broken=(),
    assumptions=(),
    lines=pd.DataFrame(
        {
            "order": [0, 0, 1, 2],
            "customer": -1,
            "product": ["tea", "rest-2", "rest-1", "tea"],
            "quantity": [2, 1, 5, 1],
            "price_rial": [1000, 500, 500, 1000],
            "at": pd.to_datetime(
                ["2025-12-27 10:30", "2025-12-27 10:30", "2025-12-27 10:54", "2025-12-27 20:00"]
            ),
        }
    ),
)


def test_an_export_and_a_log_of_the_same_orders_have_the_same_figures() -> None:
    assert simulated(SEASON, SCENARIO) == pytest.approx(observed(EXPORT, SCENARIO))


def test_the_figures_count_what_they_say() -> None:
    figures = simulated(SEASON, SCENARIO)
    assert figures["orders_per_day"] == 3
    assert figures["revenue_per_day_rial"] == 6000
    assert (figures["orders_10h"], figures["orders_20h"], figures["orders_21h"]) == (2, 1, 0)
    assert figures["lines_per_order"] == pytest.approx(4 / 3)
    assert figures["orders_of_2_lines"] == pytest.approx(1 / 3)
    assert figures["units_per_line"] == 9 / 4
    assert figures["lines_of_4_units_or_more"] == 1 / 4
    assert figures["share_of_lines tea"] == 2 / 4
    assert figures["share_of_orders tea 10:00-11:00"] == 1 / 2


def test_a_figure_is_judged_by_where_one_more_replication_would_fall() -> None:
    table = compare({"a": 12.0, "b": 16.0}, [{"a": 9.0, "b": 9.0}, {"a": 11.0, "b": 11.0}])
    assert list(table.columns) == ["figure", "real", "simulated", "low", "high", "verdict"]
    # t for one degree of freedom is 12.706; s is the root of 2.
    half = 12.706 * math.sqrt(2) * math.sqrt(1.5)
    assert table["high"].tolist() == pytest.approx([10 + half] * 2, rel=1e-4)
    assert table["verdict"].tolist() == ["inside", "inside"]
    sure = [{"a": 10.0 + x, "b": 10.0 - x} for x in (-0.1, 0.0, 0.1)]
    assert compare({"a": 12.0, "b": 10.1}, sure)["verdict"].tolist() == ["outside", "inside"]


def test_an_interval_ends_where_no_replication_can_lie() -> None:
    names = ("orders_00h", "share_of_lines tea", "revenue_per_day_rial")
    few, many = dict.fromkeys(names, 0.2), dict.fromkeys(names, 0.8)
    table = compare(few, [few, many]).set_index("figure")
    assert table["low"].tolist() == [0.0, 0.0, 0.0]
    assert table.loc["share_of_lines tea", "high"] == 1.0
    assert table.loc["orders_00h", "high"] > 1.0
    sure = compare(few, [few, few]).set_index("figure")
    assert sure["low"].tolist() == sure["high"].tolist() == [0.2] * 3


def test_a_single_replication_has_no_interval() -> None:
    with pytest.raises(ValueError, match="two replications"):
        compare({"a": 1.0}, [{"a": 1.0}])


def test_a_season_without_orders_has_figures_too() -> None:
    figures = simulated(played((21.0, Kind.PLACED, {"order": 3, "amount": 1000})), SCENARIO)
    assert (figures["orders_per_day"], figures["lines_per_order"]) == (0, 0)
