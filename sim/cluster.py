"""Work on a Dask cluster, which the environment alone names: `DASK_SCHEDULER_ADDRESS`.

A task goes to any worker, and to another one if that dies; its result is taken once. Every task
says which Esfand sent it, and a worker that has another one refuses it.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from reports.versions import versions
from scenarios.errors import UserError
from sim.source import source

if TYPE_CHECKING:
    from distributed import Client, Future

ADDRESS = "DASK_SCHEDULER_ADDRESS"
CONNECT_WITHIN = 10.0
"""Seconds until a scheduler that does not answer is given up."""
WORKERS_WITHIN = 120.0
"""Seconds without any worker until the cluster is given up; some start workers when asked to."""
_LOOK_EVERY = 5.0
_NEEDED = "sim.cluster:_answer"
_HOME = f"\nOr unset {ADDRESS}, to play on this machine."

T = TypeVar("T")
R = TypeVar("R")


class Refused(NamedTuple):
    """The answer of a worker that would play by other rules."""

    worker: str
    kind: dict[str, str]


def address() -> str | None:
    """Of the scheduler; None to play on this machine."""
    return os.environ.get(ADDRESS) or None


def threads() -> int:
    """How many tasks the cluster does at the same time; 1 if its workers are still to come.

    Raises UserError like `results`.
    """
    with _connected() as client:
        return max(1, _threads(client))


def results(function: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """`function` of each item, in the order in which they end.

    Raises UserError where the cluster cannot be reached or has no workers for `WORKERS_WITHIN`,
    where a worker has another Esfand, and where an item kills its workers time and again.
    """
    kind = _kind()
    finished: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
    with _connected() as client, _in_words():
        _check_esfand(client)
        rest = iter(items)
        asked: set[Future[Any]] = set()
        while True:
            # As many as the threads do, and the next for each: the scheduler is not to hold all.
            for item in islice(rest, max(0, 2 * max(1, _threads(client)) - len(asked))):
                future = client.submit(_answer, kind, function, item, pure=False)
                asked.add(future)
                future.add_done_callback(finished.put)
            if not asked:
                return
            done = _next(finished, client)
            asked.remove(done)
            yield _accepted(done.result(), kind)


def _check_esfand(client: Client) -> None:
    """Raise UserError where there is none at all: a worker that cannot read a task would end."""
    found = client.run(resolve_name, _NEEDED, on_error="return")
    try:
        client.run_on_scheduler(resolve_name, _NEEDED)
    except (ImportError, AttributeError) as error:
        found["scheduler"] = error
    if lacking := [where for where, answer in found.items() if isinstance(answer, Exception)]:
        raise UserError(
            f"No Esfand like the one here at {', '.join(lacking)}: {found[lacking[0]]}\n"
            f"Install the same wheel there as here, and restart it.{_HOME}"
        )


def _next(finished: queue.SimpleQueue[Future[Any]], client: Client) -> Future[Any]:
    """Wait for it, but not for ever without workers."""
    seen = time.monotonic()
    while True:
        with suppress(queue.Empty):
            return finished.get(timeout=_LOOK_EVERY)
        if _threads(client):
            seen = time.monotonic()
        elif time.monotonic() - seen > WORKERS_WITHIN:
            raise UserError(
                f"The cluster at {address()} has had no worker for {WORKERS_WITHIN:.0f} seconds. "
                f"Start some: dask worker {address()}{_HOME}"
            )


def _answer(kind: dict[str, str], function: Callable[[T], R], item: T) -> R | Refused:
    """What a worker does."""
    if kind != _kind():
        from distributed import get_worker

        return Refused(get_worker().address, _kind())
    return function(item)


def _kind() -> dict[str, str]:
    return versions() | {"source": source()}


def _accepted(answer: R | Refused, kind: dict[str, str]) -> R:
    if not isinstance(answer, Refused):
        return answer
    names = [name for name in kind if answer.kind.get(name) != kind[name]]
    there = ", ".join(f"{name} {answer.kind.get(name, 'none')}" for name in names)
    here = ", ".join(f"{name} {kind[name]}" for name in names)
    raise UserError(
        f"The worker {answer.worker} has {there}, and here is {here}: its replications would be of "
        f"another kind.\nInstall the same wheel there as here, and restart the worker.{_HOME}"
    )


def _threads(client: Client) -> int:
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    return sum(worker["nthreads"] for worker in workers)


@contextmanager
def _connected() -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            f"{ADDRESS} names a Dask cluster, and Dask is not installed here.\n"
            f"Install it: pip install '.[cluster]' in Esfand's folder{_HOME}"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in words
    try:
        _knock()
        client = Client(address(), timeout=CONNECT_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(
            f"The scheduler at {address()} ({ADDRESS}) cannot be reached: {reason}\n"
            f"Start it (dask scheduler), or name another, such as tcp://10.0.0.5:8786.{_HOME}"
        ) from None
    with client:
        yield client


def _knock() -> None:
    """Raise OSError or ValueError where nobody listens at the address.

    A client that cannot connect is left half made, and stops the program for ever if the garbage
    collector finds it while another one starts: so none is made in vain.
    """
    from distributed.comm.addressing import get_address_host_port

    host, port = get_address_host_port(address() or "")
    socket.create_connection((host, port), timeout=CONNECT_WITHIN).close()


@contextmanager
def _in_words() -> Iterator[None]:
    """What may go wrong with a cluster, as a UserError."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise UserError(
            f"{error.allowed_failures + 1} workers died while they played the same replication, "
            "most likely because memory ran out. Give each more memory (--memory-limit), or fewer "
            "threads (--nthreads 1)."
        ) from None
    except CancelledError:
        raise UserError(f"The connection to the scheduler at {address()} was lost.") from None
