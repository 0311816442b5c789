"""A Dask cluster of real processes on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stops import wait_until

ROOT = Path(__file__).parents[2]


@dataclass
class Cluster:
    """A scheduler, and workers of one thread each, started one by one."""

    folder: Path
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_scheduler(self, path: Path = ROOT) -> None:
        file = self.folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                    "--scheduler-file", str(file), path=path)  # fmt: skip
        wait_until(lambda: file.exists() and file.read_text().endswith("}"))
        self.address = json.loads(file.read_text())["address"]

    def start_worker(self, path: Path = ROOT) -> None:
        """One that has its Esfand from `path`; its nanny starts another where it dies."""
        self._start("worker", self.address, "--nthreads", "1", "--no-dashboard",
                    "--local-directory", str(self.folder), path=path)  # fmt: skip

    def wait_for_workers(self, count: int) -> dict[str, int]:
        """Process ids by address."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
            return client.run(os.getpid)

    def close(self) -> None:
        scheduler, *workers = self.processes
        for process in (*workers, scheduler):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, what: str, *words: str, path: Path = ROOT) -> None:
        environment = {**os.environ, "PYTHONPATH": str(path)}
        environment.pop("DASK_SCHEDULER_ADDRESS", None)
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *words]
        with (self.folder / f"{what}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
            )


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Scheduler and workers, as long as the block lasts."""
    started = Cluster(folder)
    try:
        started.start_scheduler()
        for _ in range(workers):
            started.start_worker()
        if workers:
            started.wait_for_workers(workers)
        yield started
    finally:
        started.close()
