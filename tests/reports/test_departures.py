"""A live run beside simulated replications: what counts as a departure from the model."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_load import write_load

from reports import run_folder
from reports.departures import Departures, depart, write
from reports.intervals import mean_interval, prediction_interval
from reports.run_folder import Run
from scenarios.errors import UserError


@pytest.fixture
def live(tmp_path: Path) -> Run:
    return write_load(tmp_path / "live", {"carts": 100, "orders_paid": 20, "stockouts": 0})


def simulated(live: Run, **measures: list[float]) -> Run:
    """Replications with these figures, written as a run folder."""
    folder = live.folder.with_name("simulated")
    count = len(next(iter(measures.values())))
    table = pd.DataFrame({"value": "", "replication": range(count), **measures})
    manifest = live.manifest.model_copy(
        update={"source": "simulated", "command": "simulate", "replications": count, "load": None}
    )
    hours = pd.concat([live.hours.assign(replication=number) for number in range(count)])
    run_folder.write(folder, manifest=manifest, scenario=live.scenario, measures=table, hours=hours)
    return run_folder.read(folder)


def found(departures: Departures) -> list[str]:
    return [row.measure for row in departures.found]


def test_what_one_more_replication_might_be_is_no_departure(live: Run) -> None:
    run = simulated(live, carts=[95, 98, 101, 104, 107], orders_paid=[19, 22, 20, 18, 21])
    assert found(depart(run, live, ())) == []


def test_what_no_replication_would_be_is_one(live: Run) -> None:
    run = simulated(live, carts=[95, 98, 101, 104, 107], orders_paid=[59, 62, 60, 58, 61])
    assert found(depart(run, live, ())) == ["orders_paid"]


def test_what_is_the_same_in_every_replication_must_be_the_same_live(live: Run) -> None:
    run = simulated(live, carts=[100, 100, 100], stockouts=[7, 7, 7])
    assert found(depart(run, live, ())) == ["stockouts"]


def test_replication_0_stands_beside_the_live_run(live: Run) -> None:
    run = simulated(live, carts=[97, 98, 101, 104, 107])
    (row,) = depart(run, live, ()).rows
    assert (row.twin, row.live) == (97, 100)


def test_one_replication_has_no_spread_to_judge_by(live: Run) -> None:
    with pytest.raises(UserError, match="says nothing of chance"):
        depart(simulated(live, carts=[97]), live, ())


def test_nine_in_ten_further_numbers_lie_in_a_prediction_interval_at_that_level() -> None:
    generator = np.random.default_rng(7)
    inside = 0
    for _ in range(2000):
        *seen, further = generator.normal(5, 2, 9)
        interval = prediction_interval(seen, 0.9)
        inside += interval.low <= further <= interval.high
    assert inside / 2000 == pytest.approx(0.9, abs=0.02)


def test_a_further_number_lies_wider_than_the_mean() -> None:
    numbers = [1.0, 2.0, 4.0]
    mean, further = mean_interval(numbers), prediction_interval(numbers)
    assert further.mean == mean.mean
    assert further.half_width == pytest.approx(2 * mean.half_width)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_pages_and_a_table_are_written_beside_the_run(live: Run, language: str) -> None:
    run = simulated(live, carts=[95, 98, 101, 104, 107], orders_paid=[59, 62, 60, 58, 61])
    write(depart(run, live, ("reservation.timeout",)), live.folder)
    page = (live.folder / f"departures.{language}.html").read_text(encoding="utf-8")
    assert "<code>reservation.timeout</code>" in page
    table = pd.read_csv(live.folder / "departures.csv")
    assert table["state"].tolist() == ["within", "departs"]
