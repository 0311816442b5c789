"""Replications: a season played over and over, on one core or all of them, with the same result."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.events import Channel
from model.shop import Shop
from reports import books
from reports.breakdowns import Broken, break_down
from reports.hours import by_hour
from reports.log import as_array
from reports.measures import measure
from reports.sorted_log import SortedLog
from scenarios.columns import Shoppers, forget
from scenarios.errors import UserError
from scenarios.schema import Scenario
from scenarios.shoppers import Plan, draw
from sim import cluster
from sim.common_numbers import meet_the_same
from sim.world import play_shoppers

T = TypeVar("T")
R = TypeVar("R")
Seen = Mapping[str, Any]
"""Columns or figures by name: what workers can send; columns a journal can keep."""
WORTH_A_WORKER = 60_000
"""Shoppers. Fewer are played before worker processes have even started."""
LARGEST_KEPT = 31 << 20
"""Bytes; just below `DEFAULT_MMAP_THRESHOLD_MAX` of the GNU C library (see `man mallopt`)."""


@dataclass(frozen=True)
class Replication:
    """What is left of one replication: its figures, what the audit found, perhaps its log."""

    value: str
    """Of the varied field; empty where none is varied."""
    number: int
    measures: dict[str, float]
    hours: dict[str, NDArray[Any]]
    """By local hour of day, see `reports.hours`."""
    faults: tuple[str, ...]
    """What does not add up in the books, in sentences; empty if they balance."""
    broken: Broken = field(default_factory=dict)
    """Its breakdowns, see `reports.breakdowns`."""
    log: bytes | None = None
    """The packed events (`model.events.RECORD`), if they were to be kept."""
    seen: Seen | None = None
    """What the task's `look` read from the log."""


Look = Callable[[SortedLog, Plan], Seen]
"""What else is to be read from a log before it is dropped."""


@dataclass(frozen=True)
class Task:
    """One replication of a scenario, or of several variants of it that meet the same shoppers."""

    seed: int
    number: int
    """Of the replication, from 0."""
    variants: tuple[tuple[str, Scenario], ...]
    """The varied value and the scenario with it."""
    keep_log: bool = False
    look: Look | None = None


@lru_cache(maxsize=1)
def _settle_in() -> None:
    """What is here before the first season stays to the end: never look through it again.

    And the memory of a season is for the next one. The C library of Linux returns every block
    of more than 128 KB to the system, which hands it out again page by page, cleared: a
    twentieth of a run. Once a block as large as it ever keeps (32 MB) was freed, it keeps
    smaller ones. The block is never written to, so it costs nothing; elsewhere it does nothing.
    """
    gc.collect()
    gc.freeze()
    np.empty(LARGEST_KEPT, np.uint8)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Nothing of a running world is garbage; looking for it would cost a tenth of the run.

    To be left when the shoppers are forgotten: their columns alone take long to look through.
    """
    _settle_in()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_garbage_collection()
def replicate(
    plan: Plan, seed: int, number: int, keep_log: bool = False, value: str = ""
) -> Replication:
    """Draw the shoppers of one replication, play the season, audit the books and measure."""
    shoppers = draw(plan, seed, number)
    played = _replicate(plan, shoppers, number, keep_log, value)
    forget(shoppers)
    return played


def run(
    tasks: Sequence[Task],
    jobs: int,
    on_done: Callable[[int], object] = lambda done: None,
) -> list[Replication]:
    """All replications of the tasks, on up to `jobs` cores.

    The result does not depend on `jobs`, nor on who finished first: it is ordered by value, as
    the tasks first name it, then by number. `on_done` hears how many more are done. Raises
    UserError like `as_they_end`.
    """
    done: list[Replication] = []
    for played in as_they_end(tasks, jobs):
        done += played
        on_done(len(played))
    return in_order(done, tasks)


def in_order(played: Iterable[Replication], tasks: Iterable[Task]) -> list[Replication]:
    """By value, as the tasks first name it, then by number."""
    values = dict.fromkeys(value for task in tasks for value, _ in task.variants)
    place = {value: order for order, value in enumerate(values)}
    return sorted(played, key=lambda each: (place[each.value], each.number))


def at_once(jobs: int | None) -> int:
    """How many tasks are to be played at the same time: what `--jobs` says, or as many as can.

    Raises UserError for `--jobs` with a cluster, and for a cluster that cannot be reached.
    """
    if cluster.address() is None:
        return jobs or cores()
    if jobs is not None:
        raise UserError(
            f"--jobs is for this machine, and {cluster.ADDRESS} names a cluster, where as much is "
            "played at the same time as its workers have threads. Leave one of them out."
        )
    return cluster.threads()


def cores() -> int:
    """How many processes can really run at the same time here."""
    from joblib import cpu_count

    return int(cpu_count())


def as_they_end(tasks: Sequence[Task], jobs: int) -> Iterator[list[Replication]]:
    """The replications of each task, in any order: on the cluster, on several cores, or here.

    Raises UserError if a worker process dies, and like `sim.cluster.results`.
    """
    if cluster.address() is not None:
        return cluster.results(_play, tasks)
    shoppers = sum(_expected_shoppers(task) for task in tasks)
    workers = min(jobs, len(tasks))
    if workers > 1 and shoppers > WORTH_A_WORKER:
        return on_workers(_play, tasks, workers)
    return map(_play, tasks)


def on_workers(play: Callable[[T], R], tasks: Iterable[T], workers: int) -> Iterator[R]:
    """What `play` makes of each task, in any order, in so many processes.

    Raises UserError if one of them dies.
    """
    # Its helper process would warn, after an interrupt, that others have tidied up before it.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    parallel = Parallel(n_jobs=workers, batch_size=1, return_as="generator_unordered")
    try:
        with _ignoring_interrupts():
            results = parallel(delayed(_play_for)(os.getpid(), play, task) for task in tasks)
        yield from results
    except TerminatedWorkerError:
        raise UserError(
            "A worker process was killed, most likely because memory ran out. "
            f"Try fewer than {workers} at a time (--jobs)."
        ) from None


def _play_for(parent: int, play: Callable[[T], R], task: T) -> R:
    """What a worker process does."""
    _end_with(parent)
    return play(task)


@lru_cache(maxsize=1)
def _end_with(parent: int) -> None:
    """A worker whose parent was killed would wait for its next task for ever: have it look."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Processes that start here never hear of Ctrl-C: this one does, and stops them.

    Otherwise each worker, the more so one that is still importing, ends with a traceback.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one may
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _expected_shoppers(task: Task) -> float:
    """Roughly, on days whose factors are all 100%."""
    return sum(
        scenario.demand.sessions_per_day
        * (scenario.demand.engaged + scenario.demand.support_only)
        * scenario.season.duration
        / 86400
        for _, scenario in task.variants
    )


@_no_garbage_collection()
def _play(task: Task) -> list[Replication]:
    """Play every variant; shoppers are drawn anew only where the variants' would differ."""
    played = []
    shoppers: Shoppers | None = None
    drawn_for: Scenario | None = None
    for value, scenario in task.variants:
        plan = plan_of(scenario)
        if shoppers is None or drawn_for is None or not meet_the_same(scenario, drawn_for):
            forget(shoppers)
            shoppers = draw(plan, task.seed, task.number)
            drawn_for = scenario
        played.append(_replicate(plan, shoppers, task.number, task.keep_log, value, task.look))
    forget(shoppers)
    return played


def _replicate(
    plan: Plan,
    shoppers: Shoppers,
    number: int,
    keep_log: bool,
    value: str,
    look: Look | None = None,
) -> Replication:
    shop = play_shoppers(plan, shoppers).shop
    events = SortedLog(as_array(shop.log))
    faults = books.audit(events, plan.assortment.limit, _exempt(shop)) + books.against_count(
        events, shop.stock.count()
    )
    shop.close()
    return Replication(
        value=value,
        number=number,
        measures=measure(events, plan.scenario),
        hours=by_hour(events, plan),
        faults=tuple(faults),
        broken=break_down(events, plan, number),
        log=bytes(shop.log.buffer) if keep_log else None,
        seen=None if look is None else look(events, plan),
    )


def plan_of(scenario: Scenario) -> Plan:
    """The scenario made ready to draw from; a process makes equal scenarios ready once."""
    return _plan(scenario.model_dump_json())


@lru_cache(maxsize=64)
def _plan(scenario: str) -> Plan:
    return Plan.of(Scenario.model_validate_json(scenario))


def _exempt(shop: Shop) -> books.Exempt:
    """What must never run out; the log names the usual way of paying by no channel."""
    rules = shop.policy.reservation
    methods = (Channel.NONE if each == Channel.GATEWAY else each for each in rules.exempt_methods)
    return books.Exempt(rules.exempt_products, frozenset(methods))
