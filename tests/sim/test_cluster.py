"""Replications on a Dask cluster of real processes: the same to the last bit, whoever dies."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clusters import ROOT, Cluster, cluster
from commands import HERE, TUNE_ANYWHERE, invoke
from stops import assert_same_run

from scenarios.errors import UserError
from scenarios.loader import load
from sim import cluster as dask
from sim import replication
from sim.experiments import record
from sim.experiments.record import measures_table
from sim.replication import Replication, Task, as_they_end, at_once, in_order, run

pytest.importorskip("distributed")

SMALL = ("season.duration=2 h", "demand.sessions_per_day=60_000", "catalogue.goods.stock=3")


def tasks(count: int = 6, keep_log: bool = True) -> list[Task]:
    """Two timeouts each."""
    timeouts = ("5 min", "none")
    variants = tuple(
        (value, load("benchmark-w1", (*SMALL, f"reservation.timeout={value}")))
        for value in timeouts
    )
    return [Task(1405, number, variants, keep_log) for number in range(count)]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as started:
        yield started


@pytest.fixture
def on_two(two: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    two.wait_for_workers(2)
    monkeypatch.setenv(dask.ADDRESS, two.address)
    return two


@pytest.fixture(scope="module")
def here() -> list[Replication]:
    """The same, one after another on this machine."""
    return run(tasks(), jobs=1)


def assert_equal(one: list[Replication], other: list[Replication]) -> None:
    assert measures_table(one).equals(measures_table(other))
    assert [each.log for each in one] == [each.log for each in other]


def test_a_cluster_gives_what_one_core_gives(on_two: Cluster, here: list[Replication]) -> None:
    assert at_once(None) == 2
    assert_equal(run(tasks(), jobs=2), here)


def test_a_command_writes_the_same_run_folder_on_a_cluster(
    on_two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "write_report", lambda folder: None)  # it follows from the folder
    assert invoke(*TUNE_ANYWHERE, "--out", tmp_path / "cluster").exit_code == 0
    monkeypatch.delenv(dask.ADDRESS)
    assert invoke(*TUNE_ANYWHERE, *HERE, "--out", tmp_path / "here").exit_code == 0
    assert_same_run(tmp_path / "cluster", tmp_path / "here")


def test_a_worker_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(
    on_two: Cluster, here: list[Replication]
) -> None:
    workers = on_two.wait_for_workers(2)
    played: list[Replication] = []
    for each in as_they_end(tasks(), jobs=2):
        if not played:
            os.kill(next(iter(workers.values())), signal.SIGKILL)
        played += each
    assert_equal(in_order(played, tasks()), here)
    assert set(on_two.wait_for_workers(2).values()) != set(workers.values())  # there is a new one


def test_jobs_are_for_this_machine(on_two: Cluster) -> None:
    with pytest.raises(UserError, match="--jobs is for this machine"):
        at_once(2)


def test_a_replication_that_kills_every_worker_is_given_up(on_two: Cluster) -> None:
    with pytest.raises(UserError, match="workers died while they played the same replication"):
        list(dask.results(os._exit, [1]))


def test_a_mistake_on_a_worker_is_no_mistake_of_the_cluster(on_two: Cluster) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'x'"):
        list(dask.results(lambda name: getattr(1, name), ["x"]))


@pytest.mark.statistical
@pytest.mark.parametrize("changed", ["another", "none"])
def test_a_worker_with_another_esfand_is_refused(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    for room in ("model", "scenarios", "sim", "reports"):
        shutil.copytree(ROOT / room, other / room)
    if changed == "another":
        with (other / "model" / "orders.py").open("a") as file:
            file.write("# as it was last week\n")
        words = r"(?s)The worker tcp://.* has source .*, and here is source .*Install the same"
    else:
        (other / "sim" / "cluster.py").write_text("")
        words = r"(?s)No Esfand like the one here at tcp://.*Install the same wheel"
    with cluster(tmp_path, workers=0) as mixed:
        mixed.start_worker(other)
        monkeypatch.setenv(dask.ADDRESS, mixed.address)
        mixed.wait_for_workers(1)
        with pytest.raises(UserError, match=words):
            run(tasks(2), jobs=2)


@pytest.mark.statistical
def test_a_cluster_without_workers_is_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "WORKERS_WITHIN", 1.0)
    monkeypatch.setattr(dask, "_LOOK_EVERY", 0.3)
    with cluster(tmp_path, workers=0) as empty:
        monkeypatch.setenv(dask.ADDRESS, empty.address)
        assert at_once(None) == 1
        with pytest.raises(UserError, match="has had no worker for 1 seconds"):
            run(tasks(2), jobs=1)


@pytest.mark.statistical
def test_a_scheduler_that_ends_in_the_middle_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster(tmp_path, workers=1) as ending:
        monkeypatch.setenv(dask.ADDRESS, ending.address)
        played = as_they_end(tasks(), jobs=1)
        next(played)
        ending.processes[0].kill()
        with pytest.raises(UserError, match="The connection to the scheduler at"):
            list(played)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://127.0.0.1", "x://1"])
def test_a_scheduler_that_does_not_answer_is_given_up_in_time(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(dask.ADDRESS, address)
    monkeypatch.setattr(dask, "CONNECT_WITHIN", 1.0)
    began = time.monotonic()
    with pytest.raises(UserError, match=r"cannot be reached: (?s:.)*Or unset DASK_SCHEDULER_ADDR"):
        at_once(None)
    assert time.monotonic() - began < 10


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(dask.ADDRESS, "tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"pip install '\.\[cluster\]'"):
        at_once(None)


# ---- worker processes on this machine


def test_a_local_worker_that_is_killed_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replication, "WORTH_A_WORKER", 0)
    played = as_they_end(tasks(40, keep_log=False), jobs=2)
    next(played)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this kernel does not name the children of a process")
    workers = [
        int(pid)
        for pid in children.read_text().split()
        if b"loky" in Path(f"/proc/{pid}/cmdline").read_bytes()
        and b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    os.kill(workers[0], signal.SIGKILL)
    with pytest.raises(UserError, match="A worker process was killed"):
        list(played)
    assert len(run(tasks(2), jobs=2)) == 4  # others are started for the next
